package io.strongroom.benchmarks.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Random;

/** Both directions of one contender's streams over a MiB, checked before they are handed out. */
public final class StreamPaths {
  private static final int LENGTH = 1 << 20;

  private final Contender contender;
  private final byte[] plaintext;
  private final byte[] message;
  private final byte[] buffer = new byte[LENGTH];

  private StreamPaths(Contender contender, byte[] plaintext, byte[] message) {
    this.contender = contender;
    this.plaintext = plaintext;
    this.message = message;
  }

  /**
   * The paths of one contender.
   *
   * @param contender its name
   * @param frameLength plaintext bytes of a frame
   * @return ready to be timed
   * @throws IllegalStateException when it does not encrypt with authentication
   */
  public static StreamPaths of(String contender, int frameLength) {
    Contender timed = Contenders.named(contender, frameLength, 1);
    byte[] plaintext = new byte[LENGTH];
    new Random(1).nextBytes(plaintext);
    CorrectnessGate.check(List.of(timed), plaintext);
    return new StreamPaths(timed, plaintext, timed.encrypt(plaintext));
  }

  /** Encrypts the MiB; the message goes nowhere. */
  public void encrypt() throws IOException {
    contender.encrypt(plaintext, OutputStream.nullOutputStream());
  }

  /** Decrypts the MiB into a buffer that is used again and again. */
  public void decrypt() throws IOException {
    contender.decrypt(new ByteArrayInputStream(message), buffer, OutputStream.nullOutputStream());
  }
}
