package io.strongroom.storage.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.apache.avro.generic.GenericFixed;
import org.jspecify.annotations.Nullable;

/** Sets columns of a row to objects. */
final class RowObjects {
  private final ValueTarget row;

  RowObjects(ValueTarget row) {
    this.row = row;
  }

  void setInstant(int column, Instant value) {
    ColumnKind kind = row.kind(column);
    if (!kind.timestamp()) {
      throw row.otherKind(column, "timestamp");
    }
    try {
      row.setNumber(column, kind, Ticks.of(kind, value));
    } catch (ArithmeticException tooFar) {
      throw row.refused(column, "a time beyond 64 bits of its unit");
    }
  }

  void setLocal(int column, LocalDateTime value) {
    ColumnKind kind = row.kind(column);
    if (!kind.local()) {
      throw row.otherKind(column, "local timestamp");
    }
    try {
      row.setNumber(column, kind, Ticks.of(kind, value));
    } catch (ArithmeticException tooFar) {
      throw row.refused(column, "a time beyond 64 bits of its unit");
    }
  }

  void setTime(int column, LocalTime value) {
    ColumnKind kind = row.kind(column);
    if (!kind.time()) {
      throw row.otherKind(column, "time");
    }
    row.setNumber(column, kind, Ticks.of(kind, value));
  }

  void setTicks(int column, long value) {
    ColumnKind kind = row.kind(column);
    if (!kind.ticks()) {
      throw row.otherKind(column, "time or timestamp");
    }
    if (kind.time() && !Ticks.ofDay(kind, value)) {
      throw row.refused(column, "a time that is not within a day");
    }
    row.setNumber(column, kind, value);
  }

  void setDate(int column, LocalDate value) {
    long day = value.toEpochDay();
    if (day != (int) day) {
      throw row.refused(column, "a day beyond 32 bits");
    }
    row.setNumber(column, ColumnKind.DATE, day);
  }

  void setUuid(int column, UUID value) {
    if (row.kind(column) != ColumnKind.UUID) {
      throw row.otherKind(column, "uuid");
    }
    row.setUuid(column, value.getMostSignificantBits(), value.getLeastSignificantBits());
  }

  private void setUuid(int column, CharSequence text) {
    byte[] bytes = new byte[UuidText.BYTES];
    if (!UuidText.parse(text, bytes, 0)) {
      throw row.refused(column, "a text that is no UUID");
    }
    row.setBytes(column, bytes, 0, bytes.length);
  }

  private void setBuffer(int column, ByteBuffer value) {
    byte[] bytes = bytes(value);
    row.setBytes(column, bytes, 0, bytes.length);
  }

  private static byte[] bytes(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return bytes;
  }

  private void setDigits(int column, byte[] digits) {
    if (digits.length == 0) {
      throw row.refused(column, "a decimal of no bytes");
    }
    row.setDecimal(column, new BigDecimal(new BigInteger(digits), row.scale(column)));
  }

  void set(int column, @Nullable Object value) {
    if (value == null) {
      row.setNull(column);
      return;
    }
    ColumnKind kind = row.kind(column);
    if (!kind.takes(value.getClass())) {
      throw row.refused(
          column, "a " + value.getClass().getName() + ", but the column is a " + kind);
    }
    switch (kind) {
      case BOOLEAN -> row.setNumber(column, kind, (Boolean) value ? 1 : 0);
      case FLOAT -> row.setNumber(column, kind, Float.floatToRawIntBits((Float) value));
      case DOUBLE -> row.setNumber(column, kind, Double.doubleToRawLongBits((Double) value));
      case INT, LONG -> row.setNumber(column, kind, ((Number) value).longValue());
      case DATE -> {
        if (value instanceof LocalDate date) {
          setDate(column, date);
        } else {
          row.setNumber(column, kind, (Integer) value);
        }
      }
      case TIME_MILLIS, TIME_MICROS -> {
        if (value instanceof LocalTime time) {
          setTime(column, time);
        } else {
          setTicks(column, ((Number) value).longValue());
        }
      }
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS -> {
        if (value instanceof Instant instant) {
          setInstant(column, instant);
        } else {
          row.setNumber(column, kind, (Long) value);
        }
      }
      case LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS, LOCAL_TIMESTAMP_NANOS -> {
        if (value instanceof LocalDateTime time) {
          setLocal(column, time);
        } else {
          row.setNumber(column, kind, (Long) value);
        }
      }
      case STRING -> {
        if (value instanceof org.apache.avro.util.Utf8 encoded) {
          row.setUtf8(column, encoded.getBytes(), 0, encoded.getByteLength());
        } else {
          row.setText(column, (CharSequence) value);
        }
      }
      case ENUM ->
          row.setText(column, value instanceof Enum<?> one ? one.name() : value.toString());
      case BYTES, FIXED -> setBytes(column, value);
      case UUID -> {
        if (value instanceof UUID uuid) {
          setUuid(column, uuid);
        } else if (value instanceof CharSequence text) {
          setUuid(column, text);
        } else {
          setBytes(column, value);
        }
      }
      case NESTED -> row.setNested(column, value);
      case DECIMAL -> {
        if (value instanceof BigDecimal decimal) {
          row.setDecimal(column, decimal);
        } else if (value instanceof GenericFixed fixed) {
          setDigits(column, fixed.bytes());
        } else {
          setDigits(column, bytes((ByteBuffer) value));
        }
      }
    }
  }

  private void setBytes(int column, Object value) {
    if (value instanceof ByteBuffer buffer) {
      setBuffer(column, buffer);
    } else {
      byte[] bytes = value instanceof GenericFixed fixed ? fixed.bytes() : (byte[]) value;
      row.setBytes(column, bytes, 0, bytes.length);
    }
  }
}
