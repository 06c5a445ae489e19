package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.token.DetokenizationScope;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.balances.Balance;
import io.strongroom.examples.lake.balances.PublishedBalances;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.run.Manifest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class EndToEndTest {
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";
  private static final Pattern RUN = Pattern.compile("Run (\\S+) is published");

  @TempDir Path folder;

  @Test
  void theSampleRunsFromAnEmptyFolderToTheSummary() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String out = lake.done();
    assertThat(out)
        .contains("is published.")
        .containsPattern("Rows in transactions.csv +4,800")
        .containsPattern("valid, in silver +4,752")
        .containsPattern("quarantined +40")
        .containsPattern("SCHEMA_ERROR +8")
        .containsPattern("NULL_VALUE_ERROR +8")
        .containsPattern("TYPE_ERROR +10")
        .containsPattern("CURRENCY_ERROR +8")
        .containsPattern("TIMESTAMP_ERROR +6")
        .containsPattern("condemned +8")
        .containsPattern("DUPLICATE_TRANSACTION +8")
        .contains("Month-end balances of 2026-06, by account token")
        .contains("Audit log       transaction-lake.local/")
        .contains("reveal --reason");
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void everyRowIsInExactlyOneLayer() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    assertThat(rows(lake, LakeDatasets.BRONZE.ref())).isEqualTo(4_800);
    assertThat(
            rows(lake, LakeDatasets.SILVER.ref())
                + rows(lake, LakeDatasets.QUARANTINE.ref())
                + rows(lake, LakeDatasets.CONDEMNED.ref()))
        .isEqualTo(4_800);
    assertThat(files(lake, LakeDatasets.SILVER.ref()))
        .allSatisfy(
            file ->
                assertThat(file.file().path())
                    .matches(
                        "silver/payments/transactions/year=2026/month=0[1-6]/schema_v=v1/"
                            + "run_id=[^/]+/part-00000-[0-9a-f]{16}\\.parquet"));
  }

  @Test
  void theSameFileAgainUnderAnotherNameIsNothingToDo() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String run = runOf(lake.done());
    Path copy = Files.copy(TestLake.SAMPLE, folder.resolve("same.csv"));
    assertThat(lake.done("run", copy.toString()))
        .contains("Nothing to do: this file is published by run " + run);
    assertThat(files(lake, LakeDatasets.BRONZE.ref())).hasSize(1);
  }

  @Test
  void askedForAgainWithAReasonTheRunSupersedesAndFindsTheSameRows() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String first = runOf(lake.done());
    String out = lake.done("run", "--again", "--reason", "corrected rules");
    assertThat(out)
        .contains("It supersedes run " + first)
        .containsPattern("valid, in silver +4,752")
        .containsPattern("quarantined +40")
        .containsPattern("condemned +8");
    assertThat(rows(lake, LakeDatasets.SILVER.ref())).isEqualTo(4_752);
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void aSecondFileIsAddedBesideTheFirst() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    Path second = folder.resolve("second.csv");
    assertThat(lake.runExactly(List.of("generate", "1000", "7", second.toString())).exitCode())
        .isZero();
    assertThat(lake.done("run", second.toString())).containsPattern("valid, in silver +994");
    assertThat(rows(lake, LakeDatasets.SILVER.ref())).isEqualTo(4_752 + 994);
    assertThat(files(lake, LakeDatasets.BRONZE.ref())).hasSize(2);
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void rowsThatAreThereAlreadyAreCondemned() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String good = "TX-%d,ACC00%d,1.00,EUR,2026-01-%02dT10:00:00Z\n";
    StringBuilder first = new StringBuilder(HEADER);
    for (int i = 1; i <= 40; i++) {
      first.append(good.formatted(i, i % 5, 1 + i % 28));
    }
    String bad = "TX-99,ACC001,x,EUR,2026-01-05T10:00:00Z\n";
    lake.done("run", write("first.csv", first + bad));
    StringBuilder second = new StringBuilder(HEADER);
    for (int i = 39; i <= 80; i++) {
      second.append(good.formatted(i, i % 5, 1 + i % 28));
    }
    // Known from silver twice, from the same file once, from quarantine once.
    String out =
        lake.done("run", write("second.csv", second + good.formatted(80, 1, 1 + 80 % 28) + bad));
    assertThat(out)
        .containsPattern("Rows in second.csv +44")
        .containsPattern("valid, in silver +40")
        .containsPattern("condemned +4")
        .containsPattern("DUPLICATE_FAILURE +1")
        .containsPattern("DUPLICATE_TRANSACTION +3");
  }

  @Test
  void theTwoAccountSampleComesOutOnceItsTokensAreTurnedBack() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String rows =
        """
        1,ACC001,500.00,EUR,2024-01-05T10:00:00Z
        2,ACC001,-174.00,EUR,2024-01-20T10:00:00Z
        3,ACC002,-25.50,EUR,2024-02-10T10:00:00Z
        4,ACC002,-100.00,EUR,2024-03-31T23:59:59Z
        """;
    lake.done("run", write("two.csv", HEADER + rows));
    Injector injector = lake.open();
    List<Balance> balances =
        injector
            .getInstance(PublishedBalances.class)
            .read(injector.getInstance(PublishedLake.class).read(LakeDatasets.BALANCES), b -> true);
    Tokenizer customers = injector.getInstance(Tokenizer.class);
    DetokenizationScope scope = injector.getInstance(DetokenizationScope.class);
    assertThat(balances)
        .allSatisfy(balance -> assertThat(balance.account()).doesNotStartWith("ACC00"));
    assertThat(
            balances.stream()
                .map(
                    balance ->
                        customers.detokenize(balance.account(), scope)
                            + " "
                            + balance.month()
                            + " "
                            + balance
                                .balance()
                                .map(value -> value.setScale(2).toPlainString())
                                .orElse("null")))
        .containsExactlyInAnyOrder(
            "ACC001 2024-01 326.00",
            "ACC001 2024-02 326.00",
            "ACC001 2024-03 326.00",
            "ACC002 2024-01 null",
            "ACC002 2024-02 -25.50",
            "ACC002 2024-03 -125.50");
    assertThat(lake.done("reveal", "--reason", "monthly statement"))
        .containsPattern("ACC001 +EUR +2024-03 +326.00")
        .containsPattern("ACC002 +EUR +2024-01 +-\\R");
    assertThat(lake.done("balances")).doesNotContain("ACC001").containsPattern("2024-03 +326.00");
  }

  @Test
  void whoRevealsStandsInTheAuditLogWithTheReason() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done("run", write("one.csv", HEADER + "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n"));
    lake.done("reveal", "--reason", "complaint 4711");
    assertThat(
            lake.open()
                .getInstance(io.strongroom.audit.AuditLog.class)
                .entries(0)
                .map(entry -> entry.event().action() + " " + entry.event().reason().orElse("")))
        .contains("TOKENS_REVEALED complaint 4711")
        .anyMatch(event -> event.startsWith("RUN_STARTED"))
        .anyMatch(event -> event.startsWith("RUN_PROMOTING"))
        .anyMatch(event -> event.startsWith("RUN_PROMOTED"));
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void oneAccountCanBeRevealedAloneAndAnUnknownTokenIsRefused() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String rows =
        "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n2,ACC002,6.00,EUR,2024-01-05T10:00:00Z\n";
    lake.done("run", write("two.csv", HEADER + rows));
    String token = lake.open().getInstance(Tokenizer.class).tokenize("ACC002");
    assertThat(lake.done("reveal", token, "--reason", "r"))
        .contains("ACC002")
        .doesNotContain("ACC001");
    TestLake.Outcome refused = lake.run("reveal", "nobody", "--reason", "r");
    assertThat(refused.exitCode()).isEqualTo(65);
    assertThat(refused.err()).startsWith("LAKE-017 TOKEN_UNKNOWN").hasLineCount(1);
  }

  @Test
  void balancesUpToAnEarlierMonthAndBackAgain() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    assertThat(lake.done("run", "--as-of-month", "2026-03"))
        .contains("Month-end balances of 2026-03");
    assertThat(lake.done("run")).contains("Month-end balances of 2026-06");
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void goldIsPlainOnlyWhereTheStoreEncrypts() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String file = write("one.csv", HEADER + "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n");
    TestLake.Outcome refused =
        lake.run("run", file, "--set", "lake.gold.protection=ENGINE_READABLE");
    assertThat(refused.exitCode()).isEqualTo(78);
    assertThat(refused.err()).startsWith("LAKE-014 PROTECTION_IMPOSSIBLE");
    lake.done(
        "run",
        file,
        "--set",
        "lake.gold.protection=ENGINE_READABLE",
        "--set",
        "lake.store.encrypts-at-rest=true");
    LiveFile gold = files(lake, LakeDatasets.gold(Protection.SEALED).ref()).get(0);
    byte[] bytes = Files.readAllBytes(lake.folder().store().resolve(gold.file().path()));
    assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void tooManyWrongRowsOpenTheBreakerAndNothingIsVisible() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    String wrong = "1,ACC001,x,EUR,2026-01-05T10:00:00Z\n".repeat(101);
    String good = "TX-%d,ACC001,1.00,EUR,2026-01-05T10:00:00Z\n";
    StringBuilder rows = new StringBuilder(HEADER).append(wrong);
    for (int i = 0; i < 5_000; i++) {
      rows.append(good.formatted(i));
    }
    TestLake.Outcome outcome = lake.run("run", write("wrong.csv", rows.toString()));
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(outcome.out())
        .contains("nothing of it is visible")
        .containsPattern("TYPE_ERROR +101");
    assertThat(lake.open().getInstance(PublishedLake.class).read(LakeDatasets.TRANSACTIONS).head())
        .isEmpty();
    assertThat(lake.run("verify").exitCode()).isZero();
  }

  @Test
  void theManifestSaysWhatTheSummarySays() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    Manifest manifest =
        lake.open()
            .getInstance(PublishedLake.class)
            .read(LakeDatasets.TRANSACTIONS)
            .liveRuns(LakeDatasets.SILVER.ref())
            .get(0);
    JsonObject totals = manifest.metrics().object("totals");
    assertThat(totals.integer("input")).isEqualTo(4_800);
    assertThat(
            totals.integer("valid") + totals.integer("quarantined") + totals.integer("condemned"))
        .isEqualTo(4_800);
    assertThat(BigDecimal.valueOf(manifest.inputs().get(0).rows()))
        .isEqualTo(new BigDecimal(4_800));
  }

  static List<LiveFile> files(TestLake lake, DatasetRef dataset) {
    return lake.open()
        .getInstance(PublishedLake.class)
        .read(
            dataset.name().equals(LakeDatasets.BALANCES.name())
                ? LakeDatasets.BALANCES
                : LakeDatasets.TRANSACTIONS)
        .liveFiles(dataset);
  }

  static long rows(TestLake lake, DatasetRef dataset) {
    return files(lake, dataset).stream().mapToLong(file -> file.file().rows()).sum();
  }

  private static String runOf(String out) {
    Matcher matcher = RUN.matcher(out);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
