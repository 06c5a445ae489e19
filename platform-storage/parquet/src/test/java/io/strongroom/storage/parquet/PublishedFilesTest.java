package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.KeyClass;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published samples of apache/parquet-testing. */
@Tag("vectors")
class PublishedFilesTest {
  private static final ParquetFileKeys KEYS =
      ParquetFileKeys.of(ascii("0123456789012345"), "kf")
          .with(new KeyClass("double"), ascii("1234567890123450"), "kc1")
          .with(new KeyClass("float"), ascii("1234567890123451"), "kc2");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Path folder(String name) {
    return Path.of(System.getProperty("strongroom.vectors"), "parquet", name);
  }

  private static void report(String set, int ran, List<String> failed) {
    System.out.println("vectors " + set + ": " + ran + " ran, " + failed.size() + " failed");
    assertThat(failed).isEmpty();
    assertThat(ran).isPositive();
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Test
  void encryptedSamplesAreReadOrRefusedForWhatTheyAre() throws Exception {
    Map<String, ParquetErrorCode> refused = new TreeMap<>();
    refused.put("external_key_material_java", ParquetErrorCode.KEY_MISMATCH);
    List<String> failed = new ArrayList<>();
    List<Path> files = files("encrypted", ".parquet.encrypted");
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".parquet.encrypted", "");
      try {
        ParquetErrorCode code = read(Files.readAllBytes(file), name);
        if (code != refused.get(name)) {
          failed.add(name + ": " + code);
        }
      } catch (RuntimeException | AssertionError untyped) {
        failed.add(name + ": " + untyped);
      }
    }
    report("parquet-encrypted", files.size(), failed);
  }

  /**
   * Reads a file of sample rows, whose values follow from their number; in the one with a bloom
   * filter there are others, which have only to be there.
   */
  private static @Nullable ParquetErrorCode read(byte[] file, String name) {
    ParquetSchema all =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"schema\",\"fields\":["
                + "{\"name\":\"boolean_field\",\"type\":\"boolean\"},"
                + "{\"name\":\"double_field\",\"type\":\"double\"}]}");
    ParquetSchema schema = name.endsWith("bloom_filter") ? all.select("double_field") : all;
    ParquetFileKeys keys =
        name.endsWith("disable_aad_storage") ? KEYS.withAadPrefix(ascii("tester")) : KEYS;
    try (ParquetRowReader in =
        new ParquetRowReader(name, BytesSource.of(file), schema, keys, null)) {
      int row = 0;
      for (; in.next(); row++) {
        int last = schema.columns().size() - 1;
        if ((last > 0 && in.getBoolean(0) != (row % 2 == 0))
            || (last > 0 && Math.abs(in.getDouble(last) - row * 1.1111111) > 1e-6)
            || !Double.isFinite(in.getDouble(last))) {
          throw new AssertionError("row " + row);
        }
      }
      assertThat(row).isEqualTo((int) in.rows()).isPositive();
      return null;
    } catch (ParquetFileException typed) {
      return (ParquetErrorCode) typed.code();
    }
  }

  @Test
  void badFilesAreRefusedWithACode() throws Exception {
    Map<String, ParquetErrorCode> refused = new TreeMap<>();
    // One bit of a page's type is wrong: who passes over that page has columns of different
    // lengths.
    refused.put("ARROW-GH-41317.parquet", ParquetErrorCode.FILE_MALFORMED);
    // ARROW-GH-43605 has ids of no width, which all name the first entry: it is read.
    // Nulls in a required column.
    refused.put("ARROW-GH-47662.parquet", ParquetErrorCode.FILE_MALFORMED);
    // Too few levels in a nested column.
    refused.put("ARROW-RS-GH-6229-LEVELS.parquet", ParquetErrorCode.SCHEMA_MISMATCH);
    List<String> failed = new ArrayList<>();
    List<Path> files = files("bad_data", ".parquet");
    for (Path file : files) {
      String name = file.getFileName().toString();
      byte[] bytes = Files.readAllBytes(file);
      try {
        ParquetErrorCode code =
            name.contains("LEVELS") ? openNested(bytes) : decodeEveryColumn(bytes, name);
        if (code != refused.get(name)) {
          failed.add(name + ": " + code);
        }
      } catch (RuntimeException untyped) {
        failed.add(name + ": " + untyped);
      }
    }
    report("parquet-bad-data", files.size(), failed);
  }

  private static @Nullable ParquetErrorCode openNested(byte[] bytes) {
    ParquetSchema outer =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"schema\",\"fields\":["
                + "{\"name\":\"outer\",\"type\":[\"null\",\"int\"]}]}");
    try (ParquetRowReader in = new ParquetRowReader(BytesSource.of(bytes), outer, null, null)) {
      in.next();
      return null;
    } catch (ParquetFileException typed) {
      return (ParquetErrorCode) typed.code();
    }
  }

  /** Decodes every column, whatever its annotation; gives the code of the first refusal. */
  private static @Nullable ParquetErrorCode decodeEveryColumn(byte[] bytes, String name)
      throws IOException {
    FileLabel label = new FileLabel(name);
    BytesSource source = BytesSource.of(bytes);
    try {
      FileFooter footer = FileFooter.read(source, label, null, null);
      int length = HashingSink.littleEndian(bytes, bytes.length - 8);
      for (SchemaElement element :
          Util.readFileMetaData(new ByteArrayInputStream(bytes, bytes.length - 8 - length, length))
              .getSchema()) {
        FileFooter.Leaf leaf = footer.leaf(element.getName());
        if (leaf == null) {
          continue;
        }
        PrimitiveType type = type(element);
        SchemaColumn declared =
            new SchemaColumn(
                element.getName(), kind(element.getType()), true, true, type, false, Set.of());
        StoredForm form = StoredForm.of(type, declared);
        ColumnSlot slot = new ColumnSlot(label, source, declared, type, leaf, form, 100);
        for (int group = 0; group < footer.groups(); group++) {
          ColumnStream stream =
              new ColumnStream(
                  slot, footer.chunk(group, leaf), null, RowRanges.all(footer.rows(group)));
          long row = 0;
          while (row < footer.rows(group)) {
            int count = (int) Math.min(100, stream.pageEnd(row) - row);
            stream.read(row, count);
            row += count;
          }
        }
      }
      return null;
    } catch (ParquetFileException typed) {
      return (ParquetErrorCode) typed.code();
    }
  }

  private static ColumnKind kind(Type type) {
    return switch (type) {
      case BOOLEAN -> ColumnKind.BOOLEAN;
      case INT32, INT64 -> ColumnKind.LONG;
      case INT96 -> ColumnKind.TIMESTAMP_MICROS;
      case FLOAT, DOUBLE -> ColumnKind.DOUBLE;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> ColumnKind.STRING;
    };
  }

  private static PrimitiveType type(SchemaElement element) {
    Types.PrimitiveBuilder<PrimitiveType> type =
        Types.primitive(
            element.getType() == Type.BYTE_ARRAY
                ? PrimitiveTypeName.BINARY
                : PrimitiveTypeName.valueOf(element.getType().name()),
            Repetition.valueOf(element.getRepetition_type().name()));
    if (element.getType() == Type.FIXED_LEN_BYTE_ARRAY) {
      type = type.length(element.getType_length());
    }
    return type.named(element.getName());
  }
}
