package io.strongroom.storage.parquet;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.parquet.ModuleDecryptor.Module;
import io.strongroom.storage.run.ModuleKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.format.AesGcmCtrV1;
import org.apache.parquet.format.AesGcmV1;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnCryptoMetaData;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.EncryptionAlgorithm;
import org.apache.parquet.format.EncryptionWithColumnKey;
import org.jspecify.annotations.Nullable;

/** With which keys the footer and the columns of one encrypted file are opened. */
final class FileDecryption {
  /** A signature of a footer in the clear: a nonce and a tag. */
  static final int SIGNATURE_BYTES = 28;

  /** The references that this library writes end in the key class, or a number behind it. */
  private static final Pattern OWN_REFERENCE =
      Pattern.compile(".+/([a-z][a-z0-9-]{0,30})(?:/[1-9][0-9]{0,6})?");

  private final FileLabel file;
  private final ParquetFileKeys keys;
  private final byte[] fileAad;
  private final boolean ctr;
  private final ModuleDecryptor footer;
  private final Map<String, ModuleDecryptor> columns = new HashMap<>();

  /**
   * Finds the footer's key.
   *
   * @param reference the key's reference in the file; without one the given key is tried
   */
  FileDecryption(
      FileLabel file,
      @Nullable EncryptionAlgorithm stated,
      byte @Nullable [] reference,
      ParquetFileKeys keys) {
    this.file = file;
    this.keys = keys;
    this.ctr = stated != null && stated.isSetAES_GCM_CTR_V1();
    this.fileAad = fileAad(parameters(stated));
    ModuleKey key =
        reference == null
            ? keys.unnamed()
            : keys.find(KeyClass.DEFAULT, text(reference))
                .orElseThrow(
                    () ->
                        file.failure(
                            ParquetErrorCode.KEY_MISMATCH,
                            "it is encrypted under another key than '" + keys.keyId() + "'",
                            null));
    this.footer = new ModuleDecryptor(file, key, fileAad, ctr);
  }

  /** What the file says about its encryption; nothing of it is authenticated yet. */
  private AesGcmV1 parameters(@Nullable EncryptionAlgorithm stated) {
    if (stated != null && stated.isSetAES_GCM_V1()) {
      return stated.getAES_GCM_V1();
    }
    if (stated == null || !ctr) {
      throw file.unsupported("an encryption other than AES_GCM_V1 and AES_GCM_CTR_V1");
    }
    AesGcmCtrV1 mixed = stated.getAES_GCM_CTR_V1();
    AesGcmV1 same = new AesGcmV1();
    same.setAad_file_unique(mixed.getAad_file_unique());
    same.setAad_prefix(mixed.getAad_prefix());
    same.setSupply_aad_prefix(mixed.isSupply_aad_prefix());
    return same;
  }

  private byte[] fileAad(AesGcmV1 parameters) {
    byte[] unique = parameters.getAad_file_unique();
    if (unique == null) {
      throw file.malformed("its encryption lacks the identifier of the file");
    }
    byte[] stored = parameters.getAad_prefix();
    boolean keptBack = stored == null && parameters.isSupply_aad_prefix();
    byte[] given = keys.aadPrefix();
    if (given == null && keptBack) {
      throw file.failure(
          ParquetErrorCode.AAD_PREFIX_MISSING,
          "it is bound to an AAD prefix that it does not hold",
          null);
    }
    boolean differs = stored != null && !Arrays.equals(stored, given);
    boolean unused = stored == null && !keptBack;
    if (given != null && (differs || unused)) {
      throw file.failure(
          ParquetErrorCode.AAD_PREFIX_MISMATCH,
          unused ? "it is bound to no AAD prefix" : "it is bound to another AAD prefix",
          null);
    }
    byte[] prefix = given != null ? given : stored != null ? stored : new byte[0];
    byte[] aad = Arrays.copyOf(prefix, prefix.length + unique.length);
    System.arraycopy(unique, 0, aad, prefix.length, unique.length);
    return aad;
  }

