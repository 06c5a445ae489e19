package io.strongroom.storage.parquet;

import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A column of numbers of a fixed width, or of booleans. Its pages have ids of a dictionary,
 * differences (integers only) or plain values, whichever is shortest.
 */
final class NumberBuffer extends ColumnBuffer {
  private static final int FIRST_CAPACITY = 4_096;
  private static final int SHARED_BY = 8;

  private enum Choice {
    UNKNOWN,
    YES,
    NO
  }

  private final PrimitiveTypeName type;
  private final boolean integer;
  private final boolean deltas;
  private final int width;
  private final @Nullable SplitTrial trial;
  private final long[] staged = new long[WriterSettings.BATCH];
  private final long[] scratch = new long[128];
  private LongDictionary dictionary = new LongDictionary();
  private long[] values = new long[0];
  private int[] ids = new int[0];
  private int count;
  private int chunkValues;
  private boolean inDictionary;
  private boolean judged;
  private Choice split = Choice.UNKNOWN;
  private long smallest = Long.MAX_VALUE;
  private long largest = Long.MIN_VALUE;

  NumberBuffer(
      SchemaColumn column,
      int ordinal,
      WriterSettings settings,
      BufferPool pool,
      Consumer<Page> closed) {
    super(column, ordinal, settings, pool, closed);
    this.type = column.type().getPrimitiveTypeName();
    this.integer = type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64;
    this.deltas = integer && settings.deltas();
    this.width =
        type == PrimitiveTypeName.INT64 || type == PrimitiveTypeName.DOUBLE
            ? Long.BYTES
            : Integer.BYTES;
    this.trial = column.split() ? new SplitTrial(settings, width) : null;
    begin();
  }

  private void begin() {
    split = Choice.UNKNOWN;
    inDictionary = type != PrimitiveTypeName.BOOLEAN && tryDictionary();
    judged = false;
    chunkValues = 0;
  }

  /** Sets the value of a row of the batch. */
  void set(int row, long value) {
    staged[row] = value;
  }

  @Override
  void encode(int rows, int present, long[] masks, long bit) {
    if (present < rows) {
      int to = 0;
      for (int row = 0; row < rows; row++) {
        staged[to] = staged[row];
        to += (masks[row] & bit) == 0 ? 0 : 1;
      }
    }
    if (integer) {
      long least = smallest;
      long most = largest;
      for (int index = 0; index < present; index++) {
        least = Math.min(least, staged[index]);
        most = Math.max(most, staged[index]);
      }
      smallest = least;
      largest = most;
    }
    chunkValues += present;
    if (inDictionary) {
      ids = grown(ids, count + present);
      for (int index = 0; index < present; index++) {
        ids[count + index] = dictionary.id(staged[index]);
      }
      count += present;
      judge();
    } else {
      values = grown(values, count + present);
      System.arraycopy(staged, 0, values, count, present);
      count += present;
    }
  }

  private void judge() {
    if (!judged && chunkValues >= DICTIONARY_TRIAL) {
      judged = true;
      if (trial != null && !hasPages() && splitBeatsDictionary(trial)) {
        leaveDictionary();
        return;
      }
      if (dictionary.size() > chunkValues / 5 * 4 && !hasPages()) {
        leaveDictionary();
        return;
      }
    }
    if (dictionaryBytes() > DICTIONARY_BYTES) {
      if (hasPages()) {
        closePage();
        inDictionary = false;
      } else {
        leaveDictionary();
      }
    }
  }

  /** Replaces the ids of the open page, the chunk's first, by their values. */
  private void leaveDictionary() {
    values = grown(values, count);
    for (int index = 0; index < count; index++) {
      values[index] = dictionary.value(ids[index]);
    }
    inDictionary = false;
    dictionary.clear();
    dictionaryFailed();
  }

  private boolean splitBeatsDictionary(SplitTrial known) {
    int sample = Math.min(count, SplitTrial.VALUES);
    long[] some = new long[sample];
    for (int index = 0; index < sample; index++) {
      some[index] = dictionary.value(ids[index]);
    }
    PageOutput packed = new PageOutput(pool());
    int bits = IntegerPacking.width(Math.max(0, dictionary.size() - 1));
    IntegerPacking.ids(ids, sample, bits, packed);
    PageOutput entries = new PageOutput(pool());
    putEntries(entries);
    // Entries that repeat will serve more values than these.
    int share = dictionary.size() > count / 2 ? 1 : SHARED_BY;
    boolean beats =
        known.beatsDictionary(
            some,
            sample,
            Arrays.copyOf(entries.bytes(), entries.end()),
            share,
            Arrays.copyOf(packed.bytes(), packed.end()));
    packed.release();
    entries.release();
    return beats;
  }

  private static long[] grown(long[] array, int needed) {
    return array.length >= needed
        ? array
        : Arrays.copyOf(array, Math.max(needed, Math.max(FIRST_CAPACITY, 2 * array.length)));
  }

  private static int[] grown(int[] array, int needed) {
    return array.length >= needed
        ? array
        : Arrays.copyOf(array, Math.max(needed, Math.max(FIRST_CAPACITY, 2 * array.length)));
  }

