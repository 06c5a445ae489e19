package io.strongroom.storage.parquet;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Goes through the entries of one leaf of a nested column: levels, and values where there are. */
final class LeafCursor {
  private static final int SOME = 1_024;

  private final ColumnSlot slot;
  private final FileFooter.Leaf leaf;
  private final ObjectForm.@Nullable Leaf objects;
  private final int[] repetitions = new int[SOME];
  private final int[] definitions = new int[SOME];
  private @Nullable ChunkPages pages;
  private @Nullable RunDecoder repetitionRuns;
  private @Nullable RunDecoder definitionRuns;
  private @Nullable PageValues values;
  private String what = "";
  private long entry;
  private long chunkEntries;
  private long pageEnd;
  private int filled;
  private int at;
  private int value;

  /**
   * A cursor before its first chunk.
   *
   * @param objects makes values; null when only the levels are of interest
   */
  LeafCursor(ColumnSlot slot, FileFooter.Leaf leaf, ObjectForm.@Nullable Leaf objects) {
    this.slot = slot;
    this.leaf = leaf;
    this.objects = objects;
  }

  FileFooter.Leaf leaf() {
    return leaf;
  }

  /** Begins with a chunk. */
  void open(FileFooter.Chunk chunk) {
    what = chunk.what();
    pages = new ChunkPages(slot, chunk, null, RowRanges.all(chunk.rows()));
    slot.vector.begin(what);
    entry = 0;
    chunkEntries = chunk.meta().getNum_values();
    pageEnd = 0;
    filled = 0;
    at = 0;
  }

  /** Whether there is an entry. */
  boolean hasEntry() {
    return at < filled || fill();
  }

  /** With what level the entry repeats. */
  int repetition() {
    require();
    return repetitions[at];
  }

  /** Up to what level the entry is defined. */
  int definition() {
    require();
    return definitions[at];
  }

  private void require() {
    if (!hasEntry()) {
      throw slot.file.malformed(what + " ends within a row");
    }
  }

  /** The value of the entry, or null without one; goes on. */
  @Nullable Object take() {
    require();
    Object taken = null;
    if (definitions[at] == leaf.definition()) {
      if (objects != null) {
        taken = objects.get(slot.vector, value);
      }
      value++;
    }
    at++;
    return taken;
  }

  private boolean fill() {
    ChunkPages chunk = pages;
    if (chunk == null || entry == chunkEntries) {
      return false;
    }
    try {
      if (entry == pageEnd) {
        chunk.seek(entry);
        chunk.load();
        pageEnd = chunk.nextRow();
        repetitionRuns = chunk.repetitions();
        definitionRuns = chunk.levels();
        values = null;
      }
      decode(chunk, (int) Math.min(SOME, pageEnd - entry));
    } catch (DamagedPageException damaged) {
      throw slot.file.malformed(
          chunk.name() + " cannot be decoded: " + damaged.getMessage(), damaged);
    } catch (IndexOutOfBoundsException damaged) {
      throw slot.file.malformed(chunk.name() + " cannot be decoded", damaged);
    }
    return true;
  }

  private void decode(ChunkPages chunk, int count) {
    levels(repetitionRuns, repetitions, count, leaf.repetition());
    levels(definitionRuns, definitions, count, leaf.definition());
    int present = 0;
    for (int index = 0; index < count; index++) {
      present += definitions[index] == leaf.definition() ? 1 : 0;
    }
    ColumnVector vector = slot.vector;
    vector.dictionary = null;
    vector.withoutNulls(present);
    if (present > 0) {
      PageValues known = values;
      if (known == null) {
        known = chunk.values();
        values = known;
      }
      known.read(vector, present);
      if (!chunk.inDictionary()) {
        slot.form.convert(vector, present);
      }
    }
    entry += count;
    filled = count;
    at = 0;
    value = 0;
  }

  private static void levels(@Nullable RunDecoder runs, int[] into, int count, int most) {
    if (runs == null) {
      Arrays.fill(into, 0, count, 0);
      return;
    }
    runs.read(into, count);
    for (int index = 0; index < count; index++) {
      if (into[index] < 0 || into[index] > most) {
        throw new DamagedPageException("a level beyond " + most);
      }
    }
  }
}
