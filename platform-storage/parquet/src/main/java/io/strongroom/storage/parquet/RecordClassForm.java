package io.strongroom.storage.parquet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/** Java records, made by their canonical constructors. */
final class RecordClassForm implements ObjectForm {
  private final FileLabel file;
  private final MethodHandles.Lookup lookup;

  RecordClassForm(FileLabel file, MethodHandles.Lookup lookup) {
    this.file = file;
    this.lookup = lookup;
  }

  @Override
  public Leaf leaf(SchemaColumn column, Schema type, Type target) {
    Class<?> wanted = target instanceof Class<?> known ? known : Void.class;
    Leaf leaf =
        switch (column.kind()) {
          case BOOLEAN ->
              is(wanted, boolean.class, Boolean.class)
                  ? (values, index) -> values.longs[index] != 0
                  : null;
          case INT -> whole(wanted);
          case LONG -> longer(wanted);
          case DATE ->
              is(wanted, LocalDate.class)
                  ? (values, index) -> LocalDate.ofEpochDay(values.longs[index])
                  : whole(wanted);
          case TIME_MILLIS -> is(wanted, LocalTime.class) ? ColumnVector::getTime : whole(wanted);
          case TIME_MICROS -> is(wanted, LocalTime.class) ? ColumnVector::getTime : longer(wanted);
          case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS ->
              is(wanted, Instant.class) ? ColumnVector::getTimestamp : longer(wanted);
          case LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS, LOCAL_TIMESTAMP_NANOS ->
              is(wanted, LocalDateTime.class) ? ColumnVector::getLocalTimestamp : longer(wanted);
          case FLOAT ->
              is(wanted, float.class, Float.class)
                  ? (values, index) -> (float) values.doubles[index]
                  : null;
          case DOUBLE ->
              is(wanted, double.class, Double.class)
                  ? (values, index) -> values.doubles[index]
                  : null;
          case STRING ->
              is(wanted, String.class, CharSequence.class) ? ColumnVector::getString : null;
          case ENUM -> symbol(column, wanted);
          case BYTES, FIXED ->
              is(wanted, byte[].class)
                  ? ColumnVector::getBytes
                  : is(wanted, ByteBuffer.class)
                      ? (values, index) -> ByteBuffer.wrap(values.getBytes(index))
                      : null;
          case UUID ->
              is(wanted, UUID.class)
                  ? ColumnVector::getUuid
                  : is(wanted, String.class, CharSequence.class)
                      ? (values, index) -> values.getUuid(index).toString()
                      : null;
          case NESTED -> ColumnVector::getObject;
          case DECIMAL -> is(wanted, BigDecimal.class) ? ColumnVector::getDecimal : null;
        };
    if (leaf == null) {
      throw refused(column.name(), "is a " + column.kind() + " and its component a " + target);
    }
    return leaf;
  }

  private static boolean is(Class<?> wanted, Class<?>... possible) {
    return wanted == Object.class || List.of(possible).contains(wanted);
  }

  private static @Nullable Leaf whole(Class<?> wanted) {
    return is(wanted, int.class, Integer.class)
        ? (values, index) -> (int) values.longs[index]
        : null;
  }

  private static @Nullable Leaf longer(Class<?> wanted) {
    return is(wanted, long.class, Long.class) ? (values, index) -> values.longs[index] : null;
  }

