package io.strongroom.storage.parquet;

import java.lang.reflect.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro's objects, as its own readers give them: plain types, or those of the conversions that the
 * model has.
 */
final class AvroForm implements ObjectForm {
  private static final String STRING_CLASS = "avro.java.string";

  private final FileLabel file;
  private final GenericData model;

  AvroForm(FileLabel file, GenericData model) {
    this.file = file;
    this.model = model;
  }

  @Override
  public Leaf leaf(SchemaColumn column, Schema type, Type target) {
    Leaf plain = plain(column, type);
    if (column.kind() == ColumnKind.NESTED) {
      return plain;
    }
    Conversion<?> conversion =
        type.getLogicalType() == null ? null : model.getConversionFor(type.getLogicalType());
    return conversion == null
        ? plain
        : (values, index) ->
            Conversions.convertToLogicalType(
                plain.get(values, index), type, type.getLogicalType(), conversion);
  }

  private Leaf plain(SchemaColumn column, Schema type) {
    return switch (column.kind()) {
      case BOOLEAN -> (values, index) -> values.longs[index] != 0;
      case INT, DATE, TIME_MILLIS -> (values, index) -> (int) values.longs[index];
      case LONG,
          TIME_MICROS,
          TIMESTAMP_MILLIS,
          TIMESTAMP_MICROS,
          TIMESTAMP_NANOS,
          LOCAL_TIMESTAMP_MILLIS,
          LOCAL_TIMESTAMP_MICROS,
          LOCAL_TIMESTAMP_NANOS ->
          (values, index) -> values.longs[index];
      case FLOAT -> (values, index) -> (float) values.doubles[index];
      case DOUBLE -> (values, index) -> values.doubles[index];
      case STRING -> (values, index) -> text(type, values.getString(index));
      case ENUM -> (values, index) -> symbol(column, type, values.getString(index));
      case BYTES -> (values, index) -> ByteBuffer.wrap(values.getBytes(index));
      case FIXED -> (values, index) -> model.createFixed(null, values.getBytes(index), type);
      case UUID ->
          type.getType() == Schema.Type.FIXED
              ? (values, index) -> model.createFixed(null, values.copy(index), type)
              : (values, index) -> text(type, values.getUuid(index).toString());
      case NESTED -> (values, index) -> values.getObject(index);
      case DECIMAL -> (values, index) -> decimal(type, values.getDecimal(index).unscaledValue());
    };
  }

  private static CharSequence text(Schema type, String text) {
    return GenericData.StringType.String.name().equals(type.getProp(STRING_CLASS))
        ? text
        : new Utf8(text);
  }

  private Object symbol(SchemaColumn column, Schema type, String text) {
    String symbol = type.hasEnumSymbol(text) ? text : type.getEnumDefault();
    if (symbol == null) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "column '" + column.name() + "' holds a symbol that the schema lacks",
          null);
    }
    return model.createEnum(symbol, type);
  }

  private Object decimal(Schema type, BigInteger unscaled) {
    if (type.getType() != Schema.Type.FIXED) {
      return ByteBuffer.wrap(unscaled.toByteArray());
    }
    return model.createFixed(null, Decimals.padded(unscaled, type.getFixedSize()), type);
  }

  @Override
  public Maker record(Schema type, Type target) {
    List<Schema.Field> fields = type.getFields();
    Supplier<Object> maker =
        target instanceof Class<?> known && SpecificRecord.class.isAssignableFrom(known)
            ? () -> SpecificData.newInstance(known, type)
            : () -> model.newRecord(null, type);
    Schema own = schemaOf(maker, type);
    int[] positions = new int[fields.size()];
    for (int index = 0; index < positions.length; index++) {
      Schema.Field field = own.getField(fields.get(index).name());
      if (field == null) {
        throw new ParquetFileException(
            ParquetErrorCode.SCHEMA_REFUSED,
            "column '" + fields.get(index).name() + "' has no field in " + own.getFullName());
      }
      positions[index] = field.pos();
    }
    return values -> {
      Object record = maker.get();
      for (int index = 0; index < positions.length; index++) {
        model.setField(record, fields.get(index).name(), positions[index], values[index]);
      }
      return record;
    };
  }

  /** The schema of the records made, whose class may have more fields than are read. */
  private static Schema schemaOf(Supplier<Object> maker, Schema type) {
    try {
      return maker.get() instanceof IndexedRecord record ? record.getSchema() : type;
    } catch (SecurityException | AvroRuntimeException failed) {
      throw new ParquetFileException(
          ParquetErrorCode.SCHEMA_REFUSED,
          "records '" + type.getFullName() + "' cannot be made",
          failed);
    }
  }

  @Override
  public Type field(Schema.Field field, Type record) {
    return Object.class;
  }

  @Override
  public Type element(Type list) {
    return Object.class;
  }

  @Override
  public Type key(Type map) {
    return Object.class;
  }

  @Override
  public Type value(Type map) {
    return Object.class;
  }

  @Override
  public Object list(List<@Nullable Object> elements) {
    return elements;
  }

  @Override
  public Object map(Map<Object, @Nullable Object> entries) {
    return entries;
  }

  @Override
  public @Nullable Object defaultOf(Schema.Field field) {
    return model.deepCopy(field.schema(), model.getDefaultValue(field));
  }
}
