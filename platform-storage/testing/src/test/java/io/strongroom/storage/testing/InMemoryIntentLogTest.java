package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentReceipt;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class InMemoryIntentLogTest {
  private final InMemoryIntentLog log = new InMemoryIntentLog();

  private static Intent intent(String digit) {
    return new Intent(
        digit.repeat(64),
        new PipelineRef("payments", "balances"),
        "PROMOTE",
        Optional.empty(),
        Optional.empty(),
        "releaser",
        "checked",
        Instant.EPOCH);
  }

  @Test
  void anEntryIsFoundWhereItsReceiptSaysAndNowhereElse() {
    assertThat(log.find(intent("a").id())).isEmpty();
    IntentReceipt first = log.append(intent("a"));
    IntentReceipt again = log.append(intent("a"));
    IntentReceipt other = log.append(intent("b"));
    assertThat(first.index()).isZero();
    assertThat(log.find(intent("a").id())).contains(first);
    assertThat(log.find(intent("b").id())).contains(other);
    assertThat(first.leafHash()).isNotEqualTo(again.leafHash());
    assertThat(log.holds(again, intent("a").id())).isTrue();
    assertThat(log.holds(again, intent("b").id())).isFalse();
    assertThat(log.holds(new IntentReceipt(0, again.leafHash()), intent("a").id())).isFalse();
    assertThat(log.holds(new IntentReceipt(3, again.leafHash()), intent("a").id())).isFalse();
  }

  @Test
  void aReplacedEntryIsNoLongerHeldAndACopyKeepsIt() {
    IntentReceipt first = log.append(intent("a"));
    InMemoryIntentLog copy = log.copy();
    log.replace(0, intent("b"));
    assertThat(log.holds(first, intent("a").id())).isFalse();
    assertThat(log.intents()).containsExactly(intent("b"));
    assertThat(copy.holds(first, intent("a").id())).isTrue();
  }
}
