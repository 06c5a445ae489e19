/**
 * Envelope encryption in the message format of the AWS Encryption SDK, the port to a key service,
 * and local keys.
 */
@NullMarked
package io.strongroom.crypto;

import org.jspecify.annotations.NullMarked;
