package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.at;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.log;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("verify")
class AuditIntentLogTest {
  private static final PipelineRef PIPELINE = new PipelineRef("payments", "transactions");
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final ObjectStoreAuditLog log = log(store);
  private final AuditIntentLog intents = new AuditIntentLog(log);

  private static String id(int number) {
    return String.format("%064x", number);
  }

  private static Intent promotion(int number) {
    return new Intent(
        id(number),
        PIPELINE,
        "PROMOTE",
        Optional.of(new RunId("20260121T120000Z-1a2b3c4d")),
        Optional.of(id(1000 + number)),
        "scheduler",
        "window 2026-01-20",
        at(number));
  }

  @Test
  void promotionIsAnEventThatSaysEverythingAboutIt() {
    IntentReceipt receipt = intents.append(promotion(1));
    AuditEvent event = log.entry(receipt.index()).orElseThrow().event();
    assertThat(event.action()).isEqualTo("RUN_PROMOTING");
    assertThat(event.actor()).isEqualTo("scheduler");
    assertThat(event.resource()).isEqualTo(PIPELINE.path());
    assertThat(event.outcome()).isEqualTo("intended");
    assertThat(event.run()).contains("20260121T120000Z-1a2b3c4d");
    assertThat(event.reason()).contains("window 2026-01-20");
    assertThat(event.at()).isEqualTo(at(1));
    assertThat(event.attributes())
        .containsEntry("intent", id(1))
        .containsEntry("kind", "PROMOTE")
        .containsEntry("previous", id(1001));
  }

  @Test
  void rollbackIsAnEventOfItsOwn() {
    Intent rollback =
        new Intent(
            id(7),
            PIPELINE,
            "ROLLBACK",
            Optional.empty(),
            Optional.empty(),
            "ops-lead",
            "wrong rates, back to 4",
            at(7));
    IntentReceipt receipt = intents.append(rollback);
    assertThat(log.entry(receipt.index()).orElseThrow().event().action())
        .isEqualTo("PUBLICATION_ROLLING_BACK");
    assertThat(intents.holds(receipt, id(7))).isTrue();
    assertThat(new AuditIntentLog(log).find(id(7))).contains(receipt);
  }

  @ParameterizedTest
  @CsvSource({
    "RETIRE, RETENTION_RETIRING",
    "RETENTION, RETENTION_DELETING",
    "SWEEP, LEFTOVERS_DELETING",
    "HOLD, LEGAL_HOLD_PLACING",
    "RELEASE, LEGAL_HOLD_RELEASING",
    "LATER_KIND, PUBLICATION_CHANGING"
  })
  void everyKindIsAnEventThatIsFoundAgain(String kind, String action) {
    IntentReceipt receipt =
        intents.append(
            new Intent(
                id(8),
                PIPELINE,
                kind,
                Optional.empty(),
                Optional.empty(),
                "records-officer",
                "yearly",
                at(8)));
    assertThat(log.entry(receipt.index()).orElseThrow().event().action()).isEqualTo(action);
    assertThat(intents.holds(receipt, id(8))).isTrue();
    assertThat(new AuditIntentLog(log).find(id(8))).contains(receipt);
  }

  @Test
  void intentIsFoundByAnotherProcessAmongOtherEvents() {
    log.append(events(0, 300));
    IntentReceipt first = intents.append(promotion(1));
    log.append(events(300, 700));
    IntentReceipt second = intents.append(promotion(2));
    AuditIntentLog other = new AuditIntentLog(log(store));
    assertThat(other.find(id(2))).contains(second);
    assertThat(other.find(id(1))).contains(first);
    assertThat(other.find(id(3))).isEmpty();
    IntentReceipt third = intents.append(promotion(3));
    assertThat(other.find(id(3))).contains(third);
  }

  @Test
  void anyEntryOfAnIntentAppendedTwiceIsFound() {
    IntentReceipt first = intents.append(promotion(1));
    IntentReceipt second = intents.append(promotion(1));
    assertThat(first).isNotEqualTo(second);
    assertThat(intents.holds(first, id(1))).isTrue();
    assertThat(intents.holds(second, id(1))).isTrue();
    assertThat(new AuditIntentLog(log).find(id(1)).orElseThrow()).isIn(first, second);
  }

  @Test
  void emptyLogKnowsNoIntent() {
    assertThat(intents.find(id(1))).isEmpty();
    assertThat(intents.append(promotion(1)).index()).isZero();
    assertThat(intents.find(id(1))).isPresent();
  }

  @Test
  void searchEndsAtTheLookback() {
    intents.append(promotion(1));
    log.append(events(0, 600));
    assertThat(new AuditIntentLog(log, 600).find(id(1))).isEmpty();
    assertThat(new AuditIntentLog(log, 601).find(id(1))).isPresent();
    assertThatIllegalArgumentException().isThrownBy(() -> new AuditIntentLog(log, 0));
  }

  @Test
  void whatWasReadOnceIsNotReadAgain() {
    log.append(events(0, 300));
    intents.append(promotion(1));
    log.append(events(300, 600));
    log.checkpoint();
    List<String> bundles = new ArrayList<>();
    AuditIntentLog counting =
        new AuditIntentLog(
            log(
                new FaultyObjectStore(
                    store,
                    (number, operation, key) -> {
                      if (key.startsWith(PREFIX + "tile/entries/")
                          && operation == io.strongroom.storage.testing.StoreOperation.GET) {
                        bundles.add(key.substring(PREFIX.length()));
                      }
                      return FaultyObjectStore.Fault.NONE;
                    })));
    assertThat(counting.find(id(1))).isPresent();
    assertThat(bundles).contains("tile/entries/001").doesNotContain("tile/entries/000");
    bundles.clear();
    assertThat(counting.find(id(1))).isPresent();
    assertThat(bundles).isEmpty();
    assertThat(counting.find(id(2))).isEmpty();
    assertThat(bundles).containsExactly("tile/entries/000");
    bundles.clear();
    assertThat(counting.find(id(2))).isEmpty();
    assertThat(bundles).isEmpty();
  }

  @Test
  void receiptHoldsOnlyForItsOwnEntryAndIntent() {
    IntentReceipt first = intents.append(promotion(1));
    IntentReceipt second = intents.append(promotion(2));
    assertThat(intents.holds(first, id(1))).isTrue();
    assertThat(intents.holds(first, id(2))).isFalse();
    assertThat(intents.holds(new IntentReceipt(first.index(), second.leafHash()), id(1))).isFalse();
    assertThat(intents.holds(new IntentReceipt(5, first.leafHash()), id(1))).isFalse();
  }

  @Test
  void eventThatOnlyCarriesTheAttributeIsNoIntent() {
    AuditReceipt receipt =
        log.append(
            LogFixture.event(1).withAttribute("intent", id(1)).withAttribute("kind", "PROMOTE"));
    assertThat(intents.find(id(1))).isEmpty();
    assertThat(intents.holds(new IntentReceipt(receipt.index(), receipt.leafHash()), id(1)))
        .isFalse();
  }
}
