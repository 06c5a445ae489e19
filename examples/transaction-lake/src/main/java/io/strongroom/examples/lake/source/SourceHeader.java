package io.strongroom.examples.lake.source;

import de.siegmar.fastcsv.reader.CsvParseException;
import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header line of a source file: how many fields a row has and where the columns stand. */
final class SourceHeader {
  private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final int width;
  private final int[] positions;

  private SourceHeader(int width, int[] positions) {
    this.width = width;
    this.positions = positions;
  }

  /**
   * Reads the first line of a file.
   *
   * @throws LakeException SOURCE_EMPTY, WRONG_ENCODING, NOT_A_CSV, COLUMN_MISSING or LINE_TOO_LONG
   */
  static SourceHeader read(LineReader lines) throws IOException {
    try {
      if (!lines.next()) {
        throw new LakeException(LakeErrorCode.SOURCE_EMPTY, "the file has no bytes");
      }
    } catch (LakeException tooLong) {
      refuseBinary(lines.bytes(), lines.length());
      throw tooLong;
    }
    return parse(lines.bytes(), lines.length());
  }

  private static SourceHeader parse(byte[] line, int length) {
    refuseBinary(line, length);
    int start = startsWithMark(line, length) ? UTF_8_MARK.length : 0;
    String text = new Utf8().decode(line, start, length - start);
    if (text == null) {
      throw new LakeException(LakeErrorCode.WRONG_ENCODING, "line 1 is not UTF-8");
    }
    if (text.isBlank()) {
      throw new LakeException(LakeErrorCode.NOT_A_CSV, "line 1 is empty");
    }
    String[] names;
    try {
      names = new CsvLine().split(text);
    } catch (CsvParseException malformed) {
      throw new LakeException(LakeErrorCode.NOT_A_CSV, "line 1 has unbalanced quotes", malformed);
    }
    return of(Arrays.asList(names));
  }

  private static void refuseBinary(byte[] line, int length) {
    if (utf16(line, length)) {
      throw new LakeException(LakeErrorCode.WRONG_ENCODING, "line 1 looks like UTF-16");
    }
    if (binary(line, length)) {
      throw new LakeException(LakeErrorCode.NOT_A_CSV, "line 1 holds binary data");
    }
  }

  private static SourceHeader of(List<String> names) {
    int[] positions = new int[SourceColumn.values().length];
    List<String> missing = new ArrayList<>();
    for (SourceColumn column : SourceColumn.values()) {
      int first = names.indexOf(column.header());
      if (first < 0) {
        missing.add(column.header());
      } else if (first != names.lastIndexOf(column.header())) {
        throw new LakeException(
            LakeErrorCode.COLUMN_MISSING, "column " + column.header() + " stands there twice");
      }
      positions[column.place()] = first;
    }
    if (missing.size() == positions.length) {
      throw new LakeException(
          LakeErrorCode.NOT_A_CSV,
          "line 1 names none of the required columns, comma-separated: "
              + String.join(", ", missing));
    }
    if (!missing.isEmpty()) {
      throw new LakeException(
          LakeErrorCode.COLUMN_MISSING, "missing in line 1: " + String.join(", ", missing));
    }
    return new SourceHeader(names.size(), positions);
  }

  /** The required columns of a row in their own order, or null when it has another width. */
  String @Nullable [] pick(String[] fields) {
    if (fields.length != width) {
      return null;
    }
    String[] picked = new String[positions.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = fields[positions[i]];
    }
    return picked;
  }

  private static boolean utf16(byte[] line, int length) {
    if (length >= 2) {
      int first = line[0] & 0xFF;
      int second = line[1] & 0xFF;
      if ((first == 0xFE && second == 0xFF) || (first == 0xFF && second == 0xFE)) {
        return true;
      }
    }
    String name = SourceColumn.TRANSACTION_ID.header();
    return indexOf(line, length, name.getBytes(StandardCharsets.UTF_16BE)) >= 0
        || indexOf(line, length, name.getBytes(StandardCharsets.UTF_16LE)) >= 0;
  }

  private static int indexOf(byte[] line, int length, byte[] part) {
    for (int i = 0; i + part.length <= length; i++) {
      if (Arrays.equals(line, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean binary(byte[] line, int length) {
    for (int i = 0; i < length; i++) {
      if (line[i] >= 0 && line[i] < 0x20 && line[i] != '\t') {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWithMark(byte[] line, int length) {
    return length >= UTF_8_MARK.length
        && Arrays.equals(line, 0, UTF_8_MARK.length, UTF_8_MARK, 0, UTF_8_MARK.length);
  }
}
