package io.strongroom.examples.lake.source;

/** The columns that every source file must have, in the order in which rows are hashed. */
public enum SourceColumn {
  /** Identifies the transaction at its origin; text that ends in a number. */
  TRANSACTION_ID(0, "TransactionID"),
  /** Whose account it is; becomes the account token. */
  CUSTOMER_ID(1, "CustomerID"),
  /** Signed decimal; negative for withdrawals and refunds. */
  AMOUNT(2, "TransactionAmount"),
  /** ISO 4217 code in capitals. */
  CURRENCY(3, "Currency"),
  /** ISO 8601 date and time. */
  TIMESTAMP(4, "TransactionTimestamp");

  private final int place;
  private final String header;

  SourceColumn(int place, String header) {
    this.place = place;
    this.header = header;
  }

  /** The place in the order in which rows are hashed, from 0. */
  int place() {
    return place;
  }

  /**
   * The name that the header line must hold, letter for letter.
   *
   * @return the column name
   */
  public String header() {
    return header;
  }
}
