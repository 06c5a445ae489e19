package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of Avro and of Java record classes. */
@Tag("verify")
class ParquetRecordWriterTest {
  private static final int ROWS = 3_000;
  private static final String AVRO =
      """
      {"type":"record","name":"payment","fields":[
        {"name":"id","type":"long"},
        {"name":"account_name","type":"string"},
        {"name":"paid","type":"boolean"},
        {"name":"attempts","type":["null","int"]},
        {"name":"rate","type":["null","double"]},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}]},
        {"name":"amount",
         "type":["null",{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}]}]}
      """;
  private static final ParquetSchema SCHEMA = ParquetSchema.parse(AVRO);

  @TempDir Path folder;

  /** The row as an application's class has it; one component has no column. */
  record Payment(
      long id,
      String accountName,
      boolean paid,
      @Nullable Integer attempts,
      double rate,
      LocalDate day,
      @Nullable Instant at,
      @Nullable BigDecimal amount,
      String ignored) {}

  private static Payment payment(int row) {
    return new Payment(
        row,
        "Konto " + row % 100,
        row % 3 == 0,
        row % 7 == 0 ? null : row,
        row / 4.0,
        LocalDate.ofEpochDay(row - 1_000),
        row % 5 == 0 ? null : Instant.EPOCH.plus(row * 1_000_003L, ChronoUnit.MICROS),
        row % 11 == 0 ? null : BigDecimal.valueOf(row - 1_500, 2),
        "x");
  }

  /** The same in Avro's plain types, as parquet-avro takes it without conversions. */
  private static GenericRecord plain(int row) {
    Payment from = payment(row);
    Instant at = from.at();
    BigDecimal amount = from.amount();
    GenericRecord record = new GenericData.Record(SCHEMA.avro());
    record.put("id", from.id());
    record.put("account_name", row % 2 == 0 ? new Utf8(from.accountName()) : from.accountName());
    record.put("paid", from.paid());
    record.put("attempts", from.attempts());
    record.put("rate", from.rate());
    record.put("day", (int) from.day().toEpochDay());
    record.put("at", at == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, at));
    record.put(
        "amount", amount == null ? null : ByteBuffer.wrap(amount.unscaledValue().toByteArray()));
    return record;
  }

  /** The same with objects of the logical types, as generated classes hold them. */
  private static IndexedRecord logical(int row) {
    Payment from = payment(row);
    GenericRecord record = plain(row);
    record.put("day", from.day());
    record.put("at", from.at());
    record.put("amount", from.amount());
    return record;
  }

  private static ParquetRowWriter rows(OutputStream sink) {
    return new ParquetRowWriter(sink, SCHEMA, null, ParquetLayout.STANDARD, Codec.ZSTD);
  }

  /**
   * What parquet-avro finds in a file; decimals as unscaled numbers, whatever their stored form.
   */
  private static List<String> read(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new org.apache.avro.Conversions.DecimalConversion());
    try (ParquetReader<GenericRecord> in =
        AvroParquetReader.<GenericRecord>builder(
                new LocalInputFile(file), new PlainParquetConfiguration())
            .withDataModel(model)
            .build()) {
      for (GenericRecord row = in.read(); row != null; row = in.read()) {
        rows.add(row.toString());
      }
    }
    return rows;
  }

  private List<String> expected() throws IOException {
    Path file = folder.resolve("avro.parquet");
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(SCHEMA.avro())
            .withConf(new PlainParquetConfiguration())
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        out.write(plain(row));
      }
    }
    return read(file);
  }

  @Test
  void avroRecordsAndRecordClassesGiveTheRowsThatParquetAvroWrites() throws Exception {
    List<String> expected = expected();
    assertThat(expected).hasSize(ROWS);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteArrayOutputStream logical = new ByteArrayOutputStream();
    ByteArrayOutputStream classes = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> first = ParquetRecordWriter.ofAvro(rows(plain));
        ParquetRecordWriter<IndexedRecord> second = ParquetRecordWriter.ofAvro(rows(logical));
        ParquetRecordWriter<Payment> third =
            ParquetRecordWriter.of(rows(classes), Payment.class, MethodHandles.lookup())) {
      for (int row = 0; row < ROWS; row++) {
        first.write(plain(row));
        second.write(logical(row));
        third.write(payment(row));
      }
      assertThat(first.finish().rows()).isEqualTo(ROWS);
      second.finish();
      third.finish();
    }
    assertThat(logical.toByteArray()).isEqualTo(plain.toByteArray());
    assertThat(classes.toByteArray()).isEqualTo(plain.toByteArray());
    assertThat(read(Files.write(folder.resolve("own.parquet"), plain.toByteArray())))
        .isEqualTo(expected);
  }

  @Test
  void aRecordThatDoesNotFitIsLeftOutWhole() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRecordWriter<IndexedRecord> out = ParquetRecordWriter.ofAvro(rows(sink))) {
      List<GenericRecord> refused = new ArrayList<>();
      for (int index = 0; index < 5; index++) {
        refused.add(plain(1));
      }
      refused.get(0).put("amount", new BigDecimal("1.001"));
      refused.get(1).put("account_name", 4929L);
      refused.get(2).put("account_name", null);
      refused.get(3).put("amount", ByteBuffer.allocate(0));
      refused.get(4).put("day", LocalDate.MAX);
      for (GenericRecord record : refused) {
        assertRefused(() -> out.write(record));
      }
      Schema other =
          new Schema.Parser()
              .parse(
                  "{\"type\":\"record\",\"name\":\"o\",\"fields\":"
                      + "[{\"name\":\"id\",\"type\":\"long\"}]}");
      assertRefused(() -> out.write(new GenericData.Record(other)));
      out.write(plain(2));
      assertThat(out.finish().rows()).isEqualTo(1);
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), SCHEMA, null, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getLong(0)).isEqualTo(2);
    }
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ParquetFileException.class)
        .hasMessageNotContaining("4929")
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.VALUE_REFUSED);
  }

  /** Its account is of another type. */
  record Wrong(
      long id,
      long accountName,
      boolean paid,
      int attempts,
      double rate,
      int day,
      long at,
      BigDecimal amount) {}

  /** Has one column only. */
  record OneColumn(long id) {}

  @Test
  void aRecordClassThatDoesNotFitTheSchemaIsRefusedBeforeTheFirstRow() {
    for (Class<? extends Record> type : List.of(Wrong.class, OneColumn.class)) {
      try (ParquetRowWriter out = rows(new ByteArrayOutputStream())) {
        assertThatThrownBy(() -> ParquetRecordWriter.of(out, type, MethodHandles.lookup()))
            .isInstanceOf(ParquetFileException.class)
            .hasMessageContaining("'account_name'")
            .extracting(thrown -> ((ParquetFileException) thrown).code())
            .isEqualTo(ParquetErrorCode.SCHEMA_REFUSED);
      }
    }
  }
}