  private @Nullable Leaf symbol(SchemaColumn column, Class<?> wanted) {
    if (!wanted.isEnum()) {
      return is(wanted, String.class, CharSequence.class) ? ColumnVector::getString : null;
    }
    List<? extends Enum<?>> constants =
        Arrays.stream(wanted.getEnumConstants()).map(one -> (Enum<?>) one).toList();
    return (values, index) -> {
      String symbol = values.getString(index);
      for (Enum<?> constant : constants) {
        if (constant.name().equals(symbol)) {
          return constant;
        }
      }
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "column '" + column.name() + "' holds a symbol that " + wanted.getName() + " lacks",
          null);
    };
  }

  @Override
  public Maker record(Schema type, Type target) {
    RecordComponent[] components = components(target);
    int[] sources = new int[components.length];
    for (int index = 0; index < components.length; index++) {
      Schema.Field field = field(type, components[index].getName());
      if (field == null) {
        throw refused(components[index].getName(), "is a component without a column");
      }
      sources[index] = field.pos();
    }
    MethodHandle constructor = constructor((Class<?>) target, components);
    return fields -> {
      Object[] values = new Object[sources.length];
      for (int index = 0; index < values.length; index++) {
        values[index] = fields[sources[index]];
        if (values[index] == null && components[index].getType().isPrimitive()) {
          throw file.failure(
              ParquetErrorCode.SCHEMA_MISMATCH,
              "column '" + components[index].getName() + "' is null and its component cannot be",
              null);
        }
      }
      return made(constructor, values);
    };
  }

  private static Object made(MethodHandle constructor, Object[] values) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (RuntimeException | Error failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw new IllegalStateException("a record's constructor failed", thrown);
    }
  }

  private static RecordComponent[] components(Type target) {
    if (target instanceof Class<?> type && type.isRecord()) {
      return type.getRecordComponents();
    }
    throw new ParquetFileException(
        ParquetErrorCode.SCHEMA_REFUSED, "a record is read as a " + target);
  }

  private MethodHandle constructor(Class<?> type, RecordComponent[] components) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return lookup
          .findConstructor(type, MethodType.methodType(void.class, types))
          .asSpreader(Object[].class, types.length)
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException hidden) {
      throw new ParquetFileException(
          ParquetErrorCode.SCHEMA_REFUSED,
          "the constructor of " + type.getName() + " is hidden from the lookup",
          hidden);
    }
  }

  /** The field of a component, whose name may be the field's in camel case. */
  private static Schema.@Nullable Field field(Schema type, String component) {
    Schema.Field field = type.getField(component);
    if (field != null) {
      return field;
    }
    for (Schema.Field other : type.getFields()) {
      if (ComponentNames.camelCase(other.name()).equals(component)) {
        return other;
      }
    }
    return null;
  }

  @Override
  public Type field(Schema.Field field, Type record) {
    for (RecordComponent component : components(record)) {
      if (component.getName().equals(field.name())
          || component.getName().equals(ComponentNames.camelCase(field.name()))) {
        return component.getGenericType();
      }
    }
    return Object.class;
  }

  @Override
  public Type element(Type list) {
    return argument(list, 0, List.class, Collection.class, Iterable.class);
  }

  @Override
  public Type key(Type map) {
    return argument(map, 0, Map.class);
  }

  @Override
  public Type value(Type map) {
    return argument(map, 1, Map.class);
  }

  /** An argument of a generic type that is one of some; of such a type without any, an object. */
  private static Type argument(Type type, int index, Class<?>... possible) {
    if (type == Object.class || List.of((Type[]) possible).contains(type)) {
      return Object.class;
    }
    if (type instanceof ParameterizedType generic
        && List.of((Type[]) possible).contains(generic.getRawType())) {
      return generic.getActualTypeArguments()[index];
    }
    throw new ParquetFileException(
        ParquetErrorCode.SCHEMA_REFUSED, "a list or map is read as a " + type.getTypeName());
  }

  @Override
  public Object list(List<@Nullable Object> elements) {
    return Collections.unmodifiableList(elements);
  }

  @Override
  public Object map(Map<Object, @Nullable Object> entries) {
    return Collections.unmodifiableMap(entries);
  }

  @Override
  public @Nullable Object defaultOf(Schema.Field field) {
    Object value = GenericData.get().getDefaultValue(field);
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    boolean simple = value == null || value instanceof Boolean || value instanceof Number;
    if (simple && ParquetSchema.present(field.schema()).getLogicalType() == null) {
      return value;
    }
    if (value instanceof Collection<?> list && list.isEmpty()) {
      return List.of();
    }
    if (value instanceof Map<?, ?> map && map.isEmpty()) {
      return Map.of();
    }
    throw new AvroRuntimeException("a default of this type has no Java form");
  }

  private static ParquetFileException refused(String column, String what) {
    return new ParquetFileException(
        ParquetErrorCode.SCHEMA_REFUSED, "column '" + column + "' " + what);
  }
}
