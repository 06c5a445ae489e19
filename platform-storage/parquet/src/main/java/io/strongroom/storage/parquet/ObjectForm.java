package io.strongroom.storage.parquet;

import java.lang.reflect.Type;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** As which objects the values of a file are given: those of Avro, or of Java record classes. */
interface ObjectForm {

  /** Makes the object of a value that is not null. */
  interface Leaf {
    Object get(ColumnVector values, int index);
  }

  /** Makes a record of the values of its fields, in their order. */
  interface Maker {
    Object make(@Nullable Object[] fields);
  }

  /**
   * How values become objects.
   *
   * @param type the Avro type of the values, not a union
   * @param target the Java type that the objects must have
   * @throws ParquetFileException SCHEMA_REFUSED when they cannot have it
   */
  Leaf leaf(SchemaColumn column, Schema type, Type target);

  /** How fields become a record. */
  Maker record(Schema type, Type target);

  /** The Java type that a field's values must have. */
  Type field(Schema.Field field, Type record);
}