  private static String text(byte[] reference) {
    return new String(reference, StandardCharsets.UTF_8);
  }

  /** Opens an encrypted footer. */
  byte[] footer(byte[] module) {
    return footer.footer(module);
  }

  /** Verifies a footer in the clear, at whose end its signature stands. */
  void verify(byte[] signed) {
    if (signed.length < SIGNATURE_BYTES) {
      throw file.malformed("its footer has no signature");
    }
    footer.verifyFooter(signed);
  }

  /** Opens the modules of a column chunk; null when it is in the clear. */
  @Nullable ModuleDecryptor column(String what, ColumnChunk chunk) {
    ColumnCryptoMetaData crypto = chunk.getCrypto_metadata();
    if (crypto == null) {
      return null;
    }
    if (crypto.isSetENCRYPTION_WITH_FOOTER_KEY()) {
      return footer;
    }
    if (!crypto.isSetENCRYPTION_WITH_COLUMN_KEY()) {
      throw file.unsupported(what + ", encrypted in an unknown way");
    }
    EncryptionWithColumnKey own = crypto.getENCRYPTION_WITH_COLUMN_KEY();
    byte[] reference = own.getKey_metadata();
    if (reference == null) {
      throw file.unsupported(what + " under a key of its own that has no reference");
    }
    String name = text(reference);
    ModuleDecryptor known = columns.get(name);
    if (known == null) {
      known = new ModuleDecryptor(file, key(what, name), fileAad, ctr);
      columns.put(name, known);
    }
    return known;
  }

  private ModuleKey key(String what, String reference) {
    for (KeyClass keyClass : keys.keyClasses()) {
      Optional<ModuleKey> found;
      try {
        found = keys.find(keyClass, reference);
      } catch (PlatformException failed) {
        if (failed.code().category() == ErrorCategory.TRANSIENT) {
          throw failed;
        }
        throw file.failure(
            failed.code().category() == ErrorCategory.INTEGRITY
                ? ParquetErrorCode.KEY_MISMATCH
                : ParquetErrorCode.COLUMN_KEY_UNAVAILABLE,
            what + " is of key class '" + keyClass + "', whose key cannot be opened",
            failed);
      }
      if (found.isPresent()) {
        return found.get();
      }
    }
    Matcher own = OWN_REFERENCE.matcher(reference);
    if (!own.matches()) {
      throw missing(file, what);
    }
    KeyClass keyClass = new KeyClass(own.group(1));
    if (keys.keyClasses().contains(keyClass)) {
      throw file.failure(
          ParquetErrorCode.KEY_MISMATCH,
          what + " is under another key of class '" + keyClass + "' than the one given",
          null);
    }
    throw file.failure(
        ParquetErrorCode.COLUMN_KEY_MISSING,
        what + " is of key class '" + keyClass + "', of which no key was given",
        null);
  }

  static ParquetFileException missing(FileLabel file, String what) {
    return file.failure(
        ParquetErrorCode.COLUMN_KEY_MISSING, what + " is under a key that was not given", null);
  }

  /** What the file says about a column chunk, decrypted where it is encrypted by itself. */
  static @Nullable ColumnMetaData meta(
      FileLabel file,
      String what,
      ColumnChunk chunk,
      @Nullable ModuleDecryptor decryptor,
      int group,
      int column) {
    byte[] sealed = chunk.getEncrypted_column_metadata();
    if (decryptor == null || sealed == null) {
      return chunk.getMeta_data();
    }
    String name = "what the footer says about " + what;
    byte[] plain =
        decryptor.opened(
            sealed,
            0,
            sealed.length,
            decryptor.aad(Module.COLUMN_META_DATA, group, column, 0),
            name);
    try {
      return ThriftInput.read(
          new ColumnMetaData(), new ByteArrayInputStream(plain), Math.max(1, plain.length));
    } catch (IOException failed) {
      throw file.malformed(name + " cannot be parsed", failed);
    }
  }
}
