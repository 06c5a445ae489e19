package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.rewrap.KeyCensus;
import io.strongroom.crypto.rewrap.KeyRecord;
import io.strongroom.crypto.rewrap.KeyRecordFolder;
import io.strongroom.crypto.rewrap.RecordedKey;
import io.strongroom.crypto.testing.kms.KmsAccessKey;
import io.strongroom.crypto.testing.kms.KmsCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own re-wrap, and are killed; the calls are those that the KMS double saw. */
@Tag("verify")
class RewrapKillTest {
  private static final int KILLED = 128 + 9;

  @TempDir Path folder;
  private final KmsRig rig = new KmsRig();
  private final String target = rig.kms.createKey(FRANKFURT);
  private final KeyService keys = rig.trusting(rig.key, target).build();

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void aCampaignThatIsKilledTwiceMakesHardlyACallTwiceAndLosesNothing() throws Exception {
    killTwice(150, 300);
  }

  private static String id(int number) {
    return "run-%06d".formatted(number);
  }

  private static EncryptionContext context(int number) {
    return EncryptionContext.strongroom().tenant("acme").run(id(number)).build();
  }

  private void killTwice(int count, int perSecond) throws Exception {
    Path stored = Files.createDirectory(folder.resolve("records"));
    long begun = System.nanoTime();
    byte[][] plaintexts = new byte[count][];
    each(
        count,
        number -> {
          try (DataKey dataKey = keys.generateDataKey(rig.keyId(), context(number))) {
            plaintexts[number] = dataKey.plaintext();
            Files.write(
                stored.resolve(id(number) + ".json"),
                KeyRecord.stored(
                    id(number), 1, List.of(new RecordedKey(context(number), dataKey.wrapped()))));
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        });
    System.out.printf("re-wrapping: %d records made in %d s%n", count, seconds(begun));
    rig.kms.clearCalls();
    begun = System.nanoTime();
    List<Integer> callsAtKill = new ArrayList<>();
    for (int third = 1; third <= 2; third++) {
      Process process = start(stored, perSecond);
      while (rewraps() < count * third / 3 && process.isAlive()) {
        Thread.sleep(5);
      }
      process.destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(KILLED);
      callsAtKill.add(rewraps());
    }
    Process last = start(stored, perSecond);
    assertThat(last.waitFor()).isZero();
    long took = seconds(begun);
    int calls = rewraps();
    System.out.printf(
        "re-wrapping: %d records in %d s, killed after %s calls; %d ReEncrypt in all, %d of them"
            + " for nothing; %s",
        count, took, callsAtKill, calls, calls - count, Files.readString(output()));
    assertThat(Files.readString(output())).startsWith("finished ").endsWith(" failed=0\n");
    assertThat(rig.kms.calls())
        .allSatisfy(
            call -> {
              assertThat(call.action()).isEqualTo("ReEncrypt");
              assertThat(call.outcome()).isIn(KmsCall.OK, KmsCall.CUT);
            });
    // What was under way when a process died had no fruit, and nothing else.
    assertThat(calls).isBetween(count, count + 2 * RewrapProcess.THREADS);

    rig.kms.disable(rig.key);
    try (KeyRecordFolder records = KeyRecordFolder.open(stored)) {
      KeyCensus census = KeyCensus.of(records);
      assertThat(census.under(rig.key)).isZero();
      assertThat(census.under(target)).isEqualTo(count);
      assertThat(census.unreadable()).isZero();
      each(
          count,
          number -> {
            RecordedKey key = records.read(id(number)).orElseThrow().keys().get(0);
            try (DataKey dataKey = keys.unwrap(key.wrapped(), context(number))) {
              assertThat(dataKey.plaintext()).isEqualTo(plaintexts[number]);
            }
          });
    }
    assertThatThrownBy(() -> keys.generateDataKey(new KeyId(rig.key), context(0)))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_DISABLED));
    System.out.printf("re-wrapping: %d read with the old key disabled%n", count);
  }

  private static long seconds(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun).toSeconds();
  }

  private int rewraps() {
    return rig.kms.calls().size();
  }

  private Path output() {
    return folder.resolve("output.txt");
  }

  private Process start(Path stored, int perSecond) throws IOException {
    KmsAccessKey access = rig.kms.accessKey();
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            RewrapProcess.class.getName(),
            rig.kms.endpoint().toString(),
            access.accessKeyId(),
            access.secretAccessKey(),
            stored.toString(),
            folder.resolve("checkpoint.json").toString(),
            rig.key,
            target,
            Integer.toString(perSecond))
        .redirectErrorStream(true)
        .redirectOutput(output().toFile())
        .start();
  }

  private static void each(int count, IntConsumer work) throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> shares = new ArrayList<>();
      for (int share = 0; share < threads; share++) {
        int first = share;
        shares.add(
            () -> {
              for (int number = first; number < count; number += threads) {
                work.accept(number);
              }
              return null;
            });
      }
      for (Future<Void> done : pool.invokeAll(shares)) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
