/**
 * Guice modules over the key service and the signers of AWS KMS. Guice is an optional dependency:
 * nothing outside this package needs it.
 */
@NullMarked
package io.strongroom.crypto.awskms.guice;

import org.jspecify.annotations.NullMarked;
