package io.strongroom.storage.parquet;

import io.strongroom.base.PlatformException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.crypto.AesCipher;
import org.apache.parquet.crypto.InternalFileEncryptor;
import org.apache.parquet.crypto.ModuleCipherFactory.ModuleType;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Parquet file, row by row: set the columns, then {@link #endRow}. Columns that are
 * nullable and were not set are null. When a setter or {@link #endRow} refuses something, the whole
 * row is forgotten, so that no part of it ends up in the next one; go on with the next row, or set
 * all columns of this one again.
 *
 * <p>The file can be read when {@link #finish} returned, and not before: the footer is the last
 * thing written, and the caller's stream is never closed here. Memory is bounded by one row group,
 * which ends by rows or by bytes (64 MiB of data before compression unless set otherwise); by two
 * of them where {@link ParquetFiles#parallel} was asked for.
 *
 * <p>For one thread. The caller owns the stream and closes this in every case.
 */
public final class ParquetRowWriter implements AutoCloseable {
  /** The format numbers row groups, and pages of a column chunk, with 16 bits. */
  private static final int MAX_ORDINAL = Short.MAX_VALUE;

  private static final int STATISTICS_BYTES = 16;
  private static final long OWN_BUFFERS = 64L * 1024 * 1024;

  /** About what a writer holds besides its columns: mostly what it keeps back for its stream. */
  private static final long OWN_MEMORY = 96 * 1024;

  /** About what is kept of a column chunk until the footer is written. */
  private static final long CHUNK_MEMORY = 2 * 1024;

  private enum State {
    OPEN,
    FAILED,
    FINISHED,
    CLOSED
  }

  private interface Step {
    void run() throws IOException;
  }

  private final ParquetSchema schema;
  private final WriterSettings settings;
  private final MessageType message;
  private final HashingSink sink;
  private final BufferPool pool;
  private final @Nullable FileEncryption encryption;
  private final PageCipher @Nullable [] headers;
  private final byte[] fileAad;
  private final ParquetFileWriter file;
  private final PagePipeline pipeline;
  private final RowBuffer row;
  private final RowObjects objects;
  private final Map<String, ColumnBloomFilter> bloomFilters = new LinkedHashMap<>();
  private State state = State.OPEN;
  private long rows;
  private long groupBytes;
  private long closedBytes;
  private volatile long storedBytes;
  private int groupRows;
  private int batchRows;
  private int groups;

  /**
   * Starts a file. Nothing is written to the stream yet.
   *
   * @param sink where the bytes go; never closed by this
   * @param schema the columns
   * @param keys encrypts the file, columns of a key class under the key of that class; null writes
   *     it in the clear
   * @param layout how rows are cut into groups and pages
   * @param codec how pages are compressed; {@link Codec#ZSTD} has level 1
   * @throws ParquetFileException {@link ParquetErrorCode#KEY_REFUSED} for a key of less than 32
   *     bytes, {@link ParquetErrorCode#KEY_CLASS_MISSING} when the schema names a key class for
   *     which there is no key, {@link ParquetErrorCode#BLOOM_FILTER_REFUSED}
   */
  public ParquetRowWriter(
      OutputStream sink,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      ParquetLayout layout,
      Codec codec) {
    this(sink, schema, keys, WriterSettings.of(layout, codec));
  }

  ParquetRowWriter(
      OutputStream sink,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      WriterSettings settings) {
    this(sink, schema, keys, settings, new BufferPool(OWN_BUFFERS), Workers.NONE);
  }

  ParquetRowWriter(
      OutputStream sink,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      WriterSettings settings,
      BufferPool pool,
      Workers workers) {
    this.schema = schema;
    this.settings = settings;
    this.message = schema.messageType();
    this.sink = new HashingSink(sink);
    this.pool = pool;
    this.encryption = FileEncryption.of(keys, schema, message.getColumns());
    this.headers = encryption == null ? null : encryption.ciphers();
    if (encryption == null) {
      requireNoTrace(schema);
    }
    try {
      this.file =
          new ParquetFileWriter(
              new SinkFile(this.sink),
              message,
              ParquetFileWriter.Mode.CREATE,
              settings.bytesPerGroup(),
              0,
              encryption == null ? null : encryption.properties(),
              properties());
      file.start();
    } catch (IOException | RuntimeException failed) {
      throw new ParquetFileException(
          ParquetErrorCode.WRITER_FAILED, "a Parquet file cannot be started", failed);
    }
    byte[] aad = new byte[0];
    InternalFileEncryptor encryptor = file.getEncryptor();
    if (encryptor != null) {
      aad = encryptor.getFileAAD();
      for (int leaf = 0; leaf < message.getColumns().size(); leaf++) {
        ColumnPath path = ColumnPath.get(message.getColumns().get(leaf).getPath());
        encryptor.getColumnSetup(path, true, leaf);
      }
    }
    this.fileAad = aad;
    this.pipeline =
        new PagePipeline(
            workers.threads(),
            workers.executor(),
            () -> new PageSealer(settings, pool, encryption, fileAad),
            this::store);
    this.row = new RowBuffer(schema, settings, pool, pipeline::add);
    this.objects = new RowObjects(row);
    startBloomFilters();
    startBatch();
  }

  private void startBloomFilters() {
    List<String> names = schema.columns();
    for (int column = 0; column < names.size(); column++) {
      String name = names.get(column);
      BloomFilterSize size = schema.bloomFilter(name);
      if (size != null) {
        ColumnBloomFilter filter = new ColumnBloomFilter(size);
        bloomFilters.put(name, filter);
        row.addTo(column, filter);
      }
    }
  }

  private static void requireNoTrace(ParquetSchema schema) {
    for (SchemaColumn column : schema.schemaColumns()) {
      if (!column.statistics() && schema.bloomFilter(column.name()) != null) {
        throw new ParquetFileException(
            ParquetErrorCode.BLOOM_FILTER_REFUSED,
            "column '" + column.name() + "' has no statistics and so no bloom filter in the clear");
      }
    }
  }

  private static ParquetProperties properties() {
    return ParquetProperties.builder()
        .withWriterVersion(WriterVersion.PARQUET_1_0)
        .withAllocator(HeapByteBufferAllocator.getInstance())
        .withColumnIndexTruncateLength(STATISTICS_BYTES)
        .withStatisticsTruncateLength(STATISTICS_BYTES)
        .withPageWriteChecksumEnabled(true)
        .build();
  }

  /**
   * Sets a {@code long} column of the row.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#VALUE_REFUSED} when the column is of
   *     another type; the same of all setters
   */
  public void setLong(int column, long value) {
    row.setNumber(column, ColumnKind.LONG, value);
  }

  /** Sets an {@code int} column of the row. */
  public void setInt(int column, int value) {
    row.setNumber(column, ColumnKind.INT, value);
  }

  /** Sets a {@code boolean} column of the row. */
  public void setBoolean(int column, boolean value) {
    row.setNumber(column, ColumnKind.BOOLEAN, value ? 1 : 0);
  }

  /** Sets a {@code double} column of the row. */
  public void setDouble(int column, double value) {
    row.setNumber(column, ColumnKind.DOUBLE, Double.doubleToRawLongBits(value));
  }

  /** Sets a {@code float} column of the row. */
  public void setFloat(int column, float value) {
    row.setNumber(column, ColumnKind.FLOAT, Float.floatToRawIntBits(value));
  }

  /**
   * Sets a {@code string} or {@code enum} column of the row. What is none of the enum's symbols is
   * refused. Half a surrogate pair is refused, and so are more than 16 MiB of UTF-8.
   */
  public void setString(int column, CharSequence value) {
    row.setText(column, value);
  }

  /**
   * Sets a {@code string} or {@code enum} column of the row to bytes that are UTF-8 already. What
   * is not UTF-8 is refused, and so are more than 16 MiB.
   *
   * @param utf8 read before this returns
   * @param offset where the text starts
   * @param length how many bytes it has
   */
  public void setUtf8(int column, byte[] utf8, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, utf8.length);
    row.setUtf8(column, utf8, offset, length);
  }

  /**
   * Sets a {@code decimal} column of the row by its digits.
   *
   * @param unscaled the value times ten to the power of the column's scale
   */
  public void setUnscaled(int column, long unscaled) {
    row.setUnscaled(column, unscaled);
  }

  /**
   * Sets a {@code decimal} column of the row. Nothing is rounded: more decimals or digits than the
   * column has are refused.
   */
  public void setDecimal(int column, BigDecimal value) {
    row.setDecimal(column, value);
  }

  /**
   * Sets a {@code timestamp-micros} column of the row.
   *
   * @param value microseconds since 1970-01-01T00:00:00Z
   */
  public void setTimestampMicros(int column, long value) {
    row.setNumber(column, ColumnKind.TIMESTAMP_MICROS, value);
  }

  /**
   * Sets a {@code timestamp-millis}, {@code -micros} or {@code -nanos} column of the row. What is
   * finer than its unit is cut off, towards the past; what does not fit 64 bits is refused.
   */
  public void setTimestamp(int column, Instant value) {
    objects.setInstant(column, value);
  }

  /** Sets a {@code local-timestamp} column of the row, as {@link #setTimestamp} does. */
  public void setLocalTimestamp(int column, LocalDateTime value) {
    objects.setLocal(column, value);
  }

  /**
   * Sets a {@code time-millis} or {@code time-micros} column of the row. What is finer than its
   * unit is cut off.
   */
  public void setTime(int column, LocalTime value) {
    objects.setTime(column, value);
  }

  /**
   * Sets a time or timestamp column of the row by the number that is stored.
   *
   * @param value milliseconds, microseconds or nanoseconds, as the column's type says: since
   *     midnight, since 1970-01-01T00:00:00Z, or since that time of day where the clock was
   */
  public void setTicks(int column, long value) {
    objects.setTicks(column, value);
  }

  /**
   * Sets a {@code bytes} or {@code fixed} column of the row. Another length than that of the fixed
   * is refused, and so are more than 16 MiB.
   *
   * @param bytes read before this returns
   * @param offset where the value starts
   * @param length how many bytes it has
   */
  public void setBytes(int column, byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    row.setBytes(column, bytes, offset, length);
  }

  /** Sets a {@code uuid} column of the row. */
  public void setUuid(int column, UUID value) {
    objects.setUuid(column, value);
  }

  /** Sets a {@code date} column of the row. */
  public void setDate(int column, LocalDate value) {
    objects.setDate(column, value);
  }

  /**
   * Sets a column of the row to an object of any type that fits it: {@code Boolean}, {@code
   * Integer}, {@code Long}, {@code Float}, {@code Double}, {@code CharSequence}, a symbol or Java
   * enum, {@code byte[]} or {@code ByteBuffer}, {@code LocalDate} (or days), {@code LocalTime},
   * {@code Instant} and {@code LocalDateTime} (or their number), {@code UUID} (or its text), {@code
   * BigDecimal} (or its unscaled value as bytes, highest byte first, as Avro has it), Avro's {@code
   * GenericFixed}, or null.
   */
  public void setObject(int column, @Nullable Object value) {
    objects.set(column, value);
  }

  /** Lets records of Java classes be values of nested columns; before the first row. */
  void access(ComponentAccess access) {
    row.access(access);
  }

  /** The columns. */
  ParquetSchema schema() {
    return schema;
  }

  /** Sets a nullable column of the row to null. */
  public void setNull(int column) {
    row.setNull(column);
  }

  /** Forgets what was set of the row. */
  public void clearRow() {
    row.clear();
  }

  /**
   * Adds the row.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#ROW_INCOMPLETE} when a required column was
   *     not set, the writing can go on; any other code ends it
   */
  public void endRow() {
    requireOpen();
    int waiting = row.add();
    rows++;
    groupRows++;
    if (waiting >= batchRows) {
      guarded(this::encode);
    }
  }

  private void encode() throws IOException {
    groupBytes = row.encode();
    if (groupRows >= settings.rowsPerGroup() || groupBytes >= settings.bytesPerGroup()) {
      closeGroup();
    }
    startBatch();
  }

  private void startBatch() {
    batchRows = Math.min(WriterSettings.BATCH, settings.rowsPerGroup() - groupRows);
  }

  private void closeGroup() throws IOException {
    if (groups == MAX_ORDINAL) {
      throw new ParquetFileException(
          ParquetErrorCode.FILE_TOO_LARGE, "a file cannot have more than 32767 row groups");
    }
    // Ending the chunks adds their last values to the filters.
    List<List<Page>> chunks = row.closeChunks();
    Map<String, BloomFilter> filters = new LinkedHashMap<>();
    bloomFilters.forEach((column, filter) -> filters.put(column, filter.take()));
    pipeline.add(new PagePipeline.Group(groupRows, chunks, filters));
    groupRows = 0;
    closedBytes += groupBytes;
    groupBytes = 0;
    groups++;
  }

  /**
   * Ends the row group early and gives up the memory it needed. A row that was begun and not ended
   * is forgotten.
   */
  void flushGroup() {
    requireOpen();
    row.clear();
    guarded(
        () -> {
          groupBytes = row.encode();
          if (groupRows > 0) {
            closeGroup();
          }
          pipeline.drain();
          pipeline.rest();
          row.shrink();
          startBatch();
        });
  }

  /** How many rows were added. */
  long rows() {
    return rows;
  }

  /** How many bytes of row groups, headers included, went to the stream or its buffer. */
  long storedBytes() {
    return storedBytes;
  }

  /** About how many bytes of pages the rows in these row groups were before compression. */
  long closedBytes() {
    return closedBytes;
  }

  /** About how many bytes of pages the open row group has, batches that wait left out. */
  long groupBytes() {
    return groupBytes;
  }

  /** How many bytes of memory it holds besides buffers of the pool. */
  long memory() {
    return OWN_MEMORY + CHUNK_MEMORY * groups * message.getColumns().size() + row.memory();
  }

  /** Writes a group; on the thread that the pipeline chose, one group after the other. */
  private void store(PagePipeline.Group group) throws IOException {
    file.startBlock(group.rows());
    for (int column = 0; column < message.getColumns().size(); column++) {
      List<Page> chunk = group.chunks().get(column);
      long values =
          chunk.stream()
              .filter(page -> !page.place().dictionary())
              .mapToLong(page -> page.facts().values())
              .sum();
      Codec codec = chunk.get(0).compressed() ? settings.codec() : Codec.UNCOMPRESSED;
      file.startColumn(message.getColumns().get(column), values, codec.parquetName());
      for (Page page : chunk) {
        pipeline.sealed(page);
        store(page);
        pool.give(page.bytes());
      }
      file.endColumn();
    }
    group.bloomFilters().forEach(file::addBloomFilter);
    file.endBlock();
    storedBytes = file.getPos();
  }

  private void store(Page page) throws IOException {
    Page.Place place = page.place();
    Page.Facts facts = page.facts();
    boolean dictionary = place.dictionary();
    byte[] aad = null;
    PageCipher cipher = null;
    if (headers != null) {
      cipher = headers[place.column()];
      aad =
          AesCipher.createModuleAAD(
              fileAad,
              dictionary ? ModuleType.DictionaryPageHeader : ModuleType.DataPageHeader,
              place.group(),
              place.column(),
              place.page());
    }
    BytesInput bytes = BytesInput.from(page.bytes(), page.offset(), page.length());
    if (dictionary) {
      file.writeDictionaryPage(
          new DictionaryPage(bytes, page.encodedLength(), facts.values(), facts.encoding()),
          cipher,
          aad);
    } else {
      Statistics<?> statistics = facts.statistics();
      file.writeDataPage(
          facts.values(),
          page.encodedLength(),
          bytes,
          statistics,
          facts.rows(),
          Encoding.RLE,
          Encoding.RLE,
          facts.encoding(),
          cipher,
          aad,
          facts.sizes());
    }
  }

  /**
   * Ends the file. When this returns, all of it has gone to the stream; the caller then commits or
   * closes the stream. A row that was begun and not ended is forgotten.
   *
   * @return what is known about the file
   * @throws ParquetFileException when the stream or the encoder failed; the stream then holds no
   *     readable file and must be thrown away
   * @throws IllegalStateException when the writer failed before, or is finished or closed
   */
  public ParquetFileFacts finish() {
    requireOpen();
    row.clear();
    guarded(
        () -> {
          groupBytes = row.encode();
          if (groupRows > 0) {
            closeGroup();
          }
          pipeline.drain();
          sink.keepTail();
          if (encryption != null) {
            encryption.countFooter(groups, bloomFilters.keySet());
          }
          file.end(Map.of());
          sink.complete();
        });
    ParquetFileFacts facts =
        new ParquetFileFacts(
            rows, sink.getPos(), sink.digest(), sink.footerDigest(), row.contentDigest());
    state = State.FINISHED;
    release();
    return facts;
  }

  private void release() {
    pipeline.close();
    row.release();
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the Parquet writer is " + state);
    }
  }

  /** Runs a step after whose failure nothing more can be written. */
  private void guarded(Step step) {
    State before = state;
    state = State.FAILED;
    try {
      step.run();
      state = before;
    } catch (PlatformException failed) {
      throw failed;
    } catch (IOException | RuntimeException failed) {
      Exception refused = sink.failure();
      if (refused instanceof PlatformException typed) {
        throw typed;
      }
      throw refused == null
          ? new ParquetFileException(
              ParquetErrorCode.WRITER_FAILED, "row group " + groups + " cannot be encoded", failed)
          : new ParquetFileException(
              ParquetErrorCode.SINK_FAILED,
              "the stream failed after " + sink.getPos() + " bytes or less",
              failed);
    }
  }

  /**
   * Ends the writing. Without a {@link #finish} before, what went to the stream is not a readable
   * file. The stream stays open; calling this again does nothing.
   */
  @Override
  public void close() {
    if (state == State.OPEN || state == State.FAILED) {
      // Not file.close(): it would flush and close as if the file were whole.
      release();
    }
    state = State.CLOSED;
  }

  /** The file as parquet-java wants to see it: append only. */
  private record SinkFile(HashingSink sink) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return sink;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return sink;
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
