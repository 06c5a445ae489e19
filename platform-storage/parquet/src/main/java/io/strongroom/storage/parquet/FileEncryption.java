package io.strongroom.storage.parquet;

import io.strongroom.storage.KeyClass;
import io.strongroom.storage.run.ModuleKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.crypto.ColumnEncryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.jspecify.annotations.Nullable;

/** Under which keys the columns and the footer of one new file are encrypted. */
final class FileEncryption {
  private final ModuleKey footer;
  private final List<ColumnDescriptor> columns;
  private final ModuleKey[] keys;
  private final byte @Nullable [] aadPrefix;

  /**
   * Chooses the keys.
   *
   * @throws ParquetFileException KEY_CLASS_MISSING when there is none for a class of the schema
   */
  FileEncryption(ParquetFileKeys keys, ParquetSchema schema, List<ColumnDescriptor> columns) {
    this.footer = keys.writing(KeyClass.DEFAULT);
    this.columns = columns;
    this.aadPrefix = keys.aadPrefix();
    this.keys = new ModuleKey[columns.size()];
    Map<KeyClass, ModuleKey> chosen = new HashMap<>();
    for (int column = 0; column < this.keys.length; column++) {
      KeyClass keyClass = schema.keyClass(columns.get(column).getPath()[0]);
      this.keys[column] =
          keyClass.equals(KeyClass.DEFAULT)
              ? footer
              : chosen.computeIfAbsent(keyClass, keys::writing);
    }
  }

  /** The keys of a file, or null for one in the clear. */
  static @Nullable FileEncryption of(
      @Nullable ParquetFileKeys keys, ParquetSchema schema, List<ColumnDescriptor> columns) {
    if (keys != null) {
      return new FileEncryption(keys, schema, columns);
    }
    if (!schema.keyClasses().isEmpty()) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_CLASS_MISSING,
          "columns of key class '"
              + schema.keyClasses().first()
              + "' are not written into a file without keys");
    }
    return null;
  }

  /** What parquet-java, which encrypts footer and indexes, has to know. */
  FileEncryptionProperties properties() {
    FileEncryptionProperties.Builder builder =
        FileEncryptionProperties.builder(footer.copy()).withFooterKeyMetadata(metadata(footer));
    Map<ColumnPath, ColumnEncryptionProperties> own = new LinkedHashMap<>();
    for (int column = 0; column < keys.length; column++) {
      if (keys[column] != footer) {
        ColumnPath path = ColumnPath.get(columns.get(column).getPath());
        own.put(
            path,
            ColumnEncryptionProperties.builder(path)
                .withKey(keys[column].copy())
                .withKeyMetaData(metadata(keys[column]))
                .build());
      }
    }
    if (aadPrefix != null) {
      builder.withAADPrefix(aadPrefix).withoutAADPrefixStorage();
    }
    if (!own.isEmpty()) {
      builder.withEncryptedColumns(own).withCompleteColumnEncryption();
    }
    return builder.build();
  }

  private static byte[] metadata(ModuleKey key) {
    return key.reference().getBytes(StandardCharsets.UTF_8);
  }

  /** A cipher for each column; columns under one key share one. For one thread. */
  PageCipher[] ciphers() {
    Map<ModuleKey, PageCipher> made = new HashMap<>();
    return Arrays.stream(keys)
        .map(key -> made.computeIfAbsent(key, PageCipher::new))
        .toArray(PageCipher[]::new);
  }

  /**
   * Counts what parquet-java encrypts itself: two indexes a column chunk, two parts of its bloom
   * filter, the chunk's metadata where it is under a key of its own, and the footer.
   *
   * @param bloomFilters the columns that have one
   */
  void countFooter(int groups, Set<String> bloomFilters) {
    for (int column = 0; column < keys.length; column++) {
      long modules = keys[column] == footer ? 2 : 3;
      if (bloomFilters.contains(String.join(".", columns.get(column).getPath()))) {
        modules += 2;
      }
      count(keys[column], modules * groups);
    }
    count(footer, 1);
  }

  /** Counts modules before they are encrypted. */
  static void count(ModuleKey key, long more) {
    if (!key.count(more)) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_EXHAUSTED,
          "the key '" + key.reference() + "' has encrypted " + ModuleKey.MAX_MODULES + " modules");
    }
  }
}
