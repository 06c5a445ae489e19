/** Tests of the Guice module. */
@NullMarked
package io.strongroom.storage.parquet.guice;

import org.jspecify.annotations.NullMarked;
