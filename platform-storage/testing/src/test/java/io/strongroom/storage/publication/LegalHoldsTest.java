package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class LegalHoldsTest {
  private final StoredRuns lake = new StoredRuns();
  private final LegalHolds holds = lake.pipeline.holds();

  private static LegalHold hold(String id, String run, DatasetRef dataset, String... month) {
    return new LegalHold(
        id,
        run.isEmpty() ? Optional.empty() : Optional.of(new RunId(run)),
        Optional.ofNullable(dataset),
        new TreeMap<>(month.length == 0 ? Map.of() : Map.of("month", month[0])),
        "counsel",
        "case 7",
        StoredRuns.START);
  }

  private static DeletionItem file(String run, DatasetRef dataset, Map<String, String> partition) {
    return DeletionItem.file(
        DeletionItem.Why.UNNAMED, new RunId(run), dataset, new TreeMap<>(partition), "k", 1);
  }

  @Test
  void aHoldCoversWhatFitsAllThatItStatesAndInDoubtMore() {
    Map<String, String> january = Map.of("month", "01", "year", "2026");
    LegalHold run = hold("h", "r-1", null);
    assertThat(run.covers(file("r-1", SILVER, january))).isTrue();
    assertThat(run.covers(file("r-2", SILVER, january))).isFalse();
    LegalHold dataset = hold("h", "", SILVER);
    assertThat(dataset.covers(file("r-2", SILVER, january))).isTrue();
    assertThat(dataset.covers(file("r-2", CONDEMNED, january))).isFalse();
    assertThat(dataset.covers(DeletionItem.keys(new RunId("r-2"), "k", 1))).isTrue();
    LegalHold month = hold("h", "", SILVER, "01");
    assertThat(month.covers(file("r-2", SILVER, january))).isTrue();
    assertThat(month.covers(file("r-2", SILVER, Map.of("month", "02")))).isFalse();
    assertThat(month.covers(file("r-2", SILVER, Map.of()))).isTrue();
    LegalHold both = hold("h", "r-1", SILVER);
    assertThat(both.covers(file("r-1", CONDEMNED, january))).isFalse();
    assertThat(both.covers(file("r-1", SILVER, january))).isTrue();
  }

  @Test
  void aHoldStandsUntilItIsReleasedAndBothAreAnnounced() {
    holds.place(hold("h-1", "r-1", null));
    lake.at(1);
    assertThat(holds.place(hold("h-1", "r-1", null)).hold().at()).isEqualTo(StoredRuns.START);
    holds.place(hold("h-2", "", SILVER, "01"));
    assertThat(holds.active()).extracting(LegalHold::id).containsExactly("h-1", "h-2");
    holds.release("h-1", "counsel", "closed");
    holds.release("h-1", "somebody", "again");
    assertThat(holds.active()).extracting(LegalHold::id).containsExactly("h-2");
    assertThat(lake.pipeline.intents.intents())
        .extracting(Intent::kind)
        .containsExactly("HOLD", "HOLD", "RELEASE");
  }

  @Test
  void anIdNamesOneHoldForEver() {
    holds.place(hold("h-1", "r-1", null));
    assertCode(StorageErrorCode.LEGAL_HOLD_REFUSED, () -> holds.place(hold("h-1", "r-2", null)));
    holds.release("h-1", "counsel", "closed");
    assertCode(StorageErrorCode.LEGAL_HOLD_REFUSED, () -> holds.place(hold("h-1", "r-1", null)));
    assertCode(
        StorageErrorCode.LEGAL_HOLD_REFUSED, () -> holds.release("h-9", "counsel", "closed"));
    assertThatThrownBy(() -> holds.release("../x", "counsel", "closed"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHoldOrReleaseThatWasChangedOrNeverAnnouncedStopsEverythingThatDeletes() {
    holds.place(hold("h-1", "r-1", null));
    holds.place(hold("h-2", "r-2", null));
    holds.release("h-2", "counsel", "closed");
    for (String key : lake.keys()) {
      byte[] content = lake.store.get(key).orElseThrow().content();
      for (int i = 0; i < content.length; i += 5) {
        byte[] changed = content.clone();
        changed[i] ^= 1;
        lake.store.put(key, changed);
        int at = i;
        assertThatThrownBy(holds::active)
            .as("byte " + at + " of " + key)
            .isInstanceOfSatisfying(
                StorageException.class,
                e -> assertThat(e.code()).isEqualTo(StorageErrorCode.LEGAL_HOLD_INVALID));
      }
      lake.store.put(key, content);
    }
    // A release of one hold, copied to another.
    byte[] release =
        lake.store.get(PIPELINE.control() + "holds/h-2/released.json").orElseThrow().content();
    lake.store.put(PIPELINE.control() + "holds/h-1/released.json", release);
    assertCode(StorageErrorCode.LEGAL_HOLD_INVALID, holds::active);
    assertCode(
        StorageErrorCode.LEGAL_HOLD_INVALID,
        () ->
            lake.pipeline
                .sweep()
                .plan(java.util.List.of(SILVER), java.time.Duration.ZERO, "operator", "left"));
  }

  @Test
  void aHoldIsAboutSomething() {
    assertThatThrownBy(() -> hold("h", "", null)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> hold("h", "r-1", null, "01"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> hold("../h", "r-1", null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertCode(StorageErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
