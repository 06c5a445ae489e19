package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/** Decimals without their point, as columns store them. */
final class Decimals {
  private Decimals() {}

  /**
   * The digits of a value at a scale.
   *
   * @throws ArithmeticException when it has more digits than the precision, or more decimals
   */
  static BigInteger unscaled(BigDecimal value, int precision, int scale) {
    if (value.signum() == 0) {
      return BigInteger.ZERO;
    }
    // Before the scale is changed: a value such as 1E+1000000 must not be written out in digits.
    if ((long) value.precision() - value.scale() > precision - scale) {
      throw new ArithmeticException("more digits before the decimal point than it has");
    }
    return value.setScale(scale).unscaledValue();
  }

  /** Two's complement of some bytes, the highest first. */
  static byte[] padded(BigInteger unscaled, int length) {
    byte[] digits = unscaled.toByteArray();
    byte[] padded = new byte[length];
    int from = length - digits.length;
    Arrays.fill(padded, 0, from, (byte) (unscaled.signum() < 0 ? -1 : 0));
    System.arraycopy(digits, 0, padded, from, digits.length);
    return padded;
  }
}
