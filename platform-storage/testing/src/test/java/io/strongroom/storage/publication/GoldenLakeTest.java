package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.testing.InMemoryIntentLog;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The control objects in {@code golden/lake-v1} are read for ever, and written as they were. */
@Tag("verify")
class GoldenLakeTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final InstantSource LATER =
      InstantSource.fixed(StoredRuns.START.plus(Duration.ofDays(125)));

  private static SortedMap<String, byte[]> golden() {
    Path root = GOLDEN.resolve("lake-v1");
    SortedMap<String, byte[]> objects = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        objects.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  private static InMemoryObjectStore store() {
    InMemoryObjectStore store = new InMemoryObjectStore(LATER);
    golden().forEach(store::put);
    return store;
  }

  /** The log, of which every line is the id of an entry. */
  private static InMemoryIntentLog intents() throws IOException {
    InMemoryIntentLog intents = new InMemoryIntentLog();
    for (String id : Files.readAllLines(GOLDEN.resolve("lake-v1.intents"))) {
      intents.append(
          new Intent(
              id, PIPELINE, "ANY", Optional.empty(), Optional.empty(), "a", "r", StoredRuns.START));
    }
    return intents;
  }

  @Test
  void whatIsWrittenTodayIsByteForByteWhatWasWrittenThen() throws IOException {
    StoredRuns lake = GoldenLake.write();
    List<String> ids = lake.pipeline.intents.intents().stream().map(Intent::id).toList();
    if (Boolean.getBoolean("golden.write")) {
      for (String key : lake.keys()) {
        Path file = GOLDEN.resolve("lake-v1").resolve(key);
        Files.createDirectories(file.getParent());
        Files.write(file, lake.store.get(key).orElseThrow().content());
      }
      Files.write(GOLDEN.resolve("lake-v1.intents"), ids);
    }
    SortedMap<String, byte[]> golden = golden();
    assertThat(lake.keys()).containsExactlyElementsOf(golden.keySet());
    // The holder of a lease is random.
    golden.keySet().removeIf(key -> key.endsWith("/lease.json"));
    golden.forEach(
        (key, content) ->
            assertThat(lake.store.get(key).orElseThrow().content()).as(key).isEqualTo(content));
    assertThat(ids).isEqualTo(Files.readAllLines(GOLDEN.resolve("lake-v1.intents")));
  }

  @Test
  void whatWasWrittenThenIsReadToday() throws IOException {
    InMemoryObjectStore store = store();
    PublishedState state = PublishedState.read(store, PIPELINE, KEYRING);
    Publication head = state.head().orElseThrow();
    assertThat(head.seq()).isEqualTo(6);
    assertThat(head.floor()).isEqualTo(5);
    assertThat(state.history())
        .extracting(Publication::kind)
        .containsExactly(
            Publication.Kind.RETIRE,
            Publication.Kind.RETIRE,
            Publication.Kind.ROLLBACK,
            Publication.Kind.PROMOTE,
            Publication.Kind.PROMOTE,
            Publication.Kind.PROMOTE);
    assertThat(state.liveRuns(SILVER)).extracting(Manifest::run).containsExactly(new RunId("r-1"));
    assertThat(state.liveRuns(CONDEMNED))
        .extracting(Manifest::run)
        .containsExactly(new RunId("r-1"));

    assertThat(new Approvals(store, PIPELINE, KEYRING).of(new RunId("r-3")))
        .extracting(Approval::decision, Approval::approver)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Decision.APPROVED, "approver"));
    assertThat(new LegalHolds(store, PIPELINE, intents(), LATER).active())
        .extracting(LegalHold::id)
        .containsExactly("h-1");
    DeletionPlan plan =
        new DeletionPlans(store, new ControlPaths(PIPELINE)).read(head.plan().orElseThrow());
    assertThat(plan.floor()).isEqualTo(5);

    List<Finding> findings = new ArrayList<>();
    Fsck.Report report = new Fsck(store, PIPELINE, KEYRING, intents(), LATER).check(findings::add);
    assertThat(report.errors() + report.warnings()).as(findings.toString()).isZero();
  }
}
