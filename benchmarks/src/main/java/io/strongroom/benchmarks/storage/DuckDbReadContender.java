package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** DuckDB with one thread, which computes the answer itself and makes no Java object of a value. */
final class DuckDbReadContender implements ReadContender {
  private final ReadTask task;

  DuckDbReadContender(ReadTask task) {
    this.task = task;
  }

  @Override
  public String name() {
    return "duckdb";
  }

  @Override
  public long read(Path file, Instant from, Instant to) throws IOException {
    String sum =
        task.projected()
            ? "sum(strlen(account)) + sum(CAST(amount * 100 AS BIGINT))"
            : "sum(strlen(transaction_id)) + sum(strlen(account)) + sum(customer_id)"
                + " + sum(CAST(amount * 100 AS BIGINT)) + sum(strlen(currency))"
                + " + sum(epoch_us(ts)) + sum(strlen(country))"
                + " + sum(strlen(merchant_category)) + sum(strlen(description))";
    String where = task.projected() ? " WHERE ts >= '" + from + "' AND ts < '" + to + "'" : "";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      try (ResultSet result =
          statement.executeQuery("SELECT " + sum + " FROM read_parquet('" + file + "')" + where)) {
        result.next();
        // The numbers of the others wrap as a long does.
        return result.getBigDecimal(1).toBigInteger().longValue();
      }
    } catch (SQLException failed) {
      throw new IOException("DuckDB cannot read the file", failed);
    }
  }
}
