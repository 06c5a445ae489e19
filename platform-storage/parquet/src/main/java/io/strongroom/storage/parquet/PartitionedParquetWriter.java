package io.strongroom.storage.parquet;

import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.RunFile;
import io.strongroom.storage.run.RunFiles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into the partitions of a dataset, each into Parquet files of a wanted size. There may
 * be any number of partitions: at most {@link PartitionLimits#openFiles} files are open, and what
 * all of them hold in memory is bounded together.
 *
 * <p>Partitions come fastest and in the fewest files when the rows of one follow each other. A
 * partition that comes back after its file was ended goes on in another file.
 *
 * <p>Nobody sees a file before the list that {@link #finish} returns stands in a manifest. After a
 * failure, and when this is closed without {@link #finish}, no part of an open file remains; files
 * that were ended before remain in the run's folder, named by nobody, until it is swept.
 *
 * <p>For one thread. The caller closes this in every case.
 *
 * @param <W> how rows are given: {@link ParquetRowWriter}, or a face of it
 */
public final class PartitionedParquetWriter<W> implements AutoCloseable {
  private static final String EXTENSION = ".parquet";

  /** How many rows may be added to a file before its memory is looked at again. */
  private static final int MEASURED_EVERY = 128;

  /** From so many bytes on a file tells how well it compresses. */
  private static final long TELLING_BYTES = 128L * 1024;

  /** A row group of less than this is not worth writing early. */
  private static final long WORTH_WRITING = 256L * 1024;

  /** The part of the memory that may be kept for buffers that nobody uses. */
  private static final int KEPT_SHARE = 8;

  private enum State {
    OPEN,
    FAILED,
    FINISHED,
    CLOSED
  }

  private final ParquetFiles files;
  private final ParquetSchema schema;
  private final @Nullable ParquetFileKeys keys;
  private final RunFiles target;
  private final PartitionLimits limits;
  private final Function<ParquetRowWriter, W> face;
  private final BufferPool pool;

  /** In the order in which they were last used. */
  private final Map<Map<String, String>, Open<W>> open = new LinkedHashMap<>(16, 0.75f, true);

  private final List<DataFile> ended = new ArrayList<>();
  private @Nullable Open<W> current;
  private State state = State.OPEN;
  private long arrays;
  private long early;

  /** Stored bytes a byte of pages before compression, as the last file had it. */
  private double ratio = 1;

  private PartitionedParquetWriter(
      ParquetFiles files,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      RunFiles target,
      PartitionLimits limits,
      Function<ParquetRowWriter, W> face) {
    this.files = Objects.requireNonNull(files, "files");
    this.schema = Objects.requireNonNull(schema, "schema");
    this.keys = keys;
    this.target = Objects.requireNonNull(target, "target");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.face = Objects.requireNonNull(face, "face");
    this.pool = new BufferPool(limits.memoryBytes() / KEPT_SHARE);
  }

  /**
   * A writer of rows.
   *
   * @param files how each file is written
   * @param schema the columns; partition columns are not among them unless the application wants it
   * @param keys encrypts every file; null writes them in the clear
   * @param target where the files go
   * @param limits how much is open, held and put into a file
   */
  public static PartitionedParquetWriter<ParquetRowWriter> rows(
      ParquetFiles files,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      RunFiles target,
      PartitionLimits limits) {
    return of(files, schema, keys, target, limits, Function.identity());
  }

  /**
   * A writer through another face, such as {@link ParquetRecordWriter#ofAvro}.
   *
   * @param files how each file is written
   * @param schema the columns
   * @param keys encrypts every file; null writes them in the clear
   * @param target where the files go
   * @param limits how much is open, held and put into a file
   * @param face made once for every file; neither it nor what uses it may finish or close the file
   */
  public static <W> PartitionedParquetWriter<W> of(
      ParquetFiles files,
      ParquetSchema schema,
      @Nullable ParquetFileKeys keys,
      RunFiles target,
      PartitionLimits limits,
      Function<ParquetRowWriter, W> face) {
    return new PartitionedParquetWriter<>(files, schema, keys, target, limits, face);
  }

  /**
   * Where the next row goes: to be asked for before every row, because it ends files and row groups
   * when it is time. A row that was begun in another partition and not ended is forgotten.
   *
   * @param partition partition column to value, as {@link RunFiles#next} takes it; empty where the
   *     dataset has no partitions
   * @return used for one row and not kept
   * @throws io.strongroom.storage.StorageException FILE_PLACE_REFUSED when a value cannot stand in
   *     a path, the writing can go on; what the store throws ends it
   * @throws ParquetFileException when a file failed; this ends the writing
   * @throws IllegalStateException when the writing failed before, or is finished or closed
   */
  public W to(Map<String, String> partition) {
    requireOpen();
    Open<W> at = current;
    if (at == null || !at.partition.equals(partition)) {
      if (at != null) {
        at.rows.clearRow();
        current = null;
      }
      at = open.get(partition);
    }
    if (at != null && isFull(at)) {
      Open<W> full = at;
      run(() -> end(full));
      at = null;
    }
    if (at == null) {
      RunFile file = target.next(partition, EXTENSION);
      at = guarded(() -> start(partition, file));
    }
    current = at;
    if (at.rows.rows() - at.measuredAt >= MEASURED_EVERY) {
      measure(at);
    }
    if (memory() > limits.memoryBytes()) {
      Open<W> wanted = at;
      run(() -> makeRoom(wanted));
    }
    return at.face;
  }

  private Open<W> start(Map<String, String> partition, RunFile file) {
    try {
      while (open.size() >= limits.openFiles()) {
        early++;
        end(open.values().iterator().next());
      }
      ParquetRowWriter rows = files.write(file.stream(), schema, keys, pool);
      Open<W> started = new Open<>(Map.copyOf(partition), file, rows, face.apply(rows));
      open.put(started.partition, started);
      measure(started);
      return started;
    } catch (RuntimeException failed) {
      file.close();
      throw failed;
    }
  }

  private boolean isFull(Open<W> at) {
    ParquetRowWriter rows = at.rows;
    if (rows.rows() >= limits.fileRows()) {
      return true;
    }
    double expected = rows.storedBytes() + rows.groupBytes() * ratio(rows);
    return expected >= limits.fileBytes();
  }

  /** How well this file compresses; before it tells, how well the last one did. */
  private double ratio(ParquetRowWriter rows) {
    long pages = rows.closedBytes();
    return pages < TELLING_BYTES ? ratio : Math.min(1, (double) rows.storedBytes() / pages);
  }

  /** What all open files hold. */
  long memory() {
    return arrays + pool.bytes();
  }

  private void measure(Open<W> at) {
    long unsent = Math.min(target.uploadPartSize(), at.file.bytes());
    long held = at.rows.memory() + unsent;
    arrays += held - at.arrays;
    at.arrays = held;
    at.measuredAt = at.rows.rows();
  }

  /** Writes row groups early, the largest first; then ends files, the longest unused first. */
  private void makeRoom(Open<W> wanted) {
    while (memory() > limits.memoryBytes()) {
      Open<W> largest = wanted;
      for (Open<W> candidate : open.values()) {
        if (candidate.rows.groupBytes() > largest.rows.groupBytes()) {
          largest = candidate;
        }
      }
      if (largest.rows.groupBytes() >= WORTH_WRITING) {
        largest.rows.flushGroup();
        measure(largest);
      } else if (!endOtherThan(wanted)) {
        wanted.rows.flushGroup();
        measure(wanted);
        return;
      }
    }
  }

  private boolean endOtherThan(Open<W> wanted) {
    Iterator<Open<W>> oldest = open.values().iterator();
    Open<W> candidate = oldest.next();
    if (candidate == wanted) {
      if (!oldest.hasNext()) {
        return false;
      }
      candidate = oldest.next();
    }
    early++;
    end(candidate);
    return true;
  }

  private void end(Open<W> ending) {
    ending.rows.clearRow();
    ParquetFileFacts facts = ending.rows.finish();
    ratio = ratio(ending.rows);
    ended.add(ending.file.finish(facts.rows(), facts.sha256(), Optional.of(facts.footerSha256())));
    ending.close();
    open.remove(ending.partition);
    arrays -= ending.arrays;
  }

  /**
   * Ends every file.
   *
   * @return all files that were written, for the manifest, in the order in which they were ended
   * @throws io.strongroom.storage.StorageException what the store throws; no file may then be named
   *     in a manifest
   * @throws ParquetFileException when a file failed
   * @throws IllegalStateException when the writing failed before, or is finished or closed
   */
  public List<DataFile> finish() {
    requireOpen();
    run(
        () -> {
          for (Open<W> last : List.copyOf(open.values())) {
            end(last);
          }
        });
    state = State.FINISHED;
    return List.copyOf(ended);
  }

  /**
   * How many files were ended because too many were open or held too much, and not because they
   * were full. Many of them say that the rows should come sorted by partition, or that the limits
   * are too narrow.
   */
  public long filesEndedEarly() {
    return early;
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the writer of partitions is " + state);
    }
  }

  private void run(Runnable step) {
    guarded(
        () -> {
          step.run();
          return step;
        });
  }

  /** Runs a step after whose failure nothing more can be written. */
  private <T> T guarded(Supplier<T> step) {
    state = State.FAILED;
    try {
      T result = step.get();
      state = State.OPEN;
      return result;
    } catch (RuntimeException | Error failed) {
      abandon(failed);
      throw failed;
    }
  }

  private void abandon(@Nullable Throwable failed) {
    RuntimeException first = null;
    for (Open<W> left : open.values()) {
      try {
        left.close();
      } catch (RuntimeException refused) {
        if (failed != null) {
          failed.addSuppressed(refused);
        } else if (first == null) {
          first = refused;
        } else {
          first.addSuppressed(refused);
        }
      }
    }
    open.clear();
    current = null;
    if (first != null) {
      throw first;
    }
  }

  /**
   * Gives up every file that is open; calling it again does nothing.
   *
   * @throws io.strongroom.storage.StorageException when the store could not throw an upload away;
   *     nothing of it is visible
   */
  @Override
  public void close() {
    state = State.CLOSED;
    abandon(null);
  }

  /** A file that is being written. */
  private static final class Open<W> {
    private final Map<String, String> partition;
    private final RunFile file;
    private final ParquetRowWriter rows;
    private final W face;
    private long arrays;
    private long measuredAt;

    Open(Map<String, String> partition, RunFile file, ParquetRowWriter rows, W face) {
      this.partition = partition;
      this.file = file;
      this.rows = rows;
      this.face = face;
    }

    void close() {
      try {
        rows.close();
      } finally {
        file.close();
      }
    }
  }
}
