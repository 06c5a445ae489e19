package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.namesOf;
import static io.strongroom.audit.LogFixture.published;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.audit.AppendingProcess.Kind;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.aws.s3.testing.S3WireDouble;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** A real process on a real disk, killed in earnest. */
@Tag("verify")
class KilledWriterTest {
  private static final int KILLS = 10;
  private static final int PROCESSES = 4;
  private static final int THREADS = 3;

  @Test
  void nothingThatAKilledProcessAcknowledgedIsLost(@TempDir Path folder) throws Exception {
    killInAStore(folder, KILLS);
  }

  @Test
  void nothingThatAKilledProcessAcknowledgedInALocalLogIsLost(@TempDir Path folder)
      throws Exception {
    killLocal(folder, KILLS);
  }

  /** Returns how many entries were acknowledged. */
  static int killInAStore(Path folder, int kills) throws Exception {
    Path root = Files.createDirectory(folder.resolve("store"));
    return kill(Kind.IN_A_STORE, new LocalObjectStore(root), root.toString(), folder, kills);
  }

  /** Returns how many entries were acknowledged. */
  static int killOnS3(Path folder, int kills) throws Exception {
    try (S3WireDouble s3 = S3WireDouble.start(AppendingProcess.BUCKET);
        S3Client client = s3.client().build()) {
      ObjectStore store = AppendingProcess.s3(client);
      return kill(Kind.ON_S3, store, s3.endpoint().toString(), folder, kills);
    }
  }

  private static int kill(Kind kind, ObjectStore store, String place, Path folder, int kills)
      throws Exception {
    Random random = new Random();
    List<String> acknowledged = new ArrayList<>();
    for (int kill = 0; kill < kills; kill++) {
      acknowledged.addAll(
          runAndKill(kind, place, folder, 10_000 * kill, 2 + random.nextInt(9), THREADS));
      AuditReport report = verify(store);
      assertThat(report.findings()).as("after kill %d", kill).isEmpty();
      assertThat(report.entries()).isGreaterThanOrEqualTo(acknowledged.size());
    }
    assertAllThere(store, acknowledged);
    return acknowledged.size();
  }

  /** Returns how many entries were acknowledged. */
  static int killLocal(Path folder, int kills) throws Exception {
    Path root = folder.resolve("log");
    Random random = new Random();
    List<String> acknowledged = new ArrayList<>();
    for (int kill = 0; kill < kills; kill++) {
      // Behind the first few hundred the journal is being let go of.
      int enough = 2 + random.nextInt(kill % 2 == 0 ? 9 : 3_000);
      acknowledged.addAll(
          runAndKill(Kind.LOCAL, root.toString(), folder, 10_000 * kill, enough, THREADS));
      assertThat(verifyLocal(root).findings()).as("after kill %d", kill).isEmpty();
    }
    long size;
    try (LocalAuditLog log = LocalAuditLog.open(root, ORIGIN, SIGNER, KEYRING)) {
      assertAppendedOnce(log, acknowledged);
      size = log.append(event(9_999_999)).index() + 1;
    }
    AuditReport report = verifyLocal(root);
    assertThat(report.findings()).isEmpty();
    assertThat(report.notices()).isEmpty();
    assertThat(report.entries()).isEqualTo(size);
    return acknowledged.size();
  }

  /** Two writers in each process, and each process is killed while the others go on. */
  @Test
  void eightWritersInFourProcessesLoseNothingAndShareNoIndex(@TempDir Path folder)
      throws Exception {
    Path root = Files.createDirectory(folder.resolve("store"));
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    List<String> acknowledged = new ArrayList<>();
    try {
      List<Callable<List<String>>> tasks = new ArrayList<>();
      for (int process = 0; process < PROCESSES; process++) {
        int first = 10_000 * process;
        tasks.add(() -> runAndKill(Kind.TWO_IN_A_STORE, root.toString(), folder, first, 60, 2));
      }
      for (Future<List<String>> done : threads.invokeAll(tasks)) {
        acknowledged.addAll(done.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(PROCESSES * 60);
    assertThat(acknowledged.stream().map(line -> line.split(" ", -1)[1])).doesNotHaveDuplicates();
    assertAllThere(new LocalObjectStore(root), acknowledged);
  }

  private static void assertAppendedOnce(AuditLog log, List<String> acknowledged) {
    for (String line : acknowledged) {
      String[] parts = line.split(" ", -1);
      AuditEntry entry = log.entry(Long.parseLong(parts[1])).orElseThrow();
      assertThat(entry.leafHash()).isEqualTo(parts[2]);
      assertThat(entry.event()).isEqualTo(event(Integer.parseInt(parts[0])));
    }
    assertThat(log.entries(0).map(AuditEntry::event)).doesNotHaveDuplicates();
  }

  private static void assertAllThere(ObjectStore store, List<String> acknowledged) {
    ObjectStoreAuditLog log = log(store);
    assertAppendedOnce(log, acknowledged);
    long size = LogFixture.publish(log, event(9_999_999)).index() + 1;
    log.sweep();
    AuditReport report = verify(store);
    assertThat(report.findings()).isEmpty();
    assertThat(report.notices())
        .allMatch(notice -> notice.object().startsWith(JournalObject.FOLDER));
    assertThat(published(store)).isEqualTo(namesOf(size));
  }

  private static AuditReport verifyLocal(Path root) {
    return AuditVerifier.verify(new LocalObjectStore(root.resolve("log")), "", ORIGIN, KEYRING);
  }

  /** Lets a child append until it has acknowledged so many, kills it, and returns all it said. */
  private static List<String> runAndKill(
      Kind kind, String place, Path folder, int first, int enough, int threads)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AppendingProcess.class.getName(),
                kind.name(),
                place,
                Integer.toString(first),
                Integer.toString(threads))
            .redirectError(folder.resolve("stderr-" + first).toFile())
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null) {
        // The kill may cut the last line short.
        if (line.matches("[0-9]+ [0-9]+ [0-9a-f]{64}")) {
          lines.add(line);
        }
        if (lines.size() == enough) {
          // That of the process itself would close the stream that is being read.
          child.toHandle().destroyForcibly();
        }
        line = out.readLine();
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).isEqualTo(137);
    assertThat(Files.readString(folder.resolve("stderr-" + first))).isEmpty();
    return lines;
  }
}
