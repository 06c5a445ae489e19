package io.strongroom.storage.publication;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Writes what engines and people look for beside the files: {@code _SUCCESS} in the folder of every
 * run of a dataset, {@code _LATEST.json} in the folder of every dataset and, where asked for, lists
 * of live files for engines. They are copies and never the truth: a rollback leaves {@code
 * _SUCCESS} where it is, and a crash may leave them old or missing. Writing them again is always
 * allowed.
 *
 * <p>Safe for use by several threads and processes. Methods throw what the store throws; some
 * copies may then be written and others not.
 */
public final class DerivedCopies {
  static final String LATEST = "_LATEST.json";
  static final String SUCCESS = "_SUCCESS";

  /** Whoever loses more often leaves the copy to those who win. */
  private static final int TRIES = 6;

  private static final String LATEST_FORMAT = "strongroom.derived-latest.v1";
  private static final String SUCCESS_FORMAT = "strongroom.success.v1";

  private final ObjectStore store;
  private final Optional<SymlinkManifests> symlinks;

  /**
   * Copies in a store.
   *
   * @param store where the datasets are
   */
  public DerivedCopies(ObjectStore store) {
    this(store, Optional.empty());
  }

  private DerivedCopies(ObjectStore store, Optional<SymlinkManifests> symlinks) {
    this.store = Objects.requireNonNull(store, "store");
    this.symlinks = symlinks;
  }

  /**
   * The same copies, and for every ENGINE_READABLE dataset the lists of its live files that Athena,
   * Spark and Trino follow: {@code _symlink_format_manifest/<partition>/manifest} in the dataset's
   * folder. An engine that reads while they are replaced may see some partitions of one publication
   * and some of the next. Writing them reads the manifests of all live runs.
   *
   * @param locations the address at which the engine finds the object of a key, such as {@code key
   *     -> "s3://bank-gold/" + key}
   */
  public DerivedCopies withSymlinks(UnaryOperator<String> locations) {
    return new DerivedCopies(store, Optional.of(new SymlinkManifests(store, locations)));
  }

  /**
   * Writes the copies that the newest publication of a state changes: the lists of live files,
   * {@code _SUCCESS} of the run that it made live, and at last {@code _LATEST.json} of every
   * dataset, unless one of a newer publication stands there. A copy that names no stored
   * publication is replaced, whatever number it has.
   *
   * @param state what is published
   */
  public void write(PublishedState state) {
    writeSymlinks(state);
    state
        .promoted()
        .ifPresent(
            manifest -> manifest.datasets().forEach(output -> writeSuccess(manifest, output)));
    writeLatest(state);
  }

  /**
   * Whether {@link #write} has been done for a state, or for a later one: every {@code
   * _LATEST.json} says so, and every {@code _SUCCESS} is there. Takes one request for each; what
   * was altered or deleted since is {@link Fsck}'s to find.
   *
   * @param state what is published
   */
  public boolean areWritten(PublishedState state) {
    boolean[] written = {true};
    long seq = state.head().map(Publication::seq).orElse(0L);
    eachLatest(
        state,
        (key, content) ->
            written[0] =
                written[0]
                    && standing(key)
                        .filter(
                            copy ->
                                Arrays.equals(copy.content(), content)
                                    || isNewer(state, copy.content(), seq))
                        .isPresent());
    BiConsumer<String, byte[]> present =
        (key, content) -> written[0] = written[0] && store.head(key).isPresent();
    state
        .promoted()
        .ifPresent(
            manifest ->
                manifest.datasets().forEach(output -> eachSuccess(manifest, output, present)));
    return written[0];
  }

