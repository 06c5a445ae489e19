package io.strongroom.storage.parquet;

import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A column of texts, bytes or fixed byte arrays. Values are written straight into the page, in the
 * form of a plain page; as long as the column has a dictionary they are taken out again batch by
 * batch.
 */
final class TextBuffer extends ColumnBuffer {
  private static final int FIRST_CAPACITY = 4_096;
  private static final int NONE = -1;

  private final int prefix;
  private final int fixed;
  private final boolean signed;
  private final boolean statistics;
  private final PageOutput out;
  private TextDictionary dictionary;
  private int[] ids = new int[0];
  private int[] seen = new int[0];
  private int page;
  private int count;
  private int chunkValues;
  private boolean inDictionary;
  private boolean judged;

  /** Where the values that are not encoded yet start. */
  private int batchStart;

  private long stagedRow = NONE;
  private int stagedStart;

  /** Smallest and largest value: an id, or a place in the page. */
  private int smallest = NONE;

  private int largest = NONE;
  private int smallestLength;
  private int largestLength;
  private long plainBytes;

  TextBuffer(
      SchemaColumn column,
      int ordinal,
      WriterSettings settings,
      BufferPool pool,
      Consumer<Page> closed) {
    super(column, ordinal, settings, pool, closed);
    boolean variable = column.type().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    this.prefix = variable ? Integer.BYTES : 0;
    this.fixed = variable ? 0 : column.type().getTypeLength();
    this.signed = column.type().getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
    this.statistics = column.statistics();
    this.dictionary = new TextDictionary(prefix);
    this.out = out();
    startPage();
    begin();
  }

  private void begin() {
    inDictionary = tryDictionary();
    judged = false;
    chunkValues = 0;
  }

  @Override
  void startPage() {
    out.reserve(levelsRoom());
    out.end(levelsRoom());
    batchStart = out.end();
    page++;
    count = 0;
    smallest = NONE;
    largest = NONE;
    plainBytes = 0;
  }

  /**
   * Where to put the value of a row: the array is {@link #target}, and has room for so many bytes.
   *
   * @param row the row's number in the file
   */
  int open(long row, int room) {
    if (stagedRow == row) {
      out.end(stagedStart);
    }
    stagedRow = row;
    stagedStart = out.end();
    out.reserve(prefix + room);
    return stagedStart + prefix;
  }

  /** The array that {@link #open} made room in. */
  byte[] target() {
    return out.bytes();
  }

  /** Says how many bytes were put. */
  void close(int length) {
    if (prefix > 0) {
      LittleEndian.putInt(out.bytes(), stagedStart, length);
    }
    out.end(stagedStart + prefix + length);
  }

  @Override
  void addValues(ColumnBloomFilter filter) {
    if (inDictionary) {
      return;
    }
    byte[] bytes = out.bytes();
    int at = levelsRoom();
    while (at < out.end()) {
      int length = length(at);
      filter.add(bytes, at + prefix, length);
      at += prefix + length;
    }
  }

  @Override
  void addDictionary(ColumnBloomFilter filter) {
    for (int id = 0; id < dictionary.size(); id++) {
      filter.add(dictionary.bytes(), dictionary.start(id), dictionary.length(id));
    }
  }

  /** Where the values of the batch that are not encoded yet start: see {@link #next}. */
  int stagedStart() {
    return batchStart;
  }

  /** Where the value behind the one at a place starts. */
  int next(int at) {
    return at + prefix + length(at);
  }

  /** Where the bytes of the value at a place start. */
  int content(int at) {
    return at + prefix;
  }

  /** How many bytes the value at a place has. */
  int length(int at) {
    return prefix > 0 ? LittleEndian.int32(out.bytes(), at) : fixed;
  }

  @Override
  void rewind(long row) {
    if (stagedRow == row) {
      out.end(stagedStart);
      stagedRow = NONE;
    }
  }

  /** Bytes that were put since the last batch. */
  int stagedBytes() {
    return out.end() - batchStart;
  }

  @Override
  void encode(int rows, int present, long[] masks, long bit) {
    chunkValues += present;
    plainBytes += stagedBytes() - (long) prefix * present;
    if (inDictionary) {
      encodeIds(present);
      out.end(levelsRoom());
      count += present;
      judge();
    } else {
      if (statistics) {
        summarize(batchStart, present);
      }
      count += present;
    }
    batchStart = out.end();
    stagedRow = NONE;
  }

  private void encodeIds(int present) {
    if (ids.length < count + present) {
      ids = Arrays.copyOf(ids, Math.max(count + present, Math.max(FIRST_CAPACITY, 2 * ids.length)));
    }
    byte[] bytes = out.bytes();
    int at = batchStart;
    for (int index = count; index < count + present; index++) {
      int length = fixed;
      if (prefix > 0) {
        length = LittleEndian.int32(bytes, at);
        at += prefix;
      }
      int id = dictionary.id(bytes, at, length);
      ids[index] = id;
      at += length;
      if (statistics) {
        if (id >= seen.length) {
          seen = Arrays.copyOf(seen, Math.max(FIRST_CAPACITY, 2 * id));
        }
        if (seen[id] != page) {
          seen[id] = page;
          meetId(id);
        }
      }
    }
  }

