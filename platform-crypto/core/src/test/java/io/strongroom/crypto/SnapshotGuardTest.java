package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class SnapshotGuardTest {
  private static final int FRAME = 64;

  /** More than a stream holds back. */
  private static final int MUCH = 1 << 20;

  private static final byte[] DATA_KEY = filled(32, 3);

  private final SnapshotGuard guard = new SnapshotGuard();
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

  private EnvelopeEncryptor encryptor() {
    return EnvelopeEncryptor.builder(Samples.keys())
        .frameLength(FRAME)
        .snapshotGuard(guard)
        .build();
  }

  @Test
  void theEpochIsOddWhileACheckpointIsTakenAndNeverFalls() {
    assertThat(guard.epoch()).isZero();
    guard.beforeCheckpoint();
    assertThat(guard.epoch()).isEqualTo(1);
    guard.beforeCheckpoint();
    assertThat(guard.epoch()).isEqualTo(3);
    guard.afterRestore();
    assertThat(guard.epoch()).isEqualTo(4);
    guard.afterRestore();
    assertThat(guard.epoch()).isEqualTo(6);
  }

  @Test
  void aStreamThatWasOpenDuringACheckpointWritesNothingMore() throws IOException {
    EnvelopeOutputStream out = encryptor().encrypting(sink, KEY, CONTEXT);
    out.write(new byte[MUCH]);
    int size = sink.size();
    assertThat(size).isPositive();
    guard.beforeCheckpoint();
    guard.afterRestore();
    assertRefused(() -> out.write(new byte[MUCH]));
    assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
    assertThat(sink.size()).isEqualTo(size);
    out.close();
    assertThatThrownBy(() -> encryptor().decrypt(sink.toByteArray(), CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void whatIsCopiedFromAChannelDuringACheckpointIsNotContinuedHoweverManyThreadsSealIt() {
    for (int threads : new int[] {1, 4}) {
      SnapshotGuard restored = new SnapshotGuard();
      EnvelopeEncryptor encryptor =
          EnvelopeEncryptor.builder(Samples.keys())
              .frameLength(1024)
              .parallelism(threads)
              .snapshotGuard(restored)
              .build();
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      int[] sizeAtCheckpoint = new int[1];
      InputStream source =
          new InputStream() {
            private int given;

            @Override
            public int read() {
              throw new AssertionError("arrays are read");
            }

            @Override
            public int read(byte[] into, int offset, int length) {
              if (++given == 3) {
                sizeAtCheckpoint[0] = written.size();
                restored.beforeCheckpoint();
                restored.afterRestore();
              }
              return length;
            }
          };
      assertRefused(
          () ->
              encryptor.encrypt(
                  Channels.newChannel(source), Channels.newChannel(written), KEY, CONTEXT));
      assertThat(written.size()).isEqualTo(sizeAtCheckpoint[0]);
    }
  }

  @Test
  void aStreamThatWasOpenDuringACheckpointIsNotFinished() throws IOException {
    EnvelopeOutputStream out = encryptor().encrypting(sink, KEY, CONTEXT);
    out.write(1);
    guard.beforeCheckpoint();
    assertRefused(out::finish);
    assertThat(sink.size()).isZero();
  }

  @Test
  void aStreamIsNotWrittenWhileACheckpointIsTakenButAWholeMessageIs() {
    guard.beforeCheckpoint();
    EnvelopeOutputStream out = encryptor().encrypting(sink, KEY, CONTEXT);
    assertRefused(out::finish);
    byte[] message = encryptor().encrypt(new byte[7], KEY, CONTEXT);
    assertThat(encryptor().decrypt(message, CONTEXT)).hasSize(7);
    guard.afterRestore();
    assertThat(Samples.encryptStreaming(encryptor(), new byte[9], 4)).isNotEmpty();
  }

  private interface Write {
    void run() throws IOException;
  }

  private static void assertRefused(Write write) {
    assertThatThrownBy(write::run)
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CHECKPOINT_PASSED));
  }

  @Test
  void everyFrameOfManyThreadsUnderOneDataKeyHasAKeyAndIvOfItsOwn() throws Exception {
    CachingKeyService cache =
        CachingKeyService.builder(
                Samples.keys(), DataKeyLimits.of(Duration.ofHours(1), 1_000_000, 1 << 30))
            .build();
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).frameLength(FRAME).build();
    Set<String> used = ConcurrentHashMap.newKeySet();
    int threads = 8;
    int messages = 300;
    int frames = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        work.add(
            () -> {
              for (int m = 0; m < messages; m++) {
                for (String pair :
                    pairs(encryptor.encrypt(new byte[frames * FRAME], KEY, CONTEXT))) {
                  assertThat(used.add(pair)).isTrue();
                }
              }
              return null;
            });
      }
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(used).hasSize(threads * messages * (frames + 1));
    assertThat(cache.statistics().calls()).isEqualTo(1);
  }

  /**
   * What was encrypted under what: wrapped data key, message id and IV. The content key is a
   * function of the first two. The header's tag has the IV zero.
   */
  private static List<String> pairs(byte[] message) throws IOException {
    MessageHeader header = MessageHeader.read(new ByteArrayInputStream(message), 1 << 20, false);
    HexFormat hex = HexFormat.of();
    String key =
        hex.formatHex(header.keys().get(0).ciphertext()) + hex.formatHex(header.messageId());
    List<String> pairs = new ArrayList<>();
    pairs.add(key + hex.formatHex(new byte[12]));
    int at = header.length();
    while (true) {
      boolean last = FrameLayout.isFinal(message, at);
      int iv = at + (last ? FrameLayout.MARK : 0) + 4;
      pairs.add(key + hex.formatHex(message, iv, iv + 12));
      if (last) {
        return pairs;
      }
      at += header.frameLength() + FrameLayout.REGULAR_OVERHEAD;
    }
  }

  /**
   * A process restored from a snapshot: the same generator in the same state, and the same data key
   * still cached.
   */
  private static final class Twin {
    private final SnapshotGuard guard = new SnapshotGuard();
    private final EnvelopeEncryptor encryptor;

    Twin(SecureRandom random) {
      this.encryptor =
          EnvelopeEncryptor.builder(new OneDataKey())
              .frameLength(FRAME)
              .random(random)
              .snapshotGuard(guard)
              .build();
    }

    List<String> write(int seed) throws IOException {
      return pairs(encryptor.encrypt(filled(3 * FRAME, seed), KEY, CONTEXT));
    }
  }

  /** Always gives the same data key. */
  private static final class OneDataKey implements KeyService {
    private final KeyService keys = Samples.keys();
    private static final WrappedDataKey WRAPPED = wrap();

    private static WrappedDataKey wrap() {
      try (DataKey dataKey =
          new DataKey(DATA_KEY, WrappedDataKey.of("unused", new byte[0], new byte[0]))) {
        return Samples.keys().wrap(dataKey, KEY, CONTEXT);
      }
    }

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      return new DataKey(DATA_KEY, WRAPPED);
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      return keys.wrap(dataKey, key, context);
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      return keys.canUnwrap(wrapped);
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      return keys.unwrap(wrapped, context);
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      return keys.rewrap(wrapped, context, target);
    }

    @Override
    public KeyDescription describe(KeyId key) {
      return keys.describe(key);
    }
  }

  private static SecureRandom cloned() throws NoSuchAlgorithmException {
    SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
    random.setSeed(42);
    random.nextInt();
    return random;
  }

  @Test
  void twinsWithTheSameGeneratorAndDataKeyShareNoKeyAndIvOnceTheyWereRestored() throws Exception {
    Twin first = new Twin(cloned());
    Twin second = new Twin(cloned());
    // Without a guard that hears of it, this is what a snapshot does: other plaintext, same pairs.
    assertThat(first.write(1)).isEqualTo(second.write(2));

    Set<String> used = ConcurrentHashMap.newKeySet();
    for (Twin twin : List.of(first, second)) {
      twin.guard.beforeCheckpoint();
      twin.guard.afterRestore();
    }
    for (int i = 0; i < 200; i++) {
      for (Twin twin : List.of(first, second)) {
        for (String pair : twin.write(i)) {
          assertThat(used.add(pair)).isTrue();
        }
      }
    }
    assertThat(used).hasSize(2 * 200 * 4);
  }

  @Test
  void twinsDoNotContinueAStreamThatBothHaveOpen() throws Exception {
    Twin first = new Twin(cloned());
    Twin second = new Twin(cloned());
    List<EnvelopeOutputStream> streams = new ArrayList<>();
    for (Twin twin : List.of(first, second)) {
      streams.add(twin.encryptor.encrypting(new ByteArrayOutputStream(), KEY, CONTEXT));
      twin.guard.beforeCheckpoint();
      twin.guard.afterRestore();
    }
    for (EnvelopeOutputStream stream : streams) {
      assertRefused(() -> stream.write(filled(MUCH, 1)));
    }
  }

  @Test
  void aProtectedGeneratorIsReseededOncePerEpochAndOtherwiseLeftAlone() throws Exception {
    SecureRandom reference = cloned();
    List<byte[]> seeds = new ArrayList<>();
    SecureRandom source =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;
          private final SecureRandom plain = cloned();

          @Override
          public void nextBytes(byte[] bytes) {
            plain.nextBytes(bytes);
          }

          @Override
          public void setSeed(byte[] seed) {
            seeds.add(seed.clone());
          }
        };
    SecureRandom random = guard.protecting(source);
    for (int i = 0; i < 3; i++) {
      assertThat(draw(random)).isEqualTo(draw(reference));
    }
    assertThat(seeds).isEmpty();
    guard.beforeCheckpoint();
    guard.afterRestore();
    draw(random);
    draw(random);
    guard.afterRestore();
    draw(random);
    assertThat(seeds).hasSize(2).allMatch(seed -> seed.length == 32);
    assertThat(Arrays.equals(seeds.get(0), seeds.get(1))).isFalse();
  }

  private static byte[] draw(SecureRandom random) {
    byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    return bytes;
  }
}
