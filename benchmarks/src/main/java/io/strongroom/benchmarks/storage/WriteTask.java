package io.strongroom.benchmarks.storage;

/** What is asked of a contender beside the rows. */
public enum WriteTask {
  /** From objects, Snappy. */
  SNAPPY("SNAPPY", false),
  /** From UTF-8 and numbers, Snappy. */
  BYTES("SNAPPY", false),
  /** From objects, Snappy and Modular Encryption. */
  SNAPPY_ENCRYPTED("SNAPPY", true),
  /** From UTF-8 and numbers, Snappy and Modular Encryption. */
  BYTES_ENCRYPTED("SNAPPY", true),
  /** From objects, Zstandard. */
  ZSTD("ZSTD", false),
  /** From objects, not compressed. */
  UNCOMPRESSED("UNCOMPRESSED", false);

  private final String codec;
  private final boolean encrypted;

  WriteTask(String codec, boolean encrypted) {
    this.codec = codec;
    this.encrypted = encrypted;
  }

  String codec() {
    return codec;
  }

  boolean encrypted() {
    return encrypted;
  }

  boolean fromBytes() {
    return this == BYTES || this == BYTES_ENCRYPTED;
  }
}
