package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is deleted or changed in the store, {@code verify} names it. */
@Tag("verify")
class TamperingTest {
  /**
   * What nothing published depends on: signs of life, the course of a run, and copies for engines.
   * Their loss is no damage and is not looked for.
   */
  private static final Pattern WITHOUT_AUTHORITY =
      Pattern.compile(
          "\\.strongroom/.*"
              + "|probe/passed\\.v1"
              + "|control/.*/runs/[^/]+/(lease|plan|request)\\.json"
              + "|control/.*/runs/[^/]+/outcomes/.*"
              + "|control/.*/tries/.*"
              + "|(bronze|silver|gold|quarantine)/.*/(_SUCCESS|_LATEST\\.json)");

  @TempDir static Path folder;
  private static TestLake lake;

  @BeforeAll
  static void twoRuns() {
    lake = new TestLake(folder.resolve("lake"));
    for (String seed : List.of("1", "2")) {
      String file = folder.resolve(seed + ".csv").toString();
      assertThat(lake.runExactly(List.of("generate", "700", seed, file)).exitCode()).isZero();
      lake.done("run", file);
    }
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @TestFactory
  Stream<DynamicTest> everyObject() throws IOException {
    return objects().stream()
        .flatMap(
            object ->
                Stream.of(
                    DynamicTest.dynamicTest("deleted: " + object, () -> deletedIsNamed(object)),
                    DynamicTest.dynamicTest("changed: " + object, () -> changedIsNamed(object))));
  }

  @Test
  void everyKindOfObjectIsThere() throws IOException {
    String all = String.join("\n", objects());
    assertThat(all)
        .contains("control/keyring.json", "control/keys/customer-id.json")
        .contains("control/payments/transactions/_LATEST.json")
        .contains("control/payments/account-balances/_LATEST.json")
        .contains("/publications/", "/generations/", "/manifest.json", "/keys.json")
        .contains("audit/head", "audit/checkpoint", "audit/tile/")
        .contains("bronze/", "silver/", "quarantine/", "/condemned/", "gold/");
  }

  @Test
  void aPointerSetBackToAnOlderPublicationIsNamed() throws IOException {
    TestLake copy = lake.copyTo(folder.resolve("set-back"));
    Path pointer = copy.folder().store().resolve("control/payments/transactions/_LATEST.json");
    byte[] older = Files.readAllBytes(pointer);
    String file = folder.resolve("3.csv").toString();
    assertThat(copy.runExactly(List.of("generate", "700", "3", file)).exitCode()).isZero();
    copy.done("run", file);
    Files.write(pointer, older);
    assertNamed(copy, "control/payments/transactions/_LATEST.json");
  }

  @Test
  void aHistoryThatIsCutBackWithEveryTraceInTheStoreIsNamedByTheAuditLog() throws IOException {
    TestLake copy = lake.copyTo(folder.resolve("cut-back"));
    Path store = copy.folder().store();
    Map<Path, byte[]> older = new HashMap<>();
    for (Path path : files(store)) {
      older.put(path, Files.readAllBytes(path));
    }
    String file = folder.resolve("4.csv").toString();
    assertThat(copy.runExactly(List.of("generate", "700", "4", file)).exitCode()).isZero();
    copy.done("run", file);
    for (Path path : files(store)) {
      if (path.startsWith(store.resolve("audit"))) {
        continue;
      }
      if (older.containsKey(path)) {
        Files.write(path, older.get(path));
      } else {
        Files.delete(path);
      }
    }
    assertNamed(copy, "control/payments/transactions/_LATEST.json");
    assertNamed(copy, "control/payments/account-balances/_LATEST.json");
  }

  @Test
  void aFileSwappedForAnotherOneOfTheSameRunIsNamed() throws IOException {
    List<String> silver =
        objects().stream().filter(object -> object.startsWith("silver/")).limit(2).toList();
    Path first = lake.folder().store().resolve(silver.get(0));
    byte[] kept = Files.readAllBytes(first);
    Files.write(first, Files.readAllBytes(lake.folder().store().resolve(silver.get(1))));
    assertNamed(lake, silver.get(0));
    Files.write(first, kept);
  }

  private static void deletedIsNamed(String object) throws IOException {
    Path path = lake.folder().store().resolve(object);
    Path aside = folder.resolve("aside");
    Files.move(path, aside);
    try {
      assertNamed(lake, object);
    } finally {
      Files.move(aside, path);
    }
  }

  private static void changedIsNamed(String object) throws IOException {
    Path path = lake.folder().store().resolve(object);
    byte[] kept = Files.readAllBytes(path);
    SplittableRandom random = new SplittableRandom(object.length());
    Set<Integer> positions = new LinkedHashSet<>();
    positions.add(kept.length - 1);
    positions.add(random.nextInt(kept.length));
    try {
      for (int position : positions) {
        byte[] changed = kept.clone();
        changed[position] ^= (byte) (1 << random.nextInt(8));
        Files.write(path, changed);
        assertNamed(lake, object);
      }
    } finally {
      Files.write(path, kept);
    }
  }

  private static void assertNamed(TestLake lake, String object) {
    TestLake.Outcome outcome = lake.run("verify");
    assertThat(outcome.err()).startsWith("LAKE-021 LAKE_DAMAGED: ").hasLineCount(1);
    assertThat(outcome.out()).contains("WRONG " + object + ":");
    assertThat(outcome.exitCode()).isEqualTo(76);
  }

  private static List<String> objects() throws IOException {
    Path store = lake.folder().store();
    return files(store).stream()
        .map(file -> store.relativize(file).toString())
        .filter(object -> !WITHOUT_AUTHORITY.matcher(object).matches())
        .sorted()
        .toList();
  }

  private static List<Path> files(Path store) throws IOException {
    try (Stream<Path> files = Files.walk(store)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
