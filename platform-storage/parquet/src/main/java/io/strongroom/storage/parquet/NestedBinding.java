package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Ties the Avro type of a nested column to the file's: fields by name, lists and maps in the
 * standard layout and in those of older writers.
 */
final class NestedBinding {
  private static final int ENTRIES = 1_024;

  private final FileLabel file;
  private final RangedSource source;
  private final ObjectForm form;
  private final List<LeafCursor> cursors = new ArrayList<>();

  NestedBinding(FileLabel file, RangedSource source, ObjectForm form) {
    this.file = file;
    this.source = source;
    this.form = form;
  }

  /** The leaves that were bound. */
  List<LeafCursor> cursors() {
    return cursors;
  }

  /**
   * Ties a part of a column.
   *
   * @throws ParquetFileException SCHEMA_MISMATCH when the file holds something else
   */
  Assembler bind(Schema avro, FileNode node, Type target) {
    return node.repeated()
        ? list(avro, node, node.definition() - 1, node, true, target)
        : plain(avro, node, target);
  }

  /** Ties a part that does not itself repeat, or one round of one that does. */
  private Assembler plain(Schema avro, FileNode node, Type target) {
    Schema type = ParquetSchema.present(avro);
    return switch (type.getType()) {
      case RECORD -> record(type, node, target);
      case ARRAY -> {
        if (!node.list() || node.children().size() != 1 || !node.children().get(0).repeated()) {
          throw mismatch(node, "list");
        }
        FileNode repeated = node.children().get(0);
        boolean itself = isElement(type.getElementType(), node, repeated);
        yield list(
            type,
            repeated,
            node.definition(),
            itself ? repeated : repeated.children().get(0),
            itself,
            target);
      }
      case MAP -> map(type, node, target);
      default -> value(type, node, target);
    };
  }

  /** The rules by which lists of older writers are told from those of today. */
  private static boolean isElement(Schema element, FileNode list, FileNode repeated) {
    if (repeated.children().size() != 1) {
      return true;
    }
    String name = repeated.element().getName();
    if (name.equals("array") || name.equals(list.element().getName() + "_tuple")) {
      return true;
    }
    Schema type = ParquetSchema.present(element);
    return type.getType() == Schema.Type.RECORD
        && type.getFields().size() == 1
        && !name.equals("list")
        && type.getFields().get(0).name().equals(repeated.children().get(0).element().getName());
  }

  private Assembler list(
      Schema avro,
      FileNode repeated,
      int definition,
      FileNode element,
      boolean itself,
      Type target) {
    Schema type = ParquetSchema.present(avro);
    if (type.getType() != Schema.Type.ARRAY) {
      throw mismatch(repeated, "value that does not repeat");
    }
    int from = cursors.size();
    Schema elementType = type.getElementType();
    Type elementTarget = form.element(target);
    Assembler part =
        itself
            ? plain(elementType, element, elementTarget)
            : bind(elementType, element, elementTarget);
    return new Assembler.Repeated(
        file,
        definition,
        repeated.name(),
        cursors.subList(from, cursors.size()),
        repeated.definition(),
        repeated.repetition(),
        null,
        part,
        elementType.isNullable(),
        form);
  }

  private Assembler map(Schema type, FileNode node, Type target) {
    FileNode entry = node.children().size() == 1 ? node.children().get(0) : null;
    if (!node.map() || entry == null || !entry.repeated() || entry.children().size() != 2) {
      throw mismatch(node, "map");
    }
    int from = cursors.size();
    Assembler key =
        bind(Schema.create(Schema.Type.STRING), entry.children().get(0), form.key(target));
    Assembler value = bind(type.getValueType(), entry.children().get(1), form.value(target));
    return new Assembler.Repeated(
        file,
        node.definition(),
        node.name(),
        cursors.subList(from, cursors.size()),
        entry.definition(),
        entry.repetition(),
        key,
        value,
        type.getValueType().isNullable(),
        form);
  }

  private Assembler record(Schema type, FileNode node, Type target) {
    if (node.isLeaf() || node.list() || node.map()) {
      throw mismatch(node, "record");
    }
    int from = cursors.size();
    List<Schema.Field> fields = type.getFields();
    List<Object> parts = new ArrayList<>();
    boolean[] nullable = new boolean[fields.size()];
    for (Schema.Field field : fields) {
      FileNode child = node.child(field.name());
      nullable[field.pos()] = field.schema().isNullable();
      parts.add(
          child == null
              ? absent(node, field)
              : bind(field.schema(), child, form.field(field, target)));
    }
    LeafCursor probe = null;
    if (cursors.size() == from) {
      probe = probe(node);
    }
    return new Assembler.Fields(
        file,
        node.definition(),
        node.name(),
        cursors.subList(from, cursors.size()),
        parts,
        nullable,
        form.record(type, target),
        probe);
  }

  private Assembler.Absent absent(FileNode node, Schema.Field field) {
    if (!field.hasDefaultValue()) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "column '" + node.name() + "' has no field '" + field.name() + "'",
          null);
    }
    try {
      form.defaultOf(field);
      return new Assembler.Absent(form, field);
    } catch (AvroRuntimeException failed) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "the default of '" + node.name() + "." + field.name() + "' cannot be read",
          failed);
    }
  }

  /** A leaf of a record none of whose fields is wanted. */
  private LeafCursor probe(FileNode node) {
    FileNode leaf = node;
    while (!leaf.isLeaf()) {
      leaf = leaf.children().get(0);
    }
    SchemaColumn column = FileTypes.natural(leaf.element());
    if (column == null || leaf.repetition() > node.repetition()) {
      throw mismatch(node, "record with one of the fields that are asked for");
    }
    return cursor(leaf, column, null);
  }

  private Assembler value(Schema type, FileNode node, Type target) {
    SchemaColumn column = ParquetSchema.leaf(type, node.name());
    LeafCursor cursor = cursor(node, column, form.leaf(column, type, target));
    return new Assembler.Value(node.definition(), node.name(), cursor);
  }

  private LeafCursor cursor(FileNode node, SchemaColumn column, ObjectForm.@Nullable Leaf objects) {
    PrimitiveType stored = node.isLeaf() ? FileTypes.decodableLeaf(node.element(), column) : null;
    StoredForm kept = stored == null ? null : StoredForm.of(stored, column);
    if (stored == null || kept == null) {
      throw mismatch(node, column.kind().name());
    }
    FileFooter.Leaf leaf = node.leaf();
    LeafCursor cursor =
        new LeafCursor(
            new ColumnSlot(file, source, column, stored, leaf, kept, ENTRIES), leaf, objects);
    cursors.add(cursor);
    return cursor;
  }

  private ParquetFileException mismatch(FileNode node, String wanted) {
    return file.failure(
        ParquetErrorCode.SCHEMA_MISMATCH, "its column '" + node.name() + "' is no " + wanted, null);
  }
}
