/**
 * Encrypted Parquet files: a row writer and a row reader that need no Hadoop.
 *
 * <p>Files are Apache Parquet with version 1 data pages; encrypted ones follow Parquet Modular
 * Encryption (uniform {@code AES_GCM_V1}, encrypted footer).
 */
@NullMarked
package io.strongroom.storage.parquet;

import org.jspecify.annotations.NullMarked;
