/** The Guice module of encrypted Parquet; everything works without it. */
@NullMarked
package io.strongroom.storage.parquet.guice;

import org.jspecify.annotations.NullMarked;
