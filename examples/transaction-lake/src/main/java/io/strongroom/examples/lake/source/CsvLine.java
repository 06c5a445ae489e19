package io.strongroom.examples.lake.source;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;

/**
 * Splits one line of comma-separated text into fields.
 *
 * <p>A line is a record: a quoted field does not run over a line break, so that one stray quote
 * costs one row and not the rest of the file.
 */
final class CsvLine {
  private static final int LIMIT = SourceLimits.HIGHEST_LINE_BYTES;

  private final CsvReader.CsvReaderBuilder parser =
      CsvReader.builder().allowUnclosedQuote(false).skipEmptyLines(false).maxBufferSize(LIMIT);

  /**
   * The fields, unquoted, otherwise exactly as they stand.
   *
   * @throws CsvParseException for unbalanced quotes
   */
  String[] split(String line) {
    return parser.ofSingleCsvRecord(
        StringArrayHandler.of(handler -> handler.maxFieldSize(LIMIT).maxRecordSize(LIMIT)), line);
  }
}
