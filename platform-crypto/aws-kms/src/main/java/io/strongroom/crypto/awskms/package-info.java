/** Key service and signers on AWS KMS. */
@NullMarked
package io.strongroom.crypto.awskms;

import org.jspecify.annotations.NullMarked;
