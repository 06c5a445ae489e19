package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Headers made by somebody who wants to cost the reader memory, time or calls. */
@Tag("verify")
class HostileHeaderTest {
  private static final int MIB = 1024 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final EnvelopeEncryptor encryptor = Samples.encryptor(16);

  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] header(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(HexFormat.of().parseHex("020478"));
    out.write(new byte[32]);
    content.write(out);
    return bytes.toByteArray();
  }

  private void assertRefused(byte[] message, CryptoErrorCode code) {
    assertThatThrownBy(() -> encryptor.decrypt(message, CONTEXT))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class, e -> assertThat(e.code()).isEqualTo(code));
    InputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT);
    assertThatThrownBy(in::read)
        .isInstanceOfSatisfying(
            DecryptionFailedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void moreThan32WrappedKeysAreRefusedBeforeAnyIsRead() throws IOException {
    for (int count : new int[] {33, 65535}) {
      byte[] message =
          header(
              out -> {
                out.writeShort(0);
                out.writeShort(count);
              });
      assertRefused(message, CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED);
    }
  }

  @Test
  void aHeaderOfMoreThan256KiBIsRefused() throws IOException {
    byte[] message =
        header(
            out -> {
              out.writeShort(0);
              out.writeShort(32);
              for (int i = 0; i < 32; i++) {
                out.writeShort(1);
                out.write('p');
                out.writeShort(65535);
                out.write(new byte[65535]);
                out.writeShort(65535);
                out.write(new byte[65535]);
              }
            });
    assertRefused(message, CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED);
  }

  @Test
  void aFrameLengthOverTheLimitIsRefusedBeforeAnythingIsUnwrapped() throws IOException {
    for (int length : new int[] {64 * MIB + 1, Integer.MAX_VALUE, -1}) {
      assertRefused(framed(2, length), CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED);
    }
  }

  @Test
  void impossibleFieldsAreRefused() throws IOException {
    assertRefused(framed(2, 0), CryptoErrorCode.DECRYPTION_FAILED);
    assertRefused(framed(3, 16), CryptoErrorCode.DECRYPTION_FAILED);
    assertRefused(framed(1, 16), CryptoErrorCode.DECRYPTION_FAILED);
    assertRefused(
        header(
            out -> {
              out.writeShort(0);
              out.writeShort(0);
            }),
        CryptoErrorCode.DECRYPTION_FAILED);
    assertRefused(
        header(
            out -> {
              out.writeShort(0);
              out.writeShort(1);
              out.writeShort(1);
              out.write(0xff);
              out.writeShort(0);
              out.writeShort(0);
            }),
        CryptoErrorCode.DECRYPTION_FAILED);
  }

  private static byte[] framed(int contentType, int frameLength) throws IOException {
    return header(
        out -> {
          out.writeShort(0);
          out.writeShort(1);
          out.writeShort(1);
          out.write('p');
          out.writeShort(0);
          out.writeShort(0);
          out.write(contentType);
          out.writeInt(frameLength);
        });
  }

  @Test
  void contextsThatNoWriterWritesAreRefused() throws IOException {
    for (String context :
        new String[] {
          "0000", // a count of none, which is written as no bytes at all
          "00", // half a count
          "0001", // a count without its pair
          "00010001610001", // a pair that ends too early
          "0001000161000162ff", // a byte too many
          "0003000161000131000162000132000161000133", // a key twice, another between
          "0002000161000131000161000132", // a key twice
          "00010001ff000162", // a key that is no UTF-8
        }) {
      byte[] serialized = HexFormat.of().parseHex(context);
      byte[] message =
          header(
              out -> {
                out.writeShort(serialized.length);
                out.write(serialized);
                out.write(new byte[100]);
              });
      assertRefused(message, CryptoErrorCode.DECRYPTION_FAILED);
    }
  }

  @Test
  void bytesThatAreNoMessageAreNamedSo() {
    for (String text : new String[] {"PAR1", "{\"a\":1}", "\u0000\u0000\u0000\u0000"}) {
      assertThatThrownBy(() -> encryptor.decrypt(text.getBytes(StandardCharsets.UTF_8), CONTEXT))
          .isInstanceOfSatisfying(
              DecryptionFailedException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_UNSUPPORTED));
    }
  }

  @Test
  void aLongFrameLengthCostsNothingUntilTheBytesArrive() throws IOException {
    EnvelopeEncryptor writer =
        EnvelopeEncryptor.builder(Samples.keys()).frameLength(64 * MIB).build();
    byte[] message = writer.encrypt(new byte[100], KEY, CONTEXT);
    byte[] cut = Arrays.copyOf(message, message.length - 1);
    encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes())
        .hasSize(100);
    assertThatThrownBy(
            () -> encryptor.decrypting(new ByteArrayInputStream(cut), CONTEXT).readAllBytes())
        .isInstanceOf(DecryptionFailedException.class);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MIB);
  }

  @Test
  void hostileLengthsCostLittleMemory() throws IOException {
    byte[] fields =
        header(
            out -> {
              out.writeShort(65535);
              out.write(new byte[10]);
            });
    byte[] frame = framed(2, Integer.MAX_VALUE);
    assertRefused(fields, CryptoErrorCode.MESSAGE_TRUNCATED);
    assertRefused(frame, CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertRefused(fields, CryptoErrorCode.MESSAGE_TRUNCATED);
    assertRefused(frame, CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MIB);
  }
}
