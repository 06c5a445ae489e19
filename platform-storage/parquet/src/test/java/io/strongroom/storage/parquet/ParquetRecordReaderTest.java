package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records out of files, beside those that parquet-avro's reader gives. */
@Tag("verify")
class ParquetRecordReaderTest {
  @TempDir Path folder;

  private static ParquetBatchReader batches(byte[] file, ParquetSchema schema) {
    return batches(file, schema, null);
  }

  private static ParquetBatchReader batches(
      byte[] file, ParquetSchema schema, @Nullable RowFilter filter) {
    return new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
        .batches("f", BytesSource.of(file), schema, filter, null, null);
  }

  private static <T> List<T> all(ParquetRecordReader<T> in) {
    List<T> records = new ArrayList<>();
    try (in) {
      for (T record = in.read(); record != null; record = in.read()) {
        records.add(record);
      }
      assertThat(in.read()).isNull();
    }
    return records;
  }

  @Test
  void genericRecordsAreThoseOfParquetAvro() throws Exception {
    for (byte[] file :
        List.of(
            AvroTypesTest.write(false, null),
            AvroTypesTest.parquetAvro(folder, true),
            AvroTypesTest.parquetAvro(folder, false))) {
      List<GenericRecord> theirs = AvroTypesTest.records(folder, file);
      List<GenericRecord> ours =
          all(ParquetRecordReader.ofAvro(batches(file, AvroTypesTest.SCHEMA)));
      assertThat(theirs).hasSize(AvroTypesTest.ROWS);
      assertThat(ours.equals(theirs)).isTrue();
      assertThat(ours.get(7)).hasToString(theirs.get(7).toString());
    }
  }

