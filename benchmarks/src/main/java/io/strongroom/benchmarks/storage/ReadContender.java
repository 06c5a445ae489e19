package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Something that reads a Parquet file of transactions and is timed at it. */
interface ReadContender {

  /** Its name among the benchmark's parameters. */
  String name();

  /**
   * Reads a file.
   *
   * @param from with a projection, the time at which the rows begin
   * @param to with a projection, the time at which they end, without it
   * @return what {@link ReadGate#answer} says of the rows
   */
  long read(Path file, Instant from, Instant to) throws IOException;
}
