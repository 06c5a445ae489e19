package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import io.strongroom.crypto.Samples.Released;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ParallelFramesTest {
  private static final int MIB = 1024 * 1024;

  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private EnvelopeEncryptor encryptor(int frameLength, int parallelism, Executor executor) {
    return EnvelopeEncryptor.builder(Samples.keys())
        .frameLength(frameLength)
        .parallelism(parallelism)
        .executor(executor)
        .build();
  }

  @Test
  void theOfficialSdkReadsWhatSeveralThreadsWroteAndTheyReadWhatItWrites() {
    JceMasterKey official =
        JceMasterKey.getInstance(
            new SecretKeySpec(Samples.KEY_BYTES, "AES"),
            Samples.NAMESPACE,
            KEY.value(),
            "AES/GCM/NoPadding");
    for (int frame : new int[] {1000, 4096, 16384, 65536, MIB}) {
      AwsCrypto sdk =
          AwsCrypto.builder()
              .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
              .withEncryptionAlgorithm(
                  com.amazonaws.encryptionsdk.CryptoAlgorithm
                      .ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
              .withEncryptionFrameSize(frame)
              .build();
      EnvelopeEncryptor ours = encryptor(frame, 3, threads);
      for (int length : new int[] {3 * MIB, 3 * MIB + 1, 2 * MIB - 1}) {
        byte[] plaintext = filled(length, frame);
        String what = length + " bytes in frames of " + frame;
        byte[] whole = ours.encrypt(plaintext, KEY, CONTEXT);
        byte[] streamed = Samples.encryptStreaming(ours, plaintext, 999_983);
        assertThat(sdk.decryptData(official, whole).getResult()).as(what).isEqualTo(plaintext);
        assertThat(sdk.decryptData(official, streamed).getResult()).as(what).isEqualTo(plaintext);
        byte[] theirs = sdk.encryptData(official, plaintext, CONTEXT.pairs()).getResult();
        assertThat(ours.decrypt(theirs, CONTEXT)).as(what).isEqualTo(plaintext);
        assertThat(read(ours, theirs)).as(what).isEqualTo(plaintext);
      }
    }
  }

  private static byte[] read(EnvelopeEncryptor encryptor, byte[] message) {
    try (InputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      in.transferTo(out);
      return out.toByteArray();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void everyWayOfWritingGivesTheSameFrames() throws IOException {
    for (int parallelism : new int[] {1, 2, 7}) {
      EnvelopeEncryptor encryptor = encryptor(4096, parallelism, threads);
      for (int length : new int[] {0, 1, 4096, 131072, 131073, 1_000_000, 3 * MIB}) {
        byte[] plaintext = filled(length, length);
        for (int chunk : new int[] {1000, 4096, 131072, 131073, 4 * MIB}) {
          byte[] message = Samples.encryptStreaming(encryptor, plaintext, chunk);
          String what = length + " bytes by " + chunk + " in " + parallelism + " threads";
          assertThat(encryptor.decrypt(message, CONTEXT)).as(what).isEqualTo(plaintext);
          InputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT);
          byte[] read = new byte[length + 1];
          int at = 0;
          for (int n = 0; n >= 0; n = in.read(read, at, Math.min(chunk, read.length - at))) {
            at += n;
          }
          assertThat(Arrays.copyOf(read, at)).as(what).isEqualTo(plaintext);
        }
      }
    }
  }

  @Test
  void aStreamReleasesWhatStandsBeforeAnAlteredFrameAndNothingElse() {
    int frame = 4096;
    byte[] plaintext = filled(2 * MIB, 3);
    EnvelopeEncryptor encryptor = encryptor(frame, 3, threads);
    byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
    int header = message.length - plaintext.length - 512 * FrameLayout.REGULAR_OVERHEAD - 8;
    for (int altered : new int[] {0, 31, 32, 200, 511}) {
      byte[] bad = message.clone();
      bad[header + altered * (frame + FrameLayout.REGULAR_OVERHEAD) + 100] ^= 1;
      assertThatThrownBy(() -> encryptor.decrypt(bad, CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
      InputStream in = encryptor.decrypting(new ByteArrayInputStream(bad), CONTEXT);
      Released released = Released.from(in);
      assertThat(released.failure()).isInstanceOf(DecryptionFailedException.class);
      assertThat(released.bytes()).hasSize(altered * frame);
      assertThat(released.isPrefixOf(plaintext)).isTrue();
      assertThat(Released.from(in).failure()).isSameAs(released.failure());
    }
  }

  @Test
  void aLargeReadHandsOutNothingOfAnAlteredFrame() throws IOException {
    int frame = 4096;
    EnvelopeEncryptor encryptor = encryptor(frame, 1, threads);
    byte[] message = encryptor.encrypt(filled(10 * frame, 3), KEY, CONTEXT);
    message[message.length - 1] ^= 1;
    byte[] into = new byte[20 * frame];
    InputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT);
    assertThat(in.read(into, 0, into.length)).isEqualTo(9 * frame);
    assertThat(Arrays.copyOfRange(into, 9 * frame, into.length)).containsOnly(0);
    assertThatThrownBy(in::read).isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void anExecutorThatRefusesRunsAtOnceOrNeverRunsIsNoTrouble() throws IOException {
    Executor refusing =
        work -> {
          throw new RejectedExecutionException("busy");
        };
    for (Executor executor : new Executor[] {refusing, Runnable::run, work -> {}}) {
      EnvelopeEncryptor encryptor = encryptor(16384, 4, executor);
      byte[] plaintext = filled(3 * MIB, 5);
      byte[] whole = encryptor.encrypt(plaintext, KEY, CONTEXT);
      assertThat(encryptor.decrypt(whole, CONTEXT)).isEqualTo(plaintext);
      byte[] streamed = Samples.encryptStreaming(encryptor, plaintext, 100_000);
      assertThat(read(encryptor, streamed)).isEqualTo(plaintext);
    }
  }

  @Test
  void noMoreThreadsWorkOnAMessageThanAreAllowed() {
    AtomicInteger helpers = new AtomicInteger();
    Executor counting =
        work -> {
          helpers.incrementAndGet();
          threads.execute(work);
        };
    EnvelopeEncryptor two = encryptor(16384, 2, counting);
    byte[] message = two.encrypt(filled(16 * MIB, 5), KEY, CONTEXT);
    assertThat(helpers).hasValue(1);
    two.decrypt(message, CONTEXT);
    assertThat(helpers).hasValue(2);
    AtomicInteger offered = new AtomicInteger();
    Executor noting = work -> offered.incrementAndGet();
    EnvelopeEncryptor one = encryptor(16384, 1, noting);
    assertThat(read(one, one.encrypt(filled(MIB, 6), KEY, CONTEXT))).hasSize(MIB);
    EnvelopeEncryptor many = encryptor(16384, 4, noting);
    many.decrypt(many.encrypt(filled(100 * 1024, 6), KEY, CONTEXT), CONTEXT);
    assertThat(offered).hasValue(0);
  }

  @Test
  void anInterruptChangesNoResultAndStaysPending() throws IOException {
    EnvelopeEncryptor encryptor = encryptor(4096, 3, threads);
    byte[] plaintext = filled(4 * MIB, 8);
    Thread.currentThread().interrupt();
    byte[] message = Samples.encryptStreaming(encryptor, plaintext, 300_000);
    byte[] opened = read(encryptor, encryptor.encrypt(plaintext, KEY, CONTEXT));
    byte[] decrypted = encryptor.decrypt(message, CONTEXT);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(opened).isEqualTo(plaintext);
    assertThat(decrypted).isEqualTo(plaintext);
  }

  @Test
  void anArrayMayBeUsedAgainWhenItWasWritten() throws IOException {
    EnvelopeEncryptor encryptor = encryptor(4096, 3, threads);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    byte[] chunk = filled(2 * MIB, 1);
    try (EnvelopeOutputStream out = encryptor.encrypting(sink, KEY, CONTEXT)) {
      for (int i = 0; i < 3; i++) {
        System.arraycopy(filled(2 * MIB, i), 0, chunk, 0, chunk.length);
        out.write(chunk);
        Arrays.fill(chunk, (byte) 0);
      }
      out.finish();
    }
    byte[] plaintext = encryptor.decrypt(sink.toByteArray(), CONTEXT);
    for (int i = 0; i < 3; i++) {
      assertThat(Arrays.copyOfRange(plaintext, i * 2 * MIB, (i + 1) * 2 * MIB))
          .isEqualTo(filled(2 * MIB, i));
    }
  }

  @Test
  void aSinkThatFailsStopsAllWork() throws IOException {
    EnvelopeEncryptor encryptor = encryptor(4096, 3, threads);
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("disk full");
          }
        };
    EnvelopeOutputStream out = encryptor.encrypting(failing, KEY, CONTEXT);
    assertThatThrownBy(() -> out.write(filled(4 * MIB, 1))).hasMessage("disk full");
    assertThat(out.isOpen()).isFalse();
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
    out.close();
  }

  @Test
  void aStreamReadsAheadOnlyByABoundedAmount() throws IOException {
    EnvelopeEncryptor encryptor = encryptor(16384, 2, threads);
    byte[] message = encryptor.encrypt(filled(8 * MIB, 5), KEY, CONTEXT);
    AtomicLong taken = new AtomicLong();
    InputStream counted =
        new FilterInputStream(new ByteArrayInputStream(message)) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            int part = super.read(into, offset, length);
            taken.addAndGet(Math.max(0, part));
            return part;
          }
        };
    try (InputStream in = encryptor.decrypting(counted, CONTEXT)) {
      long released = 0;
      byte[] buffer = new byte[10_000];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        released += n;
        assertThat(taken.get() - released).isLessThan(4 * 132 * 1024 + 8192);
      }
      assertThat(released).isEqualTo(8 * MIB);
    }
  }

  @Test
  void aSourceThatPausesIsNotWaitedForWhileFramesStandReady() throws IOException {
    int frame = 1024;
    EnvelopeEncryptor encryptor = encryptor(frame, 3, threads);
    byte[] plaintext = filled(100 * frame, 5);
    byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
    AtomicLong taken = new AtomicLong();
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(message)) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            int part = super.read(into, offset, Math.min(length, 1500));
            taken.addAndGet(Math.max(0, part));
            return part;
          }
        };
    InputStream in = encryptor.decrypting(slow, CONTEXT);
    for (int i = 0; i < 99 * frame; i++) {
      assertThat(in.read()).isEqualTo(plaintext[i] & 0xff);
      assertThat(taken.get()).isLessThan(i + 8L * frame);
    }
  }

  @Test
  void aParallelismOutOfRangeIsRefused() {
    EnvelopeEncryptor.Builder builder = EnvelopeEncryptor.builder(Samples.keys());
    assertThatThrownBy(() -> builder.parallelism(0).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.parallelism(257).build())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
