package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.parquet.Samples.Written;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters take exactly the rows that a plain look at every value takes, and fetch little else. */
@Tag("verify")
class RowFilterTest {
  private static final int ROWS = 2_000;

  @TempDir Path folder;

  /** The values of a row, by column of the samples. */
  private static @Nullable Object value(int column, int row) {
    boolean absent = Samples.absent(row);
    return switch (column) {
      case 0 -> (long) row;
      case 1 -> Samples.note(row);
      case 2 -> Samples.currency(row);
      case 3 -> Samples.amount(row);
      case 4 -> Samples.fee(row);
      case 5 -> Instant.EPOCH.plus(Samples.micros(row), ChronoUnit.MICROS);
      case 6 -> absent ? null : LocalDate.ofEpochDay(row % 20_000 - 5_000);
      case 7 -> absent ? null : -row;
      case 8 -> absent ? null : row % 2 == 0;
      case 9 -> absent ? null : row / 8.0;
      case 10 -> absent ? null : -Samples.micros(row);
      case 11 -> absent ? null : Long.MAX_VALUE - row;
      default -> throw new IllegalArgumentException("column " + column);
    };
  }

  /** A condition with the truth of SQL: null where it cannot be said. */
  private interface Condition {
    @Nullable Boolean holds(int row);

    RowFilter filter();
  }

  private record Is(int column, RowFilter.Order order, Object wanted) implements Condition {
    @Override
    public @Nullable Boolean holds(int row) {
      Object own = value(column, row);
      if (own == null) {
        return null;
      }
      int compared = compare(own, wanted);
      return switch (order) {
        case EQUAL -> compared == 0;
        case DIFFERENT -> compared != 0;
        case LESS -> compared < 0;
        case AT_MOST -> compared <= 0;
        case GREATER -> compared > 0;
        case AT_LEAST -> compared >= 0;
      };
    }

    @Override
    public RowFilter filter() {
      RowFilter.Column named = RowFilter.column(Samples.SCHEMA.columns().get(column));
      return switch (order) {
        case EQUAL -> named.equalTo(wanted);
        case DIFFERENT -> named.differentFrom(wanted);
        case LESS -> named.lessThan(wanted);
        case AT_MOST -> named.atMost(wanted);
        case GREATER -> named.greaterThan(wanted);
        case AT_LEAST -> named.atLeast(wanted);
      };
    }
  }

