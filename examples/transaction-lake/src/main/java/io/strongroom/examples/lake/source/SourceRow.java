package io.strongroom.examples.lake.source;

import org.jspecify.annotations.Nullable;

/**
 * One line of a source file after the header.
 *
 * <p>Immutable. The raw text allows the line to be rebuilt byte for byte: a line that is not UTF-8
 * is carried as ISO 8859-1, one character a byte.
 */
public final class SourceRow {
  /** How {@link #rawText()} turns back into the bytes of the line. */
  public enum RawEncoding {
    /** The line is UTF-8. */
    UTF_8,
    /** The line is not UTF-8; each character of the raw text is one byte. */
    ISO_8859_1
  }

  private final long number;
  private final String rawText;
  private final RawEncoding rawEncoding;
  private final String @Nullable [] fields;

  private SourceRow(
      long number, String rawText, RawEncoding rawEncoding, String @Nullable [] fields) {
    this.number = number;
    this.rawText = rawText;
    this.rawEncoding = rawEncoding;
    this.fields = fields;
  }

  static SourceRow readable(long number, String rawText, String[] fields) {
    return new SourceRow(number, rawText, RawEncoding.UTF_8, fields);
  }

  static SourceRow unreadable(long number, String rawText, RawEncoding encoding) {
    return new SourceRow(number, rawText, encoding, null);
  }

  /**
   * The number of the line in the file, as an editor shows it: the header is line 1.
   *
   * @return the line number, from 2
   */
  public long number() {
    return number;
  }

  /**
   * The line as received, without its line break.
   *
   * @return personal data: for encrypted files only
   */
  public String rawText() {
    return rawText;
  }

  /**
   * How the raw text turns back into bytes.
   *
   * @return the encoding
   */
  public RawEncoding rawEncoding() {
    return rawEncoding;
  }

  /**
   * Whether the line could be split into as many fields as the header has.
   *
   * @return false for a wrong number of fields, bad quoting or bytes that are not UTF-8
   */
  public boolean readable() {
    return fields != null;
  }

  /**
   * The text of one field, exactly as received; empty for a field without text.
   *
   * @param column which field
   * @return the text
   * @throws IllegalStateException when the row is not {@link #readable()}
   */
  public String field(SourceColumn column) {
    if (fields == null) {
      throw new IllegalStateException("Row " + number + " is not readable");
    }
    return fields[column.place()];
  }

  @Override
  public String toString() {
    return "SourceRow[" + number + "]";
  }
}
