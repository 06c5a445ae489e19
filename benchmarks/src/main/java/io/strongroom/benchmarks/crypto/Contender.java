package io.strongroom.benchmarks.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Something that encrypts and decrypts arrays and streams and is timed at it. */
interface Contender {

  /** Its name among the benchmark's parameters. */
  String name();

  /** Whether its messages are those of the AWS Encryption SDK, so that others must read them. */
  boolean writesEncryptionSdkMessages();

  /** A new message that holds the plaintext. */
  byte[] encrypt(byte[] plaintext);

  /** The plaintext of a message. */
  byte[] decrypt(byte[] message);

  /** Encrypts through a stream that is fed in pieces of 64 KiB. */
  void encrypt(byte[] plaintext, OutputStream sink) throws IOException;

  /**
   * Decrypts through a stream.
   *
   * @param buffer takes one piece after the other
   * @param sink is given the pieces
   */
  void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException;
}
