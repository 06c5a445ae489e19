package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.KeyClass;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The content digest beside one that is computed from the rows by plain Java. */
@Tag("verify")
class ContentDigestTest {
  private static final int ROWS = 2_500;

  @TempDir Path folder;

  private interface Content {
    void put(DataOutputStream out) throws IOException;
  }

  private static byte[] sha256(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.put(new DataOutputStream(bytes));
      return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (NoSuchAlgorithmException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte(1);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static void number(DataOutputStream out, long number) throws IOException {
    out.writeByte(1);
    out.writeLong(number);
  }

  private static void decimal(DataOutputStream out, BigDecimal decimal) throws IOException {
    out.writeByte(1);
    byte[] digits = decimal.unscaledValue().toByteArray();
    for (int index = digits.length; index < 16; index++) {
      out.writeByte(decimal.signum() < 0 ? -1 : 0);
    }
    out.write(digits);
  }

  /** A row of {@link Samples}, its columns in the order of their names. */
  private static byte[] row(byte[] columns, int row) {
    boolean absent = Samples.absent(row);
    return sha256(
        out -> {
          out.write(columns);
          decimal(out, Samples.amount(row));
          number(out, Samples.micros(row));
          if (absent) {
            out.write(new byte[2]);
          } else {
            number(out, -row);
            out.writeByte(1);
            out.writeBoolean(row % 2 == 0);
          }
          text(out, Samples.currency(row));
          if (absent) {
            out.writeByte(0);
          } else {
            number(out, row % 20_000 - 5_000);
          }
          BigDecimal fee = Samples.fee(row);
          if (fee == null) {
            out.writeByte(0);
          } else {
            decimal(out, fee);
          }
          number(out, row);
          String note = Samples.note(row);
          if (note == null) {
            out.writeByte(0);
          } else {
            text(out, note);
          }
          if (absent) {
            out.write(new byte[3]);
          } else {
            number(out, Long.MAX_VALUE - row);
            number(out, Double.doubleToLongBits(row / 8.0));
            number(out, -Samples.micros(row));
          }
        });
  }

  private static ContentDigest expected(int from, int to) {
    byte[] columns =
        sha256(
            out -> {
              for (String column :
                  new String[] {
                    "amount:decimal 2",
                    "at:timestamp-micros",
                    "attempts:integer",
                    "booked:boolean",
                    "currency:string",
                    "day:date",
                    "fee:decimal 10",
                    "id:integer",
                    "note:string",
                    "parent:integer",
                    "rate:double",
                    "settled:timestamp-micros"
                  }) {
                String[] parts = column.split(":", 2);
                out.write(parts[0].getBytes(StandardCharsets.UTF_8));
                out.writeByte(0);
                out.write(parts[1].getBytes(StandardCharsets.UTF_8));
                out.writeByte(0);
              }
            });
    BigInteger sum = BigInteger.ZERO;
    for (int row = from; row < to; row++) {
      sum = sum.add(new BigInteger(1, row(columns, row)));
    }
    String hex = "0".repeat(64) + sum.toString(16);
    return new ContentDigest(to - from, hex.substring(hex.length() - 64));
  }

  private static Samples.Written written(
      List<Integer> rows,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      WriterSettings settings,
      Workers workers) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            sink, schema, keys, settings.withContentDigest(), new BufferPool(1 << 22), workers)) {
      rows.forEach(row -> Samples.write(out, row));
      return new Samples.Written(sink, out.finish());
    }
  }

  private static ContentDigest read(
      Samples.Written file, ParquetSchema columns, @Nullable ParquetFileKeys keys) {
    return new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
        .contentDigest("f", file.source(), columns, keys, null);
  }

  private static List<Integer> shuffled() {
    List<Integer> rows = new ArrayList<>(IntStream.range(0, ROWS).boxed().toList());
    Collections.shuffle(rows, new Random(4));
    return rows;
  }

  @Test
  void everyLayoutCodecAndOrderOfTheSameRowsGivesTheDigestThatPlainJavaComputes() {
    ContentDigest expected = expected(0, ROWS);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    KeyClass personal = new KeyClass("personal");
    ParquetFileKeys keys = Samples.keys().with(personal, Samples.key(2), "p");
    try {
      for (ParquetLayout layout : ParquetLayout.values()) {
        for (Codec codec : Codec.values()) {
          Samples.Written file =
              written(
                  shuffled(),
                  Samples.SCHEMA.withKeyClass(personal, "note"),
                  keys,
                  Samples.small(layout, codec, codec == Codec.SNAPPY ? 700 : 2_400),
                  codec == Codec.ZSTD ? new Workers(3, pool) : Workers.NONE);
          assertThat(file.facts().contentDigest()).contains(expected);
          assertThat(read(file, Samples.SCHEMA, keys)).isEqualTo(expected);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void filesOfSlicesAddUpAndColumnsMayStandInAnyOrder() {
    WriterSettings settings = Samples.small(ParquetLayout.STANDARD, Codec.SNAPPY, 400);
    List<Integer> rows = shuffled();
    Samples.Written one =
        written(rows.subList(0, 999), Samples.SCHEMA, null, settings, Workers.NONE);
    Samples.Written two =
        written(rows.subList(999, ROWS), Samples.SCHEMA, null, settings, Workers.NONE);
    String[] backwards = Samples.SCHEMA.columns().toArray(new String[0]);
    Collections.reverse(java.util.Arrays.asList(backwards));
    ContentDigest sum =
        ContentDigest.EMPTY
            .plus(read(one, Samples.SCHEMA.select(backwards), null))
            .plus(two.facts().contentDigest().orElseThrow());
    assertThat(sum).isEqualTo(expected(0, ROWS));
    assertThat(Samples.file(10, null, settings).facts().contentDigest()).isEmpty();
  }

  @Test
  void aFileThatDuckDbWroteAnewHasTheSameDigest() throws Exception {
    Path ours = folder.resolve("ours.parquet");
    Path theirs = folder.resolve("theirs.parquet");
    Files.write(ours, Samples.file(ROWS, null, ParquetLayout.STANDARD, Codec.ZSTD).bytes());
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM '"
              + ours
              + "' ORDER BY currency, id DESC) TO '"
              + theirs
              + "' (FORMAT parquet, CODEC gzip, ROW_GROUP_SIZE 2048)");
    }
    ContentDigest digest =
        new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
            .contentDigest(
                "theirs", BytesSource.of(Files.readAllBytes(theirs)), Samples.SCHEMA, null, null);
    assertThat(digest).isEqualTo(expected(0, ROWS));
  }

  private static ContentDigest digest(String type, Object... values) {
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"c\",\"type\":[\"null\","
                + type
                + "]}]}");
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    ParquetFiles files =
        new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD).withContentDigest();
    try (ParquetRowWriter out = files.write(sink, schema, null)) {
      for (Object value : values) {
        out.setObject(0, value.equals("null") ? null : value);
        out.endRow();
      }
      return out.finish().contentDigest().orElseThrow();
    }
  }

  @Test
  void equalValuesAreEqualAndOthersAreNot() {
    assertThat(digest("\"int\"", 7)).isEqualTo(digest("\"long\"", 7L));
    assertThat(digest("\"string\"", "")).isNotEqualTo(digest("\"string\"", "null"));
    assertThat(digest("\"string\"", "a")).isNotEqualTo(digest("\"string\"", "a", "a"));
    assertThat(digest("\"string\"", "a", "b")).isEqualTo(digest("\"string\"", "b", "a"));
    assertThat(digest("\"double\"", Double.longBitsToDouble(0x7ff8000000000001L)))
        .isEqualTo(digest("\"double\"", Double.NaN));
    assertThat(digest("\"float\"", 1.1f)).isEqualTo(digest("\"double\"", (double) 1.1f));
    assertThat(digest("\"bytes\"", new byte[] {97})).isNotEqualTo(digest("\"string\"", "a"));
    assertThat(digest("\"double\"", -0.0)).isNotEqualTo(digest("\"double\"", 0.0));
    String narrow = "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}";
    String wide = narrow.replace(":9,", ":38,");
    BigDecimal value = new BigDecimal("-12.34");
    assertThat(digest(narrow, value)).isEqualTo(digest(wide, value));
    assertThat(digest(wide, value.negate())).isNotEqualTo(digest(wide, value));
  }

  @Test
  void aReaderFindsTheSameDigestForEveryType() {
    for (int seed = 0; seed < 6; seed++) {
      RandomTable table = new RandomTable(seed, 30, 2_000);
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      WriterSettings settings = Samples.small(ParquetLayout.STANDARD, Codec.ZSTD, 300);
      ContentDigest written =
          table
              .write(sink, null, settings.withContentDigest(), Workers.NONE)
              .contentDigest()
              .orElseThrow();
      ContentDigest read =
          new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
              .contentDigest("f", BytesSource.of(sink.toByteArray()), table.schema, null, null);
      assertThat(read).as("seed " + seed).isEqualTo(written);
      assertThat(read.rows()).isEqualTo(table.rows);
    }
  }

  /** The example of FORMAT.md. */
  @Test
  void theDigestOfTheFormatsExampleIsTheOneStated() {
    assertThat(digest("\"string\"", "EUR", "null").sum())
        .isEqualTo("1c5dd392e9205d8c05a81b6d33722d4e2be0cbdd40dee1a07b411c86914cc5c9");
  }

  @Test
  void whatIsNoDigestIsRefused() {
    assertThatThrownBy(() -> new ContentDigest(-1, "0".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ContentDigest(0, "0".repeat(63)))
        .isInstanceOf(IllegalArgumentException.class);
    ContentDigest most = new ContentDigest(1, "f".repeat(64));
    assertThat(most.plus(most)).isEqualTo(new ContentDigest(2, "f".repeat(63) + "e"));
  }
}
