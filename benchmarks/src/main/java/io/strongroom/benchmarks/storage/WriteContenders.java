package io.strongroom.benchmarks.storage;

import io.strongroom.storage.parquet.ParquetLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All contenders over the same rows. */
final class WriteContenders {
  private static final int LEVEL_OF_OTHERS = 3;

  private WriteContenders() {}

  /** The AES-256 key of all; nothing here is secret. */
  static byte[] key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return key;
  }

  /**
   * One of them; the classes of the others are not loaded.
   *
   * @param cores that strongroom may use
   */
  static WriteContender named(
      String name,
      WriteTask task,
      int cores,
      List<Transaction> rows,
      @Nullable EncodedRows encoded) {
    return switch (name) {
      case "strongroom" -> ours(name, task, ParquetLayout.STANDARD, 1, cores, rows, encoded);
      case "strongroom-single-page" ->
          ours(name, task, ParquetLayout.SINGLE_PAGE, 1, cores, rows, encoded);
      case "strongroom-zstd3" ->
          ours(name, task, ParquetLayout.STANDARD, LEVEL_OF_OTHERS, cores, rows, encoded);
      case "parquet-avro" -> new AvroWriteContender(name, task, task.encrypted(), rows, encoded);
      case "parquet-avro-plain" -> new AvroWriteContender(name, task, false, rows, encoded);
      case "duckdb" -> new DuckDbWriteContender(task, rows);
      case "spark" -> new SparkWriteContender(task, rows, SparkWriteContender.home());
      default -> throw new IllegalArgumentException("no contender " + name);
    };
  }

  private static WriteContender ours(
      String name,
      WriteTask task,
      ParquetLayout layout,
      int level,
      int cores,
      List<Transaction> rows,
      @Nullable EncodedRows encoded) {
    return new StrongroomWriteContender(name, task, layout, level, cores, rows, encoded);
  }
}