  @Override
  long openBytes() {
    if (type == PrimitiveTypeName.BOOLEAN) {
      return count / Byte.SIZE;
    }
    return inDictionary
        ? (long) count * IntegerPacking.width(dictionary.size()) / Byte.SIZE
        : (long) count * width;
  }

  @Override
  long dictionaryBytes() {
    return (long) dictionary.size() * width;
  }

  @Override
  long ownArrayBytes() {
    return (long) Long.BYTES * (staged.length + scratch.length + values.length)
        + (long) Integer.BYTES * ids.length
        + dictionary.arrayBytes();
  }

  @Override
  void dropArrays() {
    values = new long[0];
    ids = new int[0];
    dictionary = new LongDictionary();
  }

  @Override
  long openPlainBytes() {
    return 0;
  }

  @Override
  Encoding finishValues(int present, @Nullable Statistics<?> statistics) {
    if (statistics != null && present > 0) {
      summarize(statistics);
    }
    PageOutput out = out();
    out.reserve(levelsRoom());
    out.end(levelsRoom());
    if (inDictionary && dictionary.size() > 0) {
      IntegerPacking.ids(ids, count, IntegerPacking.width(Math.max(0, dictionary.size() - 1)), out);
      return IDS;
    }
    return deltas && count > 0 && shorter(out) ? Encoding.DELTA_BINARY_PACKED : plain(out);
  }

  @Override
  void addValues(ColumnBloomFilter filter) {
    if (!inDictionary) {
      for (int index = 0; index < count; index++) {
        filter.add(values[index], width);
      }
    }
  }

  @Override
  void addDictionary(ColumnBloomFilter filter) {
    for (int id = 0; id < dictionary.size(); id++) {
      filter.add(dictionary.value(id), width);
    }
  }

  /** A value of the batch that is not encoded yet. */
  long staged(int row) {
    return staged[row];
  }

  @Override
  void startPage() {
    count = 0;
    smallest = Long.MAX_VALUE;
    largest = Long.MIN_VALUE;
  }

  /** Tries differences; takes them back when they save little. */
  private boolean shorter(PageOutput out) {
    int start = out.end();
    IntegerPacking.deltas(values, count, width == Integer.BYTES, scratch, out);
    if (out.end() - start <= (long) count * width * 9 / 10) {
      return true;
    }
    out.end(start);
    return false;
  }

  private Encoding plain(PageOutput out) {
    if (type == PrimitiveTypeName.BOOLEAN) {
      for (int from = 0; from < count; from += Byte.SIZE) {
        int bits = 0;
        for (int index = from; index < Math.min(count, from + Byte.SIZE); index++) {
          bits |= (int) values[index] << (index - from);
        }
        out.put(bits);
      }
      return Encoding.PLAIN;
    }
    out.reserve(Math.multiplyExact(count, width));
    byte[] bytes = out.bytes();
    int at = out.end();
    if (trial != null && count > 0 && splits(trial)) {
      SplitTrial.write(values, count, width, bytes, at);
      out.end(at + count * width);
      return Encoding.BYTE_STREAM_SPLIT;
    }
    if (width == Long.BYTES) {
      for (int index = 0; index < count; index++) {
        LittleEndian.putLong(bytes, at + index * Long.BYTES, values[index]);
      }
    } else {
      for (int index = 0; index < count; index++) {
        LittleEndian.putInt(bytes, at + index * Integer.BYTES, (int) values[index]);
      }
    }
    out.end(at + count * width);
    return Encoding.PLAIN;
  }

  /** Decides for the whole chunk at its first page that has no dictionary. */
  private boolean splits(SplitTrial known) {
    if (split == Choice.UNKNOWN) {
      split = known.beatsPlain(values, count) ? Choice.YES : Choice.NO;
    }
    return split == Choice.YES;
  }

  private void summarize(Statistics<?> statistics) {
    switch (type) {
      case INT64 -> {
        statistics.updateStats(smallest);
        statistics.updateStats(largest);
      }
      case INT32 -> {
        statistics.updateStats((int) smallest);
        statistics.updateStats((int) largest);
      }
      default -> {
        for (int index = 0; index < count; index++) {
          long value = inDictionary ? dictionary.value(ids[index]) : values[index];
          switch (type) {
            case BOOLEAN -> statistics.updateStats(value != 0);
            case FLOAT -> statistics.updateStats(Float.intBitsToFloat((int) value));
            default -> statistics.updateStats(Double.longBitsToDouble(value));
          }
        }
      }
    }
  }

  @Override
  @Nullable Page dictionary(Page.Place place) {
    Page page = null;
    if (dictionary.size() > 0) {
      PageOutput out = new PageOutput(pool());
      int entries = dictionary.size();
      putEntries(out);
      page =
          new Page(place, new Page.Facts(0, entries, IDS, null, null), out.bytes(), 0, out.end());
    }
    dictionary.clear();
    begin();
    return page;
  }

  private void putEntries(PageOutput out) {
    for (int id = 0; id < dictionary.size(); id++) {
      if (width == Long.BYTES) {
        out.putLong(dictionary.value(id));
      } else {
        out.putInt((int) dictionary.value(id));
      }
    }
  }

  @Override
  void rewind(long row) {}
}
