package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.parquet.Samples.Written;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB as the oracle: plain files of both layouts, encrypted ones of one page a chunk. */
@Tag("verify")
class DuckDbReadsTest {
  @TempDir Path folder;

  private String stored(Written file) throws Exception {
    Path path = Files.createTempFile(folder, "f", ".parquet");
    Files.write(path, file.bytes());
    return path.toString();
  }

  private static String plain(String path) {
    return "read_parquet('" + path + "')";
  }

  private static String sealed(String path, byte[] key) {
    return "read_parquet('"
        + path
        + "', encryption_config = {footer_key_value: from_base64('"
        + Base64.getEncoder().encodeToString(key)
        + "')})";
  }

  private static Connection duckDb() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      // What DuckDB needs for filters on encrypted files.
      statement.execute("SET disabled_optimizers = 'filter_pushdown'");
    }
    return connection;
  }

  /** The value at the first row and column. */
  private static @Nullable Object one(Connection duckDb, String sql) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getObject(1);
    }
  }

  private static void checkRows(Connection duckDb, String from, int rows) throws SQLException {
    String sql = "SELECT * FROM " + from + " ORDER BY id LIMIT " + rows;
    try (Statement statement = duckDb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      for (int row = 0; row < rows; row++) {
        assertThat(result.next()).isTrue();
        same(row, result.getLong(1), (long) row);
        same(row, result.getString(2), Samples.note(row));
        same(row, result.getString(3), Samples.currency(row));
        same(row, result.getBigDecimal(4), Samples.amount(row));
        same(row, result.getBigDecimal(5), Samples.fee(row));
        same(row, micros(result.getObject(6)), Samples.micros(row));
        boolean absent = Samples.absent(row);
        same(row, result.getObject(7), absent ? null : LocalDate.ofEpochDay(row % 20_000 - 5_000));
        same(row, result.getObject(8), absent ? null : -row);
        same(row, result.getObject(9), absent ? null : row % 2 == 0);
        same(row, result.getObject(10), absent ? null : row / 8.0);
        same(row, micros(result.getObject(11)), absent ? null : -Samples.micros(row));
        same(row, result.getObject(12), absent ? null : Long.MAX_VALUE - row);
      }
      assertThat(result.next()).isFalse();
    }
  }

  private static @Nullable Long micros(@Nullable Object time) {
    return time == null
        ? null
        : ChronoUnit.MICROS.between(Instant.EPOCH.atOffset(ZoneOffset.UTC), (OffsetDateTime) time);
  }

  private static void same(int row, @Nullable Object read, @Nullable Object written) {
    if (!Objects.equals(read, written)) {
      throw new AssertionError("row " + row + ": " + read + " instead of " + written);
    }
  }

  /** The sum, count and filter that the rows must give, computed from the rows themselves. */
  private static void checkSums(Connection duckDb, String from, int rows) throws SQLException {
    BigDecimal amounts = BigDecimal.ZERO;
    BigDecimal euros = BigDecimal.ZERO;
    long notes = 0;
    for (int row = 0; row < rows; row++) {
      amounts = amounts.add(Samples.amount(row));
      notes += Samples.note(row) == null ? 0 : 1;
      if (Samples.currency(row).equals("EUR") && Samples.amount(row).signum() > 0) {
        euros = euros.add(Samples.amount(row));
      }
    }
    assertThat(one(duckDb, "SELECT sum(amount) FROM " + from)).isEqualTo(amounts);
    assertThat(one(duckDb, "SELECT count(note) FROM " + from)).isEqualTo(notes);
    assertThat(
            one(
                duckDb,
                "SELECT sum(amount) FROM " + from + " WHERE currency = 'EUR' AND amount > 0"))
        .isEqualTo(euros);
    assertThat(one(duckDb, "SELECT count(*) FROM " + from + " WHERE id >= " + (rows - 10)))
        .isEqualTo(10L);
  }

  @Test
  void plainFilesOfBothLayoutsAndEveryCodecAreRead() throws Exception {
    try (Connection duckDb = duckDb()) {
      for (ParquetLayout layout : ParquetLayout.values()) {
        for (Codec codec : Codec.values()) {
          String from =
              plain(stored(Samples.file(21_000, null, Samples.small(layout, codec, 20_500))));
          checkRows(duckDb, from, 2_000);
          checkSums(duckDb, from, 21_000);
        }
      }
    }
  }

  @Test
  void encryptedFilesOfOnePageAChunkAreRead() throws Exception {
    try (Connection duckDb = duckDb()) {
      Written small =
          Samples.file(
              25_000, Samples.KEYS, Samples.small(ParquetLayout.SINGLE_PAGE, Codec.ZSTD, 23_000));
      checkRows(duckDb, sealed(stored(small), Samples.key(1)), 25_000);
      Written two = Samples.file(125_000, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
      checkSums(duckDb, sealed(stored(two), Samples.key(1)), 125_000);
    }
  }

  @Test
  void emptyFilesAreRead() throws Exception {
    try (Connection duckDb = duckDb()) {
      String empty = stored(Samples.file(0, null, ParquetLayout.SINGLE_PAGE, Codec.ZSTD));
      assertThat(one(duckDb, "SELECT count(*) FROM " + plain(empty))).isEqualTo(0L);
      String sealed = stored(Samples.file(0, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD));
      assertThat(one(duckDb, "SELECT count(*) FROM " + sealed(sealed, Samples.key(1))))
          .isEqualTo(0L);
    }
  }

  @Test
  void anotherKeyDoesNotOpenAFile() throws Exception {
    try (Connection duckDb = duckDb()) {
      String path = stored(Samples.file(10, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD));
      assertThatThrownBy(() -> one(duckDb, "SELECT sum(id) FROM " + sealed(path, Samples.key(2))))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> one(duckDb, "SELECT sum(id) FROM " + plain(path)))
          .isInstanceOf(SQLException.class);
    }
  }

  /** When this fails, DuckDB has learned it and the README can say so. */
  @Test
  void anEncryptedFileOfSeveralPagesAChunkIsRefused() throws Exception {
    try (Connection duckDb = duckDb()) {
      String path = stored(Samples.file(45_000, Samples.KEYS, ParquetLayout.STANDARD, Codec.ZSTD));
      assertThatThrownBy(() -> one(duckDb, "SELECT sum(id) FROM " + sealed(path, Samples.key(1))))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aFileThatDuckDbWroteIsRead() throws Exception {
    try (Connection duckDb = duckDb()) {
      String path = stored(Samples.file(5_000, null, ParquetLayout.SINGLE_PAGE, Codec.ZSTD));
      for (String codec : new String[] {"zstd", "snappy", "uncompressed"}) {
        Path copy = folder.resolve(codec + ".parquet");
        try (Statement statement = duckDb.createStatement()) {
          statement.execute(
              "COPY (SELECT * FROM "
                  + plain(path)
                  + " ORDER BY id) TO '"
                  + copy
                  + "' (FORMAT parquet, COMPRESSION "
                  + codec
                  + ", ROW_GROUP_SIZE 2048)");
        }
        // DuckDB has no required columns.
        ParquetSchema nullable =
            ParquetSchema.parse(
                Samples.AVRO
                    .replace(
                        "\"name\":\"id\",\"type\":\"long\"",
                        "\"name\":\"id\",\"type\":[\"null\",\"long\"]")
                    .replace(
                        "\"currency\",\"type\":\"string\"",
                        "\"currency\",\"type\":[\"null\",\"string\"]"));
        try (ParquetRowReader in =
            new ParquetRowReader(BytesSource.of(Files.readAllBytes(copy)), nullable, null, null)) {
          Samples.checkAll(in, 5_000);
        }
      }
    }
  }
}
