package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/** What a column holds, as this library's setters and getters name it. */
enum ColumnKind {
  BOOLEAN,
  INT,
  DATE,
  LONG,
  TIME_MILLIS,
  TIME_MICROS,
  TIMESTAMP_MILLIS,
  TIMESTAMP_MICROS,
  TIMESTAMP_NANOS,
  LOCAL_TIMESTAMP_MILLIS,
  LOCAL_TIMESTAMP_MICROS,
  LOCAL_TIMESTAMP_NANOS,
  FLOAT,
  DOUBLE,
  STRING,
  ENUM,
  BYTES,
  FIXED,
  UUID,
  DECIMAL,
  NESTED;

  /** Whether the column is a time of day. */
  boolean time() {
    return this == TIME_MILLIS || this == TIME_MICROS;
  }

  /** Whether the column is a point in time. */
  boolean timestamp() {
    return this == TIMESTAMP_MILLIS || this == TIMESTAMP_MICROS || this == TIMESTAMP_NANOS;
  }

  /** Whether the column is a date with a time of day, of no time zone. */
  boolean local() {
    return this == LOCAL_TIMESTAMP_MILLIS
        || this == LOCAL_TIMESTAMP_MICROS
        || this == LOCAL_TIMESTAMP_NANOS;
  }

  /** Whether the column is stored as a count of parts of a second. */
  boolean ticks() {
    return time() || timestamp() || local();
  }

  /** Whether values are bytes whose order is that of unsigned bytes. */
  boolean bytes() {
    return this == STRING || this == ENUM || this == BYTES || this == FIXED || this == UUID;
  }

  /** Whether objects of a class, or values of a primitive type, can be values. */
  boolean takes(Class<?> given) {
    return switch (this) {
      case BOOLEAN -> given == boolean.class || given == Boolean.class;
      case INT -> whole(given);
      case DATE -> given == LocalDate.class || whole(given);
      case LONG -> longer(given);
      case TIME_MILLIS -> given == LocalTime.class || whole(given);
      case TIME_MICROS -> given == LocalTime.class || longer(given);
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS ->
          given == Instant.class || longer(given);
      case LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS, LOCAL_TIMESTAMP_NANOS ->
          given == LocalDateTime.class || longer(given);
      case FLOAT -> given == float.class || given == Float.class;
      case DOUBLE -> given == double.class || given == Double.class;
      case STRING -> text(given);
      case ENUM ->
          text(given)
              || Enum.class.isAssignableFrom(given)
              || GenericEnumSymbol.class.isAssignableFrom(given);
      case BYTES -> buffer(given);
      case FIXED -> buffer(given) || GenericFixed.class.isAssignableFrom(given);
      case UUID -> given == UUID.class || text(given) || GenericFixed.class.isAssignableFrom(given);
      case DECIMAL ->
          BigDecimal.class.isAssignableFrom(given)
              || ByteBuffer.class.isAssignableFrom(given)
              || GenericFixed.class.isAssignableFrom(given);
      case NESTED ->
          IndexedRecord.class.isAssignableFrom(given)
              || Record.class.isAssignableFrom(given)
              || Collection.class.isAssignableFrom(given)
              || Map.class.isAssignableFrom(given);
    };
  }

  private static boolean whole(Class<?> given) {
    return given == int.class || given == Integer.class;
  }

  private static boolean longer(Class<?> given) {
    return given == long.class || given == Long.class;
  }

  private static boolean text(Class<?> given) {
    return CharSequence.class.isAssignableFrom(given);
  }

  private static boolean buffer(Class<?> given) {
    return given == byte[].class || ByteBuffer.class.isAssignableFrom(given);
  }
}
