package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.source.SourceColumn;
import io.strongroom.examples.lake.source.SourceRow;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A source row with what its texts mean, as far as they mean something. Holds personal data.
 * Immutable.
 */
final class TransactionRow {
  private final SourceRow source;
  private final String hash;
  private final OptionalLong number;
  private final @Nullable BigDecimal amount;
  private final OptionalLong timestampMicros;

  private TransactionRow(
      SourceRow source,
      String hash,
      OptionalLong number,
      @Nullable BigDecimal amount,
      OptionalLong timestampMicros) {
    this.source = source;
    this.hash = hash;
    this.number = number;
    this.amount = amount;
    this.timestampMicros = timestampMicros;
  }

  static TransactionRow of(SourceRow row, String hash, TimestampRule timestamps) {
    if (!row.readable()) {
      return new TransactionRow(row, hash, OptionalLong.empty(), null, OptionalLong.empty());
    }
    return new TransactionRow(
        row,
        hash,
        FieldFormats.transactionNumber(row.field(SourceColumn.TRANSACTION_ID)),
        FieldFormats.amount(row.field(SourceColumn.AMOUNT)),
        FieldFormats.timestampMicros(row.field(SourceColumn.TIMESTAMP), timestamps.zoneRequired()));
  }

  SourceRow source() {
    return source;
  }

  /** The text of a field of a readable row. */
  String text(SourceColumn column) {
    return source.field(column);
  }

  /** Whether the row is readable and the field has text, so that rules of content apply to it. */
  boolean has(SourceColumn column) {
    return source.readable() && !source.field(column).isEmpty();
  }

  String hash() {
    return hash;
  }

  OptionalLong number() {
    return number;
  }

  /** The amount with as many decimals as were written, or null when it is not a decimal. */
  @Nullable BigDecimal amount() {
    return amount;
  }

  OptionalLong timestampMicros() {
    return timestampMicros;
  }

  @Override
  public String toString() {
    return "TransactionRow[" + source.number() + "]";
  }
}