  @SuppressWarnings("unchecked")
  private static int compare(Object own, Object wanted) {
    if (own instanceof String text) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8),
          ((String) wanted).getBytes(StandardCharsets.UTF_8));
    }
    return ((Comparable<Object>) own).compareTo(wanted);
  }

  private record IsOneOf(int column, List<Object> wanted) implements Condition {
    @Override
    public @Nullable Boolean holds(int row) {
      Object own = value(column, row);
      return own == null ? null : wanted.stream().anyMatch(one -> compare(own, one) == 0);
    }

    @Override
    public RowFilter filter() {
      return RowFilter.column(Samples.SCHEMA.columns().get(column)).in(wanted);
    }
  }

  private record IsNull(int column) implements Condition {
    @Override
    public Boolean holds(int row) {
      return value(column, row) == null;
    }

    @Override
    public RowFilter filter() {
      return RowFilter.column(Samples.SCHEMA.columns().get(column)).isNull();
    }
  }

  private record Not(Condition condition) implements Condition {
    @Override
    public @Nullable Boolean holds(int row) {
      Boolean held = condition.holds(row);
      return held == null ? null : !held;
    }

    @Override
    public RowFilter filter() {
      return condition.filter().not();
    }
  }

  private record Two(boolean both, Condition left, Condition right) implements Condition {
    @Override
    public @Nullable Boolean holds(int row) {
      Boolean first = left.holds(row);
      Boolean second = right.holds(row);
      Boolean decides = !both;
      if (decides.equals(first) || decides.equals(second)) {
        return decides;
      }
      boolean unknown = first == null || second == null;
      return unknown ? null : Boolean.valueOf(both);
    }

    @Override
    public RowFilter filter() {
      return both ? left.filter().and(right.filter()) : left.filter().or(right.filter());
    }
  }

  private static Condition condition(SplittableRandom random, int depth) {
    boolean joined = depth > 0 && random.nextInt(4) > 0;
    if (joined) {
      return random.nextInt(4) == 0
          ? new Not(condition(random, depth - 1))
          : new Two(
              random.nextBoolean(), condition(random, depth - 1), condition(random, depth - 1));
    }
    int column = random.nextInt(12);
    return switch (random.nextInt(5)) {
      case 0 -> new IsNull(column);
      case 1 ->
          new IsOneOf(
              column,
              IntStream.range(0, random.nextInt(4))
                  .mapToObj(any -> wanted(random, column))
                  .toList());
      default ->
          new Is(
              column,
              List.of(RowFilter.Order.values()).get(random.nextInt(6)),
              wanted(random, column));
    };
  }

  /** A value that some row has, or nearly has. */
  private static Object wanted(SplittableRandom random, int column) {
    while (true) {
      int row = random.nextInt(ROWS + 200) - 100;
      Object value = row < 0 ? null : value(column, row);
      if (value instanceof BigDecimal decimal && random.nextInt(3) == 0) {
        return decimal.add(new BigDecimal("0.00000000000" + (1 + random.nextInt(9))));
      }
      if (value instanceof String text && random.nextInt(3) == 0) {
        return text + " and more";
      }
      if (value != null) {
        return value;
      }
    }
  }

  private static List<Long> read(
      byte[] file, ParquetSchema projection, RowFilter filter, @Nullable ParquetFileKeys keys) {
    List<Long> ids = new ArrayList<>();
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), projection, filter, keys, null)) {
      int id = projection.columns().indexOf("id");
      while (in.next()) {
        ids.add(in.getLong(id));
        if (projection == Samples.SCHEMA) {
          Samples.check(in, (int) in.getLong(id));
        }
      }
    }
    return ids;
  }

  private static void check(
      byte[] file, SplittableRandom random, int filters, @Nullable ParquetFileKeys keys) {
    int some = 0;
    for (int count = 0; count < filters; count++) {
      Condition condition = condition(random, 3);
      List<Long> expected = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        if (Boolean.TRUE.equals(condition.holds(row))) {
          expected.add((long) row);
        }
      }
      ParquetSchema projection =
          random.nextInt(3) == 0 ? Samples.SCHEMA : Samples.SCHEMA.select("note", "id");
      if (!read(file, projection, condition.filter(), keys).equals(expected)) {
        throw new AssertionError("other rows for " + condition);
      }
      some += expected.isEmpty() || expected.size() == ROWS ? 0 : 1;
    }
    assertThat(some).isGreaterThan(filters / 3);
  }

  @Test
  void filesOfThisWriterGiveExactlyTheRowsOfTheFilter() {
    SplittableRandom random = new SplittableRandom(1);
    for (ParquetLayout layout : ParquetLayout.values()) {
      for (int rowsPerGroup : new int[] {ROWS, 400}) {
        WriterSettings settings = Samples.small(layout, Codec.ZSTD, rowsPerGroup);
        check(Samples.file(ROWS, null, settings).bytes(), random, 25, null);
        check(Samples.file(ROWS, Samples.KEYS, settings).bytes(), random, 25, Samples.KEYS);
      }
    }
  }

  /** Pages by bytes: those of a text end at other rows than those of a number. */
  private byte[] unaligned(SplittableRandom random, boolean sealed, boolean bloomFilters)
      throws IOException {
    Path path = folder.resolve("f" + random.nextLong() + ".parquet");
    ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(new LocalOutputFile(path))
            .withType(Samples.SCHEMA.messageType())
            .withPageSize(100 + random.nextInt(3_000))
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(1 + random.nextInt(20))
            .withPageRowCountLimit(50 + random.nextInt(500))
            .withDictionaryEncoding(random.nextBoolean())
            .withRowGroupRowCountLimit(500 + random.nextInt(3_000))
            .withBloomFilterEnabled("note", bloomFilters && random.nextBoolean())
            .withBloomFilterEnabled("currency", bloomFilters && random.nextBoolean())
            .withBloomFilterEnabled("id", bloomFilters)
            .withBloomFilterEnabled("attempts", bloomFilters && random.nextBoolean());
    if (sealed) {
      builder =
          builder.withEncryption(
              FileEncryptionProperties.builder(Samples.key(1))
                  .withFooterKeyMetadata(Samples.KEYS.keyId().getBytes(StandardCharsets.UTF_8))
                  .build());
    }
    try (ParquetWriter<Group> out = builder.build()) {
      for (int row = 0; row < ROWS; row++) {
        out.write(group(row));
      }
    }
    return Files.readAllBytes(path);
  }

  private static Group group(int row) {
    Group group = new SimpleGroup(Samples.SCHEMA.messageType());
    for (int column = 0; column < 12; column++) {
      Object value = value(column, row);
      if (value instanceof String text) {
        group.add(column, text);
      } else if (value instanceof Boolean flag) {
        group.add(column, flag);
      } else if (value instanceof Integer number) {
        group.add(column, number);
      } else if (value instanceof Long number) {
        group.add(column, number);
      } else if (value instanceof Double number) {
        group.add(column, number);
      } else if (value instanceof LocalDate day) {
        group.add(column, (int) day.toEpochDay());
      } else if (value instanceof Instant) {
        group.add(column, Samples.micros(row));
      } else if (value instanceof BigDecimal decimal) {
        if (column == 3) {
          group.add(column, decimal.unscaledValue().longValueExact());
        } else {
          byte[] digits = decimal.unscaledValue().toByteArray();
          byte[] padded = new byte[16];
          Arrays.fill(padded, (byte) (decimal.signum() < 0 ? -1 : 0));
          System.arraycopy(digits, 0, padded, 16 - digits.length, digits.length);
          group.add(column, Binary.fromConstantByteArray(padded));
        }
      }
    }
    return group;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void pagesThatDoNotLineUpGiveExactlyTheRowsOfTheFilter(int seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    check(unaligned(random, false, true), random, 40, null);
    check(unaligned(random, true, true), random, 40, Samples.KEYS);
  }

  private static final ParquetSchema WIDE =
      ParquetSchema.parse(
          "{\"type\":\"record\",\"name\":\"t\",\"fields\":["
              + "{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"t\",\"type\":\"string\"},"
              + "{\"name\":\"d\",\"type\":[\"null\",\"double\"]}]}");

  private static byte[] wide(@Nullable ParquetFileKeys keys) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, WIDE, keys, ParquetLayout.STANDARD, Codec.UNCOMPRESSED)) {
      for (int row = 0; row < 200_000; row++) {
        out.setLong(0, row);
        out.setString(1, "a text of row " + row);
        out.setDouble(2, row == 7 ? Double.NaN : -row);
        out.endRow();
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  @Test
  void onlyThePagesThatAreNeededAreFetched() {
    for (ParquetFileKeys keys : new ParquetFileKeys[] {null, Samples.KEYS}) {
      byte[] file = wide(keys);
      CountingSource source = new CountingSource(file);
      RowFilter filter =
          RowFilter.column("n").atLeast(100_100).and(RowFilter.column("n").lessThan(100_110L));
      int rows = 0;
      try (ParquetRowReader in =
          new ParquetRowReader("f", source, WIDE.select("t"), filter, keys, null)) {
        while (in.next()) {
          assertThat(in.getString(0)).isEqualTo("a text of row " + (100_100 + rows));
          rows++;
        }
      }
      assertThat(rows).isEqualTo(10);
      // The footer, the indexes and one page of each column: of 4.8 MB of texts not a tenth.
      assertThat(source.fetched()).isLessThan(file.length / 8);
      CountingSource none = new CountingSource(file);
      try (ParquetBatchReader in =
          new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
              .batches("f", none, WIDE, RowFilter.column("n").lessThan(0), keys, null)) {
        assertThat(in.next()).isFalse();
      }
      assertThat(none.fetched()).isLessThanOrEqualTo(64 * 1024);
    }
  }

  @Test
  void aBloomFilterSparesTheFetchOfWhatIsNotThere() throws Exception {
    Path path = folder.resolve("bloom.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(path))
            .withType(WIDE.messageType())
            .withDictionaryEncoding(false)
            .withBloomFilterEnabled("n", true)
            .withBloomFilterNDV("n", 50_000)
            .withBloomFilterEnabled("t", true)
            .withBloomFilterNDV("t", 50_000)
            .build()) {
      for (int row = 0; row < 50_000; row++) {
        Group group = new SimpleGroup(WIDE.messageType());
        group.add(0, row * 2L);
        group.add(1, "a text " + row * 2);
        out.write(group);
      }
    }
    byte[] file = Files.readAllBytes(path);
    int spared = 0;
    for (int odd = 1; odd < 40; odd += 2) {
      for (RowFilter absent :
          List.of(
              RowFilter.column("n").equalTo(50_000 + odd),
              RowFilter.column("t").equalTo("a text 5" + odd),
              RowFilter.column("t").in("a text 3" + odd, "a text 7777" + odd))) {
        CountingSource source = new CountingSource(file);
        try (ParquetRowReader in =
            new ParquetRowReader("f", source, WIDE.select("t"), absent, null, null)) {
          assertThat(in.next()).isFalse();
        }
        // The footer, the header of the bloom filter and its bits.
        spared += source.requests() <= 3 ? 1 : 0;
      }
    }
    assertThat(spared).isBetween(54, 60);
    try (ParquetRowReader in =
        new ParquetRowReader(
            "f",
            BytesSource.of(file),
            WIDE.select("t"),
            RowFilter.column("n").equalTo(50_000L),
            null,
            null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getString(0)).isEqualTo("a text 50000");
      assertThat(in.next()).isFalse();
    }
  }

  private static long count(byte[] file, RowFilter filter) {
    long rows = 0;
    try (ParquetBatchReader in =
        new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
            .batches("f", BytesSource.of(file), WIDE.select("n"), filter, null, null)) {
      while (in.next()) {
        rows += in.rows();
      }
    }
    return rows;
  }

  @Test
  void whatIsNoNumberIsOnlyDifferent() {
    byte[] file = wide(null);
    RowFilter.Column d = RowFilter.column("d");
    assertThat(count(file, d.differentFrom(-3.0))).isEqualTo(199_999);
    assertThat(count(file, d.atMost(0.0))).isEqualTo(199_999);
    assertThat(count(file, d.atMost(0.0).not())).isZero();
    assertThat(count(file, d.greaterThan(0.0))).isZero();
    assertThat(count(file, d.equalTo(Double.NaN))).isZero();
    assertThat(count(file, d.equalTo(-0.0))).isEqualTo(1);
    assertThat(count(file, d.in(-1.0, -2.0, 5.0))).isEqualTo(2);
    assertThat(count(file, d.isPresent())).isEqualTo(200_000);
    assertThat(count(file, d.isNull())).isZero();
  }

  @Test
  void aFilterOfAnotherTypeOrAnUnknownColumnIsRefusedByName() {
    Written file = Samples.file(10, null, ParquetLayout.STANDARD, Codec.ZSTD);
    for (RowFilter filter :
        List.of(
            RowFilter.column("id").equalTo("1"),
            RowFilter.column("id").equalTo(1.0),
            RowFilter.column("note").in("a", 1),
            RowFilter.column("amount").lessThan(1L),
            RowFilter.column("rate").lessThan(1),
            RowFilter.column("day").equalTo(7),
            RowFilter.column("booked").equalTo("true"),
            RowFilter.column("at").equalTo(Instant.MAX),
            RowFilter.column("note").equalTo("half \uD83D"),
            RowFilter.column("absent").isNull())) {
      assertThatThrownBy(
              () -> new ParquetRowReader("f", file.source(), Samples.SCHEMA, filter, null, null))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("'f'")
          .hasMessageMatching(".*column '(id|note|amount|rate|day|booked|at|absent)'.*")
          .extracting(thrown -> ((ParquetFileException) thrown).code())
          .isEqualTo(ParquetErrorCode.FILTER_REFUSED);
    }
  }

  @Test
  void aFilterDoesNotShowItsValues() {
    RowFilter filter =
        RowFilter.column("iban").equalTo("DE00 secret").or(RowFilter.column("n").in("secret"));
    assertThat(filter.toString()).contains("iban").doesNotContain("secret");
  }

  /** Damage in statistics and indexes may hide rows of a clear file, but nothing else. */
  @Test
  void ofDamagedIndexesEveryFailureIsTyped() throws Exception {
    SplittableRandom random = new SplittableRandom(9);
    byte[] good = unaligned(random, false, false);
    FileFooter footer = FileFooter.read(BytesSource.of(good), new FileLabel("f"), null, null);
    int end = 0;
    for (String column : Samples.SCHEMA.columns()) {
      end = Math.max(end, (int) footer.chunk(footer.groups() - 1, footer.leaf(column)).end());
    }
    RowFilter filter =
        RowFilter.column("id").atLeast(700).and(RowFilter.column("note").greaterThan("pay"));
    int refused = 0;
    for (int round = 0; round < 600; round++) {
      byte[] damaged = good.clone();
      damaged[end + random.nextInt(good.length - end)] ^= (byte) (1 + random.nextInt(255));
      try {
        read(damaged, Samples.SCHEMA, filter, null);
      } catch (ParquetFileException typed) {
        refused++;
      }
    }
    assertThat(refused).isBetween(40, 599);
  }

  /** Every bit of statistics and indexes of an encrypted file is under a tag. */
  @Test
  void damagedIndexesOfAnEncryptedFileDoNotVerify() throws Exception {
    SplittableRandom random = new SplittableRandom(10);
    byte[] good = unaligned(random, true, true);
    RowFilter filter =
        RowFilter.column("id").atLeast(700).and(RowFilter.column("note").greaterThan("pay"));
    List<Long> expected = read(good, Samples.SCHEMA, filter, Samples.KEYS);
    int refused = 0;
    for (int round = 0; round < 100; round++) {
      byte[] damaged = good.clone();
      damaged[good.length - 1 - random.nextInt(good.length / 4)] ^= 1;
      try {
        assertThat(read(damaged, Samples.SCHEMA, filter, Samples.KEYS)).isEqualTo(expected);
      } catch (ParquetFileException typed) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
