package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in records, lists and maps beside flat columns; parquet-avro and DuckDB as oracles. */
@Tag("verify")
class NestedColumnsTest {
  private static final int ROWS = 250;
  private static final Schema AVRO =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"purchase","namespace":"io.strongroom.test","fields":[
                {"name":"id","type":"long"},
                {"name":"customer","type":{"type":"record","name":"customer","fields":[
                  {"name":"full_name","type":"string"},
                  {"name":"address","type":["null",{"type":"record","name":"address","fields":[
                    {"name":"street","type":["null","string"]},
                    {"name":"zip","type":"int"},
                    {"name":"tags","type":{"type":"array","items":"string"}}]}]}]}},
                {"name":"lines","type":["null",{"type":"array","items":
                  {"type":"record","name":"line","fields":[
                    {"name":"sku","type":"string"},
                    {"name":"price","type":{"type":"fixed","name":"price","size":5,
                     "logicalType":"decimal","precision":9,"scale":2}},
                    {"name":"at","type":["null",
                     {"type":"long","logicalType":"timestamp-micros"}]},
                    {"name":"notes","type":["null",
                     {"type":"array","items":["null","string"]}]}]}}]},
                {"name":"paid","type":["null","boolean"]},
                {"name":"rates","type":{"type":"map","values":["null","double"]}},
                {"name":"matrix","type":{"type":"array","items":
                  {"type":"array","items":"int"}}},
                {"name":"days","type":["null",{"type":"map","values":{"type":"array","items":
                  {"type":"record","name":"day","fields":[{"name":"count","type":"float"}]}}}]},
                {"name":"note","type":["null","string"]}]}
              """);
  private static final ParquetSchema SCHEMA = ParquetSchema.of(AVRO);

  @TempDir Path folder;

  private static Schema type(Schema record, String field) {
    Schema type = record.getField(field).schema();
    return type.isUnion() ? type.getTypes().get(1) : type;
  }

  private static final Schema CUSTOMER = type(AVRO, "customer");
  private static final Schema ADDRESS = type(CUSTOMER, "address");
  private static final Schema LINE = type(AVRO, "lines").getElementType();
  private static final Schema DAY = type(AVRO, "days").getValueType().getElementType();

  /** A row of random shape, always the same for its number. */
  private static GenericRecord row(int row) {
    SplittableRandom random = new SplittableRandom(row);
    GenericRecord customer = new GenericData.Record(CUSTOMER);
    customer.put("full_name", new Utf8("Name " + random.nextInt(40)));
    if (random.nextInt(3) > 0) {
      GenericRecord address = new GenericData.Record(ADDRESS);
      address.put("street", random.nextInt(4) == 0 ? null : new Utf8("Straße " + row));
      address.put("zip", random.nextInt(100_000));
      List<Utf8> tags = new ArrayList<>();
      for (int tag = random.nextInt(4); tag > 0; tag--) {
        tags.add(new Utf8("t" + tag));
      }
      address.put("tags", tags);
      customer.put("address", address);
    }
    GenericRecord purchase = new GenericData.Record(AVRO);
    purchase.put("id", (long) row);
    purchase.put("customer", customer);
    purchase.put("lines", random.nextInt(5) == 0 ? null : lines(random));
    purchase.put("paid", random.nextInt(3) == 0 ? null : random.nextBoolean());
    Map<Utf8, @Nullable Double> rates = new LinkedHashMap<>();
    for (int rate = random.nextInt(4); rate > 0; rate--) {
      rates.put(new Utf8("r" + rate), random.nextInt(4) == 0 ? null : random.nextInt(99) / 8.0);
    }
    purchase.put("rates", rates);
    List<List<Integer>> matrix = new ArrayList<>();
    for (int line = random.nextInt(4); line > 0; line--) {
      List<Integer> cells = new ArrayList<>();
      for (int cell = random.nextInt(4); cell > 0; cell--) {
        cells.add(random.nextInt());
      }
      matrix.add(cells);
    }
    purchase.put("matrix", matrix);
    purchase.put("days", random.nextInt(4) == 0 ? null : days(random));
    purchase.put("note", row % 3 == 0 ? null : new Utf8("note " + row));
    return purchase;
  }

  private static List<GenericRecord> lines(SplittableRandom random) {
    List<GenericRecord> lines = new ArrayList<>();
    for (int count = random.nextInt(5); count > 0; count--) {
      GenericRecord line = new GenericData.Record(LINE);
      line.put("sku", new Utf8("sku-" + random.nextInt(20)));
      line.put(
          "price",
          new GenericData.Fixed(
              LINE.getField("price").schema(),
              new byte[] {0, 0, (byte) random.nextInt(100), (byte) count, 1}));
      line.put("at", random.nextBoolean() ? null : random.nextLong(1L << 50));
      if (random.nextInt(3) > 0) {
        List<@Nullable Utf8> notes = new ArrayList<>();
        for (int note = random.nextInt(3); note > 0; note--) {
          notes.add(random.nextInt(3) == 0 ? null : new Utf8("n" + note));
        }
        line.put("notes", notes);
      }
      lines.add(line);
    }
    return lines;
  }

  private static Map<Utf8, List<GenericRecord>> days(SplittableRandom random) {
    Map<Utf8, List<GenericRecord>> days = new LinkedHashMap<>();
    for (int day = random.nextInt(3); day > 0; day--) {
      List<GenericRecord> counts = new ArrayList<>();
      for (int count = random.nextInt(3); count > 0; count--) {
        GenericRecord one = new GenericData.Record(DAY);
        one.put("count", random.nextInt(50) / 4f);
        counts.add(one);
      }
      days.put(new Utf8("d" + day), counts);
    }
    return days;
  }

  private static byte[] write(
      @Nullable ParquetFileKeys keys, ParquetLayout layout, Codec codec, int threads) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    WriterSettings settings = Samples.small(layout, codec, 100);
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(
                sink,
                SCHEMA,
                keys,
                settings,
                new BufferPool(1 << 20),
                new Workers(threads, Runnable::run)))) {
      for (int row = 0; row < ROWS; row++) {
        out.write(row(row));
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  private byte[] parquetAvro(boolean oldLists, WriterVersion version) throws IOException {
    Path file = folder.resolve(oldLists + version.name() + ".parquet");
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, oldLists);
    boolean complete = !oldLists;
    Schema written = complete ? AVRO : withoutNullElements();
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(written)
            .withConf(conf)
            .withDataModel(new GenericData())
            .withWriterVersion(version)
            .withRowGroupRowCountLimit(300)
            .withPageRowCountLimit(70)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        out.write(complete ? row(row) : present(row(row)));
      }
    }
    return Files.readAllBytes(file);
  }

  /** Lists of the old layout have no null in them. */
  private static Schema withoutNullElements() {
    return new Schema.Parser()
        .parse(AVRO.toString().replace("\"items\":[\"null\",\"string\"]", "\"items\":\"string\""));
  }

  private static GenericRecord present(GenericRecord row) {
    if (row.get("lines") instanceof List<?> lines) {
      for (Object line : lines) {
        if (((GenericRecord) line).get("notes") instanceof List<?> notes) {
          notes.removeAll(Collections.singleton(null));
        }
      }
    }
    return row;
  }

  private List<GenericRecord> theirs(byte[] bytes, @Nullable ParquetFileKeys keys)
      throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "r", ".parquet"), bytes);
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.set("parquet.avro.read.schema", AVRO.toString());
    conf.setBoolean("parquet.avro.add-list-element-records", false);
    List<GenericRecord> rows = new ArrayList<>();
    FileDecryptionProperties decryption =
        keys == null
            ? null
            : FileDecryptionProperties.builder().withFooterKey(Samples.key(1)).build();
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file), conf)
            .withDataModel(new GenericData())
            .withDecryption(decryption)
            .build()) {
      for (GenericRecord row = in.read(); row != null; row = in.read()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static ParquetBatchReader batches(
      byte[] file,
      ParquetSchema schema,
      @Nullable RowFilter filter,
      @Nullable ParquetFileKeys keys) {
    return new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
        .batches("f", BytesSource.of(file), schema, filter, keys, null);
  }

  private static List<GenericRecord> ours(byte[] file, @Nullable ParquetFileKeys keys) {
    return all(ParquetRecordReader.ofAvro(batches(file, SCHEMA, null, keys)));
  }

  private static <T> List<T> all(ParquetRecordReader<T> in) {
    List<T> records = new ArrayList<>();
    try (in) {
      for (T record = in.read(); record != null; record = in.read()) {
        records.add(record);
      }
    }
    return records;
  }

  /** Compares without a library, because its messages would be long. */
  private static void same(List<GenericRecord> found, boolean complete) {
    assertThat(found).hasSize(ROWS);
    for (int row = 0; row < ROWS; row++) {
      GenericRecord wanted = complete ? row(row) : present(row(row));
      if (!found.get(row).equals(wanted)) {
        throw new AssertionError("row " + row + ": " + found.get(row) + " instead of " + wanted);
      }
    }
  }

  @Test
  void theParquetTypesAreThoseOfParquetAvro() {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    assertThat(SCHEMA.messageType()).isEqualTo(new AvroSchemaConverter(conf).convert(AVRO));
    ParquetSchema decimals =
        ParquetSchema.parse(
            """
            {"type":"record","name":"t","fields":[{"name":"c","type":{"type":"array","items":
              {"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}}]}
            """);
    assertThat(decimals.messageType().getColumns().get(0).getPrimitiveType())
        .hasToString("required int64 element (DECIMAL(9,2))");
  }

  @ParameterizedTest
  @EnumSource(ParquetLayout.class)
  void parquetAvroAndWeReadWhatWeWrite(ParquetLayout layout) throws Exception {
    for (Codec codec : Codec.values()) {
      byte[] plain = write(null, layout, codec, 1);
      same(ours(plain, null), true);
      same(theirs(plain, null), true);
      assertThat(write(null, layout, codec, 2)).isEqualTo(plain);
    }
    byte[] sealed = write(Samples.KEYS, layout, Codec.ZSTD, 2);
    same(ours(sealed, Samples.KEYS), true);
    same(theirs(sealed, Samples.KEYS), true);
  }

  @ParameterizedTest
  @EnumSource(WriterVersion.class)
  void whatParquetAvroWritesIsReadInBothListLayouts(WriterVersion version) throws Exception {
    same(ours(parquetAvro(false, version), null), true);
    same(ours(parquetAvro(true, version), null), false);
  }

  private static String sealed() {
    return ", encryption_config = {footer_key_value: from_base64('"
        + Base64.getEncoder().encodeToString(Samples.key(1))
        + "')}";
  }

  private List<String> duckDb(byte[] bytes, String options) throws IOException, SQLException {
    return duckDb("t", bytes, options);
  }

  private List<String> duckDb(String what, byte[] bytes, String options)
      throws IOException, SQLException {
    Path file = Files.write(Files.createTempFile(folder, "d", ".parquet"), bytes);
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("SET disabled_optimizers = 'filter_pushdown'");
      try (ResultSet result =
          statement.executeQuery(
              "SELECT CAST("
                  + what
                  + " AS VARCHAR) FROM read_parquet('"
                  + file
                  + "'"
                  + options
                  + ") t")) {
        while (result.next()) {
          rows.add(result.getString(1));
        }
      }
    }
    return rows;
  }

  @Test
  void duckDbFindsInOurFilesWhatItFindsInThoseOfParquetAvro() throws Exception {
    List<String> wanted = duckDb(parquetAvro(false, WriterVersion.PARQUET_1_0), "");
    assertThat(wanted).hasSize(ROWS);
    for (ParquetLayout layout : ParquetLayout.values()) {
      assertThat(duckDb(write(null, layout, Codec.SNAPPY, 1), "")).isEqualTo(wanted);
    }
  }

  /** When the last part fails, DuckDB has learned it and the README can say so. */
  @Test
  void ofEncryptedFilesDuckDbReadsWhatDoesNotRepeat() throws Exception {
    byte[] plain = write(null, ParquetLayout.SINGLE_PAGE, Codec.ZSTD, 1);
    byte[] encrypted = write(Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD, 1);
    String flat = "(id, paid, note, customer.full_name, customer.address.zip)";
    assertThat(duckDb(flat, encrypted, sealed())).isEqualTo(duckDb(flat, plain, ""));
    for (String repeating : new String[] {"lines", "rates", "customer.address.tags"}) {
      assertThat(duckDb(repeating, plain, "")).hasSize(ROWS);
      assertThatThrownBy(() -> duckDb(repeating, encrypted, sealed()))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aReaderOfFlatColumnsPassesNestedOnesBy() {
    byte[] file = write(null, ParquetLayout.STANDARD, Codec.ZSTD, 1);
    RowFilter some = RowFilter.column("note").isPresent().and(RowFilter.column("id").atMost(200L));
    ParquetSchema flat = SCHEMA.select("note", "paid", "id");
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), flat, some, null, null)) {
      for (int row = 0; row <= 200; row++) {
        if (row % 3 != 0) {
          assertThat(in.next()).isTrue();
          assertThat(in.getLong(2)).isEqualTo(row);
          assertThat(in.isNull(1) ? null : in.getBoolean(1)).isEqualTo(row(row).get("paid"));
          assertThat(in.getString(0)).isEqualTo("note " + row);
        }
      }
      assertThat(in.next()).isFalse();
    }
  }

  @Test
  void nestedColumnsOfSomeRowsComeWithTheirRows() {
    byte[] file = write(null, ParquetLayout.STANDARD, Codec.ZSTD, 1);
    RowFilter some = RowFilter.column("id").in(3L, 99L, 100L, 201L);
    ParquetSchema columns = SCHEMA.select("lines", "rates");
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), columns, some, null, null)) {
      for (int row : new int[] {3, 99, 100, 201}) {
        GenericRecord wanted = row(row);
        assertThat(in.next()).isTrue();
        assertThat(in.isNull(0)).isEqualTo(wanted.get("lines") == null);
        if (!in.isNull(0)) {
          assertThat(in.getObject(0)).hasToString(wanted.get("lines").toString());
        }
        assertThat(in.getObject(1)).isEqualTo(wanted.get("rates"));
        assertThatThrownBy(() -> in.getLong(0)).isInstanceOf(IllegalStateException.class);
      }
      assertThat(in.next()).isFalse();
    }
    try (ParquetBatchReader in = batches(file, columns, null, null)) {
      assertThatThrownBy(() -> batches(file, columns, RowFilter.column("lines").isNull(), null))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("'lines'");
      assertThat(in.next()).isTrue();
      assertThat(in.rows()).isLessThanOrEqualTo(256);
    }
  }

  @Test
  void fieldsOfRecordsAreProjectedAndAddedWithTheirDefaults() {
    byte[] file = write(null, ParquetLayout.STANDARD, Codec.ZSTD, 1);
    ParquetSchema other =
        ParquetSchema.parse(
            """
            {"type":"record","name":"purchase","namespace":"io.strongroom.test","fields":[
              {"name":"customer","type":{"type":"record","name":"customer","fields":[
                {"name":"address","type":["null",{"type":"record","name":"address","fields":[
                  {"name":"country","type":"string","default":"DE"},
                  {"name":"zip","type":"long"}]}]}]}},
              {"name":"days","type":["null",{"type":"map","values":{"type":"array","items":
                {"type":"record","name":"day","fields":[
                  {"name":"sum","type":["null","int"],"default":null}]}}}]},
              {"name":"more","type":{"type":"array","items":"int"},"default":[7]}]}
            """);
    List<GenericRecord> found = all(ParquetRecordReader.ofAvro(batches(file, other, null, null)));
    assertThat(found).hasSize(ROWS);
    for (int row = 0; row < ROWS; row++) {
      GenericRecord wanted =
          (GenericRecord) ((GenericRecord) row(row).get("customer")).get("address");
      GenericRecord address =
          (GenericRecord) ((GenericRecord) found.get(row).get("customer")).get("address");
      assertThat(address == null).isEqualTo(wanted == null);
      if (address != null && wanted != null) {
        assertThat(address.get("country")).hasToString("DE");
        assertThat(address.get("zip")).isEqualTo(((Integer) wanted.get("zip")).longValue());
      }
      Object days = row(row).get("days");
      assertThat(String.valueOf(found.get(row).get("days")))
          .isEqualTo(String.valueOf(days).replaceAll("\"count\": [0-9.]+", "\"sum\": null"));
      assertThat(found.get(row).get("more")).isEqualTo(List.of(7));
    }
  }

  /** The classes of an application. */
  record Purchase(
      long id,
      Customer customer,
      @Nullable List<Line> lines,
      @Nullable Boolean paid,
      Map<String, @Nullable Double> rates,
      List<List<Integer>> matrix,
      @Nullable Map<String, List<Day>> days,
      @Nullable String note) {}

  /** A record in a record. */
  record Customer(String fullName, @Nullable Address address) {}

  /** One more level. */
  record Address(@Nullable String street, int zip, List<String> tags) {}

  /** A record in a list. */
  record Line(
      String sku, BigDecimal price, @Nullable Instant at, @Nullable List<@Nullable String> notes) {}

  /** A record in a list in a map. */
  record Day(float count) {}

  private static Purchase purchase(int row) {
    return new Purchase(
        row,
        new Customer(
            "N" + row, row % 3 == 0 ? null : new Address("S", row, List.of("a", "b" + row))),
        row % 5 == 0
            ? null
            : List.of(
                new Line("x", BigDecimal.valueOf(row, 2), null, Arrays.asList("n", null)),
                new Line("y", BigDecimal.ONE.setScale(2), Instant.EPOCH.plusSeconds(row), null)),
        row % 2 == 0 ? null : true,
        Map.of("r", row / 4.0),
        List.of(List.of(), List.of(row, -row)),
        row % 4 == 0 ? null : Map.of("d", List.of(new Day(1.5f), new Day(row))),
        null);
  }

  @Test
  void recordClassesAreWrittenAndComeBack() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<Purchase> out =
        ParquetRecordWriter.of(
            new ParquetRowWriter(sink, SCHEMA, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.ZSTD),
            Purchase.class,
            MethodHandles.lookup())) {
      for (int row = 0; row < 100; row++) {
        out.write(purchase(row));
      }
      out.finish();
    }
    List<Purchase> found =
        all(
            ParquetRecordReader.of(
                batches(sink.toByteArray(), SCHEMA, null, Samples.KEYS),
                Purchase.class,
                MethodHandles.lookup()));
    assertThat(found).hasSize(100);
    for (int row = 0; row < 100; row++) {
      assertThat(found.get(row)).isEqualTo(purchase(row));
    }
    List<GenericRecord> generic = ours(sink.toByteArray(), Samples.KEYS);
    GenericRecord line = (GenericRecord) ((List<?>) generic.get(7).get("lines")).get(1);
    assertThat(line.get("at"))
        .isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plusSeconds(7)));
  }

  /** Its list holds another type. */
  record WrongList(List<Long> matrix) {}

  /** It has a text for a list. */
  record NoList(String lines) {}

  @Test
  void recordClassesThatDoNotFitAreRefused() {
    byte[] file = write(null, ParquetLayout.STANDARD, Codec.ZSTD, 1);
    for (Class<? extends Record> type : List.of(WrongList.class, NoList.class)) {
      try (ParquetBatchReader in = batches(file, SCHEMA, null, null)) {
        assertThatThrownBy(() -> ParquetRecordReader.of(in, type, MethodHandles.lookup()))
            .isInstanceOf(ParquetFileException.class)
            .extracting(thrown -> ((ParquetFileException) thrown).code())
            .isEqualTo(ParquetErrorCode.SCHEMA_REFUSED);
      }
    }
  }

  private static void refused(
      ParquetRecordWriter<IndexedRecord> out, GenericRecord row, String words) {
    assertThatThrownBy(() -> out.write(row))
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("4929")
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.VALUE_REFUSED);
  }

  private static GenericRecord with(int row, String column, @Nullable Object value) {
    GenericRecord changed = row(row);
    changed.put(column, value);
    return changed;
  }

  @Test
  void aRowWithAnythingThatDoesNotFitIsLeftOutWhole() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(sink, SCHEMA, null, ParquetLayout.STANDARD, Codec.ZSTD))) {
      GenericRecord nameless = new GenericData.Record(CUSTOMER);
      out.write(row(0));
      refused(out, with(1, "customer", nameless), "'customer.full_name'");
      refused(out, with(1, "customer", null), "'customer'");
      refused(out, with(1, "customer", List.of()), "'customer'");
      refused(out, with(1, "customer", new Day(1)), "'customer'");
      refused(out, with(1, "lines", Arrays.asList(lines(new SplittableRandom(3)), null)), "lines");
      refused(out, with(1, "lines", "4929"), "'lines'");
      refused(out, with(1, "matrix", List.of(List.of(1), List.of(2L))), "'matrix.element.element'");
      refused(out, with(1, "matrix", Arrays.asList(List.of(1), null)), "'matrix.element'");
      refused(out, with(1, "rates", Map.of("4929\ud800", 1.0)), "'rates.key'");
      refused(out, with(1, "rates", Map.of("x", 1)), "'rates.value'");
      refused(out, with(1, "note", 4929), "'note'");
      out.write(row(2));
      assertThat(out.finish().rows()).isEqualTo(2);
    }
    List<GenericRecord> found = ours(sink.toByteArray(), null);
    assertThat(found).hasSize(2);
    assertThat(found.get(0)).hasToString(row(0).toString());
    assertThat(found.get(1)).hasToString(row(2).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"array\",\"items\":[\"int\",\"string\"]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\"null\"}]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[]}",
        "{\"type\":\"map\",\"values\":\"null\"}",
        "[\"null\",{\"type\":\"record\",\"name\":\"r\",\"fields\":"
            + "[{\"name\":\"next\",\"type\":[\"null\",\"r\"]}]}]"
      })
  void whatHasNoEquivalentIsRefused(String type) {
    assertThatThrownBy(
            () ->
                ParquetSchema.parse(
                    "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"col\",\"type\":"
                        + type
                        + "}]}"))
        .isInstanceOf(ParquetFileException.class)
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.SCHEMA_REFUSED);
  }

  @Test
  void statisticsOfNestedColumnsAreLeftOutWithTheirColumn() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(
                sink,
                SCHEMA.withoutStatistics("customer"),
                null,
                ParquetLayout.STANDARD,
                Codec.UNCOMPRESSED))) {
      out.write(row(1));
      out.finish();
    }
    FileFooter footer =
        FileFooter.read(BytesSource.of(sink.toByteArray()), new FileLabel("f"), null, null);
    FileNode customer = footer.node("customer");
    FileNode days = footer.node("matrix");
    assertThat(customer).isNotNull();
    assertThat(days).isNotNull();
    FileNode name = customer.children().get(0);
    FileNode leaf = days.children().get(0).children().get(0).children().get(0).children().get(0);
    assertThat(footer.chunk(0, name.leaf()).meta().isSetStatistics()).isFalse();
    assertThat(footer.chunk(0, leaf.leaf()).meta().getStatistics().isSetMin_value()).isTrue();
  }

  /** Without checksums and compression the decoders meet the damage themselves. */
  @ParameterizedTest
  @EnumSource(WriterVersion.class)
  void ofDamagedFilesEveryFailureIsTyped(WriterVersion version) throws Exception {
    Path file = folder.resolve("damaged.parquet");
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(AVRO)
            .withConf(conf)
            .withDataModel(new GenericData())
            .withWriterVersion(version)
            .withPageWriteChecksumEnabled(false)
            .withPageRowCountLimit(20)
            .build()) {
      for (int row = 0; row < 50; row++) {
        out.write(row(row));
      }
    }
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(7);
    int rounds = 200;
    int failed = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = good.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        ours(damaged, null);
      } catch (ParquetFileException typed) {
        failed++;
      }
    }
    assertThat(failed).isBetween(rounds / 10, rounds - 1);
  }
}
