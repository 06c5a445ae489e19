package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs over different files at the same time. */
@Tag("verify")
class ConcurrentRunsTest {
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";

  @TempDir Path folder;

  @Test
  void aRunWhoseMonthWasPublishedMeanwhileIsHeldAndTheNextOneJudgesAnew() throws Exception {
    String slow = write("slow.csv", "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n");
    // The same transaction, which neither run can see in the other.
    String fast =
        write(
            "fast.csv",
            "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n2,ACC001,6.00,EUR,2024-01-06T10:00:00Z\n");
    TestLake lake = new TestLake(folder.resolve("lake"));
    TestLake.Outcome held = overtaken(lake, slow, fast);
    assertThat(held.exitCode()).isEqualTo(3);
    assertThat(held.err()).startsWith("LAKE-023 RUN_HELD: ").hasLineCount(1).contains("Remedy: ");

    assertThat(lake.done("run", slow)).containsPattern("DUPLICATE_TRANSACTION +1");
    assertThat(PublishedRows.of(lake).get("silver")).hasSize(2);
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  @Test
  void runsOfDifferentMonthsArePublishedBesideEachOther() throws Exception {
    String slow = write("slow.csv", "1,ACC001,5.00,EUR,2024-01-05T10:00:00Z\n");
    String fast = write("fast.csv", "1,ACC001,5.00,EUR,2024-02-05T10:00:00Z\n");
    TestLake lake = new TestLake(folder.resolve("lake"));
    assertThat(overtaken(lake, slow, fast).exitCode()).isZero();
    assertThat(PublishedRows.of(lake).get("silver")).hasSize(2);
    assertThat(PublishedRows.of(lake).get("gold"))
        .isEqualTo(
            List.of("ACC001|EUR|2024-01|Optional[5.000]", "ACC001|EUR|2024-02|Optional[10.000]"));
    assertThat(lake.done("verify")).contains("Everything is as it was signed.");
  }

  /** Runs the first file, and in the middle of it the second one from beginning to end. */
  private static TestLake.Outcome overtaken(TestLake lake, String slow, String fast)
      throws InterruptedException {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    TestLake waiting =
        new TestLake(
            lake.root(),
            config ->
                new AbstractModule() {
                  @Provides
                  @Singleton
                  ObjectStore store() {
                    return new WaitingStore(
                        new LocalObjectStore(config.root()),
                        key -> key.startsWith("silver/"),
                        writing,
                        goOn);
                  }
                });
    AtomicReference<TestLake.Outcome> outcome = new AtomicReference<>();
    Thread first = new Thread(() -> outcome.set(waiting.run("run", slow)));
    first.start();
    writing.await();
    lake.done("run", fast);
    goOn.countDown();
    first.join();
    return outcome.get();
  }

  private String write(String name, String rows) throws IOException {
    return Files.writeString(folder.resolve(name), HEADER + rows).toString();
  }
}
