package io.strongroom.examples.lake.dataset;

import io.strongroom.storage.ObjectSource;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens published Parquet files, each with the key of the run that wrote it and the footer digest
 * that its manifest holds.
 *
 * <p>Keeps the keys of the runs it has met until it is closed. For one thread.
 */
public final class DatasetFiles implements AutoCloseable {
  private final ObjectStore store;
  private final Function<Manifest, RunKeys> keysOf;
  private final Map<RunId, RunKeys> keys = new HashMap<>();

  /**
   * Prepares to read.
   *
   * @param store where the files lie
   * @param keysOf opens the keys of a run; they are closed by this
   */
  public DatasetFiles(ObjectStore store, Function<Manifest, RunKeys> keysOf) {
    this.store = store;
    this.keysOf = keysOf;
  }

  /**
   * Opens one file.
   *
   * @param file the file as published
   * @param columns the columns to read
   * @return the rows; the caller closes them before this
   */
  public ParquetRowReader open(LiveFile file, ParquetSchema columns) {
    return new ParquetRowReader(
        file.file().path(),
        ObjectSource.of(store, file.file().path()),
        columns,
        keys(file),
        file.file().footerSha256().orElse(null));
  }

  private @Nullable ParquetFileKeys keys(LiveFile file) {
    if (file.output().spec().protection() == Protection.ENGINE_READABLE) {
      return null;
    }
    RunKeys run = keys.computeIfAbsent(file.manifest().run(), id -> keysOf.apply(file.manifest()));
    return ParquetFileKeys.of(run, file.output().spec().ref());
  }

  @Override
  public void close() {
    keys.values().forEach(RunKeys::close);
    keys.clear();
  }
}
