package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;

/** What a column holds, as this library's setters and getters name it. */
enum ColumnKind {
  BOOLEAN,
  INT,
  DATE,
  LONG,
  TIMESTAMP_MICROS,
  DOUBLE,
  STRING,
  DECIMAL;

  /** Whether objects of a class, or values of a primitive type, can be values. */
  boolean takes(Class<?> given) {
    return switch (this) {
      case BOOLEAN -> given == boolean.class || given == Boolean.class;
      case INT -> given == int.class || given == Integer.class;
      case DATE -> given == LocalDate.class || given == int.class || given == Integer.class;
      case LONG -> given == long.class || given == Long.class;
      case TIMESTAMP_MICROS -> given == Instant.class || given == long.class || given == Long.class;
      case DOUBLE -> given == double.class || given == Double.class;
      case STRING -> CharSequence.class.isAssignableFrom(given);
      case DECIMAL ->
          BigDecimal.class.isAssignableFrom(given) || ByteBuffer.class.isAssignableFrom(given);
    };
  }
}
