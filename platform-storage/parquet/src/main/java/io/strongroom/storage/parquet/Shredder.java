package io.strongroom.storage.parquet;

import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Takes the objects of a nested column apart into the values of its leaves: records of Avro or of
 * Java classes, collections and maps.
 */
final class Shredder {
  /** A part of the column; its leaves stand beside each other. */
  private abstract static class Node {
    final boolean nullable;
    final String path;

    Node(Type type, String path) {
      this.nullable = type.isRepetition(Type.Repetition.OPTIONAL);
      this.path = path;
    }

    /** Takes a value that is there. */
    abstract void take(Object value, int repetition, int definition);

    abstract int firstLeaf();

    abstract int endLeaf();
  }

  private final List<LeafStage> leaves = new ArrayList<>();
  private final NestedValues values;
  private final RowObjects objects;
  private final Node root;
  private final ComponentAccess access;

  /**
   * A shredder of a column.
   *
   * @param access to the components of Java records
   */
  Shredder(SchemaColumn column, Schema type, ComponentAccess access) {
    this.access = access;
    this.values = new NestedValues(leaves, this::rewind);
    this.objects = new RowObjects(values);
    this.root = node(column, column.stored(), type, column.name(), 0, 0);
  }

  private Node node(
      SchemaColumn column, Type type, Schema avro, String path, int definition, int repetition) {
    Schema present = ParquetSchema.present(avro);
    int own = definition + (type.isRepetition(Type.Repetition.OPTIONAL) ? 1 : 0);
    return switch (present.getType()) {
      case RECORD -> new RecordNode(column, type.asGroupType(), present, path, own, repetition);
      case ARRAY, MAP ->
          new RepeatedNode(column, type.asGroupType(), present, path, own, repetition);
      default -> {
        SchemaColumn leaf = ParquetSchema.leaf(type, present, path);
        leaves.add(new LeafStage(column.statistics() ? leaf : leaf.withoutStatistics(), own));
        yield new LeafNode(type, path, leaves.size() - 1);
      }
    };
  }

  List<LeafStage> leaves() {
    return leaves;
  }

  /** About how many bytes were taken since the last call. */
  long staged() {
    return values.staged();
  }

  /** Takes the value of a row. */
  void take(Object value) {
    leaves.forEach(LeafStage::beginRow);
    place(root, value, 0, 0);
  }

  /** Takes a row without a value. */
  void takeNull() {
    leaves.forEach(LeafStage::beginRow);
    absent(root, 0, 0);
  }

  /** Forgets the row. */
  void rewind() {
    leaves.forEach(LeafStage::rewind);
  }

  private void place(Node node, @Nullable Object value, int repetition, int definition) {
    if (value == null) {
      if (!node.nullable) {
        throw refused(node, "null, but it is required");
      }
      absent(node, repetition, definition);
    } else {
      node.take(value, repetition, node.nullable ? definition + 1 : definition);
    }
  }

  private void absent(Node node, int repetition, int definition) {
    for (int leaf = node.firstLeaf(); leaf < node.endLeaf(); leaf++) {
      leaves.get(leaf).addNull(repetition, definition);
    }
  }

  private ParquetFileException refused(Node node, String what) {
    rewind();
    return new ParquetFileException(
        ParquetErrorCode.VALUE_REFUSED, "column '" + node.path + "' was given " + what);
  }

  private ParquetFileException otherClass(Node node, Object value, String wanted) {
    return refused(node, "a " + value.getClass().getName() + ", but it is " + wanted);
  }

  private final class LeafNode extends Node {
    private final int leaf;

    LeafNode(Type type, String path, int leaf) {
      super(type, path);
      this.leaf = leaf;
    }

    @Override
    void take(Object value, int repetition, int definition) {
      LeafStage stage = leaves.get(leaf);
      if (stage.rowEntries() == ReaderLimits.ROW_ENTRIES) {
        throw refused(this, "more than " + ReaderLimits.ROW_ENTRIES + " values in one row");
      }
      stage.at(repetition);
      objects.set(leaf, value);
    }

