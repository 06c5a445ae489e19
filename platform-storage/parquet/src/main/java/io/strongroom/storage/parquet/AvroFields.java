package io.strongroom.storage.parquet;

import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Enumeration;
import io.strongroom.storage.schema.FieldType.Fixed;
import io.strongroom.storage.schema.FieldType.ListOf;
import io.strongroom.storage.schema.FieldType.MapOf;
import io.strongroom.storage.schema.FieldType.Member;
import io.strongroom.storage.schema.FieldType.RecordOf;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Types and defaults of fields, from Avro and to Avro. */
final class AvroFields {
  private AvroFields() {}

  /** A type at a place that may be empty. */
  record Slot(FieldType type, boolean nullable) {}

  static Slot slot(Schema schema) {
    if (!schema.isUnion()) {
      return new Slot(type(schema), false);
    }
    List<Schema> branches = schema.getTypes();
    List<Schema> values =
        branches.stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (values.size() != 1 || branches.size() > 2) {
      throw new IllegalArgumentException("a union of anything but null and one type");
    }
    return new Slot(type(values.get(0)), branches.size() == 2);
  }

  private static FieldType type(Schema schema) {
    String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    return switch (schema.getType()) {
      case BOOLEAN -> plain(logical, Scalar.BOOLEAN);
      case INT ->
          switch (logical) {
            case "date" -> Scalar.DATE;
            case "time-millis" -> Scalar.TIME_MILLIS;
            default -> plain(logical, Scalar.INT);
          };
      case LONG ->
          switch (logical) {
            case "time-micros" -> Scalar.TIME_MICROS;
            case "timestamp-millis" -> Scalar.TIMESTAMP_MILLIS;
            case "timestamp-micros" -> Scalar.TIMESTAMP_MICROS;
            case "timestamp-nanos" -> Scalar.TIMESTAMP_NANOS;
            case "local-timestamp-millis" -> Scalar.LOCAL_TIMESTAMP_MILLIS;
            case "local-timestamp-micros" -> Scalar.LOCAL_TIMESTAMP_MICROS;
            case "local-timestamp-nanos" -> Scalar.LOCAL_TIMESTAMP_NANOS;
            default -> plain(logical, Scalar.LONG);
          };
      case FLOAT -> plain(logical, Scalar.FLOAT);
      case DOUBLE -> plain(logical, Scalar.DOUBLE);
      case STRING -> logical.equals("uuid") ? Scalar.UUID : plain(logical, Scalar.STRING);
      case BYTES -> logical.equals("decimal") ? decimal(schema) : plain(logical, Scalar.BYTES);
      case FIXED ->
          switch (logical) {
            case "decimal" -> decimal(schema);
            case "uuid" -> Scalar.UUID;
            default -> plain(logical, new Fixed(schema.getFixedSize()));
          };
      case ENUM -> new Enumeration(schema.getEnumSymbols());
      case ARRAY -> {
        Slot element = slot(schema.getElementType());
        yield new ListOf(element.type(), element.nullable());
      }
      case MAP -> {
        Slot value = slot(schema.getValueType());
        yield new MapOf(value.type(), value.nullable());
      }
      case RECORD -> {
        List<Member> members = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
          Slot member = slot(field.schema());
          members.add(new Member(field.name(), member.type(), member.nullable()));
        }
        yield new RecordOf(members);
      }
      case UNION, NULL -> throw new IllegalArgumentException("a type that holds nothing else");
    };
  }

  private static FieldType plain(String logical, FieldType type) {
    if (!logical.isEmpty()) {
      throw new IllegalArgumentException("the logical type " + logical + " is not supported");
    }
    return type;
  }

  private static FieldType decimal(Schema schema) {
    LogicalTypes.Decimal decimal = (LogicalTypes.Decimal) schema.getLogicalType();
    return new Decimal(decimal.getPrecision(), decimal.getScale());
  }

  /** The default of a field, as text; empty where there is none, or it is no value. */
  static Optional<String> defaultText(Schema.Field field, FieldType type) {
    Object value = field.hasDefaultValue() ? field.defaultVal() : null;
    if (value == null || value == JsonProperties.NULL_VALUE) {
      return Optional.empty();
    }
    if (type instanceof Decimal decimal && value instanceof byte[] digits) {
      return Optional.of(new BigDecimal(new BigInteger(digits), decimal.scale()).toPlainString());
    }
    if (type == Scalar.DATE) {
      return Optional.of(LocalDate.ofEpochDay(((Number) value).longValue()).toString());
    }
    if (type == Scalar.TIMESTAMP_MICROS) {
      return Optional.of(
          Instant.EPOCH.plus(((Number) value).longValue(), ChronoUnit.MICROS).toString());
    }
    return Optional.of(String.valueOf(value));
  }

  static Schema.Field field(SchemaField field) {
    Schema type = schema(field.type(), field.name());
    Optional<String> value = field.defaultValue();
    if (!field.nullable()) {
      return value.isEmpty()
          ? new Schema.Field(field.name(), type, null)
          : new Schema.Field(field.name(), type, null, defaultOf(field.type(), value.get()));
    }
    Schema nothing = Schema.create(Schema.Type.NULL);
    return value.isEmpty()
        ? new Schema.Field(
            field.name(), Schema.createUnion(nothing, type), null, JsonProperties.NULL_VALUE)
        : new Schema.Field(
            field.name(),
            Schema.createUnion(type, nothing),
            null,
            defaultOf(field.type(), value.get()));
  }

  private static Object defaultOf(FieldType type, String text) {
    if (type instanceof Decimal) {
      return new BigDecimal(text).unscaledValue().toByteArray();
    }
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case BOOLEAN -> Boolean.valueOf(text);
        case INT -> Integer.valueOf(text);
        case LONG -> Long.valueOf(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case DATE -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
        case TIMESTAMP_MICROS -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
        default -> text;
      };
    }
    return text;
  }

  /** The Avro type; named types are called after the place where they stand. */
  private static Schema schema(FieldType type, String place) {
    if (type instanceof Decimal decimal) {
      return LogicalTypes.decimal(decimal.precision(), decimal.scale())
          .addToSchema(Schema.create(Schema.Type.BYTES));
    }
    if (type instanceof Fixed fixed) {
      return Schema.createFixed(place + "_fixed", null, null, fixed.size());
    }
    if (type instanceof Enumeration names) {
      return Schema.createEnum(place + "_enum", null, null, names.symbols());
    }
    if (type instanceof ListOf list) {
      return Schema.createArray(maybe(schema(list.element(), place + "_item"), list.nullable()));
    }
    if (type instanceof MapOf map) {
      return Schema.createMap(maybe(schema(map.value(), place + "_value"), map.nullable()));
    }
    if (type instanceof RecordOf record) {
      List<Schema.Field> fields = new ArrayList<>();
      for (Member member : record.members()) {
        Schema inner = schema(member.type(), place + "_" + member.name());
        fields.add(new Schema.Field(member.name(), maybe(inner, member.nullable()), null));
      }
      return Schema.createRecord(place + "_record", null, null, false, fields);
    }
    return scalar((Scalar) type);
  }

  private static Schema maybe(Schema schema, boolean nullable) {
    return nullable ? Schema.createUnion(Schema.create(Schema.Type.NULL), schema) : schema;
  }

  private static Schema scalar(Scalar scalar) {
    return switch (scalar) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT -> Schema.create(Schema.Type.INT);
      case LONG -> Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case STRING -> Schema.create(Schema.Type.STRING);
      case BYTES -> Schema.create(Schema.Type.BYTES);
      case DATE -> of(Schema.Type.INT, LogicalTypes.date());
      case TIME_MILLIS -> of(Schema.Type.INT, LogicalTypes.timeMillis());
      case TIME_MICROS -> of(Schema.Type.LONG, LogicalTypes.timeMicros());
      case TIMESTAMP_MILLIS -> of(Schema.Type.LONG, LogicalTypes.timestampMillis());
      case TIMESTAMP_MICROS -> of(Schema.Type.LONG, LogicalTypes.timestampMicros());
      case TIMESTAMP_NANOS -> of(Schema.Type.LONG, LogicalTypes.timestampNanos());
      case LOCAL_TIMESTAMP_NANOS -> of(Schema.Type.LONG, LogicalTypes.localTimestampNanos());
      case LOCAL_TIMESTAMP_MILLIS -> of(Schema.Type.LONG, LogicalTypes.localTimestampMillis());
      case LOCAL_TIMESTAMP_MICROS -> of(Schema.Type.LONG, LogicalTypes.localTimestampMicros());
      case UUID -> of(Schema.Type.STRING, LogicalTypes.uuid());
    };
  }

  private static Schema of(Schema.Type type, LogicalType logical) {
    return logical.addToSchema(Schema.create(type));
  }
}
