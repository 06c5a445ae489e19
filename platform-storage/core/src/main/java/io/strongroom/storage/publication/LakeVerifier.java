package io.strongroom.storage.publication;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies everything that a pipeline has published, from the pointer to the last byte of the last
 * file.
 *
 * <p>Checked are the pointer; every publication of the history with its signature, digest, number,
 * intent and what it changes; every root and leaf of every generation; the manifest of every run
 * that was ever live; their keys; every byte of their files. A byte that was changed and an object
 * that was deleted is found and named. Unlike readers it lists, to report what crashes and lost
 * races have left. Without a key service the wrapped keys are checked for their form only. Not
 * checked: leases, plans, outcomes, derived copies; the audit log has its own verifier.
 */
public final class LakeVerifier {
  private static final int PAGE = 1000;
  private static final int BUFFER = 1 << 16;

  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final IntentLog intents;
  private final @Nullable KeyService keyService;
  private final PublicationChain chain;
  private final Generations generations;
  private final LiveManifests manifests;
  private final Approvals approvals;
  private final Set<Finding> findings = new LinkedHashSet<>();

  /** The history as far as it can be read, newest first. */
  private final List<Publication> history = new ArrayList<>();

  /** Whether the history was read to its beginning. */
  private boolean whole;

  private final Map<String, Generation> roots = new HashMap<>();
  private final Set<String> soundLeaves = new HashSet<>();
  private final Set<String> generationKeys = new HashSet<>();
  private final SortedMap<String, GenerationEntry> published = new TreeMap<>();
  private final DigestSet keptOutputs = new DigestSet();
  private final Set<String> live = new HashSet<>();
  private final Set<String> namedFiles = new HashSet<>();
  private final Set<String> datasets = new HashSet<>();
  private final Map<String, String> evidence = new TreeMap<>();

  private LakeVerifier(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      @Nullable KeyService keyService) {
    this.store = store;
    this.paths = new ControlPaths(pipeline);
    this.keyring = keyring;
    this.intents = intents;
    this.keyService = keyService;
    this.chain = new PublicationChain(store, paths, keyring);
    this.generations = new Generations(store, paths);
    this.manifests = new LiveManifests(store, paths, keyring);
    this.approvals = new Approvals(store, pipeline, keyring);
  }

  /**
   * Verifies a pipeline's outputs.
   *
   * @param store where they are
   * @param pipeline whose outputs they are
   * @param keyring the keys to believe
   * @param intents the log that must hold the intent of every publication
   * @param keyService unwraps the runs' keys; null to check only their form
   * @return what was noticed, errors of the published state first in the order in which they were
   *     found; without {@link Severity#ERROR} everything published is as it was signed
   * @throws StorageException {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does not
   *     answer; nothing is known then
   */
  public static List<Finding> verify(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      @Nullable KeyService keyService) {
    LakeVerifier verifier = new LakeVerifier(store, pipeline, keyring, intents, keyService);
    Optional<LatestPointer> pointer = verifier.readHistory();
    verifier.verifyHistory();
    verifier.verifyRuns();
    verifier.lookAround(pointer);
    return List.copyOf(verifier.findings);
  }

  private Optional<LatestPointer> readHistory() {
    int before = findings.size();
    Optional<LatestPointer> pointer =
        guarded(paths.latest(), chain::pointer).flatMap(found -> found);
    if (findings.size() > before) {
      return Optional.empty();
    }
    long seq = pointer.map(LatestPointer::seq).orElse(0L);
    Optional<String> digest = pointer.map(LatestPointer::digest);
    while (digest.isPresent()) {
      String name = digest.get();
      long number = seq;
      Optional<Publication> publication =
          guarded(paths.publication(number, name), () -> chain.read(number, name));
      if (publication.isEmpty()) {
        return pointer;
      }
      history.add(publication.get());
      digest = publication.get().previous();
      seq--;
    }
    whole = true;
    return pointer;
  }

