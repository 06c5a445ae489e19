/** Tests of encrypted Parquet. */
@NullMarked
package io.strongroom.storage.parquet;

import org.jspecify.annotations.NullMarked;
