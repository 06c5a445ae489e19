/**
 * A wire double of AWS Secrets Manager: a server on loopback that the real AWS SDK talks to, for
 * tests. It is not Secrets Manager, and its Javadoc says what it does not claim.
 */
@NullMarked
package io.strongroom.crypto.testing.secrets;

import org.jspecify.annotations.NullMarked;
