package io.strongroom.storage.parquet;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Decides whether a column of a file can be read as a column of a schema. */
final class FileTypes {
  private FileTypes() {}

  /**
   * The type under which the column's values are decoded.
   *
   * @return null when the file's column holds something else
   */
  static @Nullable PrimitiveType decodable(SchemaElement element, SchemaColumn wanted) {
    Type stored = element.getType();
    FieldRepetitionType repetition = element.getRepetition_type();
    if (stored == null || repetition == null || repetition == FieldRepetitionType.REPEATED) {
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
      SchemaColumn wanted = new SchemaColumn(element.getName(), kind, true, true, type(element));
      boolean decimal = kind == ColumnKind.DECIMAL;
      if (decimal == (type(element).getLogicalTypeAnnotation() != null)
          && decodable(element, wanted) != null) {
        return wanted;
      }
    }
    return null;
  }

  /** A type that says nothing but the digits of a decimal. */
  private static PrimitiveType type(SchemaElement element) {
    LogicalType logical = element.getLogicalType();
    boolean old = logical == null && element.getConverted_type() == ConvertedType.DECIMAL;
    Types.PrimitiveBuilder<PrimitiveType> type =
        Types.primitive(PrimitiveTypeName.BINARY, Repetition.OPTIONAL);
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
      case TIMESTAMP_MICROS ->
          (stored == Type.INT64 && utcMicros(logical, converted)) || (stored == Type.INT96 && bare);
      case STRING ->
          stored == Type.BYTE_ARRAY
              && (logical == null ? converted == ConvertedType.UTF8 : logical.isSetSTRING());
      case DECIMAL -> decimal(element, stored, wanted);
    };
  }

  private static boolean signed(
      @Nullable LogicalType logical, @Nullable ConvertedType converted, int bits) {
    if (logical == null) {
      return converted == (bits == 32 ? ConvertedType.INT_32 : ConvertedType.INT_64);
    }
    return logical.isSetINTEGER()
        && logical.getINTEGER().isIsSigned()
        && logical.getINTEGER().getBitWidth() == bits;
  }

  private static boolean utcMicros(
      @Nullable LogicalType logical, @Nullable ConvertedType converted) {
    if (logical == null) {
      return converted == ConvertedType.TIMESTAMP_MICROS;
    }
    return logical.isSetTIMESTAMP()
        && logical.getTIMESTAMP().isIsAdjustedToUTC()
        && logical.getTIMESTAMP().getUnit().isSetMICROS();
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
