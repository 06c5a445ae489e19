package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeChannel;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.RangedSource;
import io.strongroom.crypto.testing.kms.KmsFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files and windows of the cache cost, from the log of calls of the wire double. */
@Tag("verify")
class DataKeyCallsTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final int BURST = 1_000;

  private final KmsRig rig = new KmsRig();
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    rig.close();
  }

  private CachingKeyService cache(DataKeyLimits limits) {
    return CachingKeyService.builder(rig.keyService(), limits).clock(() -> now).build();
  }

  private static DataKeyLimits window() {
    return DataKeyLimits.of(WINDOW, 1_000_000, 1L << 40).withRefreshAhead(Duration.ZERO);
  }

  @Test
  void aFileCostsOneGenerateDataKeyAndReadingItAnywhereOneDecrypt() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[3_000_000]);
    Path message = folder.resolve("message");
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(rig.keyService()).build();
    encryptor.encryptFile(file, message, rig.keyId(), CONTEXT);
    assertThat(rig.actions()).containsExactly("GenerateDataKey");

    rig.kms.clearCalls();
    encryptor.decryptFile(message, folder.resolve("copy"), CONTEXT);
    assertThat(folder.resolve("copy")).hasSameBinaryContentAs(file);
    assertThat(rig.actions()).containsExactly("Decrypt");

    rig.kms.clearCalls();
    try (InputStream in = encryptor.decrypting(Files.newInputStream(message), CONTEXT)) {
      assertThat(in.readAllBytes()).hasSize(3_000_000);
    }
    assertThat(rig.actions()).containsExactly("Decrypt");

    rig.kms.clearCalls();
    try (EnvelopeChannel channel = encryptor.open(RangedSource.of(message), CONTEXT)) {
      for (long position : new long[] {2_900_000, 0, 1_500_000}) {
        assertThat(channel.position(position).read(ByteBuffer.allocate(100))).isPositive();
      }
    }
    assertThat(rig.actions()).containsExactly("Decrypt");
  }

  @Test
  void aWindowOfTheCacheCostsOneGenerateDataKeyForEachContext() {
    EncryptionContext other = EncryptionContext.of(Map.of("tenant", "rival"));
    try (CachingKeyService cache = cache(window())) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      List<byte[]> messages = new ArrayList<>();
      for (int window = 1; window <= 3; window++) {
        for (int i = 0; i < 200; i++) {
          messages.add(encryptor.encrypt(new byte[100], rig.keyId(), CONTEXT));
          encryptor.encrypt(new byte[100], rig.keyId(), other);
        }
        assertThat(rig.actions()).hasSize(2 * window).containsOnly("GenerateDataKey");
        now = now.plus(WINDOW);
      }
      rig.kms.clearCalls();
      for (byte[] message : messages) {
        assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(100);
      }
      assertThat(rig.actions()).containsExactly("Decrypt", "Decrypt", "Decrypt");
    }
  }

  @Test
  void aWindowOfSoManyMessagesCostsOneGenerateDataKey() {
    try (CachingKeyService cache =
        cache(DataKeyLimits.of(WINDOW, 50, 1L << 40).withRefreshAhead(Duration.ZERO))) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      for (int i = 0; i < 200; i++) {
        encryptor.encrypt(new byte[100], rig.keyId(), CONTEXT);
      }
      assertThat(rig.actions()).hasSize(4).containsOnly("GenerateDataKey");
    }
  }

  @Test
  void aBurstOfAThousandThreadsAtTheMomentOfExpiryMakesOneCall() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(BURST);
    try (CachingKeyService cache = cache(window())) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      encryptor.encrypt(new byte[10], rig.keyId(), CONTEXT);
      rig.kms.clearCalls();
      now = now.plus(WINDOW);
      // Long enough for all of them to come while the call is under way.
      rig.kms.inject(KmsFault.delayed(Duration.ofMillis(500)));
      CountDownLatch ready = new CountDownLatch(BURST);
      List<Future<byte[]>> messages = new ArrayList<>();
      for (int i = 0; i < BURST; i++) {
        messages.add(
            threads.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return encryptor.encrypt(new byte[10], rig.keyId(), CONTEXT);
                }));
      }
      for (Future<byte[]> message : messages) {
        assertThat(message.get()).isNotEmpty();
      }
      assertThat(rig.actions()).containsExactly("GenerateDataKey");
    } finally {
      threads.shutdownNow();
    }
  }
}
