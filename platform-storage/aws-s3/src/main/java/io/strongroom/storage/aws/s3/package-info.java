/** The object store on Amazon S3. */
@NullMarked
package io.strongroom.storage.aws.s3;

import org.jspecify.annotations.NullMarked;
