package io.strongroom.storage.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The key of encrypted files: one AES key for the footer and every column, and the reference to it
 * that stands in the clear in each file.
 *
 * <p>Thread-safe. Holds its own copy of the key until it is collected; the text form hides it.
 */
public final class ParquetFileKeys {
  private static final int MAX_KEY_ID_BYTES = 1024;

  /** Half of what the format allows under one key with random nonces. */
  static final long MAX_MODULES = 1L << 31;

  private final byte[] footerKey;
  private final String keyId;
  private final AtomicLong modules = new AtomicLong();

  private ParquetFileKeys(byte[] footerKey, String keyId) {
    this.footerKey = footerKey;
    this.keyId = keyId;
  }

  /**
   * A key and its reference.
   *
   * @param footerKey 32 bytes; 16 or 24 are taken for reading the files of others, and refused by
   *     the writer. Copied
   * @param keyId says which key it is, is no secret, and is stored in the file as UTF-8; a reader
   *     refuses a file with another reference, but takes one without. At most 1,024 bytes
   * @throws ParquetFileException {@link ParquetErrorCode#KEY_REFUSED}
   */
  public static ParquetFileKeys of(byte[] footerKey, String keyId) {
    Objects.requireNonNull(keyId, "keyId");
    if (footerKey.length != 32 && footerKey.length != 24 && footerKey.length != 16) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "the key '" + keyId + "' of Parquet files has " + footerKey.length + " bytes, not 32");
    }
    int length = keyId.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_KEY_ID_BYTES) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "the reference to a key of Parquet files has " + length + " bytes, not 1 to 1024");
    }
    return new ParquetFileKeys(footerKey.clone(), keyId);
  }

  /**
   * How many modules (pages, headers, indexes, footers) were encrypted through this object. The
   * writer refuses more than 2^31; an application that makes several objects of one key, or uses it
   * in several processes, adds their counts.
   */
  public long modules() {
    return modules.get();
  }

  /** Counts modules before they are encrypted. */
  void countModules(long more) {
    if (modules.addAndGet(more) > MAX_MODULES) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_EXHAUSTED,
          "the key '" + keyId + "' has encrypted " + MAX_MODULES + " modules");
    }
  }

  /** The reference to the key. */
  public String keyId() {
    return keyId;
  }

  /** A copy of the key. */
  byte[] footerKey() {
    return footerKey.clone();
  }

  int keyLength() {
    return footerKey.length;
  }

  @Override
  public String toString() {
    return "ParquetFileKeys[" + keyId + ", redacted]";
  }
}
