package io.strongroom.benchmarks.storage;

import io.strongroom.crypto.RangedSource;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ColumnVector;
import io.strongroom.storage.parquet.ParquetBatchReader;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.parquet.RowFilter;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** This library's reader, in batches. */
final class StrongroomReadContender implements ReadContender {
  private static final ParquetSchema SCHEMA = ParquetSchema.parse(Transaction.AVRO);
  private static final boolean[] TEXT = {true, true, false, false, true, false, true, true, true};

  private final ReadTask task;
  private final ParquetFiles files = new ParquetFiles(ParquetLayout.STANDARD, Codec.SNAPPY);

  StrongroomReadContender(ReadTask task) {
    this.task = task;
  }

  @Override
  public String name() {
    return "strongroom";
  }

  @Override
  public long read(Path file, Instant from, Instant to) {
    ParquetFileKeys keys =
        task.file().encrypted()
            ? ParquetFileKeys.of(WriteContenders.key(), AvroWriteContender.KEY)
            : null;
    try (RangedSource source = RangedSource.of(file)) {
      return task.projected() ? some(source, from, to) : all(source, keys);
    }
  }

  private long all(RangedSource source, @Nullable ParquetFileKeys keys) {
    long sum = 0;
    try (ParquetBatchReader in = files.batches("file", source, SCHEMA, null, keys, null)) {
      while (in.next()) {
        for (int column = 0; column < TEXT.length; column++) {
          ColumnVector values = in.column(column);
          sum += TEXT[column] ? lengths(values) : numbers(values);
        }
      }
    }
    return sum;
  }

  private long some(RangedSource source, Instant from, Instant to) {
    RowFilter times = RowFilter.column("ts").atLeast(from).and(RowFilter.column("ts").lessThan(to));
    ParquetSchema two = SCHEMA.select("account", "amount");
    long sum = 0;
    try (ParquetBatchReader in = files.batches("file", source, two, times, null, null)) {
      while (in.next()) {
        sum += lengths(in.column(0)) + numbers(in.column(1));
      }
    }
    return sum;
  }

  private static long lengths(ColumnVector texts) {
    long sum = 0;
    boolean nulls = texts.hasNulls();
    for (int row = 0; row < texts.rows(); row++) {
      if (!nulls || !texts.isNull(row)) {
        sum += texts.length(row);
      }
    }
    return sum;
  }

  private static long numbers(ColumnVector numbers) {
    long sum = 0;
    long[] longs = numbers.longs();
    for (int row = 0; row < numbers.rows(); row++) {
      sum += longs[row];
    }
    return sum;
  }
}
