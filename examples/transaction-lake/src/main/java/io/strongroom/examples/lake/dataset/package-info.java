/** The Parquet files of the lake: their schemas, and how they are written and read in a run. */
@NullMarked
package io.strongroom.examples.lake.dataset;

import org.jspecify.annotations.NullMarked;
