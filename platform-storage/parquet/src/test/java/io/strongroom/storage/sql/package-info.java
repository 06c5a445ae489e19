/** Tests of encrypted Parquet. */
@NullMarked
package io.strongroom.storage.sql;

import org.jspecify.annotations.NullMarked;
