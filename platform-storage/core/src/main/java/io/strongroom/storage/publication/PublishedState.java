package io.strongroom.storage.publication;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * What a pipeline has published, as of one publication. What readers use.
 *
 * <p>Reading begins at the pointer and follows names and digests: publication, generation,
 * manifest, files. Nothing is listed, so nothing is seen that was not published, and all datasets
 * are seen as of the same publication, whatever is published meanwhile. Every object is checked on
 * the way; the files themselves are checked by those who read them.
 *
 * <p>Everything behind the publication is read when it is asked for, and kept. Safe for use by
 * several threads. Every method throws {@link StorageException}: {@link
 * StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer, and with a code of category
 * INTEGRITY, naming the object, when one is missing, damaged or forged.
 */
public final class PublishedState {
  private final ControlPaths paths;
  private final PublicationChain chain;
  private final Optional<Publication> head;
  private final Generations generations;
  private final LiveManifests manifests;
  private final Map<RunId, Manifest> read = new HashMap<>();

  private PublishedState(
      ControlPaths paths,
      PublicationChain chain,
      Optional<Publication> head,
      Generations generations,
      LiveManifests manifests) {
    this.paths = paths;
    this.chain = chain;
    this.head = head;
    this.generations = generations;
    this.manifests = manifests;
  }

  /**
   * Reads what is published now.
   *
   * @param store where the control objects are
   * @param pipeline whose outputs to read
   * @param keyring the keys to believe
   */
  public static PublishedState read(ObjectStore store, PipelineRef pipeline, Keyring keyring) {
    return read(store, pipeline, keyring, new SeenPublications());
  }

  /**
   * Reads what is published now, and refuses what is older than what has been seen.
   *
   * @param store where the control objects are
   * @param pipeline whose outputs to read
   * @param keyring the keys to believe
   * @param seen what has been seen; takes note of this publication
   * @throws StorageException {@link StorageErrorCode#POINTER_WENT_BACK} when it is older
   */
  public static PublishedState read(
      ObjectStore store, PipelineRef pipeline, Keyring keyring, SeenPublications seen) {
    ControlPaths paths = new ControlPaths(pipeline);
    PublicationChain chain = new PublicationChain(store, paths, keyring);
    Optional<Publication> head = chain.head().map(PublicationChain.Head::publication);
    seen.note(pipeline, head);
    return new PublishedState(
        paths,
        chain,
        head,
        new Generations(store, paths),
        new LiveManifests(store, paths, keyring));
  }

  /** What is published by now. */
  PublishedState now() {
    return new PublishedState(
        paths, chain, chain.head().map(PublicationChain.Head::publication), generations, manifests);
  }

  /** Whose outputs these are. */
  public PipelineRef pipeline() {
    return paths.pipeline();
  }

  /** The publication that this state is of; empty before the first. */
  public Optional<Publication> head() {
    return head;
  }

  /** This publication and all before it, newest first. Reads each of them. */
  public List<Publication> history() {
    return Collections.unmodifiableList(chain.since(head, Optional.empty()));
  }

  /**
   * What was published when a publication of this history was the newest. Reads every publication
   * from this state's down to that one.
   *
   * @param seq its number; 0 for the state before the first
   * @throws StorageException {@link StorageErrorCode#PUBLICATION_UNREADABLE} when there is none of
   *     this number, or retention has deleted what it named
   */
  public PublishedState asOf(long seq) {
    long newest = head.map(Publication::seq).orElse(0L);
    if (seq < 0 || seq > newest) {
      throw unreadable("there is no publication " + seq + "; the newest is " + newest);
    }
    Optional<Publication> at = head;
    while (at.isPresent() && at.get().seq() > seq) {
      at = chain.previous(at.get());
    }
    return asOf(at);
  }

  /**
   * What was published at a time: the newest publication of this history whose time is not after
   * it. Reads every publication from this state's down to that one. Times are those of the
   * publishers' clocks.
   *
   * @param time the time; before the first publication nothing was published
   * @throws StorageException {@link StorageErrorCode#PUBLICATION_UNREADABLE} when retention has
   *     deleted what that publication named
   */
  public PublishedState asOf(Instant time) {
    Objects.requireNonNull(time, "time");
    Optional<Publication> at = head;
    while (at.isPresent() && at.get().at().isAfter(time)) {
      at = chain.previous(at.get());
    }
    return asOf(at);
  }

  private PublishedState asOf(Optional<Publication> at) {
    long floor = head.map(Publication::floor).orElse(1L);
    if (at.isPresent() && at.get().seq() < floor) {
      throw unreadable(
          "retention has retired publication " + at.get().seq() + "; the floor is " + floor);
    }
    return new PublishedState(paths, chain, at, generations, manifests);
  }

  private StorageException unreadable(String problem) {
    return new StorageException(
        StorageErrorCode.PUBLICATION_UNREADABLE, "pipeline " + pipeline() + ": " + problem);
  }

  /** The datasets of which something has been published, in the order of their paths. */
  public List<DatasetRef> datasets() {
    return head.map(publication -> publication.generations().keySet()).stream()
        .flatMap(Set::stream)
        .map(DatasetRef::parse)
        .toList();
  }

  /** The live run of a key. */
  public Optional<RunId> live(RunKey key) {
    Optional<RunId> live = Optional.empty();
    for (DatasetRef dataset : datasets()) {
      Optional<RunId> found =
          generations.find(generation(dataset).orElseThrow(), key.id()).map(GenerationEntry::run);
      if (found.isPresent() && live.isPresent() && !found.equals(live)) {
        throw new StorageException(
            StorageErrorCode.GENERATION_INVALID,
            "pipeline " + pipeline() + " has two live runs of one key: " + live + ", " + found);
      }
      live = live.or(() -> found);
    }
    return live;
  }

  /**
   * The manifests of the live runs of a dataset, in the order in which they were promoted. Reads
   * each of them.
   */
  public List<Manifest> liveRuns(DatasetRef dataset) {
    Objects.requireNonNull(dataset, "dataset");
    Optional<Generation> root = generation(dataset);
    if (root.isEmpty()) {
      return List.of();
    }
    return generations.entries(root.get()).stream()
        .sorted(Comparator.comparingLong(GenerationEntry::seq))
        .map(this::manifest)
        .toList();
  }

  /** Hands the live runs of a dataset to a visitor, in the order of their keys; keeps none. */
  void eachLiveRun(DatasetRef dataset, Consumer<Manifest> visitor) {
    generation(dataset)
        .ifPresent(root -> generations.each(root, entry -> visitor.accept(manifests.of(entry))));
  }

  /**
   * The files that a dataset consists of, in the order in which their runs were promoted, as its
   * mode has it: of all live runs; with {@link DatasetMode#PARTITION_REPLACE}, of each partition
   * those of the run promoted last among the runs that have files in it.
   */
  public List<LiveFile> liveFiles(DatasetRef dataset) {
    List<Manifest> runs = new ArrayList<>(liveRuns(dataset));
    boolean replace =
        generation(dataset)
            .filter(root -> root.mode() == DatasetMode.PARTITION_REPLACE)
            .isPresent();
    Collections.reverse(runs);
    Set<SortedMap<String, String>> replaced = new HashSet<>();
    List<LiveFile> files = new ArrayList<>();
    for (Manifest run : runs) {
      DatasetOutput output = run.output(dataset).orElseThrow(() -> foreign(run, dataset));
      Set<SortedMap<String, String>> own = new HashSet<>();
      List<LiveFile> visible = new ArrayList<>();
      for (DataFile file : output.files()) {
        if (!replaced.contains(file.partition())) {
          visible.add(new LiveFile(run, output, file));
        }
        own.add(file.partition());
      }
      files.addAll(0, visible);
      if (replace) {
        replaced.addAll(own);
      }
    }
    return List.copyOf(files);
  }

  /**
   * The manifest of a run of this pipeline, whether it was published or not. Its signature is
   * checked; where the run is live, also that it is the one that was published.
   *
   * @param run the run
   * @return empty when the run is not decided
   * @throws StorageException {@link StorageErrorCode#MANIFEST_INVALID} naming the object
   */
  public Optional<Manifest> manifest(RunId run) {
    Optional<Manifest> manifest = manifests.bytes(run).map(stored -> manifests.parse(run, stored));
    manifest.ifPresent(this::requirePublishedOne);
    return manifest;
  }

  /** The manifest of the run that this publication made live; empty for a rollback. */
  Optional<Manifest> promoted() {
    return head.flatMap(Publication::run)
        .map(run -> manifest(run).orElseThrow(() -> invalid(run, "is missing")));
  }

  /** Whether a publication of this number and digest is stored, signed and whole. */
  boolean isStored(long seq, String digest) {
    try {
      LatestPointer named = new LatestPointer(seq, digest);
      chain.read(named.seq(), named.digest());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    } catch (StorageException e) {
      if (e.category() != ErrorCategory.INTEGRITY) {
        throw e;
      }
      return false;
    }
  }

  private void requirePublishedOne(Manifest manifest) {
    for (DatasetRef dataset : datasets()) {
      boolean another =
          generations
              .find(generation(dataset).orElseThrow(), manifest.key().id())
              .filter(entry -> entry.run().equals(manifest.run()))
              .filter(entry -> !entry.manifest().equals(manifest.digest()))
              .isPresent();
      if (another) {
        throw invalid(manifest.run(), "is not the one that was published");
      }
    }
  }

  private Optional<Generation> generation(DatasetRef dataset) {
    return head.flatMap(
            publication -> Optional.ofNullable(publication.generations().get(dataset.path())))
        .map(digest -> generations.root(dataset, digest));
  }

  private StorageException foreign(Manifest run, DatasetRef dataset) {
    return invalid(run.run(), "does not speak of dataset " + dataset);
  }

  private StorageException invalid(RunId run, String problem) {
    return new StorageException(
        StorageErrorCode.MANIFEST_INVALID, "object " + paths.manifest(run) + " " + problem);
  }

  private Manifest manifest(GenerationEntry entry) {
    synchronized (read) {
      Manifest manifest = read.get(entry.run());
      if (manifest == null) {
        manifest = manifests.of(entry);
        read.put(entry.run(), manifest);
      }
      return manifest;
    }
  }
}