  /** Empty when there is none, or something that is no copy. */
  private Optional<StoredObject> standing(String key) {
    try {
      return store.get(key);
    } catch (StorageException e) {
      if (e.code() == StorageErrorCode.OBJECT_TOO_LARGE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Writes the copies of a state anew, for every live run of every dataset.
   *
   * @param state what is published
   */
  public void rebuild(PublishedState state) {
    writeSymlinks(state);
    for (DatasetRef dataset : state.datasets()) {
      state.eachLiveRun(
          dataset,
          manifest -> manifest.output(dataset).ifPresent(output -> writeSuccess(manifest, output)));
    }
    writeLatest(state);
  }

  void writeSymlinks(PublishedState state) {
    symlinks.ifPresent(lists -> lists.write(state, TRIES));
  }

  /** The lists of live files, where there are any. */
  Optional<SymlinkManifests> symlinks() {
    return symlinks;
  }

  /** Whether a key beneath a dataset's folder is that of a derived copy. */
  static boolean isCopy(String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    return name.equals(SUCCESS) || name.equals(LATEST) || key.startsWith(SymlinkManifests.FOLDER);
  }

  /** Hands every copy that should stand to a visitor: its key and its content. */
  void each(PublishedState state, BiConsumer<String, byte[]> visitor) {
    eachLatest(state, visitor);
    for (DatasetRef dataset : state.datasets()) {
      state.eachLiveRun(
          dataset,
          manifest ->
              manifest.output(dataset).ifPresent(output -> eachSuccess(manifest, output, visitor)));
    }
  }

  void writeLatest(PublishedState state) {
    eachLatest(state, (key, content) -> writeUnlessNewer(state, key, content));
  }

  void eachLatest(PublishedState state, BiConsumer<String, byte[]> visitor) {
    if (state.head().isEmpty()) {
      return;
    }
    Publication head = state.head().get();
    head.generations()
        .forEach(
            (dataset, generation) ->
                visitor.accept(
                    dataset + "/" + LATEST,
                    JsonObject.builder()
                        .put("format", LATEST_FORMAT)
                        .put("pipeline", state.pipeline().path())
                        .put("dataset", dataset)
                        .put("seq", head.seq())
                        .put("publication", head.digest())
                        .put("generation", generation)
                        .put("at", head.at().toString())
                        .build()
                        .canonicalBytes()));
  }

  /** Replaces a copy, but not with an older one than stands there. */
  private void writeUnlessNewer(PublishedState state, String key, byte[] mine) {
    long seq = state.head().map(Publication::seq).orElse(0L);
    for (int i = 0; i < TRIES; i++) {
      Optional<StoredObject> standing;
      try {
        standing = store.get(key);
      } catch (StorageException e) {
        if (e.code() == StorageErrorCode.OBJECT_TOO_LARGE) {
          store.put(key, mine);
          return;
        }
        throw e;
      }
      if (standing.isPresent() && isNewer(state, standing.get().content(), seq)) {
        return;
      }
      WriteResult result =
          standing.isPresent()
              ? store.putIfMatch(key, mine, standing.get().etag())
              : store.putIfAbsent(key, mine);
      if (result instanceof WriteResult.Won) {
        return;
      }
    }
  }

  /** What says that it is newer is believed when it names a publication that is stored. */
  private static boolean isNewer(PublishedState state, byte[] copy, long seq) {
    try {
      JsonObject json = JsonValue.parseObject(copy);
      long copied = json.integer("seq");
      return copied > seq && state.isStored(copied, json.string("publication"));
    } catch (JsonException e) {
      return false;
    }
  }

  private void writeSuccess(Manifest manifest, DatasetOutput output) {
    eachSuccess(manifest, output, store::put);
  }

  static void eachSuccess(
      Manifest manifest, DatasetOutput output, BiConsumer<String, byte[]> visitor) {
    SortedMap<String, List<DataFile>> folders = new TreeMap<>();
    for (DataFile file : output.files()) {
      folders
          .computeIfAbsent(
              runFolder(file.path(), manifest.run().value()), folder -> new ArrayList<>())
          .add(file);
    }
    folders.forEach(
        (folder, files) ->
            visitor.accept(
                folder + SUCCESS,
                JsonObject.builder()
                    .put("format", SUCCESS_FORMAT)
                    .put("dataset", output.spec().ref().path())
                    .put("run", manifest.run().value())
                    .put("manifest", manifest.digest())
                    .put("files", files.size())
                    .put("rows", files.stream().mapToLong(DataFile::rows).sum())
                    .build()
                    .canonicalBytes()));
  }

  /** The folder {@code run_id=<run>/} that a file lies in, at any depth; else its own folder. */
  private static String runFolder(String path, String run) {
    String segment = "/run_id=" + run + "/";
    int at = path.indexOf(segment);
    return at >= 0
        ? path.substring(0, at + segment.length())
        : path.substring(0, path.lastIndexOf('/') + 1);
  }
}
