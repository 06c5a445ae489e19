package io.strongroom.storage.parquet;

/** What a column holds, as this library's setters and getters name it. */
enum ColumnKind {
  BOOLEAN(1),
  INT(4),
  DATE(4),
  LONG(8),
  TIMESTAMP_MICROS(8),
  DOUBLE(8),
  STRING(4),
  DECIMAL(16);

  private final int plainBytes;

  ColumnKind(int plainBytes) {
    this.plainBytes = plainBytes;
  }

  /** What a value costs in memory while its row group is open, without the bytes of a text. */
  int plainBytes() {
    return plainBytes;
  }
}
