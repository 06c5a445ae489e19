package io.strongroom.storage.parquet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Parquet file of records: Avro's, generic or specific, or those of a Java record class,
 * whose components are bound to columns once.
 *
 * <p>A record that is refused is not written, nor any part of it; the writing goes on. For the rest
 * as {@link ParquetRowWriter}, of which it is a face: for one thread, closed by the caller, a file
 * only after {@link #finish}.
 *
 * @param <T> the records
 */
public final class ParquetRecordWriter<T> implements AutoCloseable {
  private final ParquetRowWriter out;
  private final Binding<T> binding;

  /** How the values of a record come into the columns. */
  private interface Binding<T> {
    void set(ParquetRowWriter out, T row) throws Throwable;
  }

  private ParquetRecordWriter(ParquetRowWriter out, Binding<T> binding) {
    this.out = out;
    this.binding = binding;
  }

  /**
   * A writer of Avro records of the schema that the file has. A value may be of the field's plain
   * type or of its logical one: {@code Long} or {@code Instant}, {@code Integer} or {@code
   * LocalDate}, {@code ByteBuffer} or {@code BigDecimal}, and so on.
   *
   * @param out belongs to the new writer, which closes it
   */
  public static ParquetRecordWriter<IndexedRecord> ofAvro(ParquetRowWriter out) {
    return new ParquetRecordWriter<>(out, new AvroBinding(out.schema()));
  }

  /**
   * A writer of Java records. Each column has a component of its name, or of its name in camel case
   * ({@code customer_id}: {@code customerId}); components without a column are left out. Nested
   * columns take record classes in the same way, {@code List}s and {@code Map}s.
   *
   * @param out belongs to the new writer, which closes it
   * @param type the record class
   * @param lookup of the application, which may call the components' accessors
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when a column has no
   *     component, or one of a type that does not fit it
   */
  public static <T extends Record> ParquetRecordWriter<T> of(
      ParquetRowWriter out, Class<T> type, MethodHandles.Lookup lookup) {
    out.access(new ComponentAccess(lookup));
    return new ParquetRecordWriter<>(out, recordBinding(out.schema(), type, lookup));
  }

  private static <T> Binding<T> recordBinding(
      ParquetSchema schema, Class<T> type, MethodHandles.Lookup lookup) {
    Map<String, RecordComponent> components = new HashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(component.getName(), component);
    }
    List<SchemaColumn> columns = schema.schemaColumns();
    List<Binding<Object>> fields =
        columns.stream()
            .map(
                column -> {
                  RecordComponent component = components.get(column.name());
                  if (component == null) {
                    component = components.get(ComponentNames.camelCase(column.name()));
                  }
                  if (component == null) {
                    throw refused(column, "has no component in " + type.getName());
                  }
                  return field(schema, column, component, lookup);
                })
            .toList();
    return (out, row) -> {
      for (Binding<Object> field : fields) {
        field.set(out, row);
      }
    };
  }

  private static Binding<Object> field(
      ParquetSchema schema,
      SchemaColumn column,
      RecordComponent component,
      MethodHandles.Lookup lookup) {
    Class<?> given = component.getType();
    if (!column.kind().takes(given)) {
      throw refused(column, "is a " + column.kind() + " and its component a " + given.getName());
    }
    return given.isPrimitive()
        ? primitive(schema.index(column.name()), column, component, lookup)
        : reference(schema.index(column.name()), accessor(column, component, lookup));
  }

  private static Binding<Object> reference(int index, MethodHandle accessor) {
    MethodHandle get =
        accessor.asType(
            accessor.type().changeParameterType(0, Object.class).changeReturnType(Object.class));
    return (out, row) -> out.setObject(index, (Object) get.invokeExact(row));
  }

  private static Binding<Object> primitive(
      int index, SchemaColumn column, RecordComponent component, MethodHandles.Lookup lookup) {
    MethodHandle accessor = accessor(column, component, lookup);
    MethodHandle get = accessor.asType(accessor.type().changeParameterType(0, Object.class));
    return switch (column.kind()) {
      case BOOLEAN -> (out, row) -> out.setBoolean(index, (boolean) get.invokeExact(row));
      case INT -> (out, row) -> out.setInt(index, (int) get.invokeExact(row));
      case LONG -> (out, row) -> out.setLong(index, (long) get.invokeExact(row));
      case DOUBLE -> (out, row) -> out.setDouble(index, (double) get.invokeExact(row));
      case FLOAT -> (out, row) -> out.setFloat(index, (float) get.invokeExact(row));
      case TIME_MICROS,
          TIMESTAMP_MILLIS,
          TIMESTAMP_MICROS,
          TIMESTAMP_NANOS,
          LOCAL_TIMESTAMP_MILLIS,
          LOCAL_TIMESTAMP_MICROS,
          LOCAL_TIMESTAMP_NANOS ->
          (out, row) -> out.setTicks(index, (long) get.invokeExact(row));
      case DATE, TIME_MILLIS, STRING, ENUM, BYTES, FIXED, UUID, DECIMAL, NESTED ->
          (out, row) -> out.setObject(index, get.invoke(row));
    };
  }

  private static MethodHandle accessor(
      SchemaColumn column, RecordComponent component, MethodHandles.Lookup lookup) {
    try {
      return lookup.unreflect(component.getAccessor());
    } catch (IllegalAccessException hidden) {
      throw new ParquetFileException(
          ParquetErrorCode.SCHEMA_REFUSED,
          "the component of column '" + column.name() + "' is hidden from the lookup",
          hidden);
    }
  }

  private static ParquetFileException refused(SchemaColumn column, String what) {
    return new ParquetFileException(
        ParquetErrorCode.SCHEMA_REFUSED, "column '" + column.name() + "' " + what);
  }

  /**
   * Adds a record.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#VALUE_REFUSED} when a value does not fit
   *     its column or a required one is null; the record is not written. Others end the writing
   */
  public void write(T row) {
    try {
      binding.set(out, row);
    } catch (RuntimeException | Error failed) {
      out.clearRow();
      throw failed;
    } catch (Throwable thrown) {
      out.clearRow();
      throw new IllegalStateException("a record's accessor failed", thrown);
    }
    out.endRow();
  }

  /** Ends the file, as {@link ParquetRowWriter#finish} does. */
  public ParquetFileFacts finish() {
    return out.finish();
  }

  @Override
  public void close() {
    out.close();
  }

  private static final class AvroBinding implements Binding<IndexedRecord> {
    private final Schema schema;
    private final int count;
    private @Nullable Schema known;

    AvroBinding(ParquetSchema schema) {
      this.schema = schema.avro();
      this.count = schema.schemaColumns().size();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a schema that was compared is not compared again
    public void set(ParquetRowWriter out, IndexedRecord row) {
      Schema given = row.getSchema();
      if (given != known) {
        if (!given.getFields().equals(schema.getFields())) {
          throw new ParquetFileException(
              ParquetErrorCode.VALUE_REFUSED,
              "a record '"
                  + given.getFullName()
                  + "' has other fields than the file: "
                  + Arrays.toString(given.getFields().stream().map(Schema.Field::name).toArray()));
        }
        known = given;
      }
      for (int column = 0; column < count; column++) {
        out.setObject(column, row.get(column));
      }
    }
  }
}
