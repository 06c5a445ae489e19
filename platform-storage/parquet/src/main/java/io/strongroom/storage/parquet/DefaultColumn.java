package io.strongroom.storage.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.jspecify.annotations.Nullable;

/** A column that a file lacks because it is older: the default of the schema in every row. */
final class DefaultColumn implements BatchColumn {
  private final ColumnVector vector;
  private final boolean absent;
  private final @Nullable Supplier<@Nullable Object> objects;

  /**
   * Takes the default of a field.
   *
   * @param field has one
   */
  DefaultColumn(FileLabel file, ColumnVector vector, Schema.Field field) {
    this.vector = vector;
    Object value;
    try {
      value = GenericData.get().getDefaultValue(field);
      fill(value);
    } catch (AvroRuntimeException | ClassCastException | ArithmeticException failed) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "it has no column '" + field.name() + "', whose default is of another type",
          failed);
    }
    this.absent = value == null;
    this.objects = null;
  }

  /** Takes the default of a nested column, made anew for each row. */
  DefaultColumn(ColumnVector vector, Supplier<@Nullable Object> objects) {
    this.vector = vector;
    this.absent = false;
    this.objects = objects;
  }

  private void fill(@Nullable Object value) {
    if (value == null) {
      return;
    }
    switch (vector.shape) {
      case LONGS -> Arrays.fill(vector.longs, whole(value));
      case DOUBLES -> Arrays.fill(vector.doubles, ((Number) value).doubleValue());
      case OBJECTS -> throw new IllegalArgumentException("a nested column");
      case RANGES -> {
        vector.data = bytes(value);
        Arrays.fill(vector.lengths, vector.data.length);
      }
    }
  }

  private static long whole(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    return value instanceof Number number
        ? number.longValue()
        : new BigInteger(raw(value)).longValueExact();
  }

  private byte[] bytes(Object value) {
    if (vector.column().kind() != ColumnKind.UUID || !(value instanceof CharSequence text)) {
      return raw(value);
    }
    byte[] bytes = new byte[UuidText.BYTES];
    if (!UuidText.parse(text, bytes, 0)) {
      throw new AvroRuntimeException("the default is no UUID");
    }
    return bytes;
  }

  private static byte[] raw(Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return value instanceof GenericFixed fixed
        ? fixed.bytes()
        : value.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long pageEnd(long wanted) {
    return Long.MAX_VALUE;
  }

  @Override
  public void read(long first, int count) {
    if (objects != null) {
      for (int row = 0; row < count; row++) {
        vector.object(row, objects.get());
      }
      vector.objects(count);
    } else if (absent) {
      vector.onlyNulls(count);
    } else {
      vector.withoutNulls(count);
    }
  }
}
