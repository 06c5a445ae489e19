package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each refusal is one line with a code and a remedy, has its exit code, and damages nothing. */
@Tag("verify")
class BadInputTest {
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";
  private static final String ROW = "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n";

  @TempDir static Path folder;
  private static TestLake lake;

  @BeforeAll
  static void aLakeThatWorks() throws IOException {
    lake = new TestLake(folder.resolve("lake"));
    lake.done("run", write("good.csv", HEADER + ROW));
  }

  @Test
  void aMissingFile() {
    refused(65, "LAKE-001 SOURCE_NOT_FOUND", "run", folder.resolve("no.csv").toString());
  }

  @Test
  void aFolder() {
    refused(65, "LAKE-002 SOURCE_UNREADABLE", "run", folder.toString());
  }

  @Test
  void anEmptyFile() throws IOException {
    refused(65, "LAKE-003 SOURCE_EMPTY", "run", write("empty.csv", ""));
    refused(65, "LAKE-003 SOURCE_EMPTY", "run", write("header.csv", HEADER));
    assertThat(refused(65, "LAKE-004 NOT_A_CSV", "run", write("lines.csv", "\n\n")))
        .contains("line 1 is empty");
  }

  @Test
  void notACsv() throws IOException {
    refused(65, "LAKE-004 NOT_A_CSV", "run", write("a.csv", "%PDF-1.7\n1 0 obj\n"));
    Path zip = Files.write(folder.resolve("b.csv"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, '\n', 1});
    refused(65, "LAKE-004 NOT_A_CSV", "run", zip.toString());
  }

  @Test
  void aMissingColumnIsNamedBeforeAnyOutput() throws IOException {
    String line =
        refused(
            65,
            "LAKE-005 COLUMN_MISSING",
            "run",
            write("c.csv", HEADER.replace(",Currency", "") + ROW));
    assertThat(line).contains("missing in line 1: Currency");
  }

  @Test
  void theWrongEncoding() throws IOException {
    Path utf16 =
        Files.write(folder.resolve("w.csv"), (HEADER + ROW).getBytes(StandardCharsets.UTF_16));
    refused(65, "LAKE-006 WRONG_ENCODING", "run", utf16.toString());
    Path latin =
        Files.write(
            folder.resolve("l.csv"),
            (HEADER + ROW.replace("ACC001", "Ren\u00e9e")).getBytes(StandardCharsets.ISO_8859_1));
    refused(65, "LAKE-006 WRONG_ENCODING", "run", latin.toString());
  }

  @Test
  void aGiganticLine() throws IOException {
    String line =
        refused(
            65,
            "LAKE-007 LINE_TOO_LONG",
            "run",
            write("g.csv", HEADER + ROW + "9".repeat(1 << 20)));
    assertThat(line).contains("line 3 is longer than 65536 bytes");
  }

  @Test
  void aKeyFileThatIsNotThere() throws IOException {
    Files.move(lake.folder().keyFile(), folder.resolve("kept"));
    TestLake.Outcome outcome = lake.run("run", write("d.csv", HEADER + ROW.replace("1,", "2,")));
    oneLine(outcome, 78, "CRY-");
    Files.move(folder.resolve("kept"), lake.folder().keyFile());
    assertThat(lake.run("verify").exitCode()).isZero();
  }

  @Test
  void aKeyFileThatOthersMayRead() throws IOException {
    for (Path file : List.of(lake.folder().keyFile(), lake.folder().signingKeyFile())) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      String other = write("e.csv", HEADER + ROW.replace("1,", "3,"));
      oneLine(lake.run("run", other), 78, "CRY-");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(lake.run("verify").exitCode()).isZero();
  }

  @Test
  void keysThatAreGoneAreNotReplaced() throws IOException {
    Files.move(lake.folder().keys(), folder.resolve("kept"));
    Files.delete(lake.folder().properties());
    TestLake.Outcome outcome = lake.run("run", write("f.csv", HEADER + ROW.replace("1,", "4,")));
    oneLine(outcome, 78, "LAKE-011 KEYS_MISSING");
    assertThat(lake.folder().keys()).doesNotExist();
    // With the keys back, the next run makes the configuration anew, with the same pins.
    Files.move(folder.resolve("kept"), lake.folder().keys());
    lake.done("run", write("f.csv", HEADER + ROW.replace("1,", "4,")));
    assertThat(lake.run("verify").exitCode()).isZero();
  }

  @Test
  void aKeyRecordThatIsNotThePinnedOne() throws IOException {
    Path record = lake.folder().store().resolve(LakeFolder.TOKEN_KEY);
    byte[] kept = Files.readAllBytes(record);
    Files.delete(record);
    String other = write("h.csv", HEADER + ROW.replace("1,", "5,"));
    oneLine(lake.run("run", other), 76, "LAKE-013 KEY_RECORD_ALTERED");
    Files.write(record, kept);
    lake.done("run", other);
  }

