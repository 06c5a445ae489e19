package io.strongroom.storage.parquet;

import java.math.BigDecimal;

/** Where values go on their way into a file, column by column. */
interface ValueTarget {
  ColumnKind kind(int column);

  int scale(int column);

  void setNumber(int column, ColumnKind kind, long value);

  void setText(int column, CharSequence text);

  void setUtf8(int column, byte[] from, int offset, int length);

  void setBytes(int column, byte[] from, int offset, int length);

  void setUuid(int column, long high, long low);

  void setDecimal(int column, BigDecimal value);

  void setNull(int column);

  void setNested(int column, Object value);

  /** Forgets the row and says why. */
  ParquetFileException refused(int column, String what);

  ParquetFileException otherKind(int column, String given);
}
