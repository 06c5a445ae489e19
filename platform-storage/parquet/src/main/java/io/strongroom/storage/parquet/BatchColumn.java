package io.strongroom.storage.parquet;

/** Fills the vector of a column, within one row group. */
sealed interface BatchColumn permits ColumnStream, NestedStream, DefaultColumn {

  /**
   * Goes to where a row of the row group is.
   *
   * @return the row after the last one that can be read together with it
   */
  long pageEnd(long wanted);

  /** Fills the vector with rows up to that end at most. */
  void read(long first, int count);
}
