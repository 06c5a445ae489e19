package io.strongroom.benchmarks.crypto;

/** Something that encrypts and decrypts whole arrays and is timed at it. */
interface Contender {

  /** Its name among the benchmark's parameters. */
  String name();

  /** Whether its messages are those of the AWS Encryption SDK, so that others must read them. */
  boolean writesEncryptionSdkMessages();

  /** A new message that holds the plaintext. */
  byte[] encrypt(byte[] plaintext);

  /** The plaintext of a message. */
  byte[] decrypt(byte[] message);
}
