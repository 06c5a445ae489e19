/**
 * A tamper-evident audit log: a Merkle tree of events in files that any C2SP transparency-log
 * verifier reads, its checkpoints, proofs and an offline verifier.
 */
@NullMarked
package io.strongroom.audit;

import org.jspecify.annotations.NullMarked;
