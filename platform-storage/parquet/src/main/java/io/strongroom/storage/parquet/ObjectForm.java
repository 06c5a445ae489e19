package io.strongroom.storage.parquet;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
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

  /** The Java type that the elements of a list must have. */
  Type element(Type list);

  /** The Java type that the keys of a map must have. */
  Type key(Type map);

  /** The Java type that the values of a map must have. */
  Type value(Type map);

  /** A list of elements. */
  Object list(List<@Nullable Object> elements);

  /** A map. */
  Object map(Map<Object, @Nullable Object> entries);

  /**
   * The default of a field that a file lacks, made anew.
   *
   * @throws org.apache.avro.AvroRuntimeException when it has none of this form
   */
  @Nullable Object defaultOf(Schema.Field field);
}