  @Test
  void aRunThatIsAtWorkInAnotherProcess() throws Exception {
    String file = write("i.csv", HEADER + ROW.replace("1,", "6,"));
    CountDownLatch claimed = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    TestLake slow =
        new TestLake(
            lake.root(),
            config ->
                new AbstractModule() {
                  @Provides
                  @Singleton
                  ObjectStore store() {
                    return new WaitingStore(
                        new LocalObjectStore(config.root()),
                        key -> key.startsWith("bronze/"),
                        claimed,
                        over);
                  }
                });
    Thread first = new Thread(() -> slow.done("run", file));
    first.start();
    claimed.await();
    oneLine(lake.run("run", file), 75, "PIP-003 RUN_ACTIVE");
    over.countDown();
    first.join();
    assertThat(lake.done("run", file)).contains("Nothing to do");
  }

  @Test
  void settingsThatAreWrongAreAllNamedAtOnce() {
    String line =
        refused(
            78,
            "BASE-",
            "verify",
            "--set",
            "lake.currencies=EUR,DEM",
            "--set",
            "lake.gold.protction=SEALED",
            "--set",
            "pipeline.threads=many");
    assertThat(line)
        .contains("lake.currencies", "DEM", "lake.gold.protction", "lake.gold.protection")
        .contains("pipeline.threads");
  }

  @Test
  void wordsThatMeanNothing() {
    refused(64, "LAKE-064 USAGE", "verify", "everything");
    refused(64, "LAKE-064 USAGE", "run", "--agian");
    refused(64, "LAKE-064 USAGE", "run", "--again");
    refused(64, "LAKE-064 USAGE", "reveal");
    refused(64, "LAKE-064 USAGE", "run", "--as-of-month", "March");
    refused(64, "LAKE-064 USAGE", "generate", "10", "seed", folder.resolve("x.csv").toString());
    refused(64, "LAKE-064 USAGE", "generate", "10");
    refused(64, "LAKE-064 USAGE", "run", "-x");
    refused(64, "LAKE-064 USAGE", "run", "");
    refused(64, "LAKE-064 USAGE", "verify", "--set", "lake.currencies");
    refused(64, "LAKE-064 USAGE", "verify", "--reason", "why not");
    refused(64, "LAKE-064 USAGE", "run", "--reason", "but not again");
    refused(64, "LAKE-064 USAGE", "verify", "--as-of-month", "2024-01");
  }

  @Test
  void aSettingThatFollowsFromTheFolderOfTheLake() {
    String line = refused(64, "LAKE-064 USAGE", "verify", "--set", "storage.local.root=/elsewhere");
    assertThat(line).contains("storage.local.root follows from --lake").doesNotContain("elsewhere");
  }

  @Test
  void anOptionMayStandBeforeTheCommand() {
    assertThat(lake.run("--limit", "1", "balances").out()).contains("EUR  2024-01");
  }

  @Test
  void tooManyWrongRowsAreToldInOneLineToo() throws IOException {
    String rows = (ROW + "x" + ROW).repeat(60);
    TestLake.Outcome outcome = lake.run("run", write("wrong.csv", HEADER + rows));
    oneLine(outcome, 5, "LAKE-022 BREAKER_OPEN");
    assertThat(lake.run("verify").exitCode()).isZero();
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() {
    String file = folder.resolve("good.csv").toString();
    refused(65, "LAKE-020 OUTPUT_UNUSABLE", "generate", "10", "1", file);
  }

  @Test
  void aFolderThatIsNoLake() {
    TestLake none = new TestLake(folder.resolve("none"));
    oneLine(none.run("verify"), 78, "LAKE-010 LAKE_NOT_FOUND");
    assertThat(none.root()).doesNotExist();
  }

  @Test
  void aBadFileMakesNoLake() throws IOException {
    TestLake none = new TestLake(folder.resolve("none"));
    oneLine(none.run("run", write("j.csv", "")), 65, "LAKE-003 SOURCE_EMPTY");
    assertThat(none.root()).doesNotExist();
  }

  @Test
  void aFileThatChangesWhileItIsRead() throws IOException {
    Path file = folder.resolve("k.csv");
    Files.writeString(file, HEADER + ROW.replace("1,", "7,"));
    TestLake changing =
        new TestLake(
            lake.root(),
            config ->
                new AbstractModule() {
                  @Provides
                  @Singleton
                  ObjectStore store() throws IOException {
                    Files.writeString(file, HEADER + ROW.replace("1,", "8,"));
                    return new LocalObjectStore(config.root());
                  }
                });
    oneLine(changing.run("run", file.toString()), 65, "LAKE-008 SOURCE_CHANGED");
    assertThat(lake.run("verify").exitCode()).isZero();
  }

  private String refused(int exitCode, String code, String... words) {
    Map<String, Long> before = store();
    TestLake.Outcome outcome = lake.run(words);
    oneLine(outcome, exitCode, code);
    assertThat(store()).isEqualTo(before);
    return outcome.err();
  }

  private static void oneLine(TestLake.Outcome outcome, int exitCode, String code) {
    assertThat(outcome.err())
        .startsWith(code)
        .hasLineCount(1)
        .contains("Remedy: ")
        .doesNotContain("ACC001", "Ren", "\tat ");
    assertThat(outcome.exitCode()).isEqualTo(exitCode);
  }

  private Map<String, Long> store() {
    try (Stream<Path> files = Files.walk(lake.folder().store())) {
      Map<String, Long> sizes = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file.toString(), Files.size(file));
      }
      return sizes;
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
