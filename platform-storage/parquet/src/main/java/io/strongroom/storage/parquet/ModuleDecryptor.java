package io.strongroom.storage.parquet;

import io.strongroom.storage.run.ModuleKey;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Opens modules of one encrypted file that are under one key (Parquet Modular Encryption, {@code
 * AES_GCM_V1}): four bytes of length, twelve of nonce, the ciphertext, sixteen of tag. What a
 * module is and where it stands is bound to it, so that none can be moved. In files of {@code
 * AES_GCM_CTR_V1} pages are under AES-CTR, without a tag. For one thread.
 */
final class ModuleDecryptor {
  /** Parts of a file, as Modular Encryption numbers them. */
  enum Module {
    FOOTER(0),
    COLUMN_META_DATA(1),
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
  private final String reference;
  private final SecretKeySpec key;
  private final byte[] fileAad;
  private final Cipher cipher;
  private final @Nullable Cipher pages;
  private byte[] scratch = new byte[0];

  /**
   * A decryptor.
   *
   * @param ctr whether pages are under AES-CTR
   */
  ModuleDecryptor(FileLabel file, ModuleKey key, byte[] fileAad, boolean ctr) {
    this.file = file;
    this.reference = key.reference();
    byte[] plain = key.copy();
    this.key = new SecretKeySpec(plain, "AES");
    Arrays.fill(plain, (byte) 0);
    this.fileAad = fileAad.clone();
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
      this.pages = ctr ? Cipher.getInstance("AES/CTR/NoPadding") : null;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has AES-GCM and AES-CTR", missing);
    }
  }

  byte[] footer(byte[] module) {
    return opened(module, 0, module.length, footerAad(), "footer");
  }

  private byte[] footerAad() {
    byte[] aad = Arrays.copyOf(fileAad, fileAad.length + 1);
    aad[fileAad.length] = (byte) Module.FOOTER.number;
    return aad;
  }

  /** Verifies a footer in the clear, behind which the nonce and the tag of its encryption stand. */
  void verifyFooter(byte[] signed) {
    int length = signed.length - FileDecryption.SIGNATURE_BYTES;
    byte[] tag = Arrays.copyOfRange(signed, length + NONCE_BYTES, signed.length);
    byte[] encrypted;
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BYTES * Byte.SIZE, signed, length, NONCE_BYTES));
      cipher.updateAAD(footerAad());
      encrypted = cipher.doFinal(signed, 0, length);
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("every Java has AES-GCM", failed);
    }
    if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(encrypted, length, encrypted.length))) {
      throw file.failure(
          ParquetErrorCode.AUTHENTICATION_FAILED, "the signature of its footer is not right", null);
    }
  }

  /** What a page is longer than what it holds. */
  int pageOverhead() {
    return pages == null ? OVERHEAD : OVERHEAD - TAG_BYTES;
  }

  /**
   * Opens a page.
   *
   * @param into gets what the page holds, which is {@link #pageOverhead} shorter
   */
  void openPage(byte[] bytes, int from, int length, byte[] aad, byte[] into, String what) {
    if (pages == null) {
      open(bytes, from, length, aad, into, what);
      return;
    }
    checkLength(bytes, from, length, pageOverhead(), what);
    byte[] counter = Arrays.copyOfRange(bytes, from + LENGTH_BYTES, from + LENGTH_BYTES + 16);
    Arrays.fill(counter, NONCE_BYTES, counter.length, (byte) 0);
    counter[counter.length - 1] = 1;
    int start = from + LENGTH_BYTES + NONCE_BYTES;
    try {
      pages.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
      pages.doFinal(bytes, start, from + length - start, into, 0);
    } catch (GeneralSecurityException failed) {
      throw file.malformed(what + " cannot be decrypted", failed);
    }
  }

  private void checkLength(byte[] bytes, int from, int length, int overhead, String what) {
    if (length < overhead || LittleEndian.int32(bytes, from) != length - LENGTH_BYTES) {
      throw file.malformed(what + " does not have the length it states");
    }
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
    checkLength(bytes, from, length, OVERHEAD, what);
    try {
      cipher.init(
          Cipher.DECRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BYTES * Byte.SIZE, bytes, from + LENGTH_BYTES, NONCE_BYTES));
      cipher.updateAAD(aad);
      cipher.doFinal(
          bytes, from + LENGTH_BYTES + NONCE_BYTES, length - LENGTH_BYTES - NONCE_BYTES, into, 0);
    } catch (GeneralSecurityException failed) {
      throw file.failure(
          ParquetErrorCode.AUTHENTICATION_FAILED,
          what + " does not verify under key '" + reference + "'",
          failed);
    }
  }
}
