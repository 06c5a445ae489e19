/** The Guice module of the object store on S3; the only package here that needs Guice. */
@NullMarked
package io.strongroom.storage.aws.s3.guice;

import org.jspecify.annotations.NullMarked;
