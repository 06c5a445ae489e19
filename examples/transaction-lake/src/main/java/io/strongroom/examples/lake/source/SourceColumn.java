package io.strongroom.examples.lake.source;

/** The columns that every source file must have, in the order in which rows are hashed. */
public enum SourceColumn {
  /** Identifies the transaction at its origin; text that ends in a number. */
  TRANSACTION_ID("TransactionID"),
  /** Whose account it is; becomes the account token. */
  CUSTOMER_ID("CustomerID"),
  /** Signed decimal; negative for withdrawals and refunds. */
  AMOUNT("TransactionAmount"),
  /** ISO 4217 code in capitals. */
  CURRENCY("Currency"),
  /** ISO 8601 date and time. */
  TIMESTAMP("TransactionTimestamp");

  private final String header;

  SourceColumn(String header) {
    this.header = header;
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
