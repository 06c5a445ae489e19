package io.strongroom.benchmarks.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class WriteGateTest {
  private static final List<Transaction> ROWS = Transactions.rows(1_500);

  private static WriteContender contender(String name, WriteTask task, List<Transaction> rows) {
    return WriteContenders.named(name, task, 1, rows, new EncodedRows(rows));
  }

  @ParameterizedTest
  @EnumSource(WriteTask.class)
  void theRealContendersPass(WriteTask task) {
    List<String> names =
        new ArrayList<>(
            List.of(
                "strongroom",
                "strongroom-single-page",
                "strongroom-zstd3",
                "parquet-avro",
                "parquet-avro-plain"));
    if (!task.encrypted() && !task.fromBytes()) {
      names.add("duckdb");
    }
    for (String name : names) {
      try (WriteContender contender = contender(name, task, ROWS)) {
        assertThatCode(() -> WriteGate.check(contender, ROWS))
            .as("%s %s", name, task)
            .doesNotThrowAnyException();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "strongroom, SNAPPY",
    "strongroom, BYTES_ENCRYPTED",
    "parquet-avro, SNAPPY_ENCRYPTED",
    "duckdb, ZSTD"
  })
  void aContenderThatChangesSwapsOrLosesARowIsRefused(String name, WriteTask task) {
    Transaction first = ROWS.get(0);
    List<Transaction> changed = new ArrayList<>(ROWS);
    changed.set(
        0,
        new Transaction(
            first.transactionId(),
            first.account(),
            first.customerId(),
            first.amount().add(new BigDecimal("0.01")),
            first.currency(),
            first.at(),
            first.country(),
            first.merchantCategory(),
            first.description()));
    List<Transaction> swapped = new ArrayList<>(ROWS);
    Collections.swap(swapped, 700, 701);
    for (List<Transaction> others :
        List.of(changed, swapped, ROWS.subList(0, ROWS.size() - 1), twice(ROWS))) {
      try (WriteContender contender = contender(name, task, others)) {
        assertThatIllegalStateException()
            .isThrownBy(() -> WriteGate.check(contender, ROWS))
            .withMessageStartingWith(name);
      }
    }
  }

  private static List<Transaction> twice(List<Transaction> rows) {
    List<Transaction> twice = new ArrayList<>(rows);
    twice.addAll(rows);
    return twice;
  }

  @Test
  void sparkThatIsNotBuiltIsNamedWithItsCommand(@TempDir Path nothing) {
    assertThatIllegalStateException()
        .isThrownBy(() -> new SparkWriteContender(WriteTask.ZSTD, ROWS, nothing))
        .withMessageContaining("mvn -f benchmarks/spark/pom.xml package");
  }

  @Test
  void aContenderThatDoesNotEncryptIsRefused() {
    WriteContender plain = contender("strongroom", WriteTask.SNAPPY, ROWS);
    WriteContender pretends =
        new WriteContender() {
          @Override
          public String name() {
            return "pretends";
          }

          @Override
          public boolean encrypts() {
            return true;
          }

          @Override
          public void write(Path file) throws IOException {
            plain.write(file);
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> WriteGate.check(pretends, ROWS))
        .withMessageStartingWith("pretends encrypts");
  }

  @Test
  void theRowsHaveTheCardinalitiesThatTheyAreSaidToHave() {
    List<Transaction> rows = Transactions.rows(100_000);
    assertThat(Transactions.rows(1_500)).isEqualTo(rows.subList(0, 1_500));
    assertThat(rows.stream().map(Transaction::transactionId).distinct()).hasSize(rows.size());
    assertThat(rows.stream().map(Transaction::currency).distinct()).hasSize(12);
    assertThat(rows.stream().map(Transaction::country).distinct()).hasSize(45);
    assertThat(new HashSet<>(rows.stream().map(Transaction::merchantCategory).toList()))
        .hasSize(281)
        .contains((String) null);
    assertThat(rows.stream().map(Transaction::account).distinct().count())
        .isBetween(65_000L, 75_000L);
    assertThat(rows.stream().filter(row -> row.description() == null).count())
        .isBetween(850L, 1_150L);
    assertThat(rows.stream().map(Transaction::at)).isSorted();
    long payload = rows.stream().mapToLong(WriteGateTest::payload).sum();
    assertThat(payload / rows.size()).isBetween(155L, 175L);
  }

  private static long payload(Transaction row) {
    long bytes = 3L * Long.BYTES;
    for (Object value :
        new Object[] {
          row.transactionId(),
          row.account(),
          row.currency(),
          row.country(),
          row.merchantCategory(),
          row.description()
        }) {
      bytes += 4 + Objects.toString(value, "").getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes;
  }
}
