package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Finds what may be deleted because it is old, and plans it; deletes nothing.
 *
 * <p>Retention goes in steps, each safe to repeat after a crash: {@link #plan} stores what would go
 * and why; people approve the plan; {@link Publisher#retire} publishes it, which takes expired runs
 * out and raises the floor below which nothing is read, rolled back to or promoted from any more;
 * {@link Deletions#execute} deletes. The pointer's compare-and-set puts the retirement into one
 * order with promotions and rollbacks, so what is deleted is named by no publication that can still
 * be read, whoever does what at the same time.
 *
 * <p>Control objects stay: publications, generations, manifests. Only files and keys are deleted. A
 * run in legal hold keeps both.
 *
 * <p>Safe for use by several threads and processes. Memory grows by about 60 bytes for each run
 * that is kept. Methods throw {@link StorageException} with {@link
 * StorageErrorCode#STORE_UNAVAILABLE} when the store does not answer, and with a code of category
 * INTEGRITY, naming the object, when what is kept cannot be told because an object is damaged.
 */
public final class Retention {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final PublicationChain chain;
  private final LiveManifests manifests;
  private final LegalHolds holds;
  private final InstantSource clock;

  /**
   * The retention of a pipeline's data.
   *
   * @param store where the data and the control objects are
   * @param pipeline whose data it is
   * @param keyring the keys to believe
   * @param intents the log in which legal holds must stand
   * @param clock what is old is old by this clock
   */
  public Retention(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      InstantSource clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
    this.chain = new PublicationChain(store, paths, keyring);
    this.manifests = new LiveManifests(store, paths, keyring);
    this.holds = new LegalHolds(store, pipeline, intents, clock);
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Says what {@link #plan} would plan, and stores nothing.
   *
   * @param policy how long data is kept
   * @param items gets everything that would go, and why
   * @return the totals, in a plan that is not stored
   */
  public DeletionPlan preview(RetentionPolicy policy, Consumer<DeletionItem> items) {
    return draft(policy, "preview", "preview", false, items);
  }

  /**
   * Stores a plan of what goes as things stand now.
   *
   * @param policy how long data is kept
   * @param actor who makes it; never empty
   * @param reason why; never empty
   * @return the plan, which may be empty
   */
  public DeletionPlan plan(RetentionPolicy policy, String actor, String reason) {
    return draft(policy, actor, reason, true, item -> {});
  }

  private DeletionPlan draft(
      RetentionPolicy policy,
      String actor,
      String reason,
      boolean storing,
      Consumer<DeletionItem> watcher) {
    DeletionPlans.Draft draft = new DeletionPlans(store, paths).new Draft(storing);
    List<LegalHold> held = holds.active();
    Consumer<DeletionItem> items =
        item -> {
          if (held.stream().anyMatch(hold -> hold.covers(item))) {
            draft.holdBack();
          } else {
            draft.accept(item);
            watcher.accept(item);
          }
        };
    Instant now = clock.instant();
    Optional<Publication> head = chain.head().map(PublicationChain.Head::publication);
    long floor = 1;
    if (head.isPresent()) {
      Generations generations = new Generations(store, paths);
      expire(head.get(), generations, policy.keep(), now, items);
      Window window = new Window(head.get(), generations, now.minus(policy.window()));
      floor = window.floor;
      if (floor > 1) {
        Listing.each(
            store,
            paths.runs(),
            info ->
                paths.decidedRun(info.key()).ifPresent(run -> retire(run, window, held, items)));
      }
    }
    return draft.finish(
        DeletionPlan.Kind.RETENTION, head.map(Publication::digest), floor, actor, reason, now);
  }

  /** Everything that publications from the floor on name. */
  private final class Window {
    private final DigestSet outputs = new DigestSet();
    private final DigestSet publications = new DigestSet();
    private final long floor;
    private Publication newest;

    Window(Publication head, Generations generations, Instant cut) {
      newest = head;
      Publication at = head;
      DigestSet leaves = new DigestSet();
      while (true) {
        publications.add(at.digest());
        for (Map.Entry<String, String> entry : at.generations().entrySet()) {
          if (leaves.add(entry.getValue())) {
            add(
                generations.root(DatasetRef.parse(entry.getKey()), entry.getValue()),
                generations,
                leaves);
          }
        }
        if (!at.at().isAfter(cut) || at.seq() <= head.floor()) {
          break;
        }
        Optional<Publication> previous = chain.previous(at);
        if (previous.isEmpty()) {
          break;
        }
        at = previous.get();
      }
      floor = Math.max(at.seq(), head.floor());
    }

    private void add(Generation root, Generations generations, DigestSet leaves) {
      for (int i = 0; i < root.leaves().size(); i++) {
        if (leaves.add(root.leaves().get(i).digest())) {
          for (GenerationEntry entry : generations.leaf(root, i).entries()) {
            outputs.add(output(entry.run(), root.dataset()));
          }
        }
      }
    }

    boolean names(RunId run, DatasetRef dataset) {
      return outputs.contains(output(run, dataset));
    }

    private String output(RunId run, DatasetRef dataset) {
      return run.value() + " " + dataset.path();
    }

    /**
     * Whether a run that no publication here names may still be published: it started from the
     * floor or later. It may have started from a publication that was made after these were read.
     */
    boolean canPublish(Manifest manifest) {
      if (manifest.base().isEmpty()) {
        return false;
      }
      String base = manifest.base().get();
      if (!publications.contains(base)) {
        readOn();
      }
      return publications.contains(base);
    }

    private void readOn() {
      Optional<Publication> now = chain.head().map(PublicationChain.Head::publication);
      for (Publication later : chain.since(now, Optional.of(newest.digest()))) {
        publications.add(later.digest());
      }
      newest = now.orElse(newest);
    }
  }

  private void expire(
      Publication head,
      Generations generations,
      SortedMap<DatasetRef, Duration> keep,
      Instant now,
      Consumer<DeletionItem> items) {
    keep.forEach(
        (dataset, time) -> {
          String digest = head.generations().get(dataset.path());
          if (digest == null) {
            return;
          }
          Generation root = generations.root(dataset, digest);
          if (root.mode() == DatasetMode.SNAPSHOT) {
            return;
          }
          // Where partitions are replaced, an older run must not come to light under a newer one.
          boolean replace = root.mode() == DatasetMode.PARTITION_REPLACE;
          Set<SortedMap<String, String>> staying = new HashSet<>();
          List<GenerationEntry> oldestFirst =
              generations.entries(root).stream()
                  .sorted(Comparator.comparingLong(GenerationEntry::seq))
                  .toList();
          for (GenerationEntry entry : oldestFirst) {
            Manifest manifest = manifests.of(entry);
            List<SortedMap<String, String>> partitions =
                manifest.output(dataset).stream()
                    .flatMap(output -> output.files().stream())
                    .map(DataFile::partition)
                    .toList();
            boolean old = manifest.at().isBefore(now.minus(time));
            if (old && !(replace && partitions.stream().anyMatch(staying::contains))) {
              items.accept(DeletionItem.expired(entry.run(), dataset));
            } else if (replace) {
              staying.addAll(partitions);
            }
          }
        });
  }

  private void retire(
      RunId run, Window window, List<LegalHold> held, Consumer<DeletionItem> items) {
    Optional<Manifest> stored =
        manifests
            .bytes(run)
            .map(bytes -> manifests.parse(run, bytes))
            .filter(Manifest::isCommitted)
            .filter(manifest -> !window.canPublish(manifest));
    if (stored.isEmpty() || store.head(paths.retired(run)).isPresent()) {
      return;
    }
    boolean nothingStays = true;
    for (DatasetOutput output : stored.get().datasets()) {
      DatasetRef dataset = output.spec().ref();
      if (window.names(run, dataset)) {
        nothingStays = false;
        continue;
      }
      for (DataFile file : output.files()) {
        DeletionItem item =
            DeletionItem.file(
                DeletionItem.Why.UNNAMED,
                run,
                dataset,
                file.partition(),
                file.path(),
                file.bytes());
        if (held.stream().anyMatch(hold -> hold.covers(item))) {
          nothingStays = false;
        }
        if (store.head(file.path()).isPresent()) {
          items.accept(item);
        }
      }
    }
    Optional<ObjectInfo> keys = store.head(paths.keys(run));
    if (nothingStays) {
      items.accept(DeletionItem.keys(run, paths.keys(run), keys.map(ObjectInfo::size).orElse(0L)));
    }
  }
}