  @Test
  void theConversionsOfTheModelMakeLogicalTypes() {
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.UUIDConversion());
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    model.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    model.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    model.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    model.addLogicalTypeConversion(new TimeConversions.TimestampNanosConversion());
    model.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
    model.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
    model.addLogicalTypeConversion(new TimeConversions.LocalTimestampNanosConversion());
    List<GenericRecord> records =
        all(
            ParquetRecordReader.ofAvro(
                batches(AvroTypesTest.write(true, null), AvroTypesTest.SCHEMA), model));
    for (int row = 0; row < AvroTypesTest.ROWS; row++) {
      GenericRecord written = AvroTypesTest.logical(row);
      written.put("key", AvroTypesTest.row(row).key());
      for (Schema.Field field : written.getSchema().getFields()) {
        Object wanted = written.get(field.pos());
        if (wanted instanceof LocalTime time && field.name().equals("time_millis")) {
          wanted = time.truncatedTo(ChronoUnit.MILLIS);
        }
        assertThat(records.get(row).get(field.pos())).as(field.name()).isEqualTo(wanted);
      }
    }
  }

  @Test
  void recordClassesComeBackAsTheyWereWritten() {
    List<AvroTypesTest.Row> rows =
        all(
            ParquetRecordReader.of(
                batches(AvroTypesTest.write(true, null), AvroTypesTest.SCHEMA),
                AvroTypesTest.Row.class,
                MethodHandles.lookup()));
    assertThat(rows).hasSize(AvroTypesTest.ROWS);
    for (int row = 0; row < rows.size(); row++) {
      AvroTypesTest.Row wanted = AvroTypesTest.row(row);
      assertThat(rows.get(row).timeMillis())
          .isEqualTo(wanted.timeMillis().truncatedTo(ChronoUnit.MILLIS));
      assertThat(rows.get(row).withTime(wanted.timeMillis())).isEqualTo(wanted);
    }
  }

  /** Some columns, in other types and another order. */
  record Some(@Nullable Long atMillis, String side, String id, int timeMillis) {}

  @Test
  void someColumnsOfSomeRowsBecomeRecords() {
    RowFilter filter = RowFilter.column("at_nanos").atMost(AvroTypesTest.row(2).atNanos());
    ParquetSchema some = AvroTypesTest.SCHEMA.select("id", "side", "time_millis", "at_millis");
    List<Some> rows =
        all(
            ParquetRecordReader.of(
                batches(AvroTypesTest.write(true, null), some, filter),
                Some.class,
                MethodHandles.lookup()));
    assertThat(rows).hasSize(3);
    AvroTypesTest.Row second = AvroTypesTest.row(1);
    assertThat(rows.get(1))
        .isEqualTo(
            new Some(
                second.atMillis().toEpochMilli(),
                "SELL",
                second.id().toString(),
                (int) (second.timeMillis().toNanoOfDay() / 1_000_000)));
  }

  /** Needs a column that is not projected. */
  record More(long inMillis) {}

  /** Has a component of another type. */
  record Other(Instant inMillis) {}

  /** Its lookup is not the test's. */
  record Strict(UUID id) {
    Strict {
      if (id.getLeastSignificantBits() > 0) {
        throw new IllegalArgumentException("too large");
      }
    }
  }

  @Test
  void aRecordClassThatDoesNotFitIsRefusedBeforeTheFirstRow() {
    byte[] file = AvroTypesTest.write(true, null);
    refused(file, "raw", More.class, MethodHandles.lookup(), "inMillis");
    refused(file, "in_millis", Other.class, MethodHandles.lookup(), "in_millis");
    refused(file, "id", Strict.class, MethodHandles.publicLookup(), "hidden");
    try (ParquetRecordReader<Strict> in =
        ParquetRecordReader.of(
            batches(file, AvroTypesTest.SCHEMA.select("id")),
            Strict.class,
            MethodHandles.lookup())) {
      assertThat(in.read()).isNotNull();
      assertThatThrownBy(in::read).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void refused(
      byte[] file,
      String column,
      Class<? extends Record> type,
      MethodHandles.Lookup lookup,
      String words) {
    try (ParquetBatchReader in = batches(file, AvroTypesTest.SCHEMA.select(column))) {
      assertThatThrownBy(() -> ParquetRecordReader.of(in, type, lookup))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining(words)
          .extracting(thrown -> ((ParquetFileException) thrown).code())
          .isEqualTo(ParquetErrorCode.SCHEMA_REFUSED);
    }
  }

  private static final String OLD =
      """
      {"type":"record","name":"Payment","namespace":"io.strongroom.test","fields":[
        {"name":"id","type":"int"},
        {"name":"state","type":{"type":"enum","name":"state","symbols":["NEW","OLD"]}},
        {"name":"rate","type":["null","float"]},
        {"name":"gone","type":"string"}]}
      """;
  private static final Schema NEW =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Payment","namespace":"io.strongroom.test","fields":[
                {"name":"id","type":"long"},
                {"name":"note","type":{"type":"string","avro.java.string":"String"},
                 "default":"none"},
                {"name":"state","type":{"type":"enum","name":"state",
                 "symbols":["NEW","OTHER"],"default":"OTHER"}},
                {"name":"rate","type":["null","double"]},
                {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"},"default":5},
                {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal",
                 "precision":9,"scale":2}],"default":null},
                {"name":"fee","type":{"type":"bytes","logicalType":"decimal",
                 "precision":9,"scale":2},"default":"\\u0001\\u0000"}]}
              """);

  private static byte[] old() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    ParquetSchema schema = ParquetSchema.parse(OLD);
    try (ParquetRecordWriter<IndexedRecord> out =
        ParquetRecordWriter.ofAvro(
            new ParquetRowWriter(sink, schema, null, ParquetLayout.STANDARD, Codec.ZSTD))) {
      for (int row = 0; row < 3; row++) {
        GenericRecord record = new GenericData.Record(schema.avro());
        record.put("id", row);
        record.put("state", row == 1 ? "OLD" : "NEW");
        record.put("rate", row == 2 ? null : row + 0.5f);
        record.put("gone", "x");
        out.write(record);
      }
      out.finish();
    }
    return sink.toByteArray();
  }

  @Test
  void anOlderFileIsResolvedToTheNewerSchema() {
    List<GenericRecord> records =
        all(ParquetRecordReader.ofAvro(batches(old(), ParquetSchema.of(NEW))));
    assertThat(records).hasSize(3);
    GenericRecord second = records.get(1);
    assertThat(second.get("id")).isEqualTo(1L);
    assertThat(second.get("note")).isEqualTo("none");
    assertThat(second.get("state")).hasToString("OTHER");
    assertThat(second.get("rate")).isEqualTo(1.5);
    assertThat(second.get("at")).isEqualTo(5L);
    assertThat(second.get("amount")).isNull();
    assertThat(second.get("fee")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 0}));
    assertThat(records.get(2).get("rate")).isNull();
    assertThat(records.get(0).get("state")).hasToString("NEW");
  }

  /** What the record needs that is not in the file. */
  record Rated(double rate) {}

  /** Has other states than the file. */
  record Stated(State state) {
    enum State {
      NEW
    }
  }

  @Test
  void whatARecordCannotHoldIsATypedError() {
    mismatch(Rated.class, "rate", 2);
    mismatch(Stated.class, "state", 1);
    ParquetSchema strict =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"p\",\"fields\":[{\"name\":\"state\",\"type\":"
                + "{\"type\":\"enum\",\"name\":\"s\",\"symbols\":[\"NEW\"]}}]}");
    try (ParquetRecordReader<GenericRecord> in =
        ParquetRecordReader.ofAvro(batches(old(), strict))) {
      assertThat(in.read()).hasToString("{\"state\": \"NEW\"}");
      assertMismatch(in, "state");
    }
  }

  private static void mismatch(Class<? extends Record> type, String column, int good) {
    ParquetSchema schema = ParquetSchema.of(NEW).select(column);
    if (column.equals("state")) {
      schema = ParquetSchema.parse(OLD).select(column);
    }
    try (ParquetRecordReader<? extends Record> in =
        ParquetRecordReader.of(batches(old(), schema), type, MethodHandles.lookup())) {
      for (int row = 0; row < good; row++) {
        assertThat(in.read()).isNotNull();
      }
      assertMismatch(in, column);
    }
  }

  private static void assertMismatch(ParquetRecordReader<?> in, String column) {
    assertThatThrownBy(in::read)
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining("'" + column + "'")
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.SCHEMA_MISMATCH);
  }

  /** As Avro generates classes. */
  public static final class Payment extends SpecificRecordBase {
    private static final long serialVersionUID = 1;

    @SuppressWarnings({"unused", "MemberName"}) // Avro finds it by its name
    private static final SpecificData MODEL$ = new SpecificData(Payment.class.getClassLoader());

    static {
      MODEL$.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
      MODEL$.addLogicalTypeConversion(new Conversions.DecimalConversion());
    }

    static final Schema SCHEMA =
        new Schema.Parser()
            .parse(
                NEW.toString()
                    .replace(
                        "\"namespace\":\"io.strongroom.test\"",
                        "\"namespace\":\"" + ParquetRecordReaderTest.class.getName() + "\""));
    private final transient Object[] values = new Object[SCHEMA.getFields().size()];

    /** Avro calls it. */
    public Payment() {}

    @Override
    public SpecificData getSpecificData() {
      return MODEL$;
    }

    @Override
    public Schema getSchema() {
      return SCHEMA;
    }

    @Override
    public Object get(int field) {
      return values[field];
    }

    @Override
    public void put(int field, Object value) {
      values[field] = value;
    }
  }

  @Test
  void specificRecordsHaveTheTypesOfTheirConversions() {
    ParquetSchema schema = ParquetSchema.of(Payment.SCHEMA).select("fee", "at", "note", "id");
    List<Payment> records =
        all(ParquetRecordReader.ofSpecific(batches(old(), schema), Payment.class));
    assertThat(records).hasSize(3);
    Payment last = records.get(2);
    assertThat(last.get(0)).isEqualTo(2L);
    assertThat(last.get(1)).isEqualTo("none");
    assertThat(last.get(2)).isNull();
    assertThat(last.get(4)).isEqualTo(Instant.EPOCH.plus(5, ChronoUnit.MICROS));
    assertThat(last.get(6)).isEqualTo(new BigDecimal("2.56"));
    try (ParquetBatchReader other = batches(old(), ParquetSchema.of(NEW))) {
      assertThatThrownBy(() -> ParquetRecordReader.ofSpecific(other, Payment.class))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("Payment");
    }
  }

  @Test
  void textsAreAvrosOwnUnlessTheSchemaWantsStrings() {
    ParquetSchema gone = ParquetSchema.parse(OLD).select("gone");
    try (ParquetRecordReader<GenericRecord> in = ParquetRecordReader.ofAvro(batches(old(), gone))) {
      GenericRecord record = in.read();
      assertThat(record).isNotNull();
      assertThat(record.get(0)).isEqualTo(new Utf8("x"));
      assertThat(in.fileRows()).isEqualTo(3);
    }
  }
}
