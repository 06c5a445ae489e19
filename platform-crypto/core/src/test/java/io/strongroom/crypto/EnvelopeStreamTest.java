package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.strongroom.crypto.Samples.Released;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class EnvelopeStreamTest {
  private static final int FRAME = 16;
  private static final int MIB = 1024 * 1024;

  private final EnvelopeEncryptor encryptor = Samples.encryptor(FRAME);
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

  @Test
  void closingWithoutFinishingLeavesNoMessage() throws IOException {
    for (int length : new int[] {0, 1, FRAME, FRAME + 1, 5 * FRAME}) {
      ByteArrayOutputStream cut = new ByteArrayOutputStream();
      try (EnvelopeOutputStream out = encryptor.encrypting(cut, KEY, CONTEXT)) {
        out.write(filled(length, 1));
      }
      assertThatThrownBy(() -> encryptor.decrypt(cut.toByteArray(), CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
      InputStream in = encryptor.decrypting(new ByteArrayInputStream(cut.toByteArray()), CONTEXT);
      assertThatThrownBy(in::readAllBytes).isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void nothingCanBeWrittenAfterTheEnd() throws IOException {
    EnvelopeOutputStream finished = encryptor.encrypting(sink, KEY, CONTEXT);
    finished.finish();
    int size = sink.size();
    finished.finish();
    assertThat(sink.size()).isEqualTo(size);
    assertThatThrownBy(() -> finished.write(1)).isInstanceOf(IOException.class);
    EnvelopeOutputStream closed = encryptor.encrypting(sink, KEY, CONTEXT);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.write(new byte[3])).isInstanceOf(IOException.class);
    assertThatThrownBy(closed::finish).isInstanceOf(IOException.class);
    assertThat(sink.size()).isEqualTo(size);
  }

  @Test
  void theSinkIsFlushedAndNeverClosed() throws IOException {
    boolean[] closed = new boolean[1];
    OutputStream watched =
        new BufferedOutputStream(sink) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    EnvelopeOutputStream out = encryptor.encrypting(watched, KEY, CONTEXT);
    out.write(filled(100, 1));
    out.finish();
    assertThat(encryptor.decrypt(sink.toByteArray(), CONTEXT)).isEqualTo(filled(100, 1));
    out.close();
    assertThat(closed[0]).isFalse();
  }

  @Test
  void aSinkThatFailsOnceMakesTheMessageImpossible() throws IOException {
    OutputStream failing =
        new OutputStream() {
          private int calls;

          @Override
          public void write(int b) {
            throw new AssertionError("bytes are written in blocks");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (++calls == 2) {
              throw new IOException("disk full");
            }
            sink.write(bytes, offset, length);
          }
        };
    EnvelopeOutputStream out = encryptor.encrypting(failing, KEY, CONTEXT);
    assertThatThrownBy(() -> out.write(filled(MIB, 1))).hasMessage("disk full");
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> encryptor.decrypt(sink.toByteArray(), CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
  }

  /** So nothing of the caller's array has to be kept, and nothing of it is copied. */
  @Test
  void aFrameIsSealedAsSoonAsItIsFullAndTheLastOneMayBeEmpty() throws IOException {
    EnvelopeEncryptor alone =
        EnvelopeEncryptor.builder(Samples.keys()).frameLength(MIB / 8).parallelism(1).build();
    int header = alone.encrypt(new byte[0], KEY, CONTEXT).length - FrameLayout.FINAL_OVERHEAD;
    for (int frames : new int[] {1, 2, 8}) {
      byte[] plaintext = filled(frames * MIB / 8, frames);
      byte[] written = plaintext.clone();
      sink.reset();
      try (EnvelopeOutputStream out = alone.encrypting(sink, KEY, CONTEXT)) {
        out.write(written);
        Arrays.fill(written, (byte) 0);
        int sealed = header + plaintext.length + frames * FrameLayout.REGULAR_OVERHEAD;
        assertThat(sink.size()).isEqualTo(sealed);
        out.finish();
        assertThat(sink.size()).isEqualTo(sealed + FrameLayout.FINAL_OVERHEAD);
      }
      assertThat(alone.decrypt(sink.toByteArray(), CONTEXT)).isEqualTo(plaintext);
    }
  }

  @Test
  void singleBytesMakeTheSameMessageAsBlocks() throws IOException {
    byte[] plaintext = filled(3 * FRAME + 1, 2);
    try (EnvelopeOutputStream out = encryptor.encrypting(sink, KEY, CONTEXT)) {
      for (byte b : plaintext) {
        out.write(b);
      }
      out.finish();
    }
    byte[] message = sink.toByteArray();
    assertThat(message).hasSameSizeAs(encryptor.encrypt(plaintext, KEY, CONTEXT));
    InputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT);
    for (byte b : plaintext) {
      assertThat(in.read()).isEqualTo(b & 0xff);
    }
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[5])).isEqualTo(-1);
  }

  @Test
  void aFailureIsRepeatedAndNeverLooksLikeTheEnd() {
    byte[] message = encryptor.encrypt(filled(3 * FRAME, 1), KEY, CONTEXT);
    byte[] cut = Arrays.copyOf(message, message.length - 1);
    InputStream in = encryptor.decrypting(new ByteArrayInputStream(cut), CONTEXT);
    Released first = Released.from(in);
    assertThat(first.bytes()).hasSize(2 * FRAME);
    assertThat(first.failure()).isInstanceOf(DecryptionFailedException.class);
    assertThat(Released.from(in).failure()).isSameAs(first.failure());
    assertThat(Released.from(in).bytes()).isEmpty();
  }

  @Test
  void theSourcesOwnFailureIsPassedOn() {
    byte[] message = encryptor.encrypt(filled(300 * FRAME, 1), KEY, CONTEXT);
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(message)) {
          private int calls;

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            if (++calls == 2) {
              throw new IOException("connection reset");
            }
            return super.read(into, offset, Math.min(length, 5000));
          }
        };
    InputStream in = encryptor.decrypting(failing, CONTEXT);
    assertThatThrownBy(in::readAllBytes).hasMessage("connection reset");
    assertThatThrownBy(in::read).hasMessage("connection reset");
  }

  @Test
  void closingClosesTheSource() throws IOException {
    boolean[] closed = new boolean[1];
    InputStream source =
        new FilterInputStream(
            new ByteArrayInputStream(encryptor.encrypt(new byte[40], KEY, CONTEXT))) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    InputStream in = encryptor.decrypting(source, CONTEXT);
    assertThat(in.read()).isZero();
    assertThat(in.available()).isEqualTo(FRAME - 1);
    in.close();
    assertThat(closed[0]).isTrue();
    assertThat(in.available()).isZero();
    assertThatThrownBy(in::read).isInstanceOf(IOException.class);
  }

  @Test
  void aSourceThatGivesOneByteAtATimeIsRead() throws IOException {
    byte[] plaintext = filled(10 * FRAME + 3, 4);
    InputStream slow =
        new FilterInputStream(
            new ByteArrayInputStream(encryptor.encrypt(plaintext, KEY, CONTEXT))) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(1, length));
          }
        };
    assertThat(encryptor.decrypting(slow, CONTEXT).readAllBytes()).isEqualTo(plaintext);
  }

  @Test
  void sixtyFourMebibytesPassThroughConstantMemory(@TempDir Path folder) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    EnvelopeEncryptor ordinary = EnvelopeEncryptor.builder(Samples.keys()).build();
    Path file = folder.resolve("message");
    byte[] chunk = filled(MIB, 9);
    long start = threads.getCurrentThreadAllocatedBytes();
    try (OutputStream target = Files.newOutputStream(file);
        EnvelopeOutputStream out = ordinary.encrypting(target, KEY, CONTEXT)) {
      for (int i = 0; i < 64; i++) {
        out.write(chunk);
      }
      out.finish();
    }
    byte[] read = new byte[MIB];
    try (InputStream in = ordinary.decrypting(Files.newInputStream(file), CONTEXT)) {
      for (int i = 0; i < 64; i++) {
        assertThat(in.readNBytes(read, 0, MIB)).isEqualTo(MIB);
        assertThat(Arrays.equals(read, chunk)).isTrue();
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - start).isLessThan(32L * MIB);
  }
}