  private void verifyHistory() {
    for (Publication publication : history) {
      String key = paths.publication(publication.seq(), publication.digest());
      if (!intents.holds(publication.intent(), publication.intentId(paths.pipeline()))) {
        error(key, "its intent does not stand in the log");
      }
      verifyApprovals(publication);
      boolean kept = publication.seq() >= history.get(0).floor();
      publication
          .generations()
          .forEach((dataset, digest) -> verifyGeneration(dataset, digest, kept));
    }
    for (int i = 0; i < history.size(); i++) {
      Optional<Publication> previous =
          i + 1 < history.size() ? Optional.of(history.get(i + 1)) : Optional.empty();
      if (previous.isPresent() || whole) {
        verifyStep(history.get(i), previous);
      }
    }
    if (!history.isEmpty()) {
      history
          .get(0)
          .generations()
          .values()
          .forEach(digest -> entries(digest).forEach(entry -> live.add(entry.run().value())));
    }
  }

  private void verifyApprovals(Publication publication) {
    Optional<RunId> run = publication.run();
    if (run.isEmpty()) {
      return;
    }
    String folder = paths.approvals(run.get());
    for (String digest : publication.approvals()) {
      String key = folder + digest + ".json";
      guarded(key, () -> approvals.require(key))
          .filter(
              approval ->
                  !approval.run().equals(run)
                      || approval.decision() != Approval.Decision.APPROVED
                      || !approvals.count(folder, List.of(digest), publication.intentIndex()))
          .ifPresent(approval -> error(key, "does not approve what rests on it"));
    }
  }

  /** History is read from its newest publication, so what is kept comes before what is not. */
  private void verifyGeneration(String path, String digest, boolean kept) {
    String key = paths.generation(digest);
    if (!generationKeys.add(key)) {
      return;
    }
    Optional<Generation> root =
        guarded(key, () -> generations.root(DatasetRef.parse(path), digest));
    if (root.isEmpty()) {
      return;
    }
    datasets.add(path);
    boolean complete = true;
    List<GenerationEntry> entries = new ArrayList<>();
    for (int i = 0; i < root.get().leaves().size(); i++) {
      int index = i;
      String next = i + 1 < root.get().leaves().size() ? root.get().leaves().get(i + 1).from() : "";
      // A leaf that was sound between the same neighbors is not read again for every publication.
      String place = root.get().leaves().get(i) + next;
      if (soundLeaves.contains(place)) {
        continue;
      }
      String leafKey = paths.generation(root.get().leaves().get(i).digest());
      generationKeys.add(leafKey);
      Optional<GenerationLeaf> leaf = guarded(leafKey, () -> generations.leaf(root.get(), index));
      complete &= leaf.isPresent();
      if (leaf.isPresent()) {
        soundLeaves.add(place);
        entries.addAll(leaf.get().entries());
      }
    }
    if (complete) {
      roots.put(digest, root.get());
    }
    if (root.get().mode() == DatasetMode.SNAPSHOT && root.get().runs() > 1) {
      error(key, "has more than one run of a snapshot");
    }
    for (GenerationEntry entry : entries) {
      if (kept) {
        keptOutputs.add(entry.run().value() + " " + path);
      }
      GenerationEntry other = published.putIfAbsent(entry.run().value(), entry);
      if (other != null && !other.equals(entry)) {
        error(key, "speaks otherwise of run " + entry.run() + " than another generation");
      }
    }
  }

  /** Whether a publication does what it says: adds its run, or restores older generations. */
  private void verifyStep(Publication publication, Optional<Publication> previous) {
    String key = paths.publication(publication.seq(), publication.digest());
    if (publication.kind() == Publication.Kind.ROLLBACK) {
      long to = publication.rolledBackTo().orElseThrow();
      Optional<Publication> target =
          history.stream().filter(older -> older.seq() == to).findFirst();
      boolean known = target.isPresent() || to == 0;
      if (known
          && !publication
              .generations()
              .equals(target.map(Publication::generations).orElseGet(TreeMap::new))) {
        error(key, "does not restore the generations of publication " + to);
      }
      return;
    }
    if (publication.kind() == Publication.Kind.RETIRE) {
      verifyRetirement(key, publication, previous);
      return;
    }
    RunId run = publication.run().orElseThrow();
    Optional<GenerationEntry> added = Optional.ofNullable(published.get(run.value()));
    if (added.isEmpty() || added.get().seq() != publication.seq()) {
      if (publication.generations().values().stream().allMatch(roots::containsKey)) {
        error(key, "does not make its run live");
      }
      return;
    }
    Optional<Manifest> manifest = manifestOf(added.get());
    if (manifest.isEmpty()) {
      return;
    }
    Set<String> all = new HashSet<>(publication.generations().keySet());
    previous.ifPresent(older -> all.addAll(older.generations().keySet()));
    for (String dataset : all) {
      if (!isStep(manifest.get(), added.get(), dataset, publication, previous)) {
        error(key, "changes dataset " + dataset + " otherwise than its run accounts for");
      }
    }
  }

