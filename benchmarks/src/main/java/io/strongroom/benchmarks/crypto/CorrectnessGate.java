package io.strongroom.benchmarks.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Refuses to time contenders that do not do the same work: each must turn its own message back into
 * the plaintext, hide the plaintext, refuse a changed message, and read the messages of every
 * contender of the same format.
 */
final class CorrectnessGate {
  private CorrectnessGate() {}

  /**
   * Checks all contenders with one plaintext.
   *
   * @throws IllegalStateException that names the contenders that disagree
   */
  static void check(List<Contender> contenders, byte[] plaintext) {
    for (Contender writer : contenders) {
      byte[] message = writer.encrypt(plaintext);
      if (message.length <= plaintext.length || contains(message, plaintext)) {
        throw new IllegalStateException(writer.name() + " does not encrypt");
      }
      for (Contender reader : contenders) {
        boolean sameFormat =
            reader.writesEncryptionSdkMessages() && writer.writesEncryptionSdkMessages();
        if ((reader == writer || sameFormat)
            && !(Arrays.equals(reader.decrypt(message), plaintext)
                && Arrays.equals(streamed(reader, message), plaintext))) {
          throw new IllegalStateException(
              reader.name() + " does not read what " + writer.name() + " writes");
        }
      }
      byte[] streamed = written(writer, plaintext);
      if (!Arrays.equals(writer.decrypt(streamed), plaintext)) {
        throw new IllegalStateException(writer.name() + " does not read what its stream wrote");
      }
      message[message.length / 2] ^= 1;
      if (accepts(writer, message)) {
        throw new IllegalStateException(writer.name() + " accepts a changed message");
      }
    }
  }

  /** Whether any whole 64 bytes of the plaintext stand in the message. */
  private static boolean contains(byte[] message, byte[] plaintext) {
    if (plaintext.length < 64) {
      return false;
    }
    for (int at = 0; at + 64 <= message.length; at++) {
      if (Arrays.equals(message, at, at + 64, plaintext, 0, 64)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] written(Contender writer, byte[] plaintext) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream(plaintext.length + 4096);
    try {
      writer.encrypt(plaintext, sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sink.toByteArray();
  }

  private static byte[] streamed(Contender reader, byte[] message) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream(message.length);
    try {
      reader.decrypt(new ByteArrayInputStream(message), new byte[1 << 20], sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sink.toByteArray();
  }

  private static boolean accepts(Contender reader, byte[] message) {
    try {
      reader.decrypt(message);
      return true;
    } catch (RuntimeException refused) {
      return false;
    }
  }
}
