package io.strongroom.benchmarks.storage;

/** What is asked of a contender that reads. */
public enum ReadTask {
  /** All columns, Snappy. */
  SNAPPY(WriteTask.SNAPPY, false),
  /** All columns, Snappy and Modular Encryption. */
  SNAPPY_ENCRYPTED(WriteTask.SNAPPY_ENCRYPTED, false),
  /** Two columns of the hundredth part of the rows, by time. */
  PROJECTION(WriteTask.SNAPPY, true);

  private final WriteTask file;
  private final boolean projected;

  ReadTask(WriteTask file, boolean projected) {
    this.file = file;
    this.projected = projected;
  }

  /** How the file was written. */
  WriteTask file() {
    return file;
  }

  boolean projected() {
    return projected;
  }
}
