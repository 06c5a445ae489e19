package io.strongroom.benchmarks.storage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs what {@code mvn -f benchmarks/spark/pom.xml package} builds, and runs on JDK 17. */
@Tag("oracle")
class SparkGateTest {
  private static final List<Transaction> ROWS = Transactions.rows(1_500);

  @Test
  void sparkPassesWithItsRowsAndIsRefusedWithOthers() {
    List<Transaction> swapped = new ArrayList<>(ROWS);
    Collections.swap(swapped, 700, 701);
    try (WriteContender spark = spark(ROWS)) {
      assertThatCode(() -> WriteGate.check(spark, ROWS)).doesNotThrowAnyException();
      assertThatIllegalStateException()
          .isThrownBy(() -> WriteGate.check(spark, swapped))
          .withMessageStartingWith("spark gives");
    }
  }

  private static WriteContender spark(List<Transaction> rows) {
    return WriteContenders.named("spark", WriteTask.ZSTD, 1, rows, null);
  }
}
