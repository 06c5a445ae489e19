/** Tests of the Guice module. */
@NullMarked
package io.strongroom.storage.aws.s3.guice;

import org.jspecify.annotations.NullMarked;