  /** Whether a retirement takes out nothing but what its plan names. */
  private void verifyRetirement(
      String key, Publication publication, Optional<Publication> previous) {
    DeletionPlans plans = new DeletionPlans(store, paths);
    Set<String> expired = new HashSet<>();
    String digest = publication.plan().orElseThrow();
    Optional<Boolean> read =
        guarded(
            paths.deletion(digest),
            () -> {
              plans.each(
                  plans.read(digest),
                  item -> {
                    if (item.object().isEmpty()) {
                      expired.add(item.run() + " " + item.dataset().orElseThrow());
                    }
                  });
              return true;
            });
    if (read.isEmpty() || previous.isEmpty()) {
      return;
    }
    SortedMap<String, String> before = previous.get().generations();
    boolean step = before.keySet().equals(publication.generations().keySet());
    for (String path : step ? before.keySet() : Set.<String>of()) {
      Generation older = roots.get(before.get(path));
      Generation now = roots.get(publication.generations().get(path));
      if (older == null || now == null) {
        continue; // Damaged, which has been reported.
      }
      Set<GenerationEntry> gone = generations.entriesOutside(older, now);
      Set<GenerationEntry> come = generations.entriesOutside(now, older);
      Set<GenerationEntry> kept = new HashSet<>(gone);
      kept.retainAll(come);
      step &= kept.equals(come);
      gone.removeAll(kept);
      step &= gone.stream().allMatch(entry -> expired.contains(entry.run() + " " + path));
    }
    if (!step) {
      error(key, "changes what is published otherwise than its plan accounts for");
    }
  }

  private boolean isStep(
      Manifest manifest,
      GenerationEntry added,
      String dataset,
      Publication publication,
      Optional<Publication> previous) {
    Optional<String> digest = Optional.ofNullable(publication.generations().get(dataset));
    Optional<String> older = previous.map(Publication::generations).map(map -> map.get(dataset));
    if (digest.isEmpty()) {
      return false;
    }
    Generation now = roots.get(digest.get());
    if (now == null || (older.isPresent() && !roots.containsKey(older.get()))) {
      return true; // Damaged, which has been reported.
    }
    Generation before =
        older.map(roots::get).orElseGet(() -> new Generation(now.dataset(), now.mode(), List.of()));
    Set<GenerationEntry> gone = generations.entriesOutside(before, now);
    Set<GenerationEntry> come = generations.entriesOutside(now, before);
    Set<GenerationEntry> kept = new HashSet<>(gone);
    kept.retainAll(come);
    gone.removeAll(kept);
    come.removeAll(kept);
    boolean written = manifest.output(DatasetRef.parse(dataset)).isPresent();
    if (!come.equals(written ? Set.of(added) : Set.of())) {
      return false;
    }
    return now.mode() == DatasetMode.SNAPSHOT
        || gone.stream().allMatch(entry -> manifest.supersedes().equals(Optional.of(entry.run())));
  }

  private List<GenerationEntry> entries(String digest) {
    Generation root = roots.get(digest);
    return root == null ? List.of() : generations.entries(root);
  }

  private void verifyRuns() {
    for (GenerationEntry entry : published.values()) {
      Severity severity = live.contains(entry.run().value()) ? Severity.ERROR : Severity.WARNING;
      manifestOf(entry)
          .ifPresent(
              manifest -> {
                name(manifest);
                boolean kept = false;
                for (DatasetOutput output : manifest.datasets()) {
                  boolean named = isKept(manifest, output);
                  kept |= named;
                  output.files().stream()
                      .filter(file -> named || store.head(file.path()).isPresent())
                      .forEach(file -> verifyFile(file, severity));
                }
                if (kept || store.head(paths.keys(manifest.run())).isPresent()) {
                  verifyKeys(manifest, severity);
                }
              });
    }
  }

