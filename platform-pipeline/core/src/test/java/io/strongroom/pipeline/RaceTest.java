package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class RaceTest {
  private final TestLake.Keys keys = new TestLake.Keys();
  private final RowsPipeline rows = RowsPipeline.small();

  /** All at once, each with a runner of its own, as separate processes have. */
  private List<RunResult> race(ObjectStore store, int runners, List<RunSpec> specs)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(runners);
    try {
      CyclicBarrier start = new CyclicBarrier(runners);
      List<Future<RunResult>> racing = new ArrayList<>();
      for (int i = 0; i < runners; i++) {
        RunSpec spec = specs.get(i % specs.size());
        PipelineRunner runner = new TestLake(keys, store).runner();
        Callable<RunResult> task =
            () -> {
              start.await();
              while (true) {
                try {
                  return runner.run(rows.pipeline(), spec);
                } catch (PipelineException e) {
                  // What a scheduler does with exit code 75.
                  assertThat(e.category().exitCode()).isEqualTo(75);
                }
              }
            };
        racing.add(threads.submit(task));
      }
      List<RunResult> results = new ArrayList<>();
      for (Future<RunResult> one : racing) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  private void exactlyOneRunIsLive(ObjectStore store, List<RunResult> results) {
    TestLake lake = new TestLake(keys, store);
    assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
    List<RunId> live = lake.published(REF).liveRuns(SILVER).stream().map(Manifest::run).toList();
    assertThat(live).hasSize(1);
    assertThat(results).allMatch(result -> result.exitCode() == 0);
    assertThat(results).extracting(RunResult::run).containsOnly(live.get(0));
    assertThat(lake.published(REF).history()).hasSize(1);
    assertThat(lake.verifyAudit().findings()).isEmpty();
    assertThat(lake.verify(REF)).isEmpty();
  }

  @Test
  void runnersThatRaceForOneKeyLeaveOneLiveRunThatAllReport() throws Exception {
    for (int round = 0; round < 10; round++) {
      ObjectStore store = new InMemoryObjectStore();
      exactlyOneRunIsLive(store, race(store, 3, List.of(rows.spec())));
    }
  }

  @Test
  void runnersThatRaceOverALocalFolderLeaveOneLiveRun(@TempDir Path folder) throws Exception {
    ObjectStore store = new LocalObjectStore(folder);
    exactlyOneRunIsLive(store, race(store, 2, List.of(rows.spec())));
  }

  @Test
  void runnersOfDifferentWindowsAllPublish() throws Exception {
    ObjectStore store = new InMemoryObjectStore();
    List<RunSpec> specs = new ArrayList<>();
    for (int month = 1; month <= 4; month++) {
      specs.add(RunSpec.of("2024-0" + month, rows.inputFiles(), "tester"));
    }

    List<RunResult> results = race(store, 4, specs);

    Set<RunId> published = new HashSet<>();
    results.forEach(result -> published.add(result.run()));
    TestLake lake = new TestLake(keys, store);
    assertThat(lake.published(REF).liveRuns(SILVER))
        .extracting(Manifest::run)
        .containsExactlyInAnyOrderElementsOf(published)
        .hasSize(4);
    // Whoever comes upon a publication without its entry writes it: also two at the same moment.
    assertThat(
            lake.entries("RUN_PROMOTED").stream()
                .map(entry -> entry.event().attributes().get("publication"))
                .distinct())
        .hasSize(4);
    assertThat(lake.verify(REF)).isEmpty();
  }

  @Test
  void runnersThatAllSupersedeLeaveOneLiveRun() throws Exception {
    for (int round = 0; round < 5; round++) {
      ObjectStore store = new InMemoryObjectStore();
      TestLake lake = new TestLake(keys, store);
      lake.runner().run(rows.pipeline(), rows.spec());

      List<RunResult> results = race(store, 3, List.of(rows.spec().again("corrected")));

      assertThat(results)
          .allMatch(result -> !(result instanceof RunResult.BreakerOpen))
          .anyMatch(RunResult.Completed.class::isInstance);
      assertThat(lake.published(REF).liveRuns(SILVER)).hasSize(1);
      assertThat(lake.lines(REF, SILVER)).isEqualTo(RowsPipeline.smallSilver());
      assertThat(lake.verify(REF)).isEmpty();
    }
  }

  @Test
  void oneRunnerMayBeUsedBySeveralThreadsAtOnce() throws Exception {
    ObjectStore store = new InMemoryObjectStore();
    PipelineRunner runner = new TestLake(keys, store).runner();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<RunResult>> running = new ArrayList<>();
      for (int month = 1; month <= 8; month++) {
        RunSpec spec = RunSpec.of("2024-0" + month, rows.inputFiles(), "tester");
        running.add(threads.submit(() -> runner.run(rows.pipeline(), spec)));
      }
      for (Future<RunResult> one : running) {
        assertThat(one.get()).isInstanceOf(RunResult.Completed.class);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(new TestLake(keys, store).published(REF).liveRuns(SILVER)).hasSize(8);
  }
}
