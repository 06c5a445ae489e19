package io.strongroom.storage.parquet;

import java.util.Set;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * A column of a schema.
 *
 * @param nullable whether a row may have no value in it
 * @param statistics whether smallest and largest value may stand in the file's footer
 * @param stored its type in a file
 * @param split whether pages of floating-point numbers may be BYTE_STREAM_SPLIT
 * @param symbols what an {@code enum} may be; empty for others
 */
record SchemaColumn(
    String name,
    ColumnKind kind,
    boolean nullable,
    boolean statistics,
    Type stored,
    boolean split,
    Set<String> symbols) {

  SchemaColumn {
    symbols = Set.copyOf(symbols);
  }

  SchemaColumn withoutStatistics() {
    return new SchemaColumn(name, kind, nullable, false, stored, split, symbols);
  }

  SchemaColumn splitting() {
    return new SchemaColumn(name, kind, nullable, statistics, stored, true, symbols);
  }

  /** The type of a column that is not nested. */
  PrimitiveType type() {
    return stored.asPrimitiveType();
  }

  int precision() {
    return decimal().getPrecision();
  }

  int scale() {
    return decimal().getScale();
  }

  private DecimalLogicalTypeAnnotation decimal() {
    if (stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal;
    }
    throw new IllegalStateException("column '" + name + "' is no decimal");
  }
}
