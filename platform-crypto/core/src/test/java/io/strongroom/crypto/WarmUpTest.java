package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class WarmUpTest {

  /** The oracle is BouncyCastle: key derivation, authenticated data, IVs, frames. */
  @Test
  void theKnownAnswersAreRight() throws GeneralSecurityException, InvalidCipherTextException {
    byte[] messageId = WarmUp.pattern(32);
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA512Digest());
    byte[] suite = {0x04, 0x78};
    byte[] label = "DERIVEKEY".getBytes(StandardCharsets.US_ASCII);
    byte[] info = ByteBuffer.allocate(11).put(suite).put(label).array();
    hkdf.init(new HKDFParameters(WarmUp.pattern(32), messageId, info));
    byte[] key = new byte[32];
    hkdf.generateBytes(key, 0, 32);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] frame = "AWSKMSEncryptionClient Final Frame".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < WarmUp.LENGTHS.length; i++) {
      byte[] plain = WarmUp.pattern(WarmUp.LENGTHS[i]);
      byte[] iv = ByteBuffer.allocate(12).putInt(8, i + 1).array();
      byte[] aad =
          ByteBuffer.allocate(78)
              .put(messageId)
              .put(frame)
              .putInt(i + 1)
              .putLong(plain.length)
              .array();
      GCMModeCipher gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
      gcm.init(true, new AEADParameters(new KeyParameter(key), 128, iv, aad));
      byte[] sealed = new byte[plain.length + 16];
      gcm.doFinal(sealed, gcm.processBytes(plain, 0, plain.length, sealed, 0));
      digest.update(ByteBuffer.allocate(8).putInt(-1).putInt(i + 1).array());
      digest.update(iv);
      digest.update(ByteBuffer.allocate(4).putInt(plain.length).array());
      digest.update(sealed);
    }
    assertThat(WarmUp.KNOWN).isEqualTo(HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void aProviderThatEncryptsWronglyIsRefusedEachTime() {
    Map<String, Class<? extends ChangedCipher>> wrong =
        Map.of("wrong-ciphertext", WrongCiphertext.class, "no-tags", UncheckedTags.class);
    wrong.forEach(
        (name, cipher) -> {
          EnvelopeEncryptor encryptor =
              EnvelopeEncryptor.builder(Samples.keys())
                  .provider(ChangedCipher.provider(name, cipher))
                  .build();
          for (int i = 0; i < 3; i++) {
            assertRefused(() -> encryptor.encrypt(new byte[5], KEY, CONTEXT));
          }
        });
  }

  private static void assertRefused(ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.PROVIDER_SELF_TEST_FAILED));
  }

  /** What a compiler that compiles wrongly looks like: the first answers are still right. */
  @Test
  void aProviderThatEncryptsWronglyOnlyOnceItIsWarmIsRefusedToo() throws InterruptedException {
    Provider late = ChangedCipher.provider("late", LateCiphertext.class);
    EnvelopeEncryptor cold =
        EnvelopeEncryptor.builder(Samples.keys()).provider(late).warmUp(false).build();
    cold.encrypt(new byte[5], KEY, CONTEXT);
    EnvelopeEncryptor warm = EnvelopeEncryptor.builder(Samples.keys()).provider(late).build();
    within30Seconds(() -> isRefused(warm));
    assertRefused(() -> warm.encrypt(new byte[5], KEY, CONTEXT));
    assertRefused(() -> cold.encrypt(new byte[5], KEY, CONTEXT));
  }

  private static boolean isRefused(EnvelopeEncryptor encryptor) {
    try {
      encryptor.encrypt(new byte[5], KEY, CONTEXT);
      return false;
    } catch (CryptoException refused) {
      return true;
    }
  }

  @Test
  void aLongMessageWaitsForTheWarmUpAndIsNotEncryptedByAProviderThatFailsInIt() {
    EnvelopeEncryptor encryptor =
        EnvelopeEncryptor.builder(Samples.keys())
            .provider(ChangedCipher.provider("late-and-long", AnotherLateCiphertext.class))
            .build();
    assertRefused(() -> encryptor.encrypt(new byte[64 << 20], KEY, CONTEXT));
  }

  @Test
  void withoutWarmUpTheProviderIsTriedOnceAndNothingElseIsDone() throws InterruptedException {
    Provider counted = CountingCipher.provider("counted");
    EnvelopeEncryptor encryptor =
        EnvelopeEncryptor.builder(Samples.keys()).provider(counted).warmUp(false).build();
    encryptor.encrypt(new byte[5], KEY, CONTEXT);
    encryptor.encrypt(new byte[5 << 20], KEY, CONTEXT);
    assertThat(CountingCipher.CALLS).hasValueLessThan(1000);
    EnvelopeEncryptor warm =
        EnvelopeEncryptor.builder(Samples.keys()).provider(counted).warmUp(true).build();
    warm.encrypt(new byte[5], KEY, CONTEXT);
    within30Seconds(() -> CountingCipher.CALLS.get() > 6000);
  }

  private static void within30Seconds(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(5);
    }
  }

  /** Wrong for long inputs only. */
  public static final class WrongCiphertext extends ChangedCipher {
    @Override
    void change(byte[] sealed, int from, int length) {
      if (length > 16_000) {
        sealed[from + 9000] ^= 1;
      }
    }
  }

  /** Opens everything. */
  public static final class UncheckedTags extends ChangedCipher {
    @Override
    void change(byte[] sealed, int from, int length) {}

    @Override
    boolean unchecked() {
      return true;
    }
  }

  /** Wrong once it was used a hundred times. */
  public abstract static class Late extends ChangedCipher {
    private final AtomicInteger calls;

    protected Late(AtomicInteger calls) {
      this.calls = calls;
    }

    @Override
    void change(byte[] sealed, int from, int length) {
      if (calls.incrementAndGet() > 100) {
        sealed[from] ^= 1;
      }
    }
  }

  /** For one test. */
  public static final class LateCiphertext extends Late {
    private static final AtomicInteger CALLS = new AtomicInteger();

    public LateCiphertext() {
      super(CALLS);
    }
  }

  /** For another, with a count of its own. */
  public static final class AnotherLateCiphertext extends Late {
    private static final AtomicInteger CALLS = new AtomicInteger();

    public AnotherLateCiphertext() {
      super(CALLS);
    }
  }
}
