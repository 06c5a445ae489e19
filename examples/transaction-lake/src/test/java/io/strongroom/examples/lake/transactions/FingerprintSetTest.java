package io.strongroom.examples.lake.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class FingerprintSetTest {

  @Test
  void aTransactionIsNewOnce() {
    FingerprintSet set = new FingerprintSet();
    for (int i = 0; i < 50_000; i++) {
      assertThat(set.add("TX-" + i, i % 90)).isTrue();
    }
    for (int i = 0; i < 50_000; i++) {
      assertThat(set.add("TX-" + i, i % 90)).isFalse();
    }
    assertThat(set.size()).isEqualTo(50_000);
  }

  @Test
  void theSameIdOnAnotherDayIsAnotherTransaction() {
    FingerprintSet set = new FingerprintSet();
    assertThat(set.add("TX-1", 20_000)).isTrue();
    assertThat(set.add("TX-1", 20_001)).isTrue();
    assertThat(set.add("TX-1", -1)).isTrue();
    assertThat(set.add("TX-1", 20_000)).isFalse();
  }
}
