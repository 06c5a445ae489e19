package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * DuckDB's {@code COPY} in this process and one thread, level 3 of Zstandard. It starts from a
 * table in memory, which is columnar and in UTF-8 already: the encoding of objects is not in its
 * times.
 */
final class DuckDbWriteContender implements WriteContender {
  private final WriteTask task;
  private final Connection connection;

  DuckDbWriteContender(WriteTask task, List<Transaction> rows) {
    this.task = task;
    try {
      Path loaded = StrongroomWriteContender.uncompressed(rows);
      try {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = connection.createStatement()) {
          statement.execute("SET threads = 1");
          statement.execute("SET TimeZone = 'UTC'");
          statement.execute("CREATE TABLE rows AS FROM read_parquet('" + loaded + "')");
        }
      } finally {
        Files.delete(loaded);
      }
    } catch (SQLException | IOException failed) {
      throw new IllegalStateException("DuckDB did not take the rows", failed);
    }
  }

  @Override
  public String name() {
    return "duckdb";
  }

  @Override
  public boolean encrypts() {
    return false;
  }

  @Override
  public void write(Path file) throws IOException {
    String level = task.codec().equals("ZSTD") ? ", COMPRESSION_LEVEL 3" : "";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY rows TO '" + file + "' (FORMAT parquet, COMPRESSION " + task.codec() + level + ")");
    } catch (SQLException failed) {
      throw new IOException("DuckDB did not write " + file, failed);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException failed) {
      throw new IllegalStateException("DuckDB did not close", failed);
    }
  }
}
