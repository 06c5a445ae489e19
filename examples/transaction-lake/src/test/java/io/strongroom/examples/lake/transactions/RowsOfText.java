package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.source.SourceLimits;
import io.strongroom.examples.lake.source.SourceRow;
import io.strongroom.examples.lake.source.SourceRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Rows as the reader gives them for one line of text. */
final class RowsOfText {
  private static final String HEADER =
      "TransactionID,CustomerID,TransactionAmount,Currency,TransactionTimestamp\n";

  private RowsOfText() {}

  static SourceRow row(String line) {
    return row(line, StandardCharsets.UTF_8);
  }

  static SourceRow row(String line, Charset charset) {
    try {
      SourceRow row =
          SourceRows.open(
                  new ByteArrayInputStream((HEADER + line + "\n").getBytes(charset)),
                  SourceLimits.DEFAULT)
              .next();
      if (row == null) {
        throw new IllegalArgumentException("an empty line is no row");
      }
      return row;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
