package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.PUBLICATIONS;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long publication takes on a local disk, every write forced to it.
 *
 * <p>{@code mvn -Pexhaustive -pl platform-storage/core,platform-storage/testing verify
 * -Dtest=PublicationFiguresTest}
 */
@Tag("exhaustive")
class PublicationFiguresTest {
  private static final DatasetSpec SPEC =
      TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.PARTITION);
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path folder;

  private interface Step {
    void run();
  }

  private static long timed(String what, Step step) {
    long start = System.nanoTime();
    step.run();
    long took = System.nanoTime() - start;
    System.out.printf("figure %s: %.3f s%n", what, took / 1e9);
    return took;
  }

  private static DataFile file(String run, int number) {
    return new DataFile(
        SILVER.path() + "/month=" + number + "/run_id=" + run + "/part-0.parquet",
        1,
        1,
        "0".repeat(64),
        Optional.of("1".repeat(64)),
        new TreeMap<>(java.util.Map.of("month", Integer.toString(number))));
  }

  private static DatasetOutput output(String run, int files) {
    List<DataFile> list = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      list.add(file(run, i));
    }
    return new DatasetOutput(SPEC, run + "/key", "0".repeat(64), list);
  }

  @Test
  void aRunOfAThousandFilesIsCommittedPromotedAndRolledBackWithinASecondEach() {
    LocalObjectStore store = new LocalObjectStore(folder);
    StoreProbe.requireProven(store);
    TestPipeline pipeline = new TestPipeline(store);
    for (int i = 0; i < 5; i++) {
      String run = "r-" + i;
      RunRequest request = TestRuns.request(run, run, pipeline.head(), Optional.empty());
      pipeline.runs.claim(request);
      long commit =
          timed(
              "commit of a run of 1,000 files",
              () -> pipeline.runs.commit(TestRuns.draft(request, output(run, 1000))));
      long promotion = timed("promotion of a run of 1,000 files", () -> pipeline.promote(run));
      int to = i;
      long rollback =
          timed(
              "rollback of a run of 1,000 files",
              () -> pipeline.publisher.rollback(run, 2L * to, "operator", "measured"));
      if (i > 0) {
        assertThat(List.of(commit, promotion, rollback)).allMatch(time -> time < SECOND);
      }
    }
  }

  @Test
  void aRunIsPromotedWithinASecondAmongHalfAMillionLiveOnes() {
    LocalObjectStore store = new LocalObjectStore(folder);
    StoreProbe.requireProven(store);
    TestPipeline pipeline = new TestPipeline(store);
    Publication first = pipeline.publish("r-0", "0", SPEC, "01");
    ControlPaths paths = new ControlPaths(PIPELINE);
    List<Generation.LeafRef> leaves = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      List<GenerationEntry> entries = new ArrayList<>();
      for (int j = 0; j < 1000; j++) {
        entries.add(
            new GenerationEntry(
                String.format("%060x%04x", i, j * 60),
                new RunId("run-" + i + "-" + j),
                "0".repeat(64),
                1));
      }
      // Of many, so that one more goes into a leaf that is full.
      GenerationLeaf leaf = new GenerationLeaf(SILVER, entries);
      byte[] content = leaf.toJson().canonicalBytes();
      String digest = ControlJson.sha256(content);
      write(paths.generation(digest), content);
      leaves.add(new Generation.LeafRef(digest, leaf.from(), entries.size()));
    }
    byte[] root = new Generation(SILVER, DatasetMode.APPEND, leaves).toJson().canonicalBytes();
    write(paths.generation(ControlJson.sha256(root)), root);
    TreeMap<String, String> generations = new TreeMap<>();
    generations.put(SILVER.path(), ControlJson.sha256(root));
    Publication large =
        new Publication(
            2,
            "",
            Publication.Kind.ROLLBACK,
            Optional.empty(),
            Optional.of("large"),
            generations,
            Optional.of(first.digest()),
            0,
            "0".repeat(64),
            "a",
            "b",
            TestRuns.CLOCK.instant(),
            OptionalLong.of(1),
            List.of(),
            Optional.empty(),
            1);
    byte[] stored = large.sign(PIPELINE, PUBLICATIONS);
    String digest = ControlJson.sha256(stored);
    write(paths.publication(2, digest), stored);
    store.put(paths.latest(), new LatestPointer(2, digest).toBytes());
    for (int i = 0; i < 5; i++) {
      String run = "late-" + i;
      pipeline.commit(run, run, SPEC, "0" + i);
      long took = timed("promotion among 500,000 live runs", () -> pipeline.promote(run));
      if (i > 0) {
        assertThat(took).isLessThan(SECOND);
      }
    }
    assertThat(pipeline.state().live(TestRuns.key("late-4"))).contains(new RunId("late-4"));
  }

  /** As the local store would, but without forcing it to disk: nobody measures this. */
  private void write(String key, byte[] content) {
    try {
      Path path = folder.resolve(key);
      Files.createDirectories(path.getParent());
      Files.write(path, content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
