package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Conversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to time contenders that do not do the same work: parquet-java and, where the file is not
 * encrypted, DuckDB must find every row in each contender's file, in order and with equal values.
 */
final class WriteGate {
  private WriteGate() {}

  /**
   * Checks one contender.
   *
   * @param rows those that the contender was made with
   * @throws IllegalStateException that names the contender and what disagrees
   */
  static void check(WriteContender contender, List<Transaction> rows) {
    try {
      Path file = Files.createTempFile("gate", ".parquet");
      try {
        Files.delete(file);
        contender.write(file);
        byte[] start = Arrays.copyOf(Files.readAllBytes(file), 4);
        boolean sealed = Arrays.equals(start, new byte[] {'P', 'A', 'R', 'E'});
        require(sealed == contender.encrypts(), contender, "encrypts where it should not, or not");
        parquetJava(contender, file, rows);
        if (!sealed) {
          duckDb(contender, file, rows);
        }
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException | SQLException failed) {
      throw new IllegalStateException(contender.name() + " did not pass", failed);
    }
  }

  private static void parquetJava(WriteContender contender, Path file, List<Transaction> rows)
      throws IOException {
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    FileDecryptionProperties decryption =
        contender.encrypts()
            ? FileDecryptionProperties.builder().withFooterKey(WriteContenders.key()).build()
            : null;
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(
                new LocalInputFile(file), new PlainParquetConfiguration())
            .withDataModel(model)
            .withDecryption(decryption)
            .build()) {
      for (Transaction row : rows) {
        GenericRecord record = in.read();
        require(record != null, contender, "leaves rows out for parquet-java");
        Object[] read = new Object[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
          Object value = record.get(column);
          read[column] = value instanceof CharSequence ? value.toString() : value;
        }
        require(Arrays.equals(read, values(row)), contender, "gives parquet-java other rows");
      }
      require(in.read() == null, contender, "gives parquet-java more rows");
    }
  }

  private static void duckDb(WriteContender contender, Path file, List<Transaction> rows)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      try (ResultSet result =
          statement.executeQuery(
              "SELECT * REPLACE (epoch_us(ts) AS ts) FROM read_parquet('" + file + "')")) {
        for (Transaction row : rows) {
          require(result.next(), contender, "leaves rows out for DuckDB");
          Object[] read = new Object[COLUMNS];
          for (int column = 0; column < COLUMNS; column++) {
            read[column] = result.getObject(column + 1);
          }
          require(Arrays.equals(read, values(row)), contender, "gives DuckDB other rows");
        }
        require(!result.next(), contender, "gives DuckDB more rows");
      }
    }
  }

  private static final int COLUMNS = 9;

  private static @Nullable Object[] values(Transaction row) {
    BigDecimal amount = row.amount();
    return new @Nullable Object[] {
      row.transactionId(),
      row.account(),
      row.customerId(),
      amount,
      row.currency(),
      row.micros(),
      row.country(),
      row.merchantCategory(),
      row.description()
    };
  }

  private static void require(boolean holds, WriteContender contender, String what) {
    if (!holds) {
      throw new IllegalStateException(contender.name() + " " + what);
    }
  }
}
