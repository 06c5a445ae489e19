package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is killed at any moment leaves nothing half-visible, and the next run completes
 * with the same rows.
 */
class KillTest {
  private static final long NEVER = Long.MAX_VALUE;

  @TempDir static Path folder;
  private static String file;
  private static SortedMap<String, List<String>> expected;

  /** The numbers of the store operations between the commit of a run and its end. */
  private static long promotionBegins;

  private static long promotionEnds;

  @BeforeAll
  static void aRunThatIsNotKilled() {
    file = folder.resolve("in.csv").toString();
    TestLake lake = new TestLake(folder.resolve("whole"));
    assertThat(lake.runExactly(List.of("generate", "700", "5", file)).exitCode()).isZero();
    List<CrashingObjectStore> counting = new ArrayList<>();
    TestLake counted =
        new TestLake(
            lake.root(),
            config ->
                new AbstractModule() {
                  @Provides
                  @Singleton
                  ObjectStore store() {
                    MarkingStore marking =
                        new MarkingStore(
                            new LocalObjectStore(config.root()),
                            (key, operation) -> mark(key, operation));
                    counting.add(
                        new CrashingObjectStore(
                            marking, NEVER, CrashingObjectStore.When.BEFORE, () -> {}));
                    marking.count(counting.get(0)::operations);
                    return counting.get(0);
                  }
                });
    counted.done("run", file, "--set", "pipeline.lease-ttl=60s");
    expected = PublishedRows.of(lake);
    assertThat(expected.get("silver")).hasSize(694);
    assertThat(promotionEnds - promotionBegins).isGreaterThan(15);
  }

  private static void mark(String key, long operation) {
    if (key.matches("control/payments/transactions/runs/[^/]+/manifest\\.json")) {
      promotionBegins = operation;
    }
    if (key.matches("control/payments/account-balances/runs/[^/]+/request\\.json")) {
      promotionEnds = operation;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Tag("verify")
  void killedInsidePromotion(int seed) throws Exception {
    haltedInsidePromotion(seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Tag("verify")
  void killedAtAnyMoment(int seed) throws Exception {
    killedFromOutside(seed);
  }

  @Test
  @Tag("exhaustive")
  void killedFiftyTimes() throws Exception {
    for (int seed = 100; seed < 125; seed++) {
      haltedInsidePromotion(seed);
      killedFromOutside(seed);
    }
  }

  static List<Integer> seeds() {
    return List.of(1, 2, 3, 4, 5);
  }

  private static void haltedInsidePromotion(int seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    long at = random.nextLong(promotionBegins + 2, promotionEnds - 1);
    String when = random.nextBoolean() ? "BEFORE" : "AFTER";
    TestLake lake = new TestLake(folder.resolve("halted-" + seed));
    Process child = start(lake, Long.toString(at), when);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as("killed at operation " + at).isEqualTo(137);
    assertThat(manifests(lake)).hasSize(1);
    nothingIsHalfVisible(lake);
    theNextRunCompletes(lake);
  }

  private static void killedFromOutside(int seed) throws Exception {
    TestLake lake = new TestLake(folder.resolve("killed-" + seed));
    Process child = start(lake, Long.toString(NEVER), "BEFORE");
    // From the start of the Java machine to beyond the end of the program.
    child.waitFor(new SplittableRandom(seed).nextLong(100, 4_000), TimeUnit.MILLISECONDS);
    child.destroyForcibly().waitFor();
    nothingIsHalfVisible(lake);
    theNextRunCompletes(lake);
  }

  private static void nothingIsHalfVisible(TestLake lake) {
    if (Files.exists(lake.folder().properties())) {
      TestLake.Outcome verified = lake.run("verify");
      assertThat(verified.out()).contains("Everything is as it was signed.");
      SortedMap<String, List<String>> rows = PublishedRows.of(lake);
      boolean published = !rows.get("silver").isEmpty();
      for (String layer : List.of("silver", "quarantine", "condemned")) {
        assertThat(rows.get(layer)).isEqualTo(published ? expected.get(layer) : List.of());
      }
      assertThat(rows.get("gold")).isIn(List.of(), expected.get("gold"));
    }
  }

  private static void theNextRunCompletes(TestLake lake) {
    lake.done("run", file);
    assertThat(PublishedRows.of(lake)).isEqualTo(expected);
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  private static Process start(TestLake lake, String at, String when) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(HaltingMain.class.getName());
    command.addAll(Arrays.asList(at, when, "run", file, "--lake", lake.root().toString()));
    command.addAll(List.of("--set", "pipeline.lease-ttl=60s"));
    Path log = folder.resolve(lake.root().getFileName() + ".log");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static List<Path> manifests(TestLake lake) throws IOException {
    Path runs = lake.folder().store().resolve("control/payments/transactions/runs");
    try (var found = Files.walk(runs)) {
      return found.filter(path -> path.endsWith("manifest.json")).toList();
    }
  }
}
