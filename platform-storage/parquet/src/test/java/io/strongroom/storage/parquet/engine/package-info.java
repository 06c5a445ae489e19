@NullMarked
package io.strongroom.storage.parquet.engine;

import org.jspecify.annotations.NullMarked;
