package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Something that writes the rows it was made with as one Parquet file and is timed at it. */
interface WriteContender extends AutoCloseable {

  /** Its name among the benchmark's parameters. */
  String name();

  /** Whether its files are encrypted, under {@link WriteContenders#key}. */
  boolean encrypts();

  /** Writes all rows to a new file. */
  void write(Path file) throws IOException;

  @Override
  default void close() {}
}
