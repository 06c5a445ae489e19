package io.strongroom.storage.parquet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * One column of the row group that is open: takes the values of a batch of rows at once, and makes
 * pages of them. For one thread.
 */
abstract sealed class ColumnBuffer permits NumberBuffer, TextBuffer {
  /** A dictionary must have proved itself when the chunk has so many values. */
  static final int DICTIONARY_TRIAL = 8_192;

  /** What was of no use for a column is tried again in every so many-th row group. */
  private static final int TRIAL_EVERY = 8;

  static final int DICTIONARY_BYTES = 1024 * 1024;

  /** What readers of pages of version 1 know best; its successor has the same bytes. */
  @SuppressWarnings("deprecation")
  static final Encoding IDS = Encoding.PLAIN_DICTIONARY;

  private static final int LEVELS_HEADER = 4 + 5;

  private final SchemaColumn column;
  private final int ordinal;
  private final WriterSettings settings;
  private final BufferPool pool;
  private final Consumer<Page> closed;
  private final PageOutput out;
  private final List<Page> pages = new ArrayList<>();

  /** A bit a row of the open page, once one of its values is null. */
  private byte[] present = new byte[0];

  private int pageRows;
  private int pageNulls;
  private long chunkBytes;

  /** Whether the pages of the chunk are compressed, which its first one decides. */
  private boolean compressed = true;

  /** And at which level of Zstandard; decided again in every so many-th row group. */
  private int zstdLevel;

  private int group;
  private int groupsUntilTrial;
  private @Nullable ColumnBloomFilter bloomFilter;

  ColumnBuffer(
      SchemaColumn column,
      int ordinal,
      WriterSettings settings,
      BufferPool pool,
      Consumer<Page> closed) {
    this.column = column;
    this.ordinal = ordinal;
    this.settings = settings;
    this.zstdLevel = settings.zstdLevel();
    this.pool = pool;
    this.closed = closed;
    this.out = new PageOutput(pool);
  }

  final SchemaColumn column() {
    return column;
  }

  final BufferPool pool() {
    return pool;
  }

  /** The bytes of the open page; its values begin after {@link #levelsRoom}. */
  final PageOutput out() {
    return out;
  }

  /** Bytes in front of a page's values that its levels may take. */
  final int levelsRoom() {
    return column.nullable() ? LEVELS_HEADER + (settings.rowsPerPage() + 7) / 8 : 0;
  }

  /** Whether pages are already made of this chunk, so that its dictionary must be kept. */
  final boolean hasPages() {
    return !pages.isEmpty();
  }

  /**
   * Takes the values of the rows that were set since the last call.
   *
   * @param rows how many rows; at most as many as a page may have
   * @param masks a word a row, of which one bit says whether the column was set
   * @param bit that bit
   * @param all whether it was set in all of them
   */
  final void take(int rows, long[] masks, long bit, boolean all) {
    if (pageRows + rows > settings.rowsPerPage()) {
      closePage();
    }
    int values = rows;
    if (column.nullable() && !(all && pageNulls == 0)) {
      values = levels(rows, masks, bit);
    }
    pageRows += rows;
    encode(rows, values, masks, bit);
    if (pageRows == settings.rowsPerPage() || openBytes() >= settings.bytesPerPage()) {
      closePage();
    }
  }

  private int levels(int rows, long[] masks, long bit) {
    int bytes = (pageRows + rows + 7) / 8 + 1;
    if (present.length < bytes) {
      present = Arrays.copyOf(present, Math.max(bytes, Math.min(2 * bytes, levelsRoom())));
    }
    if (pageNulls == 0) {
      Arrays.fill(present, 0, pageRows / 8, (byte) -1);
      Arrays.fill(present, pageRows / 8, present.length, (byte) 0);
      present[pageRows / 8] = (byte) ((1 << (pageRows & 7)) - 1);
    }
    int values = 0;
    int row = pageRows;
    for (int index = 0; index < rows; index++) {
      int set = (masks[index] & bit) == 0 ? 0 : 1;
      present[row >>> 3] |= (byte) (set << (row & 7));
      values += set;
      row++;
    }
    pageNulls += rows - values;
    return values;
  }

  /** Ends the open page, if there are rows in it. */
  final void closePage() {
    if (pageRows == 0) {
      return;
    }
    int start = levelsRoom();
    Statistics<?> statistics = null;
    SizeStatistics sizes = null;
    if (column.statistics()) {
      statistics = Statistics.createStats(column.type());
      statistics.incrementNumNulls(pageNulls);
      sizes = sizes();
    }
    if (bloomFilter != null) {
      addValues(bloomFilter);
    }
    Encoding encoding = finishValues(pageRows - pageNulls, statistics);
    int end = out.end();
    byte[] bytes = out.detach(end);
    if (column.nullable()) {
      start -= writeLevels(bytes, start);
    }
    int length = end - start;
    chunkBytes += length;
    Page page =
        new Page(
            new Page.Place(group, ordinal, pages.size()),
            new Page.Facts(pageRows, pageRows, encoding, statistics, sizes),
            bytes,
            start,
            length);
    if (pages.isEmpty()) {
      compressed =
          settings.codec() != Codec.SNAPPY
              || encoding != Encoding.PLAIN
              || SnappyTrial.pays(bytes, start, length, pool);
      if (settings.codec() == Codec.ZSTD && group % TRIAL_EVERY == 0) {
        zstdLevel = ZstdTrial.level(settings.zstdLevel(), bytes, start, length, pool);
      }
    }
    pages.add(page);
    accept(page);
    pageRows = 0;
    pageNulls = 0;
    startPage();
  }

