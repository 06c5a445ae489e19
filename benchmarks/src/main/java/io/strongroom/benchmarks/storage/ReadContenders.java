package io.strongroom.benchmarks.storage;

/** All contenders that read. */
final class ReadContenders {
  private ReadContenders() {}

  /** One of them; the classes of the others are not loaded. */
  static ReadContender named(String name, ReadTask task) {
    return switch (name) {
      case "strongroom" -> new StrongroomReadContender(task);
      case "parquet-avro" -> new AvroReadContender(task);
      case "duckdb" -> new DuckDbReadContender(task);
      default -> throw new IllegalArgumentException("no contender " + name);
    };
  }
}
