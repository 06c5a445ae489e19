/** Tests over an in-process server that the real SDK takes for S3. */
@NullMarked
package io.strongroom.storage.aws.s3;

import org.jspecify.annotations.NullMarked;