  private void accept(Page page) {
    if (!compressed) {
      page.leaveUncompressed();
    }
    page.zstdLevel(zstdLevel);
    closed.accept(page);
  }

  private SizeStatistics sizes() {
    return new SizeStatistics(column.type(), openPlainBytes(), List.of(), List.of());
  }

  /** Writes the levels so that they end where the values start; says how long they are. */
  private int writeLevels(byte[] bytes, int end) {
    boolean packed = pageNulls > 0 && pageNulls < pageRows;
    int groups = (pageRows + 7) / 8;
    int header = packed ? (groups << 1) | 1 : pageRows << 1;
    int headerLength = 1;
    for (int rest = header >>> 7; rest != 0; rest >>>= 7) {
      headerLength++;
    }
    int body = packed ? groups : 1;
    int start = end - body - headerLength - Integer.BYTES;
    LittleEndian.putInt(bytes, start, headerLength + body);
    int at = start + Integer.BYTES;
    for (int index = 0; index < headerLength; index++) {
      int more = index < headerLength - 1 ? 0x80 : 0;
      bytes[at++] = (byte) (((header >>> (7 * index)) & 0x7f) | more);
    }
    if (packed) {
      System.arraycopy(present, 0, bytes, at, groups);
    } else {
      bytes[at] = (byte) (pageNulls == 0 ? 1 : 0);
    }
    return end - start;
  }

  /** Ends the chunk and gives its pages away, its dictionary first where it has one. */
  final List<Page> closeChunk() {
    closePage();
    if (bloomFilter != null) {
      addDictionary(bloomFilter);
    }
    List<Page> chunk = new ArrayList<>(pages.size() + 1);
    Page dictionary = dictionary(new Page.Place(group, ordinal, Page.Place.DICTIONARY));
    if (dictionary != null) {
      accept(dictionary);
      chunk.add(dictionary);
    }
    chunk.addAll(pages);
    pages.clear();
    chunkBytes = 0;
    group++;
    return chunk;
  }

  /**
   * Gives up the room that the values so far needed; to be called when a chunk was closed and no
   * value was set since.
   */
  final void shrink() {
    out.shrink();
    present = new byte[0];
    dropArrays();
    startPage();
  }

  /** From now on values are added to a bloom filter too. */
  final void addTo(ColumnBloomFilter filter) {
    bloomFilter = filter;
  }

  /** Adds the values of the open page, unless they stand in the dictionary. */
  abstract void addValues(ColumnBloomFilter filter);

  /** Adds the values of the dictionary, if pages use one. */
  abstract void addDictionary(ColumnBloomFilter filter);

  /** Whether this chunk should try a dictionary. */
  final boolean tryDictionary() {
    if (groupsUntilTrial > 0) {
      groupsUntilTrial--;
      return false;
    }
    return true;
  }

  /** Remembers that a dictionary is of no use for these values. */
  final void dictionaryFailed() {
    groupsUntilTrial = TRIAL_EVERY - 1;
  }

  /** About how many bytes of pages the chunk has so far. */
  final long chunkBytes() {
    return chunkBytes + openBytes() + dictionaryBytes();
  }

  /** How many bytes of memory it holds besides buffers of the pool. */
  final long arrayBytes() {
    return present.length + ownArrayBytes();
  }

  abstract long ownArrayBytes();

  /** Replaces arrays that grew by small ones. */
  abstract void dropArrays();

  /** Takes the staged values: {@code values} of {@code rows} were set. */
  abstract void encode(int rows, int values, long[] masks, long bit);

  /** About how many bytes the open page has. */
  abstract long openBytes();

  abstract long dictionaryBytes();

  /** How many bytes the values of the open page have themselves, for columns of bytes. */
  abstract long openPlainBytes();

  /**
   * Puts what is left of the page's values into {@link #out}, and the smallest and largest into the
   * statistics.
   */
  abstract Encoding finishValues(int values, @Nullable Statistics<?> statistics);

  /** Forgets the page, whose bytes are gone. */
  abstract void startPage();

  /** The dictionary of the chunk that ends, if its pages use one; the next chunk begins. */
  abstract @Nullable Page dictionary(Page.Place place);

  /** Forgets what the row so far set, because it was refused. */
  abstract void rewind(long row);

  /** Gives all buffers back. */
  final void release() {
    out.release();
    pages.forEach(page -> pool.give(page.bytes()));
    pages.clear();
  }
}
