package io.strongroom.examples.lake.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class TransactionGeneratorTest {
  private static final Path SAMPLE = Path.of("data", "transactions.csv");

  @Test
  void theSampleThatShipsIsWhatTheGeneratorMakes() throws IOException {
    assertThat(Files.readAllBytes(SAMPLE))
        .isEqualTo(generate(TransactionGenerator.SAMPLE_ROWS, TransactionGenerator.SAMPLE_SEED));
  }

  @Test
  void theSampleHasSeveralMonthsAndCurrenciesWithZeroTwoAndThreeDecimals() throws IOException {
    Set<String> months = new TreeSet<>();
    Set<Integer> decimals = new TreeSet<>();
    SourceRows rows = rows(Files.readAllBytes(SAMPLE));
    for (SourceRow row = rows.next(); row != null; row = rows.next()) {
      if (row.readable() && row.field(SourceColumn.TIMESTAMP).startsWith("2026-")) {
        months.add(row.field(SourceColumn.TIMESTAMP).substring(0, 7));
        CurrencyTable.iso4217().decimals(row.field(SourceColumn.CURRENCY)).ifPresent(decimals::add);
      }
    }
    assertThat(months).hasSizeGreaterThanOrEqualTo(6);
    assertThat(decimals).containsExactly(0, 2, 3);
  }

  @Test
  void filesOfTwoSeedsShareNoTransaction() throws IOException {
    Set<String> both = new HashSet<>(ids(generate(500, 1)));
    assertThat(both).hasSize(500);
    both.retainAll(ids(generate(500, 2)));
    assertThat(both).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
    assertThat(generate(1_000, 7)).isEqualTo(generate(1_000, 7)).isNotEqualTo(generate(1_000, 8));
  }

  @Test
  void aFileOfOneRowIsAGoodFile() throws IOException {
    SourceRows rows = rows(generate(1, 3));
    assertThat(rows.next()).isNotNull().matches(SourceRow::readable);
    assertThat(rows.next()).isNull();
  }

  @Test
  void aLargeFileHasNoMoreThanSixtyUnreadableRows() throws IOException {
    SourceRows rows = rows(generate(100_000, 11));
    int unreadable = 0;
    long count = 0;
    for (SourceRow row = rows.next(); row != null; row = rows.next()) {
      unreadable += row.readable() ? 0 : 1;
      count++;
    }
    assertThat(count).isEqualTo(100_000);
    assertThat(unreadable).isEqualTo(TransactionGenerator.MOST_WRONG_ROWS_A_REASON);
  }

  private static Set<String> ids(byte[] file) {
    Set<String> ids = new HashSet<>();
    String[] lines = new String(file, java.nio.charset.StandardCharsets.UTF_8).split("\n");
    Arrays.stream(lines).skip(1).map(line -> line.split(",", 2)[0]).forEach(ids::add);
    return ids;
  }

  private static byte[] generate(long rows, long seed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TransactionGenerator.write(rows, seed, bytes);
    return bytes.toByteArray();
  }

  private static SourceRows rows(byte[] file) throws IOException {
    return SourceRows.open(new ByteArrayInputStream(file), SourceLimits.DEFAULT);
  }
}
