package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class EnvelopeChannelTest {
  private static final int FRAME = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EnvelopeEncryptor encryptor = Samples.encryptor(FRAME);

  /** The official SDK writes an empty final frame behind an exact multiple, and we a full one. */
  @Test
  void whatTheOfficialSdkWroteIsReadAnywhere() throws IOException {
    for (int frame : new int[] {16, 512, 4096}) {
      for (int length : lengths(frame)) {
        byte[] plaintext = filled(length, length);
        assertReadsAnywhere(
            sdk(frame).encryptData(official(), plaintext, CONTEXT.pairs()).getResult(), plaintext);
      }
    }
  }

  @Test
  void everyFrameLengthIsReadAnywhere() throws IOException {
    for (int frame : new int[] {1, 2, 7, 8, 9, 10, 31, 16384}) {
      for (int length : lengths(frame)) {
        byte[] plaintext = filled(length, length);
        byte[] message = Samples.encryptor(frame).encrypt(plaintext, KEY, CONTEXT);
        assertReadsAnywhere(message, plaintext);
      }
    }
  }

  private static int[] lengths(int frame) {
    return new int[] {0, 1, frame - 1, frame, frame + 1, 2 * frame, 9 * frame, 9 * frame + 5};
  }

  private void assertReadsAnywhere(byte[] message, byte[] plaintext) throws IOException {
    assertThat(encryptor.statedPlaintextLength(RangedSource.of(message)))
        .isEqualTo(plaintext.length);
    try (EnvelopeChannel channel = encryptor.open(RangedSource.of(message), CONTEXT)) {
      int length = plaintext.length;
      assertThat(channel.size()).isEqualTo(length);
      assertThat(channel.length()).isEqualTo(length);
      assertThat(Channels.newInputStream(channel).readAllBytes()).isEqualTo(plaintext);
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
      Random random = new Random(length);
      for (int i = 0; i < 30; i++) {
        int from = random.nextInt(length + 3);
        int wanted = random.nextInt(length + 3);
        byte[] into = new byte[wanted + 2];
        int expected = Math.max(0, Math.min(wanted, length - from));
        assertThat(channel.read((long) from, into, 1, wanted)).isEqualTo(expected);
        byte[] whole = new byte[wanted + 2];
        if (expected > 0) {
          System.arraycopy(plaintext, from, whole, 1, expected);
        }
        assertThat(into).isEqualTo(whole);
        ByteBuffer direct = ByteBuffer.allocateDirect(wanted + 1);
        int given = channel.position(from).read(direct);
        assertThat(given).isEqualTo(from >= length ? -1 : Math.min(wanted + 1, length - from));
        assertThat(channel.position()).isEqualTo(from + Math.max(0, given));
        byte[] copied = new byte[Math.max(0, given)];
        direct.flip().get(copied);
        if (given > 0) {
          assertThat(copied).isEqualTo(Arrays.copyOfRange(plaintext, from, from + given));
        }
      }
    }
  }

  @Test
  void everyTruncationAndEveryByteBehindTheEndIsRefusedWhenOpened() {
    byte[] message = encryptor.encrypt(filled(3 * FRAME + 5, 1), KEY, CONTEXT);
    for (int length = 0; length < message.length; length++) {
      byte[] cut = Arrays.copyOf(message, length);
      assertThat(catchThrowable(() -> encryptor.open(RangedSource.of(cut), CONTEXT)))
          .as("cut to " + length)
          .isInstanceOf(DecryptionFailedException.class);
    }
    for (int more = 1; more < 3 * FRAME; more++) {
      byte[] longer = Arrays.copyOf(message, message.length + more);
      assertThat(catchThrowable(() -> encryptor.open(RangedSource.of(longer), CONTEXT)))
          .as(more + " more")
          .isInstanceOf(DecryptionFailedException.class);
    }
    byte[] twice = Arrays.copyOf(message, 2 * message.length);
    System.arraycopy(message, 0, twice, message.length, message.length);
    assertThatThrownBy(() -> encryptor.open(RangedSource.of(twice), CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void aStatedLengthNeedsNoKeyAndIsNotAuthenticated() {
    EnvelopeEncryptor keyless =
        EnvelopeEncryptor.builder(new RawAesKeyService("other", "key", filled(32, 8), RANDOM))
            .build();
    byte[] message = encryptor.encrypt(filled(3 * FRAME + 5, 1), KEY, CONTEXT);
    assertThat(keyless.statedPlaintextLength(RangedSource.of(message))).isEqualTo(3 * FRAME + 5);
    int stride = FRAME + FrameLayout.REGULAR_OVERHEAD;
    byte[] cut = Arrays.copyOf(message, message.length - stride);
    assertThat(keyless.statedPlaintextLength(RangedSource.of(cut))).isEqualTo(2 * FRAME + 5);
    byte[] impossible = Arrays.copyOf(message, message.length - 8);
    assertThatThrownBy(() -> keyless.statedPlaintextLength(RangedSource.of(impossible)))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_TRUNCATED));
    byte[] signed =
        EnvelopeEncryptor.builder(Samples.keys())
            .signed(true)
            .build()
            .encrypt(new byte[9], KEY, CONTEXT);
    assertThatThrownBy(() -> keyless.statedPlaintextLength(RangedSource.of(signed)))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_KIND_REFUSED));
  }

  @Test
  void anAlteredEndIsFoundWhenOpenedAndAnAlteredFrameWhenRead() {
    byte[] plaintext = filled(3 * FRAME + 5, 1);
    byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
    int body = message.length - 3 * (FRAME + FrameLayout.REGULAR_OVERHEAD) - 45;
    for (int at = body; at < message.length; at++) {
      byte[] bad = message.clone();
      bad[at] ^= 1;
      int frame = (at - body) / (FRAME + FrameLayout.REGULAR_OVERHEAD);
      if (frame >= 3) {
        assertThatThrownBy(() -> encryptor.open(RangedSource.of(bad), CONTEXT))
            .isInstanceOf(DecryptionFailedException.class);
        continue;
      }
      EnvelopeChannel channel = encryptor.open(RangedSource.of(bad), CONTEXT);
      byte[] all = new byte[plaintext.length];
      assertThatThrownBy(() -> channel.read(0, all, 0, all.length))
          .isInstanceOf(DecryptionFailedException.class);
      assertThat(all).containsOnly(0);
      byte[] one = new byte[1];
      assertThatThrownBy(() -> channel.read((long) frame * FRAME + 3, one, 0, 1))
          .isInstanceOf(DecryptionFailedException.class);
      assertThat(one[0]).isZero();
      int other = (frame + 1) % 3;
      assertThat(channel.read((long) other * FRAME + 3, one, 0, 1)).isEqualTo(1);
      assertThat(one[0]).isEqualTo(plaintext[other * FRAME + 3]);
    }
  }

  @Test
  void theContextIsCheckedWhenOpened() {
    byte[] message = encryptor.encrypt(new byte[5], KEY, CONTEXT);
    assertThatThrownBy(
            () -> encryptor.open(RangedSource.of(message), Samples.context("tenant", "other")))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CONTEXT_MISMATCH));
  }

  @Test
  void whatCanOnlyBeVerifiedFromEndToEndIsRefused() {
    byte[] signed =
        EnvelopeEncryptor.builder(Samples.keys())
            .signed(true)
            .build()
            .encrypt(filled(100, 1), KEY, CONTEXT);
    byte[] unframed = sdk(0).encryptData(official(), filled(100, 1), CONTEXT.pairs()).getResult();
    for (byte[] message : List.of(signed, unframed)) {
      assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(filled(100, 1));
      assertThatThrownBy(() -> encryptor.open(RangedSource.of(message), CONTEXT))
          .isInstanceOfSatisfying(
              DecryptionFailedException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_KIND_REFUSED));
    }
  }

  private static JceMasterKey official() {
    return JceMasterKey.getInstance(
        new SecretKeySpec(Samples.KEY_BYTES, "AES"),
        Samples.NAMESPACE,
        KEY.value(),
        "AES/GCM/NoPadding");
  }

  private static AwsCrypto sdk(int frame) {
    return AwsCrypto.builder()
        .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
        .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
        .withEncryptionFrameSize(frame)
        .build();
  }

  @Test
  void onlyTheFramesThatAreNeededAreReadAndThoseAheadOfASequentialReader() throws IOException {
    int length = 4 * 1024 * 1024;
    byte[] message = Samples.encryptor(4096).encrypt(filled(length, 1), KEY, CONTEXT);
    Counted source = new Counted(message);
    try (EnvelopeChannel channel = encryptor.open(source, CONTEXT)) {
      assertThat(source.bytes()).isLessThan(10_000);
      source.reads.clear();
      channel.read(1_000_000, new byte[4096], 0, 4096);
      assertThat(source.reads).hasSize(1);
      assertThat(source.bytes()).isEqualTo(2 * (4096 + 32));
      channel.read(1_000_100, new byte[100], 0, 100);
      assertThat(source.reads).hasSize(1);
      source.reads.clear();
      byte[] part = new byte[4096];
      for (long at = 0; at < length; at += part.length) {
        assertThat(channel.read(at, part, 0, part.length)).isEqualTo(part.length);
      }
      assertThat(source.reads).hasSizeLessThan(12);
      assertThat(source.bytes()).isLessThan(message.length + 10_000L);
      assertThat(source.reads).allMatch(read -> read <= 1024 * 1024);
    }
    assertThat(source.closed).isTrue();
  }

  @Test
  void severalThreadsReadSideBySide() throws ExecutionException, InterruptedException {
    byte[] plaintext = filled(300_000, 1);
    byte[] message = Samples.encryptor(1000).encrypt(plaintext, KEY, CONTEXT);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (EnvelopeChannel channel = encryptor.open(RangedSource.of(message), CONTEXT)) {
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        wrong.add(
            threads.submit(
                () -> {
                  int different = 0;
                  byte[] part = new byte[5000];
                  for (int i = 0; i < 2000; i++) {
                    int from = random.nextInt(plaintext.length - part.length);
                    int wanted = random.nextInt(part.length);
                    channel.read(from, part, 0, wanted);
                    different +=
                        Arrays.equals(part, 0, wanted, plaintext, from, from + wanted) ? 0 : 1;
                  }
                  return different;
                }));
      }
      for (Future<Integer> different : wrong) {
        assertThat(different.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void nothingIsReadAfterClosingAndNothingIsEverWritten() throws IOException {
    Counted source = new Counted(encryptor.encrypt(filled(50, 1), KEY, CONTEXT));
    EnvelopeChannel channel = encryptor.open(source, CONTEXT);
    assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
        .isInstanceOf(NonWritableChannelException.class);
    assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(NonWritableChannelException.class);
    assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> channel.read(-1, new byte[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(channel.isOpen()).isTrue();
    channel.close();
    channel.close();
    assertThat(channel.isOpen()).isFalse();
    assertThat(source.closed).isTrue();
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> channel.read(0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSourceThatWasCutOffSinceIsNoticed() {
    byte[] message = encryptor.encrypt(filled(50 * FRAME, 1), KEY, CONTEXT);
    Counted source = new Counted(message);
    EnvelopeChannel channel = encryptor.open(source, CONTEXT);
    source.end = 300;
    assertThatThrownBy(() -> channel.read(30 * FRAME, new byte[20], 0, 20))
        .isInstanceOf(DecryptionFailedException.class);
    source.end = message.length;
    assertThat(channel.read(30 * FRAME, new byte[20], 0, 20)).isEqualTo(20);
  }

  @Test
  void aFileIsASourceThatAnInterruptDoesNotBreakForOthers(@TempDir Path folder) throws IOException {
    byte[] plaintext = filled(5000, 1);
    Path file = folder.resolve("message");
    Files.write(file, encryptor.encrypt(plaintext, KEY, CONTEXT));
    try (EnvelopeChannel channel = encryptor.open(RangedSource.of(file), CONTEXT)) {
      byte[] part = new byte[1000];
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> channel.read(100, part, 0, 1000))
          .isInstanceOfSatisfying(
              CryptoException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.FILE_UNUSABLE));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(channel.read(100, part, 0, 1000)).isEqualTo(1000);
      assertThat(part).isEqualTo(Arrays.copyOfRange(plaintext, 100, 1100));
    }
    assertThatThrownBy(() -> RangedSource.of(folder.resolve("none")))
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.FILE_UNUSABLE));
  }

  /** Notes what is read of an array. */
  private static final class Counted implements RangedSource {
    private final byte[] bytes;
    private final List<Integer> reads = new ArrayList<>();
    private int end;
    private boolean closed;

    Counted(byte[] bytes) {
      this.bytes = bytes;
      this.end = bytes.length;
    }

    long bytes() {
      return reads.stream().mapToLong(Integer::longValue).sum();
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public int read(long offset, byte[] into, int at, int length) {
      int part = (int) Math.max(0, Math.min(length, end - offset));
      System.arraycopy(bytes, (int) Math.min(offset, bytes.length), into, at, part);
      reads.add(part);
      return part;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
