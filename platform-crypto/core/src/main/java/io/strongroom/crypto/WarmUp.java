package io.strongroom.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tries a JCA provider's AES/GCM against known answers before its first use, once a process; and
 * makes the JVM compile it, in a shared thread, and tries the compiled code again. A provider that
 * has failed once is refused for ever. Safe for use by several threads.
 */
final class WarmUp {
  /** SHA-256 over the sealed frames of {@link #answers}; the tests compute it another way. */
  static final String KNOWN = "9a5917a035383fde9c1833a34b78c1d298923268741bb3c7b3842f6f8d34638d";

  static final int[] LENGTHS = {0, 1, 15, 16, 17, 255, 256, 1023, 1024, 4096, 16384, 20001};

  private static final int ROUNDS = 6000;
  private static final int FIRST_ROUNDS = 50;
  private static final int FEW_ROUNDS = 20;
  private static final int ROUND_BYTES = 1024;

  /** Some rounds are as long as the usual frame, so that its path is compiled too. */
  private static final int LONG_ROUND_BYTES = 16 * 1024;

  private static final int LONG_ROUNDS = 64;
  private static final int PAUSE_MILLIS = 2;
  private static final int FASTER = 24;
  private static final long FAST_NANOS = 2500;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long MOST_WAITING_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Who has come this far waits for the compiled code rather than go on without it. */
  private static final long WORTH_WAITING = 1024 * 1024;

  private static final Map<String, WarmUp> PROVIDERS = new ConcurrentHashMap<>();

  private final @Nullable Provider provider;
  private final CountDownLatch warm = new CountDownLatch(1);
  private boolean warming;
  private volatile boolean tested;
  private volatile boolean settled;
  private volatile @Nullable CryptoException failure;

  private WarmUp(@Nullable Provider provider) {
    this.provider = provider;
  }

  /** What is known of a provider in this process. */
  static WarmUp of(@Nullable Provider provider) {
    Provider used = FrameCipher.cipher(provider).getProvider();
    Class<?> type = used.getClass();
    String name = used.getName() + " " + used.getVersionStr() + " " + type.getName();
    String loaded = name + "@" + System.identityHashCode(type);
    return PROVIDERS.computeIfAbsent(loaded, unused -> new WarmUp(provider));
  }

  /** Tries the provider if nobody has, and throws when it computes wrongly. */
  void require(boolean warmUp) {
    if (!tested) {
      test();
    }
    if (failure != null) {
      throw refused();
    }
    if (warmUp && !settled) {
      begin();
    }
  }

  /** Waits for the compiled code when much is to be done with it. */
  void await(long bytes) {
    if (settled || bytes < WORTH_WAITING || !isWarming()) {
      return;
    }
    try {
      if (!warm.await(MOST_WAITING_NANOS, TimeUnit.NANOSECONDS)) {
        settled = true;
      }
    } catch (InterruptedException later) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw refused();
    }
  }

  private synchronized boolean isWarming() {
    return warming;
  }

  /** A new exception each time, so that it shows who was refused. */
  private CryptoException refused() {
    return new CryptoException(
        CryptoErrorCode.PROVIDER_SELF_TEST_FAILED,
        "the JCA provider's AES/GCM failed the self-test",
        failure);
  }

  private synchronized void test() {
    if (!tested) {
      check();
      tested = true;
    }
  }

  private void check() {
    try {
      if (!answers(new FrameCipher(provider)).equals(KNOWN)) {
        fail("gives other results than the known answers", null);
      }
    } catch (RuntimeException unusable) {
      fail("does not open what it sealed", unusable);
    }
  }

  private void fail(String what, @Nullable RuntimeException cause) {
    failure =
        new CryptoException(
            CryptoErrorCode.PROVIDER_SELF_TEST_FAILED, "the JCA provider's AES/GCM " + what, cause);
  }

  private synchronized void begin() {
    if (warming) {
      return;
    }
    try {
      SharedThreads.executor().execute(this::warm);
      warming = true;
    } catch (RejectedExecutionException busy) {
      // The next use tries again.
    }
  }

  private void warm() {
    try {
      compile();
      check();
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException unusable) {
      fail("does not open what it sealed", unusable);
    } finally {
      settled = true;
      warm.countDown();
    }
  }

  /**
   * Calls until the compiler has what it asks for, then waits for it to be done: calls become many
   * times faster in that moment. Where they never do, or were fast before, this ends all the same.
   */
  private void compile() throws InterruptedException {
    long end = System.nanoTime() + MOST_NANOS;
    FrameCipher cipher = new FrameCipher(provider).use(key());
    byte[] plain = pattern(LONG_ROUND_BYTES);
    byte[] opened = new byte[LONG_ROUND_BYTES];
    byte[] sealed = new byte[LONG_ROUND_BYTES + FrameLayout.FINAL_OVERHEAD];
    long cold = 0;
    long best = Long.MAX_VALUE;
    for (int round = 1; System.nanoTime() < end; round++) {
      int length = round % LONG_ROUNDS == 0 ? LONG_ROUND_BYTES : ROUND_BYTES;
      long start = System.nanoTime();
      cipher.seal(false, round, plain, 0, length, sealed, 0);
      cipher.open(false, round, sealed, 0, length, opened, 0);
      best = Math.min(best, System.nanoTime() - start);
      if (round == FIRST_ROUNDS) {
        cold = best;
      }
      if (round >= ROUNDS && round % FEW_ROUNDS == 0) {
        if (best < Math.max(FAST_NANOS, cold / FASTER)) {
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** A digest of frames of several lengths under a known key, each also opened and altered. */
  private static String answers(FrameCipher cipher) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      cipher.use(key());
      for (int i = 0; i < LENGTHS.length; i++) {
        byte[] plain = pattern(LENGTHS[i]);
        byte[] sealed = new byte[LENGTHS[i] + FrameLayout.FINAL_OVERHEAD];
        byte[] opened = new byte[LENGTHS[i]];
        digest.update(sealed, 0, cipher.seal(true, i + 1L, plain, 0, plain.length, sealed, 0));
        cipher.open(true, i + 1L, sealed, 0, plain.length, opened, 0);
        if (!Arrays.equals(plain, opened) || opensAltered(cipher, i + 1L, sealed, opened)) {
          return "";
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new CryptoException(
          CryptoErrorCode.PROVIDER_UNSUITABLE, "no JCA provider has SHA-256", missing);
    }
  }

  private static boolean opensAltered(
      FrameCipher cipher, long sequence, byte[] sealed, byte[] opened) {
    sealed[sealed.length - 1] ^= 1;
    try {
      cipher.open(true, sequence, sealed, 0, opened.length, opened, 0);
      return true;
    } catch (DecryptionFailedException expected) {
      return false;
    }
  }

  private static ContentKey key() {
    return ContentKey.derive(Suite.COMMITTED, pattern(DataKey.LENGTH), pattern(32));
  }

  static byte[] pattern(int length) {
    byte[] pattern = new byte[length];
    for (int i = 0; i < length; i++) {
      pattern[i] = (byte) (i * 7 + (i >>> 8));
    }
    return pattern;
  }
}
