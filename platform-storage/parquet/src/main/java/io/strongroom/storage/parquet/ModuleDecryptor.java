package io.strongroom.storage.parquet;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens the modules of one encrypted file (Parquet Modular Encryption, {@code AES_GCM_V1}): four
 * bytes of length, twelve of nonce, the ciphertext, sixteen of tag. What a module is and where it
 * stands is bound to it, so that none can be moved. For one thread.
 */
final class ModuleDecryptor {
  /** Parts of a file, as Modular Encryption numbers them. */
  enum Module {
    FOOTER(0),
    DATA_PAGE(2),
    DICTIONARY_PAGE(3),
    DATA_PAGE_HEADER(4),
    DICTIONARY_PAGE_HEADER(5),
    COLUMN_INDEX(6),
    OFFSET_INDEX(7),
    BLOOM_FILTER_HEADER(8),
    BLOOM_FILTER_BITS(9);

    private final int number;

    Module(int number) {
      this.number = number;
    }
  }

  static final int LENGTH_BYTES = 4;

  /** What a module is longer than what it holds. */
  static final int OVERHEAD = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final FileLabel file;
  private final SecretKeySpec key;
  private final byte[] fileAad;
  private final Cipher cipher;
  private byte[] scratch = new byte[0];

  ModuleDecryptor(FileLabel file, ParquetFileKeys keys, byte[] fileAad) {
    this.file = file;
    byte[] plain = keys.footerKey();
    this.key = new SecretKeySpec(plain, "AES");
    Arrays.fill(plain, (byte) 0);
    this.fileAad = fileAad.clone();
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has AES/GCM/NoPadding", missing);
    }
  }

  byte[] footer(byte[] module) {
    byte[] aad = Arrays.copyOf(fileAad, fileAad.length + 1);
    aad[fileAad.length] = (byte) Module.FOOTER.number;
    return opened(module, 0, module.length, aad, "footer");
  }

  /** What a module names: a part of a column chunk, with a page's number where it has one. */
  byte[] aad(Module kind, int group, int column, int page) {
    boolean paged = kind == Module.DATA_PAGE || kind == Module.DATA_PAGE_HEADER;
    byte[] aad = Arrays.copyOf(fileAad, fileAad.length + (paged ? 7 : 5));
    int at = fileAad.length;
    aad[at++] = (byte) kind.number;
    at = ordinal(aad, at, group);
    at = ordinal(aad, at, column);
    if (paged) {
      ordinal(aad, at, page);
    }
    return aad;
  }

  private static int ordinal(byte[] aad, int at, int value) {
    aad[at] = (byte) value;
    aad[at + 1] = (byte) (value >> 8);
    return at + 2;
  }

  /** Opens a module into an array of its own. */
  byte[] opened(byte[] bytes, int from, int length, byte[] aad, String what) {
    byte[] plain = new byte[Math.max(0, length - OVERHEAD)];
    open(bytes, from, length, aad, plain, what);
    return plain;
  }

  /** Room for a module that is not needed for long. */
  byte[] scratch(int size) {
    if (scratch.length < size) {
      scratch = new byte[size];
    }
    return scratch;
  }

  /**
   * Opens a module.
   *
   * @param into gets what the module holds, which is {@link #OVERHEAD} shorter
   */
  void open(byte[] bytes, int from, int length, byte[] aad, byte[] into, String what) {
    if (length < OVERHEAD || LittleEndian.int32(bytes, from) != length - LENGTH_BYTES) {
      throw file.malformed(what + " does not have the length it states");
    }
    try {
      cipher.init(
          Cipher.DECRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BYTES * Byte.SIZE, bytes, from + LENGTH_BYTES, NONCE_BYTES));
      cipher.updateAAD(aad);
      cipher.doFinal(
          bytes, from + LENGTH_BYTES + NONCE_BYTES, length - LENGTH_BYTES - NONCE_BYTES, into, 0);
    } catch (GeneralSecurityException failed) {
      throw file.failure(ParquetErrorCode.AUTHENTICATION_FAILED, what + " does not verify", failed);
    }
  }
}
