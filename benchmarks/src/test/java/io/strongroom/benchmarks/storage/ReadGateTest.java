package io.strongroom.benchmarks.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class ReadGateTest {
  private static final List<Transaction> ROWS = Transactions.rows(1_500);

  @ParameterizedTest
  @EnumSource(ReadTask.class)
  void theRealContendersPass(ReadTask task) {
    List<String> names =
        task.file().encrypted()
            ? List.of("strongroom", "parquet-avro")
            : List.of("strongroom", "parquet-avro", "duckdb");
    for (String name : names) {
      assertThatCode(() -> ReadGate.check(ReadContenders.named(name, task), task, ROWS))
          .as("%s %s", name, task)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @EnumSource(ReadTask.class)
  void aContenderThatFindsOneMoreIsRefused(ReadTask task) {
    ReadContender real = ReadContenders.named("strongroom", task);
    ReadContender liar =
        new ReadContender() {
          @Override
          public String name() {
            return "liar";
          }

          @Override
          public long read(Path file, Instant from, Instant to) throws IOException {
            return real.read(file, from, to) + 1;
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> ReadGate.check(liar, task, ROWS))
        .withMessageContaining("liar");
  }

  @Test
  void theAnswerOfAProjectionIsThatOfAHundredthOfTheRows() {
    Instant[] times = ReadGate.hundredth(ROWS);
    long some = ReadGate.answer(ReadTask.PROJECTION, ROWS, times[0], times[1]);
    assertThat(some)
        .isEqualTo(
            ROWS.subList(750, 765).stream()
                .mapToLong(
                    row -> row.account().length() + row.amount().unscaledValue().longValueExact())
                .sum());
  }
}
