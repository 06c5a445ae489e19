/**
 * A wire double of AWS KMS: a server on loopback that the real AWS SDK talks to, for tests. It is
 * not KMS, and its Javadoc says what it does not claim.
 */
@NullMarked
package io.strongroom.crypto.testing.kms;

import org.jspecify.annotations.NullMarked;
