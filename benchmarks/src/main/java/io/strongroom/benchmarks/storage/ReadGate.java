package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses to time contenders that do not find the same values. */
final class ReadGate {
  private ReadGate() {}

  /**
   * The answer that a reader must give: the sum of its numbers, cents and microseconds and of the
   * lengths of its texts in UTF-8; with a projection of the accounts and amounts alone.
   */
  static long answer(ReadTask task, List<Transaction> rows, Instant from, Instant to) {
    long sum = 0;
    for (Transaction row : rows) {
      long cents = row.amount().unscaledValue().longValueExact();
      if (!task.projected()) {
        sum += length(row.transactionId()) + length(row.account()) + row.customerId() + cents;
        sum += length(row.currency()) + row.micros() + length(row.country());
        sum += length(row.merchantCategory()) + length(row.description());
      } else if (!row.at().isBefore(from) && row.at().isBefore(to)) {
        sum += length(row.account()) + cents;
      }
    }
    return sum;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The times between which a hundredth of the rows lies. */
  static Instant[] hundredth(List<Transaction> rows) {
    return new Instant[] {
      rows.get(rows.size() / 2).at(), rows.get(rows.size() / 2 + rows.size() / 100).at()
    };
  }

  /**
   * Checks one contender.
   *
   * @throws IllegalStateException that names the contender
   */
  static void check(ReadContender contender, ReadTask task, List<Transaction> rows) {
    try {
      Path file = Files.createTempFile("gate", ".parquet");
      try {
        write(task, rows, file);
        Instant[] times = hundredth(rows);
        if (contender.read(file, times[0], times[1]) != answer(task, rows, times[0], times[1])) {
          throw new IllegalStateException(contender.name() + " does not find the values");
        }
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException failed) {
      throw new IllegalStateException(contender.name() + " did not pass", failed);
    }
  }

  /** Writes the file that all read, by parquet-avro with its usual settings. */
  static void write(ReadTask task, List<Transaction> rows, Path file) throws IOException {
    Files.deleteIfExists(file);
    WriteTask written = task.file();
    try (WriteContender out =
        new AvroWriteContender("parquet-avro", written, written.encrypted(), rows, null)) {
      out.write(file);
    }
  }
}
