package io.strongroom.storage.parquet;

import java.util.Set;
import java.util.function.Predicate;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.Type;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Decides whether a column of a file can be read as a column of a schema. */
final class FileTypes {
  private static final int UUID_BYTES = 16;
  private static final Predicate<TimeUnit> MILLIS = TimeUnit::isSetMILLIS;
  private static final Predicate<TimeUnit> MICROS = TimeUnit::isSetMICROS;
  private static final Predicate<TimeUnit> NANOS = TimeUnit::isSetNANOS;

  private FileTypes() {}

  /**
   * The type under which the column's values are decoded.
   *
   * @return null when the file's column holds something else
   */
  static @Nullable PrimitiveType decodable(SchemaElement element, SchemaColumn wanted) {
    FieldRepetitionType repetition = element.getRepetition_type();
    return repetition == FieldRepetitionType.REPEATED ? null : decodableLeaf(element, wanted);
  }

  /**
   * The type under which the values of a column are decoded, or of a leaf of a nested one.
   *
   * @return null when the file's column holds something else
   */
  static @Nullable PrimitiveType decodableLeaf(SchemaElement element, SchemaColumn wanted) {
    Type stored = element.getType();
    FieldRepetitionType repetition = element.getRepetition_type();
    if (stored == null || repetition == null) {
      return null;
    }
    if (!fits(element, stored, wanted)) {
      return null;
    }
    Types.PrimitiveBuilder<PrimitiveType> type =
        Types.primitive(
            PrimitiveTypeName.valueOf(name(stored)),
            repetition == FieldRepetitionType.OPTIONAL ? Repetition.OPTIONAL : Repetition.REQUIRED);
    if (stored == Type.FIXED_LEN_BYTE_ARRAY) {
      if (element.getType_length() <= 0 || element.getType_length() > ReaderLimits.PAGE_HEADER) {
        return null;
      }
      type = type.length(element.getType_length());
    }
    return type.named(element.getName());
  }

  /**
   * The column as which one of a file is read when nothing else is asked.
   *
   * @return null when it holds something that is not known here
   */
  static @Nullable SchemaColumn natural(SchemaElement element) {
    for (ColumnKind kind : ColumnKind.values()) {
      SchemaColumn wanted =
          new SchemaColumn(element.getName(), kind, true, true, type(element), false, Set.of());
      boolean decimal = kind == ColumnKind.DECIMAL;
      if (decimal == (type(element).getLogicalTypeAnnotation() != null)
          && decodable(element, wanted) != null) {
        return wanted;
      }
    }
    return null;
  }