  /** Whether a publication that can still be read names what a run wrote into a dataset. */
  private boolean isKept(Manifest manifest, DatasetOutput output) {
    return keptOutputs.contains(manifest.run().value() + " " + output.spec().ref().path());
  }

  private Optional<Manifest> manifestOf(GenerationEntry entry) {
    return guarded(paths.manifest(entry.run()), () -> manifests.of(entry));
  }

  private void verifyKeys(Manifest manifest, Severity severity) {
    String key = paths.keys(manifest.run());
    if (keyService == null) {
      verifyKeys(key, severity, () -> RunKeys.checkForm(store, manifest));
      return;
    }
    KeyService service = keyService;
    // One by one: every key that can be unwrapped authenticates the whole object.
    for (DatasetOutput output : manifest.datasets()) {
      verifyKeys(
          key,
          severity,
          () -> RunKeys.open(store, manifest, service, List.of(output.spec().ref())).close());
    }
  }

  private void verifyKeys(String key, Severity severity, Runnable check) {
    try {
      check.run();
    } catch (KeyUnavailableException e) {
      add(key, "cannot be unwrapped here: " + e.getMessage(), Severity.WARNING);
    } catch (StorageException e) {
      requireIntegrity(e);
      add(key, e.getMessage(), severity);
    }
  }

