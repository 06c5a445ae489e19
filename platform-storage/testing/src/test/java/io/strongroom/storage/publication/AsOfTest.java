package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.PUBLICATIONS;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class AsOfTest {
  private static final Instant START = Instant.parse("2026-01-21T02:00:00Z");

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);
  private long hours;

  /** Publishes a run an hour after the one before. */
  private void publish(String run, DatasetSpec spec, String... months) {
    pipeline.commit(run, run, spec, months);
    Instant now = START.plusSeconds(3600 * ++hours);
    new Publisher(
            store, PIPELINE, pipeline.runs, pipeline.intents, PUBLICATIONS, KEYRING, () -> now)
        .promote(new RunId(run), "releaser", "checked");
  }

  private static List<String> files(PublishedState state) {
    return state.liveFiles(SILVER).stream()
        .map(live -> live.manifest().run() + " " + live.file().partition().get("month"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void everyOlderStateIsReadAsItWasInEveryMode(DatasetMode mode) {
    DatasetSpec spec = TestRuns.spec(SILVER, mode, ConflictRule.NONE);
    publish("a", spec, "01", "02");
    publish("b", spec, "02");
    publish("c", spec, "03");
    pipeline.publisher.rollback("back", 1, "operator", "wrong");

    List<List<String>> expected =
        switch (mode) {
          case SNAPSHOT -> List.of(List.of("a 01", "a 02"), List.of("b 02"), List.of("c 03"));
          case PARTITION_REPLACE ->
              List.of(
                  List.of("a 01", "a 02"),
                  List.of("a 01", "b 02"),
                  List.of("a 01", "b 02", "c 03"));
          case APPEND ->
              List.of(
                  List.of("a 01", "a 02"),
                  List.of("a 01", "a 02", "b 02"),
                  List.of("a 01", "a 02", "b 02", "c 03"));
        };
    PublishedState now = pipeline.state();
    for (int seq = 1; seq <= 3; seq++) {
      assertThat(files(now.asOf(seq))).isEqualTo(expected.get(seq - 1));
      assertThat(now.asOf(seq).head().orElseThrow().seq()).isEqualTo(seq);
    }
    assertThat(files(now.asOf(4))).isEqualTo(files(now)).isEqualTo(expected.get(0));
    assertThat(now.asOf(0).head()).isEmpty();
    assertThat(now.asOf(0).datasets()).isEmpty();
    assertThat(now.asOf(2).history()).extracting(Publication::seq).containsExactly(2L, 1L);
  }

  @Test
  void theStateOfATimeIsThatOfTheNewestPublicationNotAfterIt() {
    DatasetSpec spec = TestRuns.spec(SILVER);
    publish("a", spec, "01");
    publish("b", spec, "02");
    PublishedState now = pipeline.state();
    assertThat(now.asOf(START.plusSeconds(3599)).head()).isEmpty();
    assertThat(files(now.asOf(START.plusSeconds(3600)))).containsExactly("a 01");
    assertThat(files(now.asOf(START.plusSeconds(7199)))).containsExactly("a 01");
    assertThat(files(now.asOf(START.plusSeconds(7200)))).containsExactly("a 01", "b 02");
    assertThat(files(now.asOf(Instant.MAX))).containsExactly("a 01", "b 02");
  }

  @Test
  void anOlderStateKnowsNothingOfWhatCameAfterIt() {
    DatasetSpec spec = TestRuns.spec(SILVER);
    publish("a", spec, "01");
    PublishedState before = pipeline.state();
    publish("b", spec, "02");
    assertRefused(() -> before.asOf(2));
    assertRefused(() -> before.asOf(-1));
    assertThat(pipeline.state().asOf(2).live(TestRuns.key("b"))).contains(new RunId("b"));
    assertThat(pipeline.state().asOf(1).live(TestRuns.key("b"))).isEmpty();
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.PUBLICATION_UNREADABLE));
  }
}
