package io.strongroom.pipeline;

import java.util.regex.Pattern;

/**
 * Why a row is rejected.
 *
 * @param code stable, counted in metrics; matches {@code [A-Z][A-Z0-9_]{0,63}}
 * @param goesTo where a row with this reason goes
 */
public record RejectReason(String code, Destination goesTo) {
  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

  /** Checks the code. */
  public RejectReason {
    if (!isCode(code)) {
      throw new IllegalArgumentException(
          "reject reason code '" + code + "' does not match " + CODE);
    }
  }

  static boolean isCode(String text) {
    return CODE.matcher(text).matches();
  }

  /** A reason that lets the row wait. */
  public static RejectReason quarantine(String code) {
    return new RejectReason(code, Destination.QUARANTINE);
  }

  /** A reason that ends the row's attempts. */
  public static RejectReason condemned(String code) {
    return new RejectReason(code, Destination.CONDEMNED);
  }
}
