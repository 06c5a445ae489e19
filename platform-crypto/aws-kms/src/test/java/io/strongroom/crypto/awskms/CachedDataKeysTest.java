package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyScope;
import io.strongroom.crypto.testing.kms.KmsCall;
import io.strongroom.crypto.testing.kms.KmsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many calls reach KMS, told by the wire double that the SDK talks to. */
@Tag("verify")
class CachedDataKeysTest {
  private static final Duration AGE = Duration.ofMinutes(5);
  private static final int FILES = 12;

  @TempDir Path folder;
  private final KmsRig rig = new KmsRig();
  private final AtomicLong millis = new AtomicLong(1_000_000);

  @AfterEach
  void stop() {
    rig.close();
  }

  private CachingKeyService cache(AwsKmsKeyService keys) {
    return CachingKeyService.builder(
            keys, DataKeyLimits.of(AGE, 100_000, 1L << 40).withRefreshAhead(Duration.ZERO))
        .clock(() -> Instant.ofEpochMilli(millis.get()))
        .build();
  }

  private static EncryptionContext context(KeyScope scope) {
    return EncryptionContext.strongroom()
        .tenant(scope.tenant())
        .domain(scope.domain())
        .dataset(scope.dataset())
        .layer(scope.layer())
        .purpose(scope.purpose())
        .build();
  }

  private void encryptFiles(EnvelopeEncryptor encryptor, KeyId key, EncryptionContext context)
      throws IOException {
    Path source = folder.resolve("plain");
    Files.write(source, new byte[300_000]);
    for (int i = 0; i < FILES; i++) {
      Path target = folder.resolve("message-" + i);
      encryptor.encryptFile(source, target, key, context);
    }
  }

  @Test
  void aFileIsOneGenerateDataKey() throws IOException {
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(rig.keyService()).build();
    encryptFiles(encryptor, rig.keyId(), KmsRig.CONTEXT);
    assertThat(rig.actions()).hasSize(FILES).containsOnly("GenerateDataKey");
  }

  @Test
  void aCacheWindowIsOneGenerateDataKeyAndReadingItOneDecrypt() throws IOException {
    try (CachingKeyService cache = cache(rig.keyService())) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      encryptFiles(encryptor, rig.keyId(), KmsRig.CONTEXT);
      assertThat(rig.actions()).containsExactly("GenerateDataKey");
      for (int i = 0; i < FILES; i++) {
        encryptor.decryptFile(
            folder.resolve("message-" + i), folder.resolve("read"), KmsRig.CONTEXT);
      }
      assertThat(rig.actions()).containsExactly("GenerateDataKey", "Decrypt");
      millis.addAndGet(AGE.toMillis());
      encryptFiles(encryptor, rig.keyId(), KmsRig.CONTEXT);
      assertThat(rig.actions()).containsExactly("GenerateDataKey", "Decrypt", "GenerateDataKey");
      cache.rotateNow();
      encryptFiles(encryptor, rig.keyId(), KmsRig.CONTEXT);
      assertThat(rig.actions())
          .containsExactly("GenerateDataKey", "Decrypt", "GenerateDataKey", "GenerateDataKey");
    }
  }

  @Test
  void aBurstOfAThousandThreadsAtTheMomentOfExpiryMakesOneCall() throws InterruptedException {
    try (CachingKeyService cache = cache(rig.keyService())) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      encryptor.encrypt(new byte[1], rig.keyId(), KmsRig.CONTEXT);
      millis.addAndGet(AGE.toMillis());
      // Slow enough for everybody to arrive while the call is under way.
      rig.kms.inject(KmsFault.delayed(Duration.ofMillis(300)).times(1));
      int burst = 1_000;
      CountDownLatch ready = new CountDownLatch(burst);
      CountDownLatch go = new CountDownLatch(1);
      AtomicInteger written = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < burst; i++) {
        Thread thread =
            new Thread(
                null,
                () -> {
                  ready.countDown();
                  try {
                    go.await();
                  } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                  }
                  encryptor.encrypt(new byte[1], rig.keyId(), KmsRig.CONTEXT);
                  written.incrementAndGet();
                },
                "burst-" + i,
                256 * 1024);
        threads.add(thread);
        thread.start();
      }
      ready.await();
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(written).hasValue(burst);
      assertThat(rig.actions()).containsExactly("GenerateDataKey", "GenerateDataKey");
    }
  }

  @Test
  void oneTenantsKeyNeverServesAnothersData() {
    String rivals = rig.kms.createKey(FRANKFURT);
    KeyResolver resolver = scope -> new KeyId(scope.tenant().equals("acme") ? rig.key : rivals);
    List<KeyScope> scopes =
        List.of(
            new KeyScope("acme", "payments", "transactions", "silver", "object"),
            new KeyScope("rival", "payments", "transactions", "silver", "object"),
            new KeyScope("rival", "cards", "transactions", "silver", "object"),
            new KeyScope("rival", "payments", "accounts", "silver", "object"),
            new KeyScope("rival", "payments", "transactions", "gold", "object"),
            new KeyScope("rival", "payments", "transactions", "silver", "parquet"));
    try (CachingKeyService cache = cache(rig.trusting(rig.key, rivals).build())) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      List<byte[]> messages = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (KeyScope scope : scopes) {
          messages.add(encryptor.encrypt(new byte[9], resolver.resolve(scope), context(scope)));
        }
      }
      List<KmsCall> calls = rig.kms.calls();
      assertThat(calls).hasSize(scopes.size());
      for (int i = 0; i < scopes.size(); i++) {
        assertThat(calls.get(i).key()).contains(resolver.resolve(scopes.get(i)).value());
        assertThat(calls.get(i).context()).isEqualTo(Map.copyOf(context(scopes.get(i)).pairs()));
      }
      assertThat(encryptor.decrypt(messages.get(0), context(scopes.get(0)))).hasSize(9);
      assertThatThrownBy(() -> encryptor.decrypt(messages.get(0), context(scopes.get(1))))
          .isInstanceOfSatisfying(
              CryptoException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CONTEXT_MISMATCH));
      // With the rival's key out of use, acme's data key goes on and the rival's is not replaced.
      rig.kms.disable(rivals);
      cache.rotateNow();
      encryptor.encrypt(new byte[9], resolver.resolve(scopes.get(0)), context(scopes.get(0)));
      assertThatThrownBy(
              () ->
                  encryptor.encrypt(
                      new byte[9], resolver.resolve(scopes.get(1)), context(scopes.get(1))))
          .isInstanceOfSatisfying(
              CryptoException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_DISABLED));
    }
  }
}
