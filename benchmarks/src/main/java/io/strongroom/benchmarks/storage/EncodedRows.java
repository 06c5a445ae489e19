package io.strongroom.benchmarks.storage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as a reader of CSV or of a message queue has them in hand: the texts as ranges of one array
 * of UTF-8, the rest as numbers.
 */
final class EncodedRows {
  /** The texts of a row, in the order of the columns. */
  static final int TEXTS = 6;

  static final int TRANSACTION_ID = 0;
  static final int ACCOUNT = 1;
  static final int CURRENCY = 2;
  static final int COUNTRY = 3;
  static final int MERCHANT_CATEGORY = 4;
  static final int DESCRIPTION = 5;

  final byte[] bytes;
  final long[] customerIds;
  final long[] cents;
  final long[] micros;
  private final int[] starts;
  private final int[] lengths;

  EncodedRows(List<Transaction> rows) {
    int count = rows.size();
    customerIds = new long[count];
    cents = new long[count];
    micros = new long[count];
    starts = new int[count * TEXTS];
    lengths = new int[count * TEXTS];
    bytes = new byte[size(rows)];
    int end = 0;
    for (int row = 0; row < count; row++) {
      Transaction from = rows.get(row);
      customerIds[row] = from.customerId();
      cents[row] = from.amount().unscaledValue().longValueExact();
      micros[row] = from.micros();
      int text = row * TEXTS;
      for (String value : texts(from)) {
        starts[text] = end;
        lengths[text] = -1;
        if (value != null) {
          byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
          System.arraycopy(encoded, 0, bytes, end, encoded.length);
          lengths[text] = encoded.length;
          end += encoded.length;
        }
        text++;
      }
    }
  }

  private static int size(List<Transaction> rows) {
    long size = 0;
    for (Transaction row : rows) {
      for (String text : texts(row)) {
        size += text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return Math.toIntExact(size);
  }

  private static @Nullable String[] texts(Transaction row) {
    return new @Nullable String[] {
      row.transactionId(),
      row.account(),
      row.currency(),
      row.country(),
      row.merchantCategory(),
      row.description()
    };
  }

  int count() {
    return customerIds.length;
  }

  int start(int row, int text) {
    return starts[row * TEXTS + text];
  }

  /** Bytes of the text, or -1 when it is null. */
  int length(int row, int text) {
    return lengths[row * TEXTS + text];
  }
}
