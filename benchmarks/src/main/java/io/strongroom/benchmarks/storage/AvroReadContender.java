package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.Operators.LongColumn;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;

/** parquet-avro with generic records. */
final class AvroReadContender implements ReadContender {
  private static final Schema TWO =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"transaction\","
                  + "\"namespace\":\"io.strongroom.benchmarks\",\"fields\":["
                  + "{\"name\":\"account\",\"type\":\"string\"},"
                  + "{\"name\":\"amount\",\"type\":{\"type\":\"bytes\","
                  + "\"logicalType\":\"decimal\",\"precision\":18,\"scale\":2}},"
                  // A filter sees the columns that are read, and takes the others for null.
                  + "{\"name\":\"ts\",\"type\":{\"type\":\"long\","
                  + "\"logicalType\":\"timestamp-micros\"}}]}");

  private final ReadTask task;

  AvroReadContender(ReadTask task) {
    this.task = task;
  }

  @Override
  public String name() {
    return "parquet-avro";
  }

  @Override
  public long read(Path file, Instant from, Instant to) throws IOException {
    GenericData model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    if (task.projected()) {
      configuration.set(AvroReadSupport.AVRO_REQUESTED_PROJECTION, TWO.toString());
      configuration.set("parquet.avro.read.schema", TWO.toString());
    }
    ParquetReader.Builder<GenericRecord> builder =
        AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file), configuration)
            .withDataModel(model)
            .withDecryption(
                task.file().encrypted()
                    ? FileDecryptionProperties.builder()
                        .withFooterKey(WriteContenders.key())
                        .build()
                    : null);
    if (task.projected()) {
      LongColumn time = FilterApi.longColumn("ts");
      builder =
          builder.withFilter(
              FilterCompat.get(
                  FilterApi.and(
                      FilterApi.gtEq(time, micros(from)), FilterApi.lt(time, micros(to)))));
    }
    long sum = 0;
    try (ParquetReader<GenericRecord> in = builder.build()) {
      for (GenericRecord record = in.read(); record != null; record = in.read()) {
        sum += task.projected() ? two(record) : nine(record);
      }
    }
    return sum;
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  private static long two(GenericRecord record) {
    return length(record.get(0)) + cents(record.get(1));
  }

  private static long nine(GenericRecord record) {
    return length(record.get(0))
        + length(record.get(1))
        + (Long) record.get(2)
        + cents(record.get(3))
        + length(record.get(4))
        + (Long) record.get(5)
        + length(record.get(6))
        + length(record.get(7))
        + length(record.get(8));
  }

  private static long cents(Object decimal) {
    return ((BigDecimal) decimal).unscaledValue().longValue();
  }

  private static int length(@Nullable Object text) {
    return text == null ? 0 : ((Utf8) text).getByteLength();
  }
}