  private void verifyFile(DataFile file, Severity severity) {
    MessageDigest digest = ControlJson.newSha256();
    long length = 0;
    try (InputStream content = store.open(file.path())) {
      byte[] buffer = new byte[BUFFER];
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        digest.update(buffer, 0, count);
        length += count;
      }
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "object " + file.path() + " cannot be read", e);
    } catch (StorageException e) {
      requireIntegrity(e);
      add(file.path(), e.getMessage(), severity);
      return;
    }
    if (length != file.bytes()
        || !HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      add(file.path(), "is not the file that its manifest names", severity);
    }
  }

  private void lookAround(Optional<LatestPointer> pointer) {
    lookAtRuns();
    datasets.forEach(this::lookAtDataset);
    listed(
        paths.generations(),
        info -> {
          if (whole && !generationKeys.contains(info.key())) {
            add(info.key(), "is of no publication of the history", Severity.NOTICE);
          }
        });
    lookAtPublications(pointer);
  }

  private void lookAtRuns() {
    Set<String> runs = new LinkedHashSet<>();
    listed(
        paths.runs(),
        info -> {
          String rest = info.key().substring(paths.runs().length());
          runs.add(rest.substring(0, Math.max(0, rest.indexOf('/'))));
        });
    for (String name : runs) {
      RunId run;
      try {
        run = new RunId(name);
      } catch (IllegalArgumentException e) {
        add(paths.runs() + name, "is no run", Severity.NOTICE);
        continue;
      }
      lookAtRun(run);
    }
  }

  private void lookAtRun(RunId run) {
    String requestKey = paths.request(run);
    Optional<RunRequest> request =
        guarded(
                requestKey,
                () ->
                    ControlObjects.read(
                        store,
                        requestKey,
                        StorageErrorCode.RUN_DOCUMENT_INVALID,
                        RunRequest::parse))
            .flatMap(found -> found);
    request
        .flatMap(RunRequest::base)
        .ifPresent(base -> evidence.put(base, "run " + run + " started from it"));
    if (published.containsKey(run.value())) {
      if (request.isEmpty()) {
        add(requestKey, "is missing or damaged, and the run is published", Severity.WARNING);
      }
      return;
    }
    String key = paths.manifest(run);
    int before = findings.size();
    Optional<Manifest> manifest =
        guarded(key, () -> manifests.bytes(run).map(stored -> manifests.parse(run, stored)))
            .flatMap(found -> found);
    if (findings.size() > before) {
      return;
    }
    manifest
        .flatMap(Manifest::base)
        .ifPresent(base -> evidence.put(base, "run " + run + " started from it"));
    if (manifest.isEmpty()) {
      add(requestKey, "run " + run + " is not decided", Severity.NOTICE);
    } else if (manifest.get().isCommitted()) {
      name(manifest.get());
      if (whole) {
        add(key, "run " + run + " is committed and was never published", Severity.NOTICE);
      }
    }
  }

  private void lookAtDataset(String dataset) {
    String folder = dataset + "/";
    listed(
        folder,
        info -> {
          String name = info.key().substring(info.key().lastIndexOf('/') + 1);
          if (info.key().equals(folder + DerivedCopies.LATEST)) {
            derivedFrom(info.key())
                .ifPresent(digest -> evidence.put(digest, info.key() + " was derived from it"));
          } else if (!namedFiles.contains(info.key())
              && !name.equals(DerivedCopies.SUCCESS)
              && !name.equals(DerivedCopies.LATEST)
              && whole) {
            add(info.key(), "is named by no committed run", Severity.NOTICE);
          }
        });
  }

  private Optional<String> derivedFrom(String key) {
    try {
      return ControlObjects.get(store, key, StorageErrorCode.OBJECT_CHANGED)
          .map(stored -> JsonValue.parseObject(stored.content()).string("publication"));
    } catch (JsonException e) {
      return Optional.empty();
    } catch (StorageException e) {
      requireIntegrity(e);
      return Optional.empty();
    }
  }

  private void lookAtPublications(Optional<LatestPointer> pointer) {
    Set<String> known = new HashSet<>();
    Set<String> digests = new HashSet<>();
    for (Publication publication : history) {
      known.add(paths.publication(publication.seq(), publication.digest()));
      digests.add(publication.digest());
    }
    pointer.ifPresent(found -> known.add(paths.publication(found.seq(), found.digest())));
    List<String> others = new ArrayList<>();
    listed(
        paths.publications(),
        info -> {
          if (!known.contains(info.key())) {
            others.add(info.key());
          }
        });
    if (!whole) {
      return;
    }
    for (String key : others) {
      try {
        ControlObjects.read(
                store,
                key,
                StorageErrorCode.PUBLICATION_INVALID,
                content -> Publication.parse(content, paths.pipeline(), keyring))
            .flatMap(Publication::previous)
            .ifPresent(
                digest ->
                    evidence.put(digest, key.substring(key.lastIndexOf('/') + 1) + " follows it"));
      } catch (StorageException e) {
        requireIntegrity(e);
      }
      add(key, "never became the newest publication", Severity.NOTICE);
    }
    // What was published while this looked around is no sign of a pointer set back.
    guarded(paths.latest(), this::later)
        .ifPresent(later -> later.forEach(publication -> digests.add(publication.digest())));
    evidence.forEach(
        (digest, why) -> {
          if (!digests.contains(digest)) {
            error(
                paths.latest(),
                "publication " + digest + " was the newest once and is not in the history: " + why);
          }
        });
    if (pointer.isEmpty() && !others.isEmpty()) {
      add(
          paths.latest(),
          "is missing: it was deleted, or the first promotion was cut off before its last step",
          Severity.WARNING);
    }
  }

  private List<Publication> later() {
    Optional<Publication> newest = chain.head().map(PublicationChain.Head::publication);
    return chain.since(
        newest, history.isEmpty() ? Optional.empty() : Optional.of(history.get(0).digest()));
  }

  private void name(Manifest manifest) {
    for (DatasetOutput output : manifest.datasets()) {
      datasets.add(output.spec().ref().path());
      output.files().forEach(file -> namedFiles.add(file.path()));
    }
  }

  private void listed(String prefix, Consumer<ObjectInfo> visitor) {
    @Nullable String after = null;
    while (true) {
      List<ObjectInfo> page = store.list(prefix, after, PAGE);
      for (ObjectInfo info : page) {
        visitor.accept(info);
        after = info.key();
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  private <T> Optional<T> guarded(String key, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (StorageException e) {
      requireIntegrity(e);
      error(key, e.getMessage());
      return Optional.empty();
    }
  }

  private static void requireIntegrity(StorageException e) {
    if (e.category() != ErrorCategory.INTEGRITY) {
      throw e;
    }
  }

  private void error(String key, @Nullable String problem) {
    add(key, problem, Severity.ERROR);
  }

  private void add(String key, @Nullable String problem, Severity severity) {
    findings.add(new Finding(key, String.valueOf(problem), severity));
  }
}
