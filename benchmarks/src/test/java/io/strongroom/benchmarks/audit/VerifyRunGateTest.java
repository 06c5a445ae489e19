package io.strongroom.benchmarks.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.benchmarks.audit.VerifyRunBenchmark.Layout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate lets through who accepts a right run and refuses a changed one, and nobody else. */
@Tag("verify")
class VerifyRunGateTest {
  private static final int SIZE = 9_000;
  private static final int RUN = 100;

  private static RunContender contender(String name, Layout layout) {
    return VerifyRunBenchmark.named(name, SIZE, VerifyRunBenchmark.indexes(layout, SIZE, RUN));
  }

  @ParameterizedTest
  @MethodSource("io.strongroom.benchmarks.audit.VerifyRunBenchmark#contenders")
  void everyContenderTellsARightRunFromAChangedOne(String name) {
    for (Layout layout : Layout.values()) {
      assertThatCode(() -> VerifyRunBenchmark.check(contender(name, layout)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void whoAcceptsEverythingIsNotLetThrough() {
    RunContender blind =
        new RunContender() {
          @Override
          public boolean verify() {
            return true;
          }

          @Override
          public void flipEntry() {}

          @Override
          public long proofBytes() {
            return 0;
          }
        };
    assertThatThrownBy(() -> VerifyRunBenchmark.check(blind))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theProofOfARunOfNeighboursIsShort() {
    assertThat(contender("strongroom", Layout.CONTIGUOUS).proofBytes()).isLessThan(1_024);
    assertThat(contender("strongroom", Layout.INTERLEAVED).proofBytes()).isGreaterThan(1_024);
  }

  @Test
  void entriesOfTheLogDiffer() {
    assertThat(GeneratedLog.entry(1_234_567)).hasSize(Entries.LENGTH);
    assertThat(new String(GeneratedLog.entry(1_234_567), StandardCharsets.US_ASCII))
        .contains("\"01234567\"");
    assertThat(GeneratedLog.entry(10)).isEqualTo(Entries.entry(10));
  }
}
