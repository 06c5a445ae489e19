package io.strongroom.examples.lake.transactions;

import static io.strongroom.pipeline.RowVerdict.accepted;
import static io.strongroom.pipeline.RowVerdict.rejected;

import io.strongroom.examples.lake.source.CurrencyTable;
import io.strongroom.examples.lake.source.SourceColumn;
import io.strongroom.pipeline.RejectReason;
import io.strongroom.pipeline.Rejections;
import io.strongroom.pipeline.RowRules;
import io.strongroom.pipeline.RowVerdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * The rules that a row of a source file must keep to become a transaction in silver, in the order
 * of {@link Reasons#IN_ORDER}. Being there already is not among them: that is asked last, of rows
 * that these rules accept.
 */
final class TransactionRules {
  /** A row may fail this many times; the last failure condemns it. */
  static final int MOST_ATTEMPTS = 3;

  private final CurrencyTable currencies;
  private final TimestampRule timestamps;
  private final Predicate<String> customers;
  private final RowRules<TransactionRow> rules;

  /**
   * Builds the list.
   *
   * @param currencies what is accepted
   * @param timestamps what is accepted
   * @param customers tells which customer numbers can be tokenized
   * @param failedBefore tells of a row hash whether it is in the published quarantine
   */
  TransactionRules(
      CurrencyTable currencies,
      TimestampRule timestamps,
      Predicate<String> customers,
      Predicate<String> failedBefore) {
    this.currencies = currencies;
    this.timestamps = timestamps;
    this.customers = customers;
    this.rules =
        RowRules.<TransactionRow>builder()
            .rule(
                "failed-before",
                row ->
                    failedBefore.test(row.hash())
                        ? rejected(Reasons.DUPLICATE_FAILURE, "")
                        : accepted())
            .rule(
                "readable",
                row -> row.source().readable() ? accepted() : rejected(Reasons.SCHEMA_ERROR, ""))
            .rule("transaction-id-present", row -> present(row, SourceColumn.TRANSACTION_ID))
            .rule("customer-id-present", row -> present(row, SourceColumn.CUSTOMER_ID))
            .rule("amount-present", row -> present(row, SourceColumn.AMOUNT))
            .rule("currency-present", row -> present(row, SourceColumn.CURRENCY))
            .rule("timestamp-present", row -> present(row, SourceColumn.TIMESTAMP))
            .rule("transaction-id-number", TransactionRules::transactionIdIsNumber)
            .rule("customer-id-characters", this::customerIdCanBeTokenized)
            .rule("amount-decimal", this::amountFitsCurrency)
            .rule("currency-code", this::currencyIsAccepted)
            .rule("timestamp-iso-8601", this::timestampIsAccepted)
            .build();
  }

  /**
   * All that is wrong with a row.
   *
   * @param row the row
   * @param attemptsBefore how often it failed before; 0 for a row that comes in with a file
   */
  Rejections judge(TransactionRow row, int attemptsBefore) {
    Rejections rejections = rules.judge(row);
    if (rejections.isEmpty() || attemptsBefore + 1 < MOST_ATTEMPTS) {
      return rejections;
    }
    List<RowVerdict.Rejected> all = new ArrayList<>(rejections.all());
    boolean failedBefore = rejections.primary().equals(Reasons.DUPLICATE_FAILURE);
    all.add(failedBefore ? 1 : 0, rejected(Reasons.MAX_ATTEMPTS, ""));
    return new Rejections(all);
  }

  private static RowVerdict present(TransactionRow row, SourceColumn column) {
    return !row.source().readable() || row.has(column)
        ? accepted()
        : against(Reasons.NULL_VALUE_ERROR, column);
  }

  private static RowVerdict transactionIdIsNumber(TransactionRow row) {
    return !row.has(SourceColumn.TRANSACTION_ID) || row.number().isPresent()
        ? accepted()
        : against(Reasons.TYPE_ERROR, SourceColumn.TRANSACTION_ID);
  }

  private RowVerdict customerIdCanBeTokenized(TransactionRow row) {
    return !row.has(SourceColumn.CUSTOMER_ID) || customers.test(row.text(SourceColumn.CUSTOMER_ID))
        ? accepted()
        : against(Reasons.TYPE_ERROR, SourceColumn.CUSTOMER_ID);
  }

  private RowVerdict amountFitsCurrency(TransactionRow row) {
    if (!row.has(SourceColumn.AMOUNT)) {
      return accepted();
    }
    BigDecimal amount = row.amount();
    OptionalInt decimals =
        row.has(SourceColumn.CURRENCY)
            ? currencies.decimals(row.text(SourceColumn.CURRENCY))
            : OptionalInt.empty();
    return amount != null && amount.scale() <= decimals.orElse(FieldFormats.AMOUNT_SCALE)
        ? accepted()
        : against(Reasons.TYPE_ERROR, SourceColumn.AMOUNT);
  }

  private RowVerdict currencyIsAccepted(TransactionRow row) {
    return !row.has(SourceColumn.CURRENCY)
            || currencies.decimals(row.text(SourceColumn.CURRENCY)).isPresent()
        ? accepted()
        : against(Reasons.CURRENCY_ERROR, SourceColumn.CURRENCY);
  }

  private RowVerdict timestampIsAccepted(TransactionRow row) {
    if (!row.has(SourceColumn.TIMESTAMP)) {
      return accepted();
    }
    return row.timestampMicros().isPresent()
            && timestamps.inRange(row.timestampMicros().getAsLong())
        ? accepted()
        : against(Reasons.TIMESTAMP_ERROR, SourceColumn.TIMESTAMP);
  }

  private static RowVerdict against(RejectReason reason, SourceColumn column) {
    return rejected(reason, column.header());
  }
}
