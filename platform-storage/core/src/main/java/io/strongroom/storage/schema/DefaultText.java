package io.strongroom.storage.schema;

import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Enumeration;
import io.strongroom.storage.schema.FieldType.Scalar;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** The text forms of defaults. Each value has one. */
final class DefaultText {
  private DefaultText() {}

  static boolean isOf(FieldType type, String text) {
    try {
      if (type instanceof Scalar scalar) {
        return isOf(scalar, text);
      }
      if (type instanceof Decimal decimal) {
        BigDecimal value = new BigDecimal(text);
        return value.scale() == decimal.scale()
            && value.precision() <= decimal.precision()
            && value.toPlainString().equals(text);
      }
      return type instanceof Enumeration names && names.symbols().contains(text);
    } catch (NumberFormatException | DateTimeException e) {
      return false;
    }
  }

  private static boolean isOf(Scalar type, String text) {
    return switch (type) {
      case BOOLEAN -> text.equals("true") || text.equals("false");
      case INT -> String.valueOf(Integer.parseInt(text)).equals(text);
      case LONG -> String.valueOf(Long.parseLong(text)).equals(text);
      case FLOAT -> finite(Float.parseFloat(text)) && (Float.parseFloat(text) + "").equals(text);
      case DOUBLE ->
          finite(Double.parseDouble(text)) && (Double.parseDouble(text) + "").equals(text);
      case STRING -> true;
      case DATE -> LocalDate.parse(text).toString().equals(text);
      case TIMESTAMP_MICROS -> {
        Instant time = Instant.parse(text);
        yield time.truncatedTo(ChronoUnit.MICROS).equals(time) && time.toString().equals(text);
      }
      case BYTES,
          TIME_MILLIS,
          TIME_MICROS,
          TIMESTAMP_MILLIS,
          LOCAL_TIMESTAMP_MILLIS,
          LOCAL_TIMESTAMP_MICROS,
          TIMESTAMP_NANOS,
          LOCAL_TIMESTAMP_NANOS,
          UUID ->
          false;
    };
  }

  private static boolean finite(double value) {
    return !Double.isNaN(value) && !Double.isInfinite(value);
  }

  /** Whether two defaults, of types of which one may be the wider, say the same. */
  static boolean same(FieldType type, String before, String after) {
    if (before.equals(after)) {
      return true;
    }
    boolean number =
        type == Scalar.INT || type == Scalar.LONG || type == Scalar.FLOAT || type == Scalar.DOUBLE;
    return number && new BigDecimal(before).compareTo(new BigDecimal(after)) == 0;
  }
}
