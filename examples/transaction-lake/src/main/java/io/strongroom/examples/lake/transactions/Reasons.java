package io.strongroom.examples.lake.transactions;

import io.strongroom.pipeline.Destination;
import io.strongroom.pipeline.RejectReason;
import java.util.List;

/**
 * Why a row is not in silver.
 *
 * <p>In order of precedence: what ends a row's attempts comes first, so that the primary reason of
 * a condemned row says why it is condemned; the rules of content follow; being there already is
 * only asked of a row with no other fault.
 */
public final class Reasons {
  /** The same row is in the published quarantine and came in once more. */
  public static final RejectReason DUPLICATE_FAILURE =
      new RejectReason("DUPLICATE_FAILURE", Destination.CONDEMNED);

  /** This failed attempt is the third. */
  public static final RejectReason MAX_ATTEMPTS =
      new RejectReason("MAX_ATTEMPTS", Destination.CONDEMNED);

  /** The line has another number of fields than the header, bad quoting or is not UTF-8. */
  public static final RejectReason SCHEMA_ERROR =
      new RejectReason("SCHEMA_ERROR", Destination.QUARANTINE);

  /** A required field is empty. */
  public static final RejectReason NULL_VALUE_ERROR =
      new RejectReason("NULL_VALUE_ERROR", Destination.QUARANTINE);

  /** A field is not of its type, or an amount has more decimals than its currency. */
  public static final RejectReason TYPE_ERROR =
      new RejectReason("TYPE_ERROR", Destination.QUARANTINE);

  /** The currency is not an accepted code in capitals. */
  public static final RejectReason CURRENCY_ERROR =
      new RejectReason("CURRENCY_ERROR", Destination.QUARANTINE);

  /** The timestamp is not ISO 8601, has no zone where one is required, or is out of range. */
  public static final RejectReason TIMESTAMP_ERROR =
      new RejectReason("TIMESTAMP_ERROR", Destination.QUARANTINE);

  /** A transaction of this id and day is in silver, or stands further up in the file. */
  public static final RejectReason DUPLICATE_TRANSACTION =
      new RejectReason("DUPLICATE_TRANSACTION", Destination.CONDEMNED);

  /** All reasons, in order of precedence. */
  public static final List<RejectReason> IN_ORDER =
      List.of(
          DUPLICATE_FAILURE,
          MAX_ATTEMPTS,
          SCHEMA_ERROR,
          NULL_VALUE_ERROR,
          TYPE_ERROR,
          CURRENCY_ERROR,
          TIMESTAMP_ERROR,
          DUPLICATE_TRANSACTION);

  private Reasons() {}
}
