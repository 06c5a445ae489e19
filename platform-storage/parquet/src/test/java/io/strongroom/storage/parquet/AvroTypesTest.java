package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every flat type of Avro, beside parquet-avro. */
@Tag("verify")
class AvroTypesTest {
  static final int ROWS = 1_200;
  private static final Schema AVRO =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"all","namespace":"io.strongroom.test","fields":[
                {"name":"real","type":"float"},
                {"name":"raw","type":"bytes"},
                {"name":"code","type":{"type":"fixed","name":"code","size":3}},
                {"name":"side","type":{"type":"enum","name":"side","symbols":["BUY","SELL"]}},
                {"name":"id","type":{"type":"string","logicalType":"uuid"}},
                {"name":"key",
                 "type":{"type":"fixed","name":"key","size":16,"logicalType":"uuid"}},
                {"name":"time_millis","type":{"type":"int","logicalType":"time-millis"}},
                {"name":"time_micros","type":{"type":"long","logicalType":"time-micros"}},
                {"name":"at_millis","type":{"type":"long","logicalType":"timestamp-millis"}},
                {"name":"at_nanos","type":{"type":"long","logicalType":"timestamp-nanos"}},
                {"name":"in_millis",
                 "type":{"type":"long","logicalType":"local-timestamp-millis"}},
                {"name":"in_micros",
                 "type":["null",{"type":"long","logicalType":"local-timestamp-micros"}]},
                {"name":"in_nanos","type":{"type":"long","logicalType":"local-timestamp-nanos"}},
                {"name":"rate","type":{"type":"fixed","name":"rate","size":6,
                 "logicalType":"decimal","precision":12,"scale":4}},
                {"name":"wide","type":["null",{"type":"fixed","name":"wide","size":17,
                 "logicalType":"decimal","precision":38,"scale":6}]},
                {"name":"plain","type":{"type":"bytes","logicalType":"big-decimal"}}]}
              """);
  static final ParquetSchema SCHEMA = ParquetSchema.of(AVRO);
  private static final long BASE = 1_700_000_000_123L;

  @TempDir Path folder;

  enum Side {
    BUY,
    SELL
  }

  /** The row as an application's class has it. */
  record Row(
      float real,
      ByteBuffer raw,
      ByteBuffer code,
      Side side,
      UUID id,
      UUID key,
      LocalTime timeMillis,
      long timeMicros,
      Instant atMillis,
      Instant atNanos,
      long inMillis,
      @Nullable LocalDateTime inMicros,
      LocalDateTime inNanos,
      BigDecimal rate,
      @Nullable BigDecimal wide,
      ByteBuffer plain) {

    Row withTime(LocalTime time) {
      return new Row(
          real,
          raw,
          code,
          side,
          id,
          key,
          time,
          timeMicros,
          atMillis,
          atNanos,
          inMillis,
          inMicros,
          inNanos,
          rate,
          wide,
          plain);
    }
  }

  static Row row(int row) {
    Instant at = Instant.ofEpochMilli(BASE).plusNanos(row * 1_000_003_000_017L);
    return new Row(
        row / 16f - 20,
        ByteBuffer.wrap(("raw " + row % 50).getBytes(StandardCharsets.UTF_8)),
        ByteBuffer.wrap(new byte[] {(byte) row, (byte) (row >> 8), (byte) (row * 7)}),
        row % 3 == 0 ? Side.BUY : Side.SELL,
        new UUID(row * 0x9E3779B97F4A7C15L, row),
        new UUID(~row, row % 7),
        LocalTime.ofNanoOfDay(row % 1_000 * 86_399_999L * 1_000),
        row * 71_999_999L % 86_400_000_000L,
        at.truncatedTo(ChronoUnit.MILLIS),
        at,
        row * 1_000L - BASE,
        row % 5 == 0 ? null : LocalDateTime.ofEpochSecond(row - 600, 123_000, ZoneOffset.UTC),
        LocalDateTime.ofInstant(at, ZoneOffset.UTC),
        BigDecimal.valueOf(row * 7_777_777L - 4_000_000_000L, 4),
        row % 4 == 0
            ? null
            : new BigDecimal(BigInteger.valueOf(row - 600).multiply(BigInteger.TEN.pow(34)), 6),
        ByteBuffer.wrap(new byte[] {(byte) row}));
  }

  private static GenericData.Fixed fixed(String field, byte[] bytes) {
    Schema type = AVRO.getField(field).schema();
    return new GenericData.Fixed(type.isUnion() ? type.getTypes().get(1) : type, bytes);
  }

  private static byte[] padded(BigDecimal value, int length) {
    byte[] digits = value.unscaledValue().toByteArray();
    byte[] padded = new byte[length];
    Arrays.fill(padded, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(digits, 0, padded, length - digits.length, digits.length);
    return padded;
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /** The same in Avro's plain types, as parquet-avro takes it without conversions. */
  private static GenericRecord plain(int row) {
    Row from = row(row);
    GenericRecord record = new GenericData.Record(AVRO);
    record.put("real", from.real());
    record.put("raw", from.raw());
    record.put("code", fixed("code", from.code().array()));
    record.put(
        "side", new GenericData.EnumSymbol(AVRO.getField("side").schema(), from.side().name()));
    record.put("id", from.id().toString());
    record.put("key", fixed("key", bytes(from.key())));
    record.put("time_millis", (int) (from.timeMillis().toNanoOfDay() / 1_000_000));
    record.put("time_micros", from.timeMicros());
    record.put("at_millis", from.atMillis().toEpochMilli());
    record.put("at_nanos", ChronoUnit.NANOS.between(Instant.EPOCH, from.atNanos()));
    record.put("in_millis", from.inMillis());
    LocalDateTime micros = from.inMicros();
    record.put(
        "in_micros",
        micros == null
            ? null
            : ChronoUnit.MICROS.between(Instant.EPOCH, micros.toInstant(ZoneOffset.UTC)));
    record.put(
        "in_nanos",
        ChronoUnit.NANOS.between(Instant.EPOCH, from.inNanos().toInstant(ZoneOffset.UTC)));
    record.put("rate", fixed("rate", padded(from.rate(), 6)));
    BigDecimal wide = from.wide();
    record.put("wide", wide == null ? null : fixed("wide", padded(wide, 17)));
    record.put("plain", from.plain());
    return record;
  }

  /** The same with objects of the logical types, as generated classes hold them. */
  static GenericRecord logical(int row) {
    Row from = row(row);
    GenericRecord record = plain(row);
    record.put("id", from.id());
    record.put("time_millis", from.timeMillis());
    record.put("time_micros", LocalTime.ofNanoOfDay(from.timeMicros() * 1_000));
    record.put("at_millis", from.atMillis());
    record.put("at_nanos", from.atNanos());
    record.put("in_millis", LocalDateTime.ofInstant(Instant.ofEpochMilli(from.inMillis()), UTC));
    record.put("in_micros", from.inMicros());
    record.put("in_nanos", from.inNanos());
    record.put("rate", from.rate());
    record.put("wide", from.wide());
    return record;
  }

  private static final ZoneOffset UTC = ZoneOffset.UTC;

  static byte[] write(boolean logical, @Nullable ParquetFileKeys keys) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(sink, SCHEMA, keys, small(ParquetLayout.SINGLE_PAGE)))) {
      for (int row = 0; row < ROWS; row++) {
        out.write(logical ? logical(row) : plain(row));
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  private static WriterSettings small(ParquetLayout layout) {
    return Samples.small(layout, Codec.ZSTD, 500);
  }

  static byte[] parquetAvro(Path folder, boolean uuids) throws IOException {
    Path file = folder.resolve("avro" + uuids + ".parquet");
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setBoolean(AvroWriteSupport.WRITE_PARQUET_UUID, uuids);
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(AVRO)
            .withConf(conf)
            .withRowGroupRowCountLimit(500)
            .withPageRowCountLimit(90)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        out.write(plain(row));
      }
    }
    return Files.readAllBytes(file);
  }

  /** What parquet-avro finds, without the schema that it keeps in its own files. */
  static List<GenericRecord> records(Path folder, byte[] bytes) throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "r", ".parquet"), bytes);
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.set("parquet.avro.read.schema", AVRO.toString());
    List<GenericRecord> rows = new ArrayList<>();
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file), conf)
            .withDataModel(new GenericData())
            .build()) {
      for (GenericRecord row = in.read(); row != null; row = in.read()) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Test
  void theParquetTypesAreThoseOfParquetAvro() {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setBoolean(AvroWriteSupport.WRITE_PARQUET_UUID, true);
    MessageType theirs = new AvroSchemaConverter(conf).convert(AVRO);
    MessageType ours = SCHEMA.messageType();
    assertThat(ours.getName()).isEqualTo(theirs.getName());
    for (int column = 0; column < ours.getFieldCount(); column++) {
      String name = ours.getFieldName(column);
      if (!name.endsWith("_nanos")) {
        assertThat(ours.getType(column)).isEqualTo(theirs.getType(column));
      }
    }
    assertThat(ours.getType("at_nanos"))
        .hasToString("required int64 at_nanos (TIMESTAMP(NANOS,true))");
    assertThat(ours.getType("in_nanos"))
        .hasToString("required int64 in_nanos (TIMESTAMP(NANOS,false))");
  }

  @Test
  void parquetAvroReadsWhatWeWriteAsItReadsItsOwn() throws Exception {
    List<GenericRecord> own = records(folder, parquetAvro(folder, true));
    assertThat(own).hasSize(ROWS);
    assertThat(records(folder, write(false, null)).equals(own)).isTrue();
  }

  @Test
  void recordsOfLogicalTypesAndRecordClassesGiveTheSameFile() {
    byte[] plain = write(false, null);
    assertThat(write(true, null)).isEqualTo(plain);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<Row> out =
        ParquetRecordWriter.of(
            new ParquetRowWriter(sink, SCHEMA, null, small(ParquetLayout.SINGLE_PAGE)),
            Row.class,
            MethodHandles.lookup())) {
      for (int row = 0; row < ROWS; row++) {
        out.write(row(row));
      }
      out.finish();
    }
    assertThat(sink.toByteArray()).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatParquetAvroWritesIsRead(boolean uuids) throws Exception {
    check(parquetAvro(folder, uuids), null);
  }

  @Test
  void whatWeWriteIsRead() {
    check(write(true, null), null);
    check(write(true, Samples.KEYS), Samples.KEYS);
  }

  private static void check(byte[] file, @Nullable ParquetFileKeys keys) {
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file), SCHEMA, keys, null)) {
      for (int row = 0; row < ROWS; row++) {
        Row from = row(row);
        assertThat(in.next()).isTrue();
        assertThat(in.getFloat(0)).isEqualTo(from.real());
        assertThat(in.getBytes(1)).isEqualTo(from.raw().array());
        assertThat(in.getBytes(2)).isEqualTo(from.code().array());
        assertThat(in.getString(3)).isEqualTo(from.side().name());
        assertThat(in.getUuid(4)).isEqualTo(from.id());
        assertThat(in.getUuid(5)).isEqualTo(from.key());
        assertThat(in.getTime(6)).isEqualTo(from.timeMillis().truncatedTo(ChronoUnit.MILLIS));
        assertThat(in.getTicks(7)).isEqualTo(from.timeMicros());
        assertThat(in.getTimestamp(8)).isEqualTo(from.atMillis());
        assertThat(in.getTimestamp(9)).isEqualTo(from.atNanos());
        assertThat(in.getTicks(10)).isEqualTo(from.inMillis());
        assertThat(in.isNull(11) ? null : in.getLocalTimestamp(11)).isEqualTo(from.inMicros());
        assertThat(in.getLocalTimestamp(12)).isEqualTo(from.inNanos());
        assertThat(in.getDecimal(13)).isEqualTo(from.rate());
        assertThat(in.isNull(14) ? null : in.getDecimal(14)).isEqualTo(from.wide());
        assertThat(in.getBytes(15)).isEqualTo(from.plain().array());
      }
      assertThat(in.next()).isFalse();
    }
  }

  private static List<Integer> rows(byte[] file, RowFilter filter) {
    List<Integer> found = new ArrayList<>();
    String column =
        filter instanceof RowFilter.Comparison comparison
            ? comparison.column()
            : ((RowFilter.Membership) filter).column();
    // parquet-avro does not store what nanoseconds are, so that the reader must say it.
    ParquetSchema id =
        column.endsWith("_nanos") ? SCHEMA.select("id", column) : SCHEMA.select("id");
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), id, filter, null, null)) {
      while (in.next()) {
        found.add((int) in.getUuid(0).getLeastSignificantBits());
      }
    }
    return found;
  }

  private interface Taken {
    boolean takes(Row row);
  }

  private static void checkFilter(List<byte[]> files, RowFilter filter, Taken taken) {
    List<Integer> expected = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      if (taken.takes(row(row))) {
        expected.add(row);
      }
    }
    assertThat(expected).isNotEmpty().hasSizeLessThan(ROWS);
    for (byte[] file : files) {
      assertThat(rows(file, filter)).isEqualTo(expected);
    }
  }

  @Test
  void filtersCompareInTheOrderOfTheType() throws Exception {
    List<byte[]> files =
        List.of(write(true, null), parquetAvro(folder, true), parquetAvro(folder, false));
    Row some = row(700);
    checkFilter(files, RowFilter.column("real").lessThan(some.real()), r -> r.real() < some.real());
    checkFilter(files, RowFilter.column("real").atLeast(1.5), r -> r.real() >= 1.5);
    checkFilter(
        files,
        RowFilter.column("raw").greaterThan(some.raw().array()),
        r -> Arrays.compareUnsigned(r.raw().array(), some.raw().array()) > 0);
    checkFilter(
        files,
        RowFilter.column("code").atMost(some.code()),
        r -> Arrays.compareUnsigned(r.code().array(), some.code().array()) <= 0);
    checkFilter(files, RowFilter.column("side").equalTo(Side.BUY), r -> r.side() == Side.BUY);
    checkFilter(files, RowFilter.column("side").in("SELL"), r -> r.side() == Side.SELL);
    checkFilter(files, RowFilter.column("id").equalTo(some.id()), r -> r.id().equals(some.id()));
    for (String column : new String[] {"id", "key"}) {
      UUID limit = column.equals("id") ? some.id() : some.key();
      checkFilter(
          files,
          RowFilter.column(column).lessThan(limit),
          r ->
              Arrays.compareUnsigned(bytes(column.equals("id") ? r.id() : r.key()), bytes(limit))
                  < 0);
    }
    checkFilter(
        files,
        RowFilter.column("time_millis").atLeast(some.timeMillis()),
        r -> !r.timeMillis().isBefore(some.timeMillis().truncatedTo(ChronoUnit.MILLIS)));
    checkFilter(
        files,
        RowFilter.column("time_micros").equalTo(some.timeMicros()),
        r -> r.timeMicros() == some.timeMicros());
    checkFilter(
        files,
        RowFilter.column("at_millis").lessThan(some.atMillis()),
        r -> r.atMillis().isBefore(some.atMillis()));
    checkFilter(
        files,
        RowFilter.column("at_nanos").in(some.atNanos(), row(3).atNanos()),
        r -> r.atNanos().equals(some.atNanos()) || r.atNanos().equals(row(3).atNanos()));
    checkFilter(
        files,
        RowFilter.column("in_millis").lessThan(-BASE + 5_000L),
        r -> r.inMillis() < 5_000 - BASE);
    LocalDateTime noon = LocalDateTime.of(1970, 1, 1, 0, 0);
    checkFilter(
        files,
        RowFilter.column("in_micros").atMost(noon),
        r -> r.inMicros() != null && !r.inMicros().isAfter(noon));
    checkFilter(
        files,
        RowFilter.column("in_nanos").greaterThan(some.inNanos()),
        r -> r.inNanos().isAfter(some.inNanos()));
    checkFilter(
        files,
        RowFilter.column("rate").lessThan(new BigDecimal("-1.5")),
        r -> r.rate().compareTo(new BigDecimal("-1.5")) < 0);
    checkFilter(
        files,
        RowFilter.column("wide").atLeast(BigDecimal.ZERO),
        r -> r.wide() != null && r.wide().signum() >= 0);
  }

  /** Only then do the bounds of the type have the right order. */
  @Test
  void rowGroupsWithoutAValueAreNotFetched() {
    byte[] file = write(true, null);
    for (RowFilter none :
        List.of(
            RowFilter.column("real").greaterThan(1e6f),
            RowFilter.column("raw").lessThan(new byte[] {1}),
            RowFilter.column("side").equalTo("A"),
            RowFilter.column("key").lessThan(new UUID(1, 1)),
            RowFilter.column("time_millis").greaterThan(LocalTime.MAX),
            RowFilter.column("at_nanos").lessThan(Instant.EPOCH),
            RowFilter.column("rate").greaterThan(new BigDecimal("99999999")))) {
      CountingSource source = new CountingSource(file);
      try (ParquetRowReader in =
          new ParquetRowReader("f", source, SCHEMA.select("raw"), none, null, null)) {
        assertThat(in.next()).isFalse();
      }
      assertThat(source.requests()).as("%s", none).isEqualTo(1);
    }
  }

  @Test
  void floatsThatAreNoNumberComeBackAndHideNoOthers() {
    ParquetSchema real = SCHEMA.select("real");
    float[] values = {Float.NaN, 1f, -0f, Float.NEGATIVE_INFINITY};
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, real, null, ParquetLayout.STANDARD, Codec.ZSTD)) {
      for (float value : values) {
        out.setFloat(0, value);
        out.endRow();
      }
      out.finish();
    }
    BytesSource source = BytesSource.of(sink.toByteArray());
    RowFilter small = RowFilter.column("real").atMost(0f);
    List<Integer> found = new ArrayList<>();
    for (RowFilter filter : new RowFilter[] {small, small.not(), small.or(small.not())}) {
      try (ParquetRowReader in = new ParquetRowReader("f", source, real, filter, null, null)) {
        while (in.next()) {
          found.add(Float.floatToRawIntBits(in.getFloat(0)));
        }
      }
    }
    int minus = Float.floatToRawIntBits(-0f);
    int infinite = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);
    int one = Float.floatToRawIntBits(1f);
    assertThat(found).containsExactly(minus, infinite, one, one, minus, infinite);
    try (ParquetRowReader in = new ParquetRowReader(source, real, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getFloat(0)).isNaN();
    }
  }

  @Test
  void aFilterOfAnotherTypeIsRefused() {
    byte[] file = write(true, null);
    for (RowFilter wrong :
        List.of(
            RowFilter.column("real").equalTo("1"),
            RowFilter.column("raw").equalTo("raw"),
            RowFilter.column("id").equalTo("no uuid"),
            RowFilter.column("time_millis").equalTo(Instant.EPOCH),
            RowFilter.column("at_millis").equalTo(LocalDateTime.MIN),
            RowFilter.column("at_nanos").equalTo(Instant.MAX),
            RowFilter.column("in_micros").equalTo(Instant.EPOCH))) {
      assertThatThrownBy(() -> rows(file, wrong))
          .isInstanceOf(ParquetFileException.class)
          .extracting(thrown -> ((ParquetFileException) thrown).code())
          .isEqualTo(ParquetErrorCode.FILTER_REFUSED);
    }
  }

  @Test
  void valuesThatDoNotFitAreRefusedAndForgotten() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(sink, SCHEMA, null, small(ParquetLayout.STANDARD)))) {
      refused(out, "side", "HOLD");
      refused(out, "id", "not-4929-a-uuid");
      refused(out, "id", "0".repeat(36));
      refused(out, "code", new byte[4]);
      refused(out, "key", ByteBuffer.allocate(15));
      refused(out, "time_millis", 86_400_000);
      refused(out, "time_micros", -1L);
      refused(out, "at_nanos", Instant.MAX);
      refused(out, "in_millis", Instant.EPOCH);
      refused(out, "rate", new BigDecimal("100000000.0000"));
      refused(out, "rate", new BigDecimal("0.00001"));
      refused(out, "real", 1.5);
      refused(out, "raw", new byte[RowBuffer.MAX_TEXT_BYTES + 1]);
      out.write(plain(9));
      assertThat(out.finish().rows()).isEqualTo(1);
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), SCHEMA, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getUuid(4)).isEqualTo(row(9).id());
      assertThat(in.next()).isFalse();
    }
  }

  private static void refused(ParquetRecordWriter<IndexedRecord> out, String field, Object value) {
    GenericRecord record = logical(1);
    record.put(field, value);
    assertThatThrownBy(() -> out.write(record))
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining("'" + field + "'")
        .hasMessageNotContaining("4929")
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.VALUE_REFUSED);
  }

  @Test
  void utf8OfAnEnumIsOneOfItsSymbols() {
    ParquetSchema side = SCHEMA.select("side");
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, side, null, ParquetLayout.STANDARD, Codec.ZSTD)) {
      byte[] text = "BUYSELL".getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> out.setUtf8(0, text, 0, 4))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("symbols");
      out.setUtf8(0, text, 3, 4);
      out.endRow();
      out.finish();
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), side, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getString(0)).isEqualTo("SELL");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "required int32 c (INTEGER(32,false)) | \"int\"",
        "required int64 c (INTEGER(64,false)) | \"long\"",
        "required int32 c (INTEGER(16,false)) | \"long\"",
        "required int64 c (TIMESTAMP(MILLIS,true))"
            + " | {\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}",
        "required int64 c (TIMESTAMP(MILLIS,false))"
            + " | {\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
        "required int64 c (TIME(NANOS,true)) | {\"type\":\"long\",\"logicalType\":\"time-micros\"}",
        "required int64 c (TIMESTAMP(NANOS,true)) | \"long\"",
        "required fixed_len_byte_array(2) c (FLOAT16) | \"float\"",
        "required double c | \"float\"",
        "required binary c (JSON) | \"string\"",
        "required binary c (STRING) | \"bytes\"",
        "required fixed_len_byte_array(4) c | {\"type\":\"fixed\",\"name\":\"f\",\"size\":3}",
        "required fixed_len_byte_array(12) c (INTERVAL)"
            + " | {\"type\":\"fixed\",\"name\":\"f\",\"size\":12}",
        "required fixed_len_byte_array(16) c (UUID) | \"string\"",
      })
  void otherTypesOfAFileAreRefusedByName(String stored, String avro) throws Exception {
    MessageType message = MessageTypeParser.parseMessageType("message t { " + stored + "; }");
    Path file = folder.resolve("odd.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(message).build()) {
      assertThat(out.getDataSize()).isZero();
    }
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"c\",\"type\":"
                + avro
                + "}]}");
    byte[] bytes = Files.readAllBytes(file);
    assertThatThrownBy(() -> new ParquetRowReader(BytesSource.of(bytes), schema, null, null))
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining("'c'")
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.SCHEMA_MISMATCH);
  }

  @Test
  void aColumnThatAnOlderFileLacksIsReadAsItsDefault() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    ParquetSchema side = SCHEMA.select("side");
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, side, null, ParquetLayout.STANDARD, Codec.ZSTD)) {
      out.setString(0, "BUY");
      out.endRow();
      out.finish();
    }
    ParquetSchema newer =
        ParquetSchema.parse(
            """
            {"type":"record","name":"t","fields":[
              {"name":"f","type":"float","default":1.5},
              {"name":"b","type":"bytes","default":"\\u00ff\\u0001"},
              {"name":"x","type":{"type":"fixed","name":"x","size":2},"default":"\\u0080a"},
              {"name":"e","type":{"type":"enum","name":"e","symbols":["P","Q"]},"default":"Q"},
              {"name":"u","type":{"type":"string","logicalType":"uuid"},
               "default":"00112233-4455-6677-8899-AABBCCDDEEFF"},
              {"name":"t","type":{"type":"int","logicalType":"time-millis"},"default":1000},
              {"name":"d","type":{"type":"fixed","name":"d","size":2,
               "logicalType":"decimal","precision":4,"scale":1},"default":"\\u00ff\\u00f6"},
              {"name":"n","type":["null","float"],"default":null}]}
            """);
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), newer, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getFloat(0)).isEqualTo(1.5f);
      assertThat(in.getBytes(1)).isEqualTo(HexFormat.of().parseHex("ff01"));
      assertThat(in.getBytes(2)).isEqualTo(HexFormat.of().parseHex("8061"));
      assertThat(in.getString(3)).isEqualTo("Q");
      assertThat(in.getUuid(4)).hasToString("00112233-4455-6677-8899-aabbccddeeff");
      assertThat(in.getTime(5)).isEqualTo(LocalTime.of(0, 0, 1));
      assertThat(in.getDecimal(6)).isEqualByComparingTo("-1");
      assertThat(in.isNull(7)).isTrue();
      assertThatThrownBy(() -> in.getDouble(0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> in.getTime(3)).isInstanceOf(IllegalStateException.class);
    }
  }
}
