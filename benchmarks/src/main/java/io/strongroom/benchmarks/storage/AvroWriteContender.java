package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;

/** parquet-avro with its usual settings and generic records; level 3 of Zstandard. */
final class AvroWriteContender implements WriteContender {
  /** The reference to the key in encrypted files. */
  static final String KEY = "benchmark";

  private static final Schema SCHEMA = new Schema.Parser().parse(Transaction.AVRO);

  private final String name;
  private final WriteTask task;
  private final boolean encrypted;
  private final List<Transaction> rows;
  private final @Nullable EncodedRows encoded;

  AvroWriteContender(
      String name,
      WriteTask task,
      boolean encrypted,
      List<Transaction> rows,
      @Nullable EncodedRows encoded) {
    this.name = name;
    this.task = task;
    this.encrypted = encrypted;
    this.rows = rows;
    this.encoded = encoded;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean encrypts() {
    return encrypted;
  }

  @Override
  public void write(Path file) throws IOException {
    GenericData model = new GenericData();
    if (!task.fromBytes()) {
      model.addLogicalTypeConversion(new Conversions.DecimalConversion());
      model.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    }
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.set("parquet.compression.codec.zstd.level", "3");
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(SCHEMA)
            .withDataModel(model)
            .withConf(configuration)
            .withCompressionCodec(CompressionCodecName.fromConf(task.codec()))
            .withEncryption(
                encrypted
                    ? FileEncryptionProperties.builder(WriteContenders.key())
                        .withFooterKeyID(KEY)
                        .build()
                    : null)
            .build()) {
      if (task.fromBytes() && encoded != null) {
        writeEncoded(out, encoded);
      } else {
        writeObjects(out);
      }
    }
  }

  private void writeObjects(ParquetWriter<GenericRecord> out) throws IOException {
    for (Transaction row : rows) {
      GenericRecord record = new GenericData.Record(SCHEMA);
      record.put(0, row.transactionId());
      record.put(1, row.account());
      record.put(2, row.customerId());
      record.put(3, row.amount());
      record.put(4, row.currency());
      record.put(5, row.at());
      record.put(6, row.country());
      record.put(7, row.merchantCategory());
      record.put(8, row.description());
      out.write(record);
    }
  }

  private static void writeEncoded(ParquetWriter<GenericRecord> out, EncodedRows from)
      throws IOException {
    byte[] decimal = new byte[Long.BYTES];
    ByteBuffer cents = ByteBuffer.wrap(decimal);
    for (int row = 0; row < from.count(); row++) {
      GenericRecord record = new GenericData.Record(SCHEMA);
      record.put(0, text(from, row, EncodedRows.TRANSACTION_ID));
      record.put(1, text(from, row, EncodedRows.ACCOUNT));
      record.put(2, from.customerIds[row]);
      cents.putLong(0, from.cents[row]);
      record.put(
          3, ByteBuffer.wrap(decimal, shortest(decimal), decimal.length - shortest(decimal)));
      record.put(4, text(from, row, EncodedRows.CURRENCY));
      record.put(5, from.micros[row]);
      record.put(6, text(from, row, EncodedRows.COUNTRY));
      record.put(7, text(from, row, EncodedRows.MERCHANT_CATEGORY));
      record.put(8, text(from, row, EncodedRows.DESCRIPTION));
      out.write(record);
    }
  }

  private static @Nullable Utf8 text(EncodedRows from, int row, int text) {
    int length = from.length(row, text);
    int start = from.start(row, text);
    return length < 0 ? null : new Utf8(Arrays.copyOfRange(from.bytes, start, start + length));
  }

  /** Where the shortest form of a number begins, as a conversion would write it. */
  private static int shortest(byte[] number) {
    int from = 0;
    while (from < number.length - 1
        && ((number[from] == 0 && number[from + 1] >= 0)
            || (number[from] == -1 && number[from + 1] < 0))) {
      from++;
    }
    return from;
  }
}
