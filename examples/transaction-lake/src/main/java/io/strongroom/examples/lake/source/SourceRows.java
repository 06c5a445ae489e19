package io.strongroom.examples.lake.source;

import de.siegmar.fastcsv.reader.CsvParseException;
import io.strongroom.examples.lake.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a source file in constant memory.
 *
 * <p>Empty lines are no rows. Every other line after the header is a row, readable or not. Not for
 * several threads; closing the stream stays with the caller.
 */
public final class SourceRows {
  private final LineReader lines;
  private final SourceHeader header;
  private final Utf8 utf8 = new Utf8();
  private final CsvLine csv = new CsvLine();

  private SourceRows(LineReader lines, SourceHeader header) {
    this.lines = lines;
    this.header = header;
  }

  /**
   * Reads the header and stands before the first row.
   *
   * @param source the file's bytes
   * @param limits what is accepted
   * @return the rows
   * @throws LakeException SOURCE_EMPTY, NOT_A_CSV, WRONG_ENCODING, COLUMN_MISSING or LINE_TOO_LONG
   * @throws IOException when reading fails
   */
  public static SourceRows open(InputStream source, SourceLimits limits) throws IOException {
    LineReader lines = new LineReader(source, limits.maxLineBytes());
    return new SourceRows(lines, SourceHeader.read(lines));
  }

  /**
   * The next row.
   *
   * @return the row, or null at the end
   * @throws LakeException LINE_TOO_LONG
   * @throws IOException when reading fails
   */
  public @Nullable SourceRow next() throws IOException {
    while (lines.next()) {
      if (lines.length() > 0) {
        return row();
      }
    }
    return null;
  }

  private SourceRow row() {
    String text = utf8.decode(lines.bytes(), 0, lines.length());
    if (text == null) {
      String bytes = new String(lines.bytes(), 0, lines.length(), StandardCharsets.ISO_8859_1);
      return SourceRow.unreadable(lines.number(), bytes, SourceRow.RawEncoding.ISO_8859_1);
    }
    try {
      String[] fields = header.pick(csv.split(text));
      return fields == null
          ? SourceRow.unreadable(lines.number(), text, SourceRow.RawEncoding.UTF_8)
          : SourceRow.readable(lines.number(), text, fields);
    } catch (CsvParseException malformed) {
      return SourceRow.unreadable(lines.number(), text, SourceRow.RawEncoding.UTF_8);
    }
  }
}
