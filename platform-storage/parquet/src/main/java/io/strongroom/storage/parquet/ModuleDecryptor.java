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
    DICTIONARY_PAGE_HEADER(5);

    private final int number;

    Module(int number) {
      this.number = number;
    }
  }

  static final int LENGTH_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int NO_PAGE = -1;

  private final FileLabel file;
  private final SecretKeySpec key;
  private final byte[] fileAad;
  private final Cipher cipher;

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
    return open(module, aad, "footer");
  }

  byte[] dictionary(Module kind, int group, int column, byte[] module, String what) {
    return open(module, aad(kind, group, column, NO_PAGE), what);
  }

  byte[] page(Module kind, int group, int column, int page, byte[] module, String what) {
    return open(module, aad(kind, group, column, page), what);
  }

  private byte[] aad(Module kind, int group, int column, int page) {
    byte[] aad = Arrays.copyOf(fileAad, fileAad.length + (page == NO_PAGE ? 5 : 7));
    int at = fileAad.length;
    aad[at++] = (byte) kind.number;
    at = ordinal(aad, at, group);
    at = ordinal(aad, at, column);
    if (page != NO_PAGE) {
      ordinal(aad, at, page);
    }
    return aad;
  }

  private static int ordinal(byte[] aad, int at, int value) {
    aad[at] = (byte) value;
    aad[at + 1] = (byte) (value >> 8);
    return at + 2;
  }

  private byte[] open(byte[] module, byte[] aad, String what) {
    int sealed = module.length - LENGTH_BYTES - NONCE_BYTES;
    if (sealed < TAG_BYTES || HashingSink.littleEndian(module, 0) != module.length - LENGTH_BYTES) {
      throw file.malformed(what + " does not have the length it states");
    }
    try {
      cipher.init(
          Cipher.DECRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BYTES * Byte.SIZE, module, LENGTH_BYTES, NONCE_BYTES));
      cipher.updateAAD(aad);
      return cipher.doFinal(module, LENGTH_BYTES + NONCE_BYTES, sealed);
    } catch (GeneralSecurityException failed) {
      throw file.failure(ParquetErrorCode.AUTHENTICATION_FAILED, what + " does not verify", failed);
    }
  }
}
