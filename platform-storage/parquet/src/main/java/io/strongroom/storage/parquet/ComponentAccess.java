package io.strongroom.storage.parquet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The accessors of Java record classes, by the fields of an Avro record.
 *
 * @param lookup may call them; null where no records of classes are expected
 */
record ComponentAccess(MethodHandles.@Nullable Lookup lookup) {

  /**
   * The accessors of a class, one a field.
   *
   * @throws ParquetFileException SCHEMA_REFUSED when a field has no component, or it is hidden
   */
  List<MethodHandle> accessors(Class<?> type, Schema record, String path) {
    MethodHandles.Lookup known = Objects.requireNonNull(lookup);
    List<MethodHandle> accessors = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      RecordComponent component = ComponentNames.component(type, field.name());
      if (component == null) {
        throw ParquetSchema.refused(
            path + "." + field.name(), "has no component in " + type.getName());
      }
      try {
        MethodHandle accessor = known.unreflect(component.getAccessor());
        accessors.add(
            accessor.asType(
                accessor
                    .type()
                    .changeParameterType(0, Object.class)
                    .changeReturnType(Object.class)));
      } catch (IllegalAccessException hidden) {
        throw new ParquetFileException(
            ParquetErrorCode.SCHEMA_REFUSED,
            "the component of column '" + path + "." + field.name() + "' is hidden from the lookup",
            hidden);
      }
    }
    return accessors;
  }

  static @Nullable Object get(MethodHandle accessor, Object record) {
    try {
      return (Object) accessor.invokeExact(record);
    } catch (RuntimeException | Error failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw new IllegalStateException("a record's accessor failed", thrown);
    }
  }
}