  /** A type that says nothing but the digits of a decimal, and the length of bytes. */
  private static PrimitiveType type(SchemaElement element) {
    LogicalType logical = element.getLogicalType();
    boolean old = logical == null && element.getConverted_type() == ConvertedType.DECIMAL;
    boolean fixed =
        element.getType() == Type.FIXED_LEN_BYTE_ARRAY
            && logical == null
            && !old
            && element.getType_length() > 0;
    Types.PrimitiveBuilder<PrimitiveType> type =
        fixed
            ? Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, Repetition.OPTIONAL)
                .length(element.getType_length())
            : Types.primitive(PrimitiveTypeName.BINARY, Repetition.OPTIONAL);
    if (old || (logical != null && logical.isSetDECIMAL())) {
      int precision = old ? element.getPrecision() : logical.getDECIMAL().getPrecision();
      int scale = old ? element.getScale() : logical.getDECIMAL().getScale();
      if (precision > 0 && scale >= 0 && scale <= precision) {
        type = type.as(LogicalTypeAnnotation.decimalType(scale, precision));
      }
    }
    return type.named(element.getName());
  }

  private static String name(Type stored) {
    return stored == Type.BYTE_ARRAY ? "BINARY" : stored.name();
  }

  private static boolean fits(SchemaElement element, Type stored, SchemaColumn wanted) {
    LogicalType logical = element.getLogicalType();
    ConvertedType converted = element.getConverted_type();
    boolean bare = logical == null && converted == null;
    return switch (wanted.kind()) {
      case BOOLEAN -> stored == Type.BOOLEAN && bare;
      case DOUBLE ->
          ((stored == Type.DOUBLE || stored == Type.FLOAT) && bare)
              || (stored == Type.INT32 && (bare || signed(logical, converted, 32)));
      case INT -> stored == Type.INT32 && (bare || signed(logical, converted, 32));
      case LONG ->
          (stored == Type.INT64 && (bare || signed(logical, converted, 64)))
              || (stored == Type.INT32 && (bare || signed(logical, converted, 32)));
      case DATE ->
          stored == Type.INT32
              && (logical == null ? converted == ConvertedType.DATE : logical.isSetDATE());
      case TIME_MILLIS ->
          stored == Type.INT32 && time(logical, converted, ConvertedType.TIME_MILLIS, MILLIS);
      case TIME_MICROS ->
          stored == Type.INT64 && time(logical, converted, ConvertedType.TIME_MICROS, MICROS);
      case TIMESTAMP_MILLIS -> stored == Type.INT64 && timestamp(logical, converted, true, MILLIS);
      case TIMESTAMP_MICROS ->
          (stored == Type.INT64 && timestamp(logical, converted, true, MICROS))
              || (stored == Type.INT96 && bare);
      // parquet-avro stores nanoseconds as plain numbers.
      case TIMESTAMP_NANOS ->
          stored == Type.INT64 && (bare || timestamp(logical, converted, true, NANOS));
      case LOCAL_TIMESTAMP_MILLIS ->
          stored == Type.INT64 && timestamp(logical, converted, false, MILLIS);
      case LOCAL_TIMESTAMP_MICROS ->
          stored == Type.INT64 && timestamp(logical, converted, false, MICROS);
      case LOCAL_TIMESTAMP_NANOS ->
          stored == Type.INT64 && (bare || timestamp(logical, converted, false, NANOS));
      case FLOAT -> stored == Type.FLOAT && bare;
      case STRING, ENUM -> stored == Type.BYTE_ARRAY && text(logical, converted);
      case BYTES -> stored == Type.BYTE_ARRAY && bare;
      case FIXED ->
          stored == Type.FIXED_LEN_BYTE_ARRAY
              && bare
              && element.getType_length() == wanted.type().getTypeLength();
      case UUID ->
          (stored == Type.FIXED_LEN_BYTE_ARRAY
                  && element.getType_length() == UUID_BYTES
                  && (bare || (logical != null && logical.isSetUUID())))
              || (stored == Type.BYTE_ARRAY && text(logical, converted));
      case DECIMAL -> decimal(element, stored, wanted);
      case NESTED -> false;
    };
  }

  private static boolean text(@Nullable LogicalType logical, @Nullable ConvertedType converted) {
    return logical == null
        ? converted == ConvertedType.UTF8 || converted == ConvertedType.ENUM
        : logical.isSetSTRING() || logical.isSetENUM();
  }

  private static boolean signed(
      @Nullable LogicalType logical, @Nullable ConvertedType converted, int bits) {
    if (logical == null) {
      return converted == ConvertedType.INT_64
          ? bits == Long.SIZE
          : bits == Integer.SIZE
              && (converted == ConvertedType.INT_32
                  || converted == ConvertedType.INT_16
                  || converted == ConvertedType.INT_8);
    }
    return logical.isSetINTEGER()
        && logical.getINTEGER().isIsSigned()
        && (logical.getINTEGER().getBitWidth() > Integer.SIZE) == (bits > Integer.SIZE);
  }

  private static boolean time(
      @Nullable LogicalType logical,
      @Nullable ConvertedType converted,
      ConvertedType old,
      Predicate<TimeUnit> unit) {
    return logical == null
        ? converted == old
        : logical.isSetTIME() && unit.test(logical.getTIME().getUnit());
  }

  private static boolean timestamp(
      @Nullable LogicalType logical,
      @Nullable ConvertedType converted,
      boolean utc,
      Predicate<TimeUnit> unit) {
    if (logical == null) {
      return utc
          && ((converted == ConvertedType.TIMESTAMP_MILLIS && unit == MILLIS)
              || (converted == ConvertedType.TIMESTAMP_MICROS && unit == MICROS));
    }
    return logical.isSetTIMESTAMP()
        && logical.getTIMESTAMP().isIsAdjustedToUTC() == utc
        && unit.test(logical.getTIMESTAMP().getUnit());
  }

  private static boolean decimal(SchemaElement element, Type stored, SchemaColumn wanted) {
    LogicalType logical = element.getLogicalType();
    boolean old = logical == null && element.getConverted_type() == ConvertedType.DECIMAL;
    if (!old && (logical == null || !logical.isSetDECIMAL())) {
      return false;
    }
    int precision = old ? element.getPrecision() : logical.getDECIMAL().getPrecision();
    int scale = old ? element.getScale() : logical.getDECIMAL().getScale();
    boolean numeric =
        stored == Type.INT32
            || stored == Type.INT64
            || stored == Type.BYTE_ARRAY
            || stored == Type.FIXED_LEN_BYTE_ARRAY;
    return numeric && scale == wanted.scale() && precision > 0 && precision <= wanted.precision();
  }
}
