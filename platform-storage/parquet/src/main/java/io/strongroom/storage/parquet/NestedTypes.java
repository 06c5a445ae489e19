package io.strongroom.storage.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** The Parquet types of nested columns, whose leaves are stored as flat columns are. */
final class NestedTypes {
  private NestedTypes() {}

  /**
   * The type of a column or of a part of one.
   *
   * @param type as parquet-avro has it
   * @param avro its Avro type
   * @param path its name, for messages
   * @throws ParquetFileException SCHEMA_REFUSED for what has no equivalent
   */
  static Type stored(Type type, Schema avro, String path) {
    Schema present = ParquetSchema.present(avro);
    if (avro.isUnion() && (avro.getTypes().size() != 2 || !avro.isNullable())) {
      throw ParquetSchema.refused(path, "is a union of other than one type and null");
    }
    return switch (present.getType()) {
      case RECORD -> record(type.asGroupType(), present, path);
      case ARRAY -> {
        GroupType list = type.asGroupType();
        GroupType repeated = list.getType(0).asGroupType();
        Type element = stored(repeated.getType(0), present.getElementType(), path + ".element");
        yield list.withNewFields(repeated.withNewFields(element));
      }
      case MAP -> {
        GroupType map = type.asGroupType();
        GroupType entry = map.getType(0).asGroupType();
        Type value = stored(entry.getType(1), present.getValueType(), path + ".value");
        yield map.withNewFields(entry.withNewFields(entry.getType(0), value));
      }
      case UNION, NULL -> throw ParquetSchema.refused(path, "is always null");
      default -> ParquetSchema.leaf(type, present, path).type();
    };
  }

  private static GroupType record(GroupType type, Schema avro, String path) {
    if (avro.getFields().isEmpty()) {
      throw ParquetSchema.refused(path, "is a record without fields");
    }
    List<Type> fields = new ArrayList<>();
    for (Schema.Field field : avro.getFields()) {
      String name = path + "." + field.name();
      if (!type.containsField(field.name())) {
        throw ParquetSchema.refused(name, "is always null");
      }
      fields.add(stored(type.getType(field.name()), field.schema(), name));
    }
    return type.withNewFields(fields);
  }
}
