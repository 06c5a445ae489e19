package io.strongroom.storage.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.schema.MessageType;

/**
 * A nested column of the row group that is open. Its leaves are encoded by parquet-java's column
 * writers; their pages go the way of those of flat columns. For one thread.
 */
final class NestedBuffer {
  /** More than a row group ever has. */
  private static final int LARGEST_PAGE = 256 * 1024 * 1024;

  private final SchemaColumn column;
  private final Schema type;
  private final int firstLeaf;
  private final WriterSettings settings;
  private final BufferPool pool;
  private final Consumer<Page> closed;
  private final MessageType message;
  private Shredder shredder;
  private long row = -1;
  private int group;
  private ColumnWriteStore store;
  private List<ColumnWriter> writers;
  private List<LeafPages> pages;

  NestedBuffer(
      SchemaColumn column,
      Schema type,
      int firstLeaf,
      WriterSettings settings,
      BufferPool pool,
      Consumer<Page> closed) {
    this.column = column;
    this.type = type;
    this.firstLeaf = firstLeaf;
    this.settings = settings;
    this.pool = pool;
    this.closed = closed;
    this.message = new MessageType(column.name(), column.stored());
    this.shredder = new Shredder(column, type, new ComponentAccess(null));
    this.writers = new ArrayList<>();
    this.pages = new ArrayList<>();
    this.store = begin();
  }

  /** Lets records of Java classes be values. */
  void access(ComponentAccess access) {
    shredder = new Shredder(column, type, access);
  }

  int leaves() {
    return shredder.leaves().size();
  }

  private ColumnWriteStore begin() {
    ParquetProperties properties =
        ParquetProperties.builder()
            .withWriterVersion(WriterVersion.PARQUET_1_0)
            .withAllocator(HeapByteBufferAllocator.getInstance())
            .withPageSize((int) Math.min(LARGEST_PAGE, settings.bytesPerPage()))
            .withPageRowCountLimit(settings.rowsPerPage())
            .withDictionaryPageSize(ColumnBuffer.DICTIONARY_BYTES)
            .build();
    writers = new ArrayList<>();
    pages = new ArrayList<>();
    ColumnWriteStore begun =
        properties.newColumnWriteStore(
            message,
            descriptor -> {
              int leaf = message.getColumns().indexOf(descriptor);
              LeafPages own =
                  new LeafPages(group, firstLeaf + leaf, column.statistics(), pool, closed);
              pages.add(own);
              return own;
            });
    for (ColumnDescriptor descriptor : message.getColumns()) {
      writers.add(begun.getColumnWriter(descriptor));
    }
    return begun;
  }

  /**
   * Sets the value of a row, in place of one that was set before.
   *
   * @param number the row's number in the file
   */
  void set(long number, Object value) {
    rewind(number);
    row = number;
    shredder.take(value);
  }

  /** Ends a row. */
  void endRow(boolean set) {
    if (!set) {
      shredder.takeNull();
    }
    row = -1;
  }

  /** Forgets what the row so far set. */
  void rewind(long number) {
    if (row == number) {
      shredder.rewind();
      row = -1;
    }
  }

  /** About how many bytes were taken since the last call. */
  long staged() {
    return shredder.staged();
  }

  /** Encodes the rows that ended since the last call. */
  void take(int rows) {
    List<LeafStage> leaves = shredder.leaves();
    for (int index = 0; index < rows; index++) {
      for (int leaf = 0; leaf < leaves.size(); leaf++) {
        leaves.get(leaf).write(writers.get(leaf));
      }
      store.endRecord();
    }
    leaves.forEach(LeafStage::clear);
  }

  /** About how many bytes of pages the row group has so far. */
  long chunkBytes() {
    return store.getBufferedSize();
  }

  /** About how many bytes of memory it holds besides buffers of the pool. */
  long memory() {
    return store.getAllocatedSize() + shredder.staged();
  }

  /** Ends the chunks and gives their pages away, of each its dictionary first. */
  List<List<Page>> closeChunks() {
    store.close();
    pages.sort((left, right) -> Integer.compare(left.leaf(), right.leaf()));
    List<List<Page>> chunks = new ArrayList<>();
    pages.forEach(leaf -> chunks.add(leaf.chunk()));
    group++;
    store = begin();
    return chunks;
  }

  /** Gives all buffers back. */
  void release() {
    pages.forEach(LeafPages::release);
  }
}