  private void meetId(int id) {
    byte[] bytes = dictionary.bytes();
    int start = dictionary.start(id);
    int length = dictionary.length(id);
    if (smallest == NONE) {
      smallest = id;
      largest = id;
      return;
    }
    int least = dictionary.start(smallest);
    if (compare(bytes, start, length, least, dictionary.length(smallest)) < 0) {
      smallest = id;
    } else {
      int most = dictionary.start(largest);
      if (compare(bytes, start, length, most, dictionary.length(largest)) > 0) {
        largest = id;
      }
    }
  }

  private void summarize(int from, int present) {
    byte[] bytes = out.bytes();
    int at = from;
    for (int index = 0; index < present; index++) {
      int length = fixed;
      if (prefix > 0) {
        length = LittleEndian.int32(bytes, at);
        at += prefix;
      }
      if (smallest == NONE) {
        smallest = at;
        smallestLength = length;
        largest = at;
        largestLength = length;
      } else if (compare(bytes, at, length, smallest, smallestLength) < 0) {
        smallest = at;
        smallestLength = length;
      } else if (compare(bytes, at, length, largest, largestLength) > 0) {
        largest = at;
        largestLength = length;
      }
      at += length;
    }
  }

  /** As the column's order has it: by unsigned bytes, or two's complement for decimals. */
  private int compare(byte[] bytes, int left, int leftLength, int right, int rightLength) {
    if (leftLength >= Long.BYTES && rightLength >= Long.BYTES) {
      long flip = signed ? Long.MIN_VALUE : 0;
      int first =
          Long.compareUnsigned(
              Long.reverseBytes(LittleEndian.int64(bytes, left)) ^ flip,
              Long.reverseBytes(LittleEndian.int64(bytes, right)) ^ flip);
      if (first != 0) {
        return first;
      }
    } else if (leftLength > 0 && rightLength > 0) {
      int flip = signed ? 0x80 : 0;
      int first = ((bytes[left] & 0xff) ^ flip) - ((bytes[right] & 0xff) ^ flip);
      if (first != 0) {
        return first;
      }
    }
    return Arrays.compareUnsigned(
        bytes, left, left + leftLength, bytes, right, right + rightLength);
  }

  private void judge() {
    if (!judged && chunkValues >= DICTIONARY_TRIAL) {
      judged = true;
      if (dictionary.size() > chunkValues / 5 * 4 && !hasPages()) {
        leaveDictionary();
        return;
      }
    }
    if (dictionary.end() > DICTIONARY_BYTES) {
      if (hasPages()) {
        batchStart = out.end();
        closePage();
        inDictionary = false;
      } else {
        leaveDictionary();
      }
    }
  }

  /** Replaces the ids of the open page, the chunk's first, by their texts. */
  private void leaveDictionary() {
    int start = out.end();
    for (int index = 0; index < count; index++) {
      int id = ids[index];
      out.put(dictionary.bytes(), dictionary.start(id) - prefix, dictionary.length(id) + prefix);
    }
    inDictionary = false;
    dictionary.clear();
    dictionaryFailed();
    smallest = NONE;
    largest = NONE;
    if (statistics) {
      summarize(start, count);
    }
  }

  @Override
  long openBytes() {
    return inDictionary
        ? (long) count * IntegerPacking.width(dictionary.size()) / Byte.SIZE
        : out.end() - levelsRoom();
  }

  @Override
  long dictionaryBytes() {
    return dictionary.end();
  }

  @Override
  long ownArrayBytes() {
    return (long) Integer.BYTES * (ids.length + seen.length) + dictionary.arrayBytes();
  }

  @Override
  void dropArrays() {
    ids = new int[0];
    seen = new int[0];
    dictionary = new TextDictionary(prefix);
  }

  @Override
  long openPlainBytes() {
    return plainBytes;
  }

  @Override
  Encoding finishValues(int present, @Nullable Statistics<?> summary) {
    if (summary != null && smallest != NONE) {
      summary.updateStats(extreme(smallest, smallestLength));
      summary.updateStats(extreme(largest, largestLength));
    }
    Encoding encoding = Encoding.PLAIN;
    if (inDictionary && dictionary.size() > 0) {
      encoding = IDS;
      IntegerPacking.ids(ids, count, IntegerPacking.width(Math.max(0, dictionary.size() - 1)), out);
    }
    return encoding;
  }

  private Binary extreme(int which, int length) {
    byte[] from = inDictionary ? dictionary.bytes() : out.bytes();
    int start = inDictionary ? dictionary.start(which) : which;
    int size = inDictionary ? dictionary.length(which) : length;
    return Binary.fromConstantByteArray(Arrays.copyOfRange(from, start, start + size));
  }

  @Override
  @Nullable Page dictionary(Page.Place place) {
    Page made = null;
    if (dictionary.size() > 0) {
      byte[] bytes = pool().take(dictionary.end());
      System.arraycopy(dictionary.bytes(), 0, bytes, 0, dictionary.end());
      made =
          new Page(
              place,
              new Page.Facts(0, dictionary.size(), IDS, null, null),
              bytes,
              0,
              dictionary.end());
    }
    dictionary.clear();
    begin();
    return made;
  }
}
