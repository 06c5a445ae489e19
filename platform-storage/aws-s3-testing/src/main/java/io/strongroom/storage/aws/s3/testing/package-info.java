/** Amazon S3 for tests, in the test's process. */
@NullMarked
package io.strongroom.storage.aws.s3.testing;

import org.jspecify.annotations.NullMarked;
