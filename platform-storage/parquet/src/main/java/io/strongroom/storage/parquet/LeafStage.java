package io.strongroom.storage.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The values of one leaf of a nested column that wait to be encoded, with their levels. What a row
 * put there is taken back when the row is refused.
 */
final class LeafStage {
  private static final int FIRST = 256;

  final SchemaColumn column;
  private final int maxDefinition;
  private final PrimitiveTypeName type;
  private int[] repetitions = new int[FIRST];
  private int[] definitions = new int[FIRST];
  private long[] numbers = new long[0];
  private @Nullable Binary[] binaries = new Binary[0];
  private int entries;
  private int values;
  private int rowEntries;
  private int rowValues;
  private int repetition;
  private int nextEntry;
  private int nextValue;

  LeafStage(SchemaColumn column, int maxDefinition) {
    this.column = column;
    this.maxDefinition = maxDefinition;
    this.type = column.type().getPrimitiveTypeName();
  }

  /** Begins a row; what is staged from here on can be taken back. */
  void beginRow() {
    rowEntries = entries;
    rowValues = values;
  }

  void rewind() {
    entries = rowEntries;
    values = rowValues;
  }

  /** How many entries the row has so far. */
  int rowEntries() {
    return entries - rowEntries;
  }

  /** Says with what level the next value repeats. */
  void at(int level) {
    repetition = level;
  }

  void addNull(int repetitionLevel, int definition) {
    entry(repetitionLevel, definition);
  }

  private void entry(int repetitionLevel, int definition) {
    if (entries == repetitions.length) {
      repetitions = Arrays.copyOf(repetitions, 2 * entries);
      definitions = Arrays.copyOf(definitions, 2 * entries);
    }
    repetitions[entries] = repetitionLevel;
    definitions[entries] = definition;
    entries++;
  }

  void add(long number) {
    entry(repetition, maxDefinition);
    if (values >= numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(FIRST, 2 * values));
    }
    numbers[values++] = number;
  }

  void add(byte[] bytes) {
    entry(repetition, maxDefinition);
    if (values >= binaries.length) {
      binaries = Arrays.copyOf(binaries, Math.max(FIRST, 2 * values));
    }
    binaries[values++] = Binary.fromConstantByteArray(bytes);
  }

  /** Writes what one row has staged. */
  void write(ColumnWriter out) {
    do {
      int definition = definitions[nextEntry];
      int level = repetitions[nextEntry];
      if (definition < maxDefinition) {
        out.writeNull(level, definition);
      } else {
        value(out, level, definition);
        nextValue++;
      }
      nextEntry++;
    } while (nextEntry < entries && repetitions[nextEntry] > 0);
  }

  private void value(ColumnWriter out, int level, int definition) {
    long number = nextValue < numbers.length ? numbers[nextValue] : 0;
    switch (type) {
      case BOOLEAN -> out.write(number != 0, level, definition);
      case INT32 -> out.write((int) number, level, definition);
      case INT64 -> out.write(number, level, definition);
      case FLOAT -> out.write(Float.intBitsToFloat((int) number), level, definition);
      case DOUBLE -> out.write(Double.longBitsToDouble(number), level, definition);
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
        Binary binary = binaries[nextValue];
        if (binary != null) {
          out.write(binary, level, definition);
        }
      }
    }
  }

  /** Forgets what was written. */
  void clear() {
    Arrays.fill(binaries, 0, Math.min(values, binaries.length), null);
    entries = 0;
    values = 0;
    rowEntries = 0;
    rowValues = 0;
    nextEntry = 0;
    nextValue = 0;
  }
}