    @Override
    int firstLeaf() {
      return leaf;
    }

    @Override
    int endLeaf() {
      return leaf + 1;
    }
  }

  private final class RecordNode extends Node {
    private final Schema type;
    private final List<Node> fields = new ArrayList<>();
    private final Map<Class<?>, List<MethodHandle>> accessors = new HashMap<>();
    private @Nullable Schema known;

    RecordNode(
        SchemaColumn column,
        GroupType group,
        Schema type,
        String path,
        int definition,
        int repetition) {
      super(group, path);
      this.type = type;
      for (Schema.Field field : type.getFields()) {
        fields.add(
            node(
                column,
                group.getType(field.name()),
                field.schema(),
                path + "." + field.name(),
                definition,
                repetition));
      }
    }

    @Override
    void take(Object value, int repetition, int definition) {
      if (value instanceof IndexedRecord record) {
        requireFields(record.getSchema());
        for (int index = 0; index < fields.size(); index++) {
          place(fields.get(index), record.get(index), repetition, definition);
        }
      } else if (value instanceof Record record && access.lookup() != null) {
        List<MethodHandle> known =
            accessors.computeIfAbsent(
                record.getClass(), found -> access.accessors(found, type, path));
        for (int index = 0; index < fields.size(); index++) {
          place(
              fields.get(index),
              ComponentAccess.get(known.get(index), record),
              repetition,
              definition);
        }
      } else {
        throw otherClass(this, value, "a record");
      }
    }

    @SuppressWarnings("ReferenceEquality") // a schema that was compared is not compared again
    private void requireFields(Schema given) {
      if (given != known) {
        if (!given.getFields().equals(type.getFields())) {
          throw refused(this, "a record of other fields");
        }
        known = given;
      }
    }

    @Override
    int firstLeaf() {
      return fields.get(0).firstLeaf();
    }

    @Override
    int endLeaf() {
      return fields.get(fields.size() - 1).endLeaf();
    }
  }

  /** A list or map: a group that is there or not, and in it a group that repeats. */
  private final class RepeatedNode extends Node {
    private final @Nullable Node key;
    private final Node element;
    private final int level;

    RepeatedNode(
        SchemaColumn column,
        GroupType group,
        Schema type,
        String path,
        int definition,
        int repetition) {
      super(group, path);
      GroupType repeated = group.getType(0).asGroupType();
      boolean map = type.getType() == Schema.Type.MAP;
      this.level = repetition + 1;
      this.key =
          map
              ? node(
                  column,
                  repeated.getType(0),
                  Schema.create(Schema.Type.STRING),
                  path + ".key",
                  definition + 1,
                  level)
              : null;
      this.element =
          node(
              column,
              repeated.getType(map ? 1 : 0),
              map ? type.getValueType() : type.getElementType(),
              path + (map ? ".value" : ".element"),
              definition + 1,
              level);
    }

    @Override
    void take(Object value, int repetition, int definition) {
      Node keys = key;
      int next = repetition;
      if (keys != null) {
        if (!(value instanceof Map<?, ?> map)) {
          throw otherClass(this, value, "a map");
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          place(keys, entry.getKey(), next, definition + 1);
          place(element, entry.getValue(), next, definition + 1);
          next = level;
        }
      } else {
        if (!(value instanceof Collection<?> list)) {
          throw otherClass(this, value, "a list");
        }
        for (Object one : list) {
          place(element, one, next, definition + 1);
          next = level;
        }
      }
      if (next == repetition) {
        absent(this, repetition, definition);
      }
    }

    @Override
    int firstLeaf() {
      return key == null ? element.firstLeaf() : key.firstLeaf();
    }

    @Override
    int endLeaf() {
      return element.endLeaf();
    }
  }
}
