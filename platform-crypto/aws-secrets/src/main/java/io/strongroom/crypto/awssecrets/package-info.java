/** Secrets on AWS Secrets Manager. */
@NullMarked
package io.strongroom.crypto.awssecrets;

import org.jspecify.annotations.NullMarked;
