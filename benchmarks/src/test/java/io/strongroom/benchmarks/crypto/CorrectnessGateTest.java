package io.strongroom.benchmarks.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class CorrectnessGateTest {
  private static final int FRAME = 512;

  private final byte[] plaintext = plaintext();
  private final Contender right = Contenders.all(FRAME, 1).get(0);

  @Test
  void theRealContendersPass() {
    for (int length : new int[] {0, 1, FRAME - 1, FRAME, FRAME + 1, 5 * FRAME, 5 * FRAME + 7}) {
      byte[] part = Arrays.copyOf(plaintext, length);
      assertThatCode(() -> CorrectnessGate.check(Contenders.all(FRAME, 1), part))
          .as("%d bytes", length)
          .doesNotThrowAnyException();
    }
    assertThat(Contenders.all(FRAME, 1).stream().map(Contender::name))
        .containsExactly("strongroom", "limit", "aws-encryption-sdk", "tink", "bouncycastle");
  }

  @Test
  void aContenderThatReturnsOtherPlaintextIsRefused() {
    assertRefused(
        new Changed(right, "wrong", UnaryOperator.identity(), bytes -> new byte[bytes.length]),
        "wrong does not read what wrong writes");
    assertRefused(
        new Changed(
            right,
            "short",
            UnaryOperator.identity(),
            bytes -> Arrays.copyOf(bytes, bytes.length - 1)),
        "short does not read what short writes");
  }

  @Test
  void aContenderThatOnlyReadsItsOwnMessagesIsRefused() {
    UnaryOperator<byte[]> inverted =
        bytes -> {
          byte[] copy = bytes.clone();
          copy[copy.length - 1] ^= 1;
          return copy;
        };
    Contender own = new Changed(right, "own", inverted, UnaryOperator.identity(), inverted);
    assertRefusedBeside(own);
  }

  @Test
  void aContenderThatDoesNotEncryptIsRefused() {
    assertRefused(new Plain(false), "plain does not encrypt");
  }

  @Test
  void aContenderThatAcceptsAChangedMessageIsRefused() {
    assertRefused(new Plain(true), "plain accepts a changed message");
  }

  private void assertRefused(Contender contender, String message) {
    assertThatIllegalStateException()
        .isThrownBy(() -> CorrectnessGate.check(List.of(contender), plaintext))
        .withMessage(message);
  }

  private void assertRefusedBeside(Contender contender) {
    assertThatCode(() -> CorrectnessGate.check(List.of(contender), plaintext))
        .doesNotThrowAnyException();
    assertThatCode(() -> CorrectnessGate.check(List.of(right, contender), plaintext))
        .isInstanceOf(RuntimeException.class);
  }

  private static byte[] plaintext() {
    byte[] bytes = new byte[6 * FRAME];
    new Random(6).nextBytes(bytes);
    return bytes;
  }

  /** Its streams are its arrays. */
  private interface ArrayContender extends Contender {
    @Override
    default void encrypt(byte[] plaintext, OutputStream sink) throws IOException {
      sink.write(encrypt(plaintext));
    }

    @Override
    default void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException {
      sink.write(decrypt(message.readAllBytes()));
    }
  }

  /** A contender whose messages and plaintexts are changed on the way. */
  private record Changed(
      Contender inner,
      String name,
      UnaryOperator<byte[]> onMessage,
      UnaryOperator<byte[]> onPlaintext,
      UnaryOperator<byte[]> beforeReading)
      implements ArrayContender {

    Changed(
        Contender inner,
        String name,
        UnaryOperator<byte[]> onMessage,
        UnaryOperator<byte[]> onPlaintext) {
      this(inner, name, onMessage, onPlaintext, UnaryOperator.identity());
    }

    @Override
    public boolean writesEncryptionSdkMessages() {
      return true;
    }

    @Override
    public byte[] encrypt(byte[] plaintext) {
      return onMessage.apply(inner.encrypt(plaintext));
    }

    @Override
    public byte[] decrypt(byte[] message) {
      return onPlaintext.apply(inner.decrypt(beforeReading.apply(message)));
    }
  }

  /** A contender that puts a byte in front of the plaintext, which it may mask. */
  private record Plain(boolean masked) implements ArrayContender {

    @Override
    public String name() {
      return "plain";
    }

    @Override
    public boolean writesEncryptionSdkMessages() {
      return false;
    }

    @Override
    public byte[] encrypt(byte[] plaintext) {
      byte[] message = new byte[plaintext.length + 1];
      for (int i = 0; i < plaintext.length; i++) {
        message[i + 1] = (byte) (plaintext[i] ^ (masked ? 0x55 : 0));
      }
      return message;
    }

    @Override
    public byte[] decrypt(byte[] message) {
      byte[] plaintext = new byte[message.length - 1];
      for (int i = 0; i < plaintext.length; i++) {
        plaintext[i] = (byte) (message[i + 1] ^ (masked ? 0x55 : 0));
      }
      return plaintext;
    }
  }
}
