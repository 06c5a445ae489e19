package io.strongroom.storage.parquet;

import io.strongroom.base.PlatformException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
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
 * which ends by rows or by bytes (64 MiB of data before compression unless set otherwise).
 *
 * <p>For one thread. The caller owns the stream and closes this in every case.
 */
public final class ParquetRowWriter implements AutoCloseable {
  /** The format numbers row groups with 16 bits. */
  private static final int MAX_ROW_GROUPS = Short.MAX_VALUE;

  private static final int STATISTICS_BYTES = 16;
  private static final int PAGE_BYTES = 1024 * 1024;
  private static final int PAGE_ROWS = 20_000;
  private static final long SINGLE_PAGE_ROOM = 64L * 1024 * 1024;

  private enum State {
    OPEN,
    FAILED,
    FINISHED,
    CLOSED
  }

  private interface Step {
    void run() throws IOException;
  }

  private final List<SchemaColumn> columns;
  private final WriterSettings settings;
  private final MessageType message;
  private final ParquetProperties properties;
  private final HashingSink sink;
  private final PageCompressor compressor;
  private final ParquetFileWriter file;
  private final RowBuffer row;
  private final ColumnWriter[] writers;
  private @Nullable ColumnChunkPageWriteStore pages;
  private @Nullable ColumnWriteStore group;
  private State state = State.OPEN;
  private long rows;
  private long groupRows;
  private long groupBytes;
  private int groups;

  /**
   * Starts a file. Nothing is written to the stream yet.
   *
   * @param sink where the bytes go; never closed by this
   * @param schema the columns
   * @param keys encrypts the file; null writes it in the clear
   * @param layout how rows are cut into groups and pages
   * @param codec how pages are compressed; {@link Codec#ZSTD} has level 1
   * @throws ParquetFileException {@link ParquetErrorCode#KEY_REFUSED} for a key of less than 32
   *     bytes
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
    this.columns = schema.schemaColumns();
    this.settings = settings;
    this.message = schema.messageType();
    this.properties = properties(schema, settings);
    this.sink = new HashingSink(sink);
    this.row = new RowBuffer(columns);
    this.writers = new ColumnWriter[columns.size()];
    FileEncryptionProperties encryption = keys == null ? null : encryption(keys);
    this.compressor = new PageCompressor(settings.codec(), settings.zstdLevel());
    try {
      this.file =
          new ParquetFileWriter(
              new SinkFile(this.sink),
              message,
              ParquetFileWriter.Mode.CREATE,
              settings.bytesPerGroup(),
              0,
              encryption,
              properties);
      file.start();
    } catch (IOException | RuntimeException failed) {
      compressor.release();
      throw new ParquetFileException(
          ParquetErrorCode.WRITER_FAILED, "a Parquet file cannot be started", failed);
    }
  }

  private static ParquetProperties properties(ParquetSchema schema, WriterSettings settings) {
    ParquetProperties.Builder builder =
        ParquetProperties.builder()
            .withWriterVersion(WriterVersion.PARQUET_1_0)
            .withAllocator(HeapByteBufferAllocator.getInstance())
            .withColumnIndexTruncateLength(STATISTICS_BYTES)
            .withStatisticsTruncateLength(STATISTICS_BYTES)
            .withPageWriteChecksumEnabled(true);
    if (settings.layout() == ParquetLayout.SINGLE_PAGE) {
      // Pages that no data of a row group fills, so that each chunk keeps one.
      builder
          .withPageSize(Math.toIntExact(2 * settings.bytesPerGroup() + SINGLE_PAGE_ROOM))
          .withPageRowCountLimit(Integer.MAX_VALUE);
    } else {
      builder.withPageSize(PAGE_BYTES).withPageRowCountLimit(PAGE_ROWS);
    }
    for (SchemaColumn column : schema.schemaColumns()) {
      if (!column.statistics()) {
        builder
            .withStatisticsEnabled(column.name(), false)
            .withSizeStatisticsEnabled(column.name(), false);
      }
    }
    return builder.build();
  }

  private static FileEncryptionProperties encryption(ParquetFileKeys keys) {
    if (keys.keyLength() != 32) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "the key '" + keys.keyId() + "' has " + keys.keyLength() + " bytes, not 32");
    }
    return FileEncryptionProperties.builder(keys.footerKey())
        .withFooterKeyMetadata(keys.keyId().getBytes(StandardCharsets.UTF_8))
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

  /**
   * Sets a {@code string} column of the row. Half a surrogate pair is refused, and so are more than
   * 16 MiB of UTF-8.
   */
  public void setString(int column, CharSequence value) {
    row.setText(column, value);
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

  /** Sets a {@code date} column of the row. */
  public void setDate(int column, LocalDate value) {
    long day = value.toEpochDay();
    if (day != (int) day) {
      row.clear();
      throw new ParquetFileException(
          ParquetErrorCode.VALUE_REFUSED,
          "column '" + columns.get(column).name() + "' was given a day beyond 32 bits");
    }
    row.setNumber(column, ColumnKind.DATE, day);
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
    row.check();
    guarded(
        () -> {
          ColumnWriteStore open = group == null ? openGroup() : group;
          groupBytes += row.writeTo(writers);
          open.endRecord();
          rows++;
          groupRows++;
          if (groupRows >= settings.rowsPerGroup() || groupBytes >= settings.bytesPerGroup()) {
            closeGroup();
          }
        });
  }

  private ColumnWriteStore openGroup() {
    if (groups == MAX_ROW_GROUPS) {
      throw new ParquetFileException(
          ParquetErrorCode.FILE_TOO_LARGE, "a file cannot have more than 32767 row groups");
    }
    ColumnChunkPageWriteStore store =
        new ColumnChunkPageWriteStore(
            compressor,
            message,
            properties.getAllocator(),
            properties.getColumnIndexTruncateLength(),
            properties.getPageWriteChecksumEnabled(),
            file.getEncryptor(),
            groups);
    ColumnWriteStore opened = properties.newColumnWriteStore(message, store);
    for (int column = 0; column < writers.length; column++) {
      writers[column] = opened.getColumnWriter(message.getColumns().get(column));
    }
    pages = store;
    group = opened;
    return opened;
  }

  private void closeGroup() throws IOException {
    if (group == null || pages == null) {
      return;
    }
    file.startBlock(groupRows);
    group.flush();
    pages.flushToFileWriter(file);
    file.endBlock();
    group.close();
    pages.close();
    group = null;
    pages = null;
    groupRows = 0;
    groupBytes = 0;
    groups++;
  }

  /**
   * Ends the file. When this returns, all of it has gone to the stream; the caller then commits or
   * closes the stream.
   *
   * @return what is known about the file
   * @throws ParquetFileException when the stream or the encoder failed; the stream then holds no
   *     readable file and must be thrown away
   * @throws IllegalStateException when the writer failed before, or is finished or closed
   */
  public ParquetFileFacts finish() {
    requireOpen();
    guarded(
        () -> {
          closeGroup();
          sink.keepTail();
          file.end(Map.of());
          sink.complete();
        });
    ParquetFileFacts facts =
        new ParquetFileFacts(rows, sink.getPos(), sink.digest(), sink.footerDigest());
    state = State.FINISHED;
    compressor.release();
    return facts;
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
      compressor.release();
    }
    state = State.CLOSED;
    group = null;
    pages = null;
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
