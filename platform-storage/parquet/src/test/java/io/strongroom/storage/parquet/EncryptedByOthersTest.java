package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.KeyClass;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.crypto.ColumnEncryptionProperties;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.crypto.ParquetCipher;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that parquet-java encrypted in ways in which this library does not. */
@Tag("verify")
class EncryptedByOthersTest {
  private static final int ROWS = 2_500;
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final byte[] PREFIX = "payments/part-7".getBytes(StandardCharsets.UTF_8);
  private static final MessageType MESSAGE =
      MessageTypeParser.parseMessageType(
          """
          message t {
            required int64 id;
            optional binary note (STRING);
            required double rate;
          }
          """);
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"id","type":"long"},
            {"name":"note","type":["null","string"]},
            {"name":"rate","type":"double"}]}
          """);

  @TempDir Path folder;

  private static ParquetFileKeys footerOnly() {
    return ParquetFileKeys.of(Samples.key(1), "kf");
  }

  private static ParquetFileKeys keys() {
    return footerOnly().with(PERSONAL, Samples.key(2), "kc");
  }

  private static FileEncryptionProperties.Builder properties() {
    return FileEncryptionProperties.builder(Samples.key(1)).withFooterKeyID("kf");
  }

  /** {@code note} under its own key, {@code rate} under the footer's, {@code id} in the clear. */
  private static Map<ColumnPath, ColumnEncryptionProperties> columns() {
    Map<ColumnPath, ColumnEncryptionProperties> columns = new LinkedHashMap<>();
    ColumnPath note = ColumnPath.get("note");
    columns.put(
        note,
        ColumnEncryptionProperties.builder(note).withKey(Samples.key(2)).withKeyID("kc").build());
    ColumnPath rate = ColumnPath.get("rate");
    columns.put(rate, ColumnEncryptionProperties.builder(rate).build());
    return columns;
  }

  private byte[] written(FileEncryptionProperties encryption) throws Exception {
    Path path = Files.createTempDirectory(folder, "o").resolve("f.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(path))
            .withType(MESSAGE)
            .withPageRowCountLimit(400)
            .withRowGroupSize(30_000L)
            .withBloomFilterEnabled("id", true)
            .withBloomFilterEnabled("note", true)
            .withDictionaryEncoding("id", false)
            .withDictionaryEncoding("note", false)
            .withEncryption(encryption)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        SimpleGroup group = new SimpleGroup(MESSAGE);
        group.add("id", (long) row);
        if (row % 3 != 0) {
          group.add("note", "note " + row);
        }
        group.add("rate", row / 4.0);
        out.write(group);
      }
    }
    return Files.readAllBytes(path);
  }

  private static void checkRows(byte[] file, @Nullable ParquetFileKeys keys) {
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), SCHEMA, keys, null)) {
      for (int row = 0; row < ROWS; row++) {
        assertThat(in.next()).isTrue();
        assertThat(in.getLong(0)).isEqualTo(row);
        assertThat(in.isNull(1) ? null : in.getString(1))
            .isEqualTo(row % 3 == 0 ? null : "note " + row);
        assertThat(in.getDouble(2)).isEqualTo(row / 4.0);
      }
      assertThat(in.next()).isFalse();
    }
    checkFiltered(file, keys);
  }

  /** By statistics, page index and bloom filter, each decrypted. */
  private static void checkFiltered(byte[] file, @Nullable ParquetFileKeys keys) {
    RowFilter filter =
        RowFilter.column("note")
            .equalTo("note 2222")
            .and(RowFilter.column("id").atLeast(2_000L))
            .and(RowFilter.column("rate").atLeast(500.0));
    try (ParquetRowReader in =
        new ParquetRowReader("f", BytesSource.of(file), SCHEMA.select("id"), filter, keys, null)) {
      assertThat(in.next()).isTrue();
      assertThat(in.getLong(0)).isEqualTo(2_222);
      assertThat(in.next()).isFalse();
    }
  }

  private static void assertRefused(
      byte[] file, ParquetSchema schema, @Nullable ParquetFileKeys keys, ParquetErrorCode code) {
    assertThatThrownBy(
            () -> {
              try (ParquetRowReader in =
                  new ParquetRowReader("f", BytesSource.of(file), schema, keys, null)) {
                while (in.next()) {
                  assertThat(in.rows()).isEqualTo(ROWS);
                }
              }
            })
        .isInstanceOfSatisfying(
            ParquetFileException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @EnumSource(ParquetCipher.class)
  void columnsUnderTheirOwnKeyTheFootersOrNoneAreRead(ParquetCipher cipher) throws Exception {
    byte[] file =
        written(properties().withEncryptedColumns(columns()).withAlgorithm(cipher).build());
    checkRows(file, keys());
    assertRefused(file, SCHEMA, footerOnly(), ParquetErrorCode.COLUMN_KEY_MISSING);
    assertRefused(file, SCHEMA, null, ParquetErrorCode.KEYS_MISSING);
    try (ParquetRowReader in =
        new ParquetRowReader(
            BytesSource.of(file), SCHEMA.select("id", "rate"), footerOnly(), null)) {
      assertThat(in.next()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(ParquetCipher.class)
  void aClearFooterIsVerifiedAndItsColumnsAreOpened(ParquetCipher cipher) throws Exception {
    byte[] file =
        written(
            properties()
                .withPlaintextFooter()
                .withEncryptedColumns(columns())
                .withAlgorithm(cipher)
                .build());
    checkRows(file, keys());
    ParquetSchema clear = SCHEMA.select("id");
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(file), clear, null, null)) {
      assertThat(in.next()).isTrue();
    }
    assertRefused(file, SCHEMA.select("note"), null, ParquetErrorCode.COLUMN_KEY_MISSING);
    assertRefused(
        file,
        clear,
        ParquetFileKeys.of(Samples.key(7), "kf"),
        ParquetErrorCode.AUTHENTICATION_FAILED);
    int length = HashingSink.littleEndian(file, file.length - 8);
    byte[] signature = file.clone();
    signature[file.length - 9] ^= 1;
    assertRefused(signature, clear, keys(), ParquetErrorCode.AUTHENTICATION_FAILED);
    byte[] creator = file.clone();
    int at = indexOf(creator, "parquet-mr version", file.length - 8 - length);
    creator[at] ^= 1;
    assertRefused(creator, clear, keys(), ParquetErrorCode.AUTHENTICATION_FAILED);
  }

  private static int indexOf(byte[] bytes, String text, int from) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text, from);
  }

  @Test
  void aFooterSignedByNobodyIsNotTakenForAnEncryptedFile() throws Exception {
    byte[] plain = Samples.file(10, null, ParquetLayout.STANDARD, Codec.ZSTD).bytes();
    assertRefused(plain, Samples.SCHEMA, keys(), ParquetErrorCode.NOT_ENCRYPTED);
  }

  @Test
  void anAadPrefixInTheFileIsUsedAndComparedWithTheOneGiven() throws Exception {
    byte[] file =
        written(properties().withAADPrefix(PREFIX).withEncryptedColumns(columns()).build());
    checkRows(file, keys());
    checkRows(file, keys().withAadPrefix(PREFIX));
    assertRefused(
        file, SCHEMA, keys().withAadPrefix(new byte[3]), ParquetErrorCode.AAD_PREFIX_MISMATCH);
  }

  @Test
  void anAadPrefixThatTheFileKeepsBackMustBeGiven() throws Exception {
    byte[] file = written(properties().withAADPrefix(PREFIX).withoutAADPrefixStorage().build());
    checkRows(file, keys().withAadPrefix(PREFIX));
    assertRefused(file, SCHEMA, keys(), ParquetErrorCode.AAD_PREFIX_MISSING);
    assertRefused(
        file, SCHEMA, keys().withAadPrefix(new byte[3]), ParquetErrorCode.AUTHENTICATION_FAILED);
    assertRefused(
        written(properties().build()),
        SCHEMA,
        keys().withAadPrefix(PREFIX),
        ParquetErrorCode.AAD_PREFIX_MISMATCH);
  }

  @Test
  void aFileBoundToAPrefixIsReadByParquetJavaWithIt() throws Exception {
    ParquetFileKeys bound = Samples.keys().withAadPrefix(PREFIX);
    Path path = folder.resolve("bound.parquet");
    Samples.Written file = Samples.file(500, bound, ParquetLayout.STANDARD, Codec.ZSTD);
    Files.write(path, file.bytes());
    try (ParquetRowReader in = new ParquetRowReader(file.source(), Samples.SCHEMA, bound, null)) {
      Samples.checkAll(in, 500);
    }
    FileDecryptionProperties.Builder key =
        FileDecryptionProperties.builder().withFooterKey(Samples.key(1));
    assertThatThrownBy(() -> read(path, key.build())).hasStackTraceContaining("AAD");
    assertThat(
            read(
                path,
                FileDecryptionProperties.builder()
                    .withFooterKey(Samples.key(1))
                    .withAADPrefix(PREFIX)
                    .build()))
        .isEqualTo(500);
  }

  private static int read(Path path, FileDecryptionProperties decryption) throws Exception {
    int rows = 0;
    try (ParquetReader<Group> in =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(path.toUri()))
            .withDecryption(decryption)
            .build()) {
      for (Group row = in.read(); row != null; row = in.read()) {
        assertThat(row.getLong("id", 0)).isEqualTo(rows++);
      }
    }
    return rows;
  }

  @Test
  void aFooterKeyWithoutReferenceIsTheOneGiven() throws Exception {
    byte[] file = written(FileEncryptionProperties.builder(Samples.key(1)).build());
    checkRows(file, keys());
    assertRefused(
        file,
        SCHEMA,
        ParquetFileKeys.of(Samples.key(7), "kf"),
        ParquetErrorCode.AUTHENTICATION_FAILED);
  }
}
