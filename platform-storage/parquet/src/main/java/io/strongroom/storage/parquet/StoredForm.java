package io.strongroom.storage.parquet;

import io.strongroom.storage.parquet.ColumnVector.Shape;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** From the values as a file stores them to those that a column is read as. */
enum StoredForm {
  /** As it is wanted. */
  SAME {
    @Override
    void convert(ColumnVector values, int count) {}
  },
  /** The bits of a {@code double}. */
  DOUBLE_BITS {
    @Override
    void convert(ColumnVector values, int count) {
      for (int index = 0; index < count; index++) {
        values.doubles[index] = Double.longBitsToDouble(values.longs[index]);
      }
    }
  },
  /** The bits of a {@code float}. */
  FLOAT_BITS {
    @Override
    void convert(ColumnVector values, int count) {
      for (int index = 0; index < count; index++) {
        values.doubles[index] = Float.intBitsToFloat((int) values.longs[index]);
      }
    }
  },
  /** A whole number that is read as a {@code double}. */
  WHOLE_NUMBER {
    @Override
    void convert(ColumnVector values, int count) {
      for (int index = 0; index < count; index++) {
        values.doubles[index] = values.longs[index];
      }
    }
  },
  /** The digits of a decimal as a number of any length, the highest byte first. */
  DIGITS {
    @Override
    void convert(ColumnVector values, int count) {
      byte[] data = values.data;
      for (int index = 0; index < count; index++) {
        values.longs[index] = number(data, values.offsets[index], values.lengths[index]);
      }
    }
  },
  /** The 36 characters of a UUID, of which its 16 bytes are wanted. */
  UUID_TEXT {
    @Override
    void convert(ColumnVector values, int count) {
      byte[] data = values.data;
      byte[] own = values.own((long) count * UuidText.BYTES);
      for (int index = 0; index < count; index++) {
        int at = index * UuidText.BYTES;
        if (!UuidText.parse(data, values.offsets[index], values.lengths[index], own, at)) {
          throw new DamagedPageException("a text that is no UUID");
        }
        values.offsets[index] = at;
        values.lengths[index] = UuidText.BYTES;
      }
      values.data = own;
    }
  },
  /** Nanoseconds of a day and the day, counted from noon of 24 November 4714 BC. */
  INT96_TIME {
    @Override
    void convert(ColumnVector values, int count) {
      byte[] data = values.data;
      for (int index = 0; index < count; index++) {
        int at = values.offsets[index];
        long day = LittleEndian.int32(data, at + Long.BYTES) - EPOCH_AS_JULIAN_DAY;
        long nanos = LittleEndian.int64(data, at);
        values.longs[index] = day * MICROS_A_DAY + Math.floorDiv(nanos, 1_000L);
      }
    }
  };

  private static final long EPOCH_AS_JULIAN_DAY = 2_440_588;
  private static final long MICROS_A_DAY = 86_400_000_000L;

  /** Brings the first values of a vector into the form of its shape. */
  abstract void convert(ColumnVector values, int count);

  private static long number(byte[] data, int from, int length) {
    if (length == 0) {
      throw new DamagedPageException("a decimal without digits");
    }
    long value = data[from];
    for (int index = 1; index < length; index++) {
      if (value != value << Byte.SIZE >> Byte.SIZE) {
        throw new DamagedPageException("a decimal of more digits than its column");
      }
      value = value << Byte.SIZE | (data[from + index] & 0xff);
    }
    return value;
  }

  /** Where the values of a column of a file are kept. */
  static Shape shape(SchemaColumn wanted, PrimitiveType stored) {
    return switch (wanted.kind()) {
      case BOOLEAN,
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
          LOCAL_TIMESTAMP_NANOS ->
          Shape.LONGS;
      case FLOAT, DOUBLE -> Shape.DOUBLES;
      case STRING, ENUM, BYTES, FIXED, UUID -> Shape.RANGES;
      case NESTED -> Shape.OBJECTS;
      case DECIMAL ->
          wanted.precision() <= ParquetSchema.INT64_DIGITS || whole(stored)
              ? Shape.LONGS
              : Shape.RANGES;
    };
  }

  private static boolean whole(PrimitiveType stored) {
    return switch (stored.getPrimitiveTypeName()) {
      case INT32, INT64 -> true;
      case BOOLEAN, FLOAT, DOUBLE, INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> false;
    };
  }

  /**
   * The form in which a column of a file has what is wanted.
   *
   * @return null when it cannot be brought into this shape
   */
  static @Nullable StoredForm of(PrimitiveType stored, SchemaColumn wanted) {
    Shape shape = shape(wanted, stored);
    return switch (stored.getPrimitiveTypeName()) {
      case BOOLEAN, INT64 -> shape == Shape.LONGS ? SAME : null;
      case INT32 -> shape == Shape.LONGS ? SAME : shape == Shape.DOUBLES ? WHOLE_NUMBER : null;
      case FLOAT -> shape == Shape.DOUBLES ? FLOAT_BITS : null;
      case DOUBLE -> shape == Shape.DOUBLES ? DOUBLE_BITS : null;
      case INT96 -> shape == Shape.LONGS ? INT96_TIME : null;
      case BINARY ->
          shape == Shape.LONGS
              ? DIGITS
              : shape == Shape.RANGES ? wanted.kind() == ColumnKind.UUID ? UUID_TEXT : SAME : null;
      case FIXED_LEN_BYTE_ARRAY ->
          shape == Shape.RANGES ? SAME : shape == Shape.LONGS ? DIGITS : null;
    };
  }
}
