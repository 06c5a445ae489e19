package io.strongroom.storage.run;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The files that one attempt of a run writes into one dataset. No two attempts ever write the same
 * path, and nobody sees a file before a manifest names it.
 *
 * <ul>
 *   <li>bronze, quarantine, condemned: partition columns, {@code run_id}
 *   <li>silver: partition columns, {@code schema_v}, {@code run_id}
 *   <li>gold: {@code schema_v}, {@code run_id}, partition columns
 * </ul>
 *
 * Columns named year, month, day and hour come first, in this order; the others follow by name.
 *
 * <p>Thread-safe; the files it starts are for one thread each.
 */
public final class RunFiles {
  private static final Pattern COLUMN = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final List<String> TIME_COLUMNS = List.of("year", "month", "day", "hour");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ObjectStore store;
  private final DatasetSpec dataset;
  private final RunId run;
  private final String attempt;
  private final AtomicLong started = new AtomicLong();

  /**
   * The files of a new attempt, whose name is random.
   *
   * @param store where they go
   * @param dataset what they belong to
   * @param run who writes them
   */
  public RunFiles(ObjectStore store, DatasetSpec dataset, RunId run) {
    this(store, dataset, run, newAttempt());
  }

  /**
   * The files of an attempt.
   *
   * @param store where they go
   * @param dataset what they belong to
   * @param run who writes them
   * @param attempt stands in the name of every file; unlike that of any other attempt
   */
  public RunFiles(ObjectStore store, DatasetSpec dataset, RunId run, String attempt) {
    this.store = Objects.requireNonNull(store, "store");
    this.dataset = Objects.requireNonNull(dataset, "dataset");
    this.run = Objects.requireNonNull(run, "run");
    this.attempt = requireFileName(dataset, attempt);
  }

  private static String newAttempt() {
    byte[] bits = new byte[8];
    RANDOM.nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  /** What the files belong to. */
  public DatasetSpec dataset() {
    return dataset;
  }

  /** How many bytes the store keeps of an upload at most before it sends them; 0 for none. */
  public int uploadPartSize() {
    return store.uploadPartSize();
  }

  /**
   * Starts the next file; the first is {@code part-00000-<attempt>}. Nothing is asked of the store
   * before the first byte.
   *
   * @param partition partition column to value; columns match {@code [a-z][a-z0-9_]{0,62}}, values
   *     match {@code [A-Za-z0-9][A-Za-z0-9._-]{0,79}}
   * @param extension such as {@code .parquet}
   * @return the file, which the caller closes
   * @throws StorageException {@link StorageErrorCode#FILE_PLACE_REFUSED}, naming the column and not
   *     its value
   */
  public RunFile next(Map<String, String> partition, String extension) {
    String name = String.format(Locale.ROOT, "part-%05d%s", started.getAndIncrement(), extension);
    return new RunFile(store, path(dataset, run, attempt, partition, name), partition);
  }

  /**
   * The path of a file: {@code part-0.parquet} becomes {@code part-0-<attempt>.parquet}.
   *
   * @param dataset what it belongs to
   * @param run who writes it
   * @param attempt which try of the run, as the constructor takes it
   * @param partition as {@link #next} takes it
   * @param name matches {@code [A-Za-z0-9][A-Za-z0-9._-]{0,199}}
   * @throws StorageException {@link StorageErrorCode#FILE_PLACE_REFUSED}, naming the column and not
   *     its value
   */
  public static String path(
      DatasetSpec dataset, RunId run, String attempt, Map<String, String> partition, String name) {
    String partitions = partitions(dataset, partition);
    String schema = "schema_v=" + dataset.schemaVersion() + "/";
    String runId = "run_id=" + run.value() + "/";
    String folders =
        switch (dataset.ref().layer()) {
          case BRONZE, QUARANTINE, CONDEMNED -> partitions + runId;
          case SILVER -> partitions + schema + runId;
          case GOLD -> schema + runId + partitions;
        };
    return dataset.ref().path() + "/" + folders + unique(dataset, name, attempt);
  }

  private static String partitions(DatasetSpec dataset, Map<String, String> partition) {
    List<String> columns = new ArrayList<>(TIME_COLUMNS);
    columns.retainAll(partition.keySet());
    TreeSet<String> others = new TreeSet<>(partition.keySet());
    TIME_COLUMNS.forEach(others::remove);
    columns.addAll(others);
    StringBuilder folders = new StringBuilder();
    for (String column : columns) {
      if (!COLUMN.matcher(column).matches()
          || column.equals("run_id")
          || column.equals("schema_v")) {
        throw refused(dataset, "partition column '" + column + "' is not allowed");
      }
      String value = partition.get(column);
      if (value == null || !VALUE.matcher(value).matches()) {
        throw refused(
            dataset, "the value of partition column '" + column + "' does not match " + VALUE);
      }
      folders.append(column).append('=').append(value).append('/');
    }
    return folders.toString();
  }

  private static String unique(DatasetSpec dataset, String name, String attempt) {
    requireFileName(dataset, name);
    int end = name.length();
    for (String compression : List.of(".gz", ".zst")) {
      if (name.endsWith(compression)) {
        end -= compression.length();
      }
    }
    int dot = name.lastIndexOf('.', end - 1);
    int at = dot > 0 ? dot : end;
    return name.substring(0, at) + "-" + attempt + name.substring(at);
  }

  private static String requireFileName(DatasetSpec dataset, String name) {
    if (!FILE_NAME.matcher(name).matches()) {
      throw refused(dataset, "a file name does not match " + FILE_NAME);
    }
    return name;
  }

  private static StorageException refused(DatasetSpec dataset, String why) {
    return new StorageException(
        StorageErrorCode.FILE_PLACE_REFUSED, "dataset " + dataset.ref().path() + ": " + why);
  }
}
