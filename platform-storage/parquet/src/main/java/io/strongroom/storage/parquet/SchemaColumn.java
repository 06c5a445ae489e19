package io.strongroom.storage.parquet;

import java.util.Set;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * A column of a schema.
 *
 * @param nullable whether a row may have no value in it
 * @param statistics whether smallest and largest value may stand in the file's footer
 * @param symbols what an {@code enum} may be; empty for others
 */
record SchemaColumn(
    String name,
    ColumnKind kind,
    boolean nullable,
    boolean statistics,
    PrimitiveType type,
    Set<String> symbols) {

  SchemaColumn {
    symbols = Set.copyOf(symbols);
  }

  SchemaColumn withoutStatistics() {
    return new SchemaColumn(name, kind, nullable, false, type, symbols);
  }

  int precision() {
    return decimal().getPrecision();
  }

  int scale() {
    return decimal().getScale();
  }

  private DecimalLogicalTypeAnnotation decimal() {
    if (type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal;
    }
    throw new IllegalStateException("column '" + name + "' is no decimal");
  }
}
