package io.strongroom.storage.parquet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Puts the entries of leaves together again to the objects of a nested column. */
abstract class Assembler {
  /** The level from which on this is there. */
  final int definition;

  final String name;
  final List<LeafCursor> leaves;

  Assembler(int definition, String name, List<LeafCursor> leaves) {
    this.definition = definition;
    this.name = name;
    this.leaves = List.copyOf(leaves);
  }

  /** The next object, or null where there is none. */
  @Nullable Object next() {
    if (leaves.get(0).definition() < definition) {
      pass();
      return null;
    }
    return present();
  }

  /** The next object, which is there. */
  abstract @Nullable Object present();

  final void pass() {
    for (LeafCursor leaf : leaves) {
      leaf.take();
    }
  }

  /** A value of a leaf. */
  static final class Value extends Assembler {
    Value(int definition, String name, LeafCursor leaf) {
      super(definition, name, List.of(leaf));
    }

    @Override
    @Nullable Object next() {
      return leaves.get(0).take();
    }

    @Override
    @Nullable Object present() {
      return leaves.get(0).take();
    }
  }

  /** A field of a record that the file lacks: the same in every record. */
  record Absent(ObjectForm form, Schema.Field field) {
    @Nullable Object value() {
      return form.defaultOf(field);
    }
  }

  /** A record. */
  static final class Fields extends Assembler {
    private final FileLabel file;
    private final List<Object> fields;
    private final boolean[] nullable;
    private final ObjectForm.Maker maker;
    private final @Nullable LeafCursor probe;

    /**
     * A record.
     *
     * @param fields an {@link Assembler} or {@link Absent} each
     * @param nullable which of them may be null
     * @param probe a leaf that only says whether the record is there, when no field does
     */
    Fields(
        FileLabel file,
        int definition,
        String name,
        List<LeafCursor> leaves,
        List<Object> fields,
        boolean[] nullable,
        ObjectForm.Maker maker,
        @Nullable LeafCursor probe) {
      super(definition, name, leaves);
      this.file = file;
      this.fields = List.copyOf(fields);
      this.nullable = nullable.clone();
      this.maker = maker;
      this.probe = probe;
    }

    @Override
    Object present() {
      Object[] values = new Object[nullable.length];
      for (int index = 0; index < values.length; index++) {
        Object field = fields.get(index);
        values[index] = field instanceof Assembler part ? part.next() : ((Absent) field).value();
        if (values[index] == null && !nullable[index]) {
          throw file.failure(
              ParquetErrorCode.SCHEMA_MISMATCH,
              "a field of '" + name + "' holds null, but is read as required",
              null);
        }
      }
      if (probe != null) {
        probe.take();
      }
      return maker.make(values);
    }
  }

  /** A list or map. */
  static final class Repeated extends Assembler {
    private final FileLabel file;
    private final int elements;
    private final int level;
    private final @Nullable Assembler key;
    private final Assembler element;
    private final boolean nullable;
    private final ObjectForm form;

    /**
     * A list, or with keys a map.
     *
     * @param definition from where on the list is there
     * @param elements from where on it has elements
     * @param level with which its elements repeat
     * @param nullable whether elements or values may be null
     */
    Repeated(
        FileLabel file,
        int definition,
        String name,
        List<LeafCursor> leaves,
        int elements,
        int level,
        @Nullable Assembler key,
        Assembler element,
        boolean nullable,
        ObjectForm form) {
      super(definition, name, leaves);
      this.file = file;
      this.elements = elements;
      this.level = level;
      this.key = key;
      this.element = element;
      this.nullable = nullable;
      this.form = form;
    }

    @Override
    Object present() {
      Assembler keys = key;
      List<@Nullable Object> list = new ArrayList<>();
      Map<Object, @Nullable Object> map = new LinkedHashMap<>();
      if (leaves.get(0).definition() < elements) {
        pass();
      } else {
        int count = 0;
        do {
          if (++count > ReaderLimits.ROW_ENTRIES) {
            throw file.failure(
                ParquetErrorCode.LIMIT_EXCEEDED,
                "'" + name + "' has more than " + ReaderLimits.ROW_ENTRIES + " values in a row",
                null);
          }
          Object named = keys == null ? null : keys.next();
          Object value = element.next();
          if (value == null && !nullable) {
            throw file.failure(
                ParquetErrorCode.SCHEMA_MISMATCH,
                "'" + name + "' holds null, but is read as required",
                null);
          }
          if (keys == null) {
            list.add(value);
          } else if (named == null) {
            throw file.malformed("'" + name + "' has a key that is null");
          } else {
            map.put(named, value);
          }
        } while (more());
      }
      return keys == null ? form.list(list) : form.map(map);
    }

    private boolean more() {
      boolean more = repeats(leaves.get(0));
      for (LeafCursor leaf : leaves) {
        if (repeats(leaf) != more) {
          throw file.malformed("the leaves of '" + name + "' do not have the same lengths");
        }
      }
      return more;
    }

    private boolean repeats(LeafCursor leaf) {
      return leaf.hasEntry() && leaf.repetition() == level;
    }
  }
}
