package io.strongroom.storage.publication;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
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
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.publication.Finding.Kind;
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
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaHistory;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One walk over everything that a pipeline has published, newest first, and over what else there
 * is. Holds some publications, leaves and manifests at a time, and some hundred bytes for every run
 * and publication.
 */
final class LakeWalk {
  private static final int BUFFER = 1 << 16;

  /** How many files of one run are looked at together at most. */
  private static final int MOST_FILES = 1000;

  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final IntentLog intents;
  private final @Nullable KeyService keyService;
  private final Findings findings;
  private final PublicationChain chain;
  private final Generations generations;
  private final LiveManifests manifests;
  private final Approvals approvals;
  private final Workers workers;
  private final Visitor visitor;

  private Optional<LatestPointer> pointer = Optional.empty();
  private Instant newestOther = Instant.MIN;
  private Optional<Publication> head = Optional.empty();

  /** Whether the history was read to its beginning. */
  private boolean whole;

  private final DigestSet publications = new DigestSet();
  private final DigestSet generationKeys = new DigestSet();
  private final DigestSet soundLeaves = new DigestSet();
  private final DigestSet live = new DigestSet();
  private final DigestSet liveOutputs = new DigestSet();
  private final DigestSet keptOutputs = new DigestSet();
  private final DigestSet runs = new DigestSet();
  private final DigestSet entries = new DigestSet();
  private final DigestSet filesOutside = new DigestSet();

  /** What the manifests of the runs that were ever live account for. */
  private final DigestSet promises = new DigestSet();

  private final Set<String> datasets = new TreeSet<>();

  /** Versions and fingerprints of the schemas that published runs name. */
  private final Map<DatasetRef, Set<String>> schemas = new HashMap<>();

  /** Of the publications that are compared. */
  private final Map<String, Generation> roots = new HashMap<>();

  /** Rollbacks by the number of the publication that they restore, until that one is read. */
  private final Map<Long, List<Publication>> rollbacks = new HashMap<>();

  /** Publications that somebody started from or that follow, and that are not in the history. */
  private final Map<String, Evidence> evidence = new TreeMap<>();

  /** Something that names a publication, and when it was written. */
  private record Evidence(String why, Instant written) {}

  /** Who looks at the same things; called by several threads. */
  interface Visitor {
    /** A run that is live in a dataset. */
    default void live(Manifest manifest, DatasetOutput output) {}

    /** The request of a run. */
    default void request(RunRequest request) {}

    /** An object beneath the folder of all runs. */
    default void runObject(ObjectInfo info) {}
  }

  LakeWalk(
      ObjectStore store,
      PipelineRef pipeline,
      Keyring keyring,
      IntentLog intents,
      @Nullable KeyService keyService,
      Findings findings,
      Workers workers,
      Visitor visitor) {
    this.store = store;
    this.paths = new ControlPaths(pipeline);
    this.keyring = keyring;
    this.intents = intents;
    this.keyService = keyService;
    this.findings = findings;
    this.chain = new PublicationChain(store, paths, keyring);
    this.generations = new Generations(store, paths);
    this.manifests = new LiveManifests(store, paths, keyring);
    this.approvals = new Approvals(store, pipeline, keyring);
    this.workers = workers;
    this.visitor = visitor;
  }

  /** The datasets that publications and committed runs name. */
  Set<String> datasets() {
    return datasets;
  }

  void walk() {
    Optional<Optional<LatestPointer>> named =
        findings.guarded(paths.latest(), Optional.empty(), chain::pointer);
    if (named.isPresent()) {
      pointer = named.get();
      if (pointer.isPresent()) {
        Optional<Instant> arrived = store.head(paths.latest()).map(ObjectInfo::modified);
        head = read(pointer.get().seq(), pointer.get().digest(), arrived);
        head.ifPresent(this::walkHistory);
      } else {
        whole = true;
      }
    }
    lookAtRuns();
    datasets.forEach(this::lookAtDataset);
    datasets.forEach(dataset -> lookAtSchemas(DatasetRef.parse(dataset)));
    Listing.each(
        store,
        paths.generations(),
        info -> {
          if (whole && !generationKeys.contains(info.key())) {
            findings.notice(Kind.LEFTOVER, info, "is of no publication of the history");
          }
        });
    lookAtPublications();
  }

  private Optional<Publication> read(long seq, String digest, Optional<Instant> written) {
    publications.add(digest);
    return findings.guarded(paths.publication(seq, digest), written, () -> chain.read(seq, digest));
  }

  private void walkHistory(Publication newest) {
    noteWhatIsKept(newest);
    Optional<Publication> at = Optional.of(newest);
    verify(newest, Optional.empty());
    try (OlderPublications older = new OlderPublications(chain, generations, newest, workers)) {
      while (at.isPresent()) {
        Publication current = at.get();
        current.previous().ifPresent(publications::add);
        Optional<Publication> previous =
            current
                .previous()
                .flatMap(
                    digest ->
                        findings.guarded(
                            paths.publication(current.seq() - 1, digest),
                            Optional.of(current.at()),
                            older::next));
        previous.ifPresent(found -> verify(found, Optional.of(current)));
        if (previous.isPresent() || current.previous().isEmpty()) {
          verifyStep(current, previous);
        }
        whole = current.previous().isEmpty();
        Set<String> needed = new HashSet<>();
        previous.ifPresent(publication -> needed.addAll(publication.generations().values()));
        roots.keySet().retainAll(needed);
        at = previous;
      }
    }
  }

  /** What is live, and what publications from the floor on name; damage is told later. */
  private void noteWhatIsKept(Publication newest) {
    DigestSet seen = new DigestSet();
    Optional<Publication> at = Optional.of(newest);
    boolean first = true;
    while (at.isPresent() && at.get().seq() >= newest.floor()) {
      boolean isHead = first;
      for (Map.Entry<String, String> dataset : at.get().generations().entrySet()) {
        if (seen.add(dataset.getValue())) {
          quietly(
              () -> {
                Generation root =
                    generations.root(DatasetRef.parse(dataset.getKey()), dataset.getValue());
                for (int i = 0; i < root.leaves().size(); i++) {
                  int index = i;
                  if (seen.add(root.leaves().get(i).digest())) {
                    quietly(() -> note(generations.leaf(root, index), dataset.getKey(), isHead));
                  }
                }
              });
        }
      }
      first = false;
      if (newest.floor() == 1) {
        return; // Whatever is named is kept.
      }
      Publication current = at.get();
      at = Optional.empty();
      try {
        at = chain.previous(current);
      } catch (StorageException e) {
        Findings.requireIntegrity(e);
      }
    }
  }

  private void note(GenerationLeaf leaf, String dataset, boolean isHead) {
    for (GenerationEntry entry : leaf.entries()) {
      keptOutputs.add(entry.run().value() + " " + dataset);
      if (isHead) {
        live.add(entry.run().value());
        liveOutputs.add(entry.run().value() + " " + dataset);
      }
    }
  }

  private static void quietly(Runnable reading) {
    try {
      reading.run();
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
    }
  }

  /** Verifies a publication; of the one after it many entries are known. */
  private void verify(Publication publication, Optional<Publication> newer) {
    String key = paths.publication(publication.seq(), publication.digest());
    if (!intents.holds(publication.intent(), publication.intentId(paths.pipeline()))) {
      findings.unannounced(key, publication.at());
    }
    verifyApprovals(publication);
    publication
        .generations()
        .forEach((dataset, digest) -> verifyGeneration(publication, dataset, digest, newer));
    for (Publication rollback : rollbacks.getOrDefault(publication.seq(), List.of())) {
      requireRestored(rollback, publication.generations());
    }
    rollbacks.remove(publication.seq());
    workers.await();
  }

  private void requireRestored(Publication rollback, SortedMap<String, String> older) {
    if (!rollback.generations().equals(older)) {
      error(
          paths.publication(rollback.seq(), rollback.digest()),
          "does not restore the generations of publication "
              + rollback.rolledBackTo().orElseThrow());
    }
  }

  private void verifyApprovals(Publication publication) {
    String folder =
        publication.run().isPresent()
            ? paths.approvals(publication.run().get())
            : publication.plan().map(paths::deletionApprovals).orElse("");
    for (String digest : publication.approvals()) {
      String key = folder + digest + ".json";
      findings
          .guarded(key, Optional.of(publication.at()), () -> approvals.require(key))
          .filter(
              approval ->
                  !approval.run().equals(publication.run())
                      || approval.decision() != Approval.Decision.APPROVED
                      || publication
                          .plan()
                          .filter(plan -> !plan.equals(approval.subject()))
                          .isPresent()
                      || !approvals.count(folder, List.of(digest), publication.intentIndex()))
          .ifPresent(approval -> error(key, "does not approve what rests on it"));
    }
  }

  private void verifyGeneration(
      Publication publication, String path, String digest, Optional<Publication> newer) {
    if (roots.containsKey(digest)) {
      return;
    }
    String key = paths.generation(digest);
    generationKeys.add(key);
    Optional<Instant> written = Optional.of(publication.at());
    Optional<Generation> root =
        findings.guarded(key, written, () -> generations.root(DatasetRef.parse(path), digest));
    if (root.isEmpty()) {
      return;
    }
    datasets.add(path);
    Optional<Generation> neighbor =
        newer.map(found -> found.generations().get(path)).map(roots::get);
    boolean complete = true;
    List<Generation.LeafRef> leaves = root.get().leaves();
    for (int i = 0; i < leaves.size(); i++) {
      int index = i;
      // A leaf that was sound between the same neighbors is not read again for every publication.
      String place = leaves.get(i) + (i + 1 < leaves.size() ? leaves.get(i + 1).from() : "");
      if (soundLeaves.contains(place)) {
        continue;
      }
      String leafKey = paths.generation(leaves.get(i).digest());
      generationKeys.add(leafKey);
      Optional<LeafScanner.Scanned> leaf =
          findings.guarded(leafKey, written, () -> generations.leaf(root.get(), index, neighbor));
      complete &= leaf.isPresent();
      if (leaf.isPresent()) {
        soundLeaves.add(place);
        leaf.get().fresh().forEach(entry -> verifyEntry(entry, key, publication));
      }
    }
    if (complete) {
      roots.put(digest, root.get());
    }
    if (root.get().mode() == DatasetMode.SNAPSHOT && root.get().runs() > 1) {
      error(key, "has more than one run of a snapshot");
    }
  }

  private void verifyEntry(GenerationEntry entry, String generation, Publication publication) {
    String run = entry.run().value();
    String said = run + " " + entry.key() + " " + entry.manifest() + " " + entry.seq();
    if (runs.add(run)) {
      entries.add(said);
      Optional<Instant> written = Optional.of(publication.at());
      workers.run(() -> verifyRun(entry, written));
    } else if (!entries.contains(said)) {
      error(generation, "speaks otherwise of run " + run + " than another generation");
    }
  }

  /** Whether a publication does what it says: adds its run, or restores older generations. */
  private void verifyStep(Publication publication, Optional<Publication> previous) {
    String key = paths.publication(publication.seq(), publication.digest());
    switch (publication.kind()) {
      case ROLLBACK -> {
        long to = publication.rolledBackTo().orElseThrow();
        if (to == 0) {
          requireRestored(publication, new TreeMap<>());
        } else if (previous.isPresent() && previous.get().seq() == to) {
          requireRestored(publication, previous.get().generations());
        } else {
          rollbacks.computeIfAbsent(to, seq -> new ArrayList<>()).add(publication);
        }
      }
      case RETIRE -> verifyRetirement(key, publication, previous);
      case PROMOTE -> verifyPromotion(key, publication, previous);
    }
  }

  private void verifyPromotion(
      String key, Publication publication, Optional<Publication> previous) {
    for (String digest : publication.generations().values()) {
      if (!roots.containsKey(digest)) {
        return; // Damaged, which has been reported.
      }
    }
    String run = publication.run().orElseThrow().value();
    Set<String> all = new TreeSet<>(publication.generations().keySet());
    previous.ifPresent(older -> all.addAll(older.generations().keySet()));
    boolean isLive = false;
    List<String> otherwise = new ArrayList<>();
    for (String dataset : all) {
      Optional<Generations.Step> step = step(dataset, publication, previous);
      if (step.isEmpty()) {
        continue; // Damaged, which has been reported.
      }
      List<GenerationEntry> come = step.get().come();
      isLive |= come.stream().anyMatch(entry -> isMadeLive(entry, run, publication));
      boolean written = promises.contains(run + " writes " + dataset);
      boolean added =
          written ? come.size() == 1 && isMadeLive(come.get(0), run, publication) : come.isEmpty();
      if (!publication.generations().containsKey(dataset)
          || !added
          || !mayGo(step.get().gone(), run, dataset, publication)) {
        otherwise.add(dataset);
      }
    }
    if (!isLive) {
      error(key, "does not make its run live");
    } else if (promises.contains(run)) { // A damaged manifest has been reported.
      otherwise.forEach(
          dataset ->
              error(key, "changes dataset " + dataset + " otherwise than its run accounts for"));
    }
  }

  private static boolean isMadeLive(GenerationEntry entry, String run, Publication publication) {
    return entry.run().value().equals(run) && entry.seq() == publication.seq();
  }

  /** Whether a promotion may take runs out: older ones of a snapshot, or the one it supersedes. */
  private boolean mayGo(
      List<GenerationEntry> gone, String run, String dataset, Publication publication) {
    Generation now = roots.get(publication.generations().get(dataset));
    return (now != null && now.mode() == DatasetMode.SNAPSHOT)
        || gone.stream()
            .allMatch(entry -> promises.contains(run + " replaces " + entry.run().value()));
  }

  /** What a publication changes in a dataset; empty when that cannot be told. */
  private Optional<Generations.Step> step(
      String dataset, Publication publication, Optional<Publication> previous) {
    Optional<String> now = Optional.ofNullable(publication.generations().get(dataset));
    Optional<String> older = previous.map(Publication::generations).map(map -> map.get(dataset));
    if (now.isEmpty() || now.equals(older)) {
      return Optional.of(new Generations.Step(List.of(), List.of()));
    }
    Generation after = roots.get(now.get());
    Generation before =
        older.isPresent()
            ? roots.get(older.get())
            : after == null ? null : new Generation(after.dataset(), after.mode(), List.of());
    return before == null || after == null
        ? Optional.empty()
        : Optional.of(generations.step(before, after));
  }

  /** Whether a retirement takes out nothing but what its plan names. */
  private void verifyRetirement(
      String key, Publication publication, Optional<Publication> previous) {
    DeletionPlans plans = new DeletionPlans(store, paths);
    DigestSet expired = new DigestSet();
    String digest = publication.plan().orElseThrow();
    Optional<Boolean> read =
        findings.guarded(
            paths.deletion(digest),
            Optional.of(publication.at()),
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
      Optional<Generations.Step> change = step(path, publication, previous);
      if (change.isPresent()) { // Else damaged, which has been reported.
        step &= change.get().come().isEmpty();
        step &=
            change.get().gone().stream()
                .allMatch(entry -> expired.contains(entry.run() + " " + path));
      }
    }
    if (!step) {
      error(key, "changes what is published otherwise than its plan accounts for");
    }
  }

  private void verifyRun(GenerationEntry entry, Optional<Instant> written) {
    Severity severity = live.contains(entry.run().value()) ? Severity.ERROR : Severity.WARNING;
    Optional<Manifest> found =
        findings.guarded(paths.manifest(entry.run()), written, () -> manifests.of(entry));
    if (found.isEmpty()) {
      return;
    }
    Manifest manifest = found.get();
    name(manifest);
    promise(manifest);
    for (DatasetOutput output : manifest.datasets()) {
      if (liveOutputs.contains(manifest.run().value() + " " + output.spec().ref().path())) {
        visitor.live(manifest, output);
      }
    }
    verifyRequest(manifest, written);
    boolean allKept = head.map(Publication::floor).orElse(1L) == 1;
    boolean anyKept = false;
    for (DatasetOutput output : manifest.datasets()) {
      boolean kept =
          allKept
              || keptOutputs.contains(manifest.run().value() + " " + output.spec().ref().path());
      anyKept |= kept;
      for (DataFile file : output.files()) {
        if (kept || store.head(file.path()).isPresent()) {
          verifyFile(file, severity, manifest.at());
        }
      }
    }
    if (anyKept || store.head(paths.keys(manifest.run())).isPresent()) {
      verifyKeys(manifest, severity);
    }
  }

  private synchronized void promise(Manifest manifest) {
    String run = manifest.run().value();
    promises.add(run);
    manifest
        .datasets()
        .forEach(output -> promises.add(run + " writes " + output.spec().ref().path()));
    manifest.supersedes().ifPresent(older -> promises.add(run + " replaces " + older.value()));
    for (DatasetOutput output : manifest.datasets()) {
      output
          .schema()
          .ifPresent(
              fingerprint ->
                  schemas
                      .computeIfAbsent(output.spec().ref(), any -> new HashSet<>())
                      .add(output.spec().schemaVersion() + " " + fingerprint));
    }
  }

  /** Every schema that a run names which was ever live stands in the history of its dataset. */
  private void lookAtSchemas(DatasetRef dataset) {
    List<RegisteredSchema> all;
    try {
      all = new SchemaHistory(store, paths.pipeline()).all(dataset);
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
      String problem = String.valueOf(e.getMessage());
      Listing.each(
          store,
          paths.schemas(dataset),
          info -> {
            if (problem.contains(info.key())) {
              error(info.key(), problem);
            }
          });
      return;
    }
    Set<String> known = new HashSet<>();
    all.forEach(one -> known.add(one.schema().version() + " " + one.schema().fingerprint()));
    if (!known.containsAll(schemas.getOrDefault(dataset, Set.of()))) {
      error(
          paths.schema(dataset, all.size() + 1L),
          "is missing: a run names a schema that is not registered");
    }
  }

  private void verifyKeys(Manifest manifest, Severity severity) {
    if (keyService == null) {
      verifyKeys(manifest, severity, () -> RunKeys.checkForm(store, manifest));
      return;
    }
    KeyService service = keyService;
    // One by one: every key that can be unwrapped authenticates the whole object.
    for (DatasetOutput output : manifest.datasets()) {
      verifyKeys(
          manifest,
          severity,
          () -> RunKeys.open(store, manifest, service, List.of(output.spec().ref())).close());
    }
  }

  private void verifyKeys(Manifest manifest, Severity severity, Runnable check) {
    String key = paths.keys(manifest.run());
    try {
      check.run();
    } catch (KeyUnavailableException e) {
      findings.broken(
          key, "cannot be unwrapped here: " + e.getMessage(), Severity.WARNING, Optional.empty());
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
      findings.broken(key, e.getMessage(), severity, Optional.of(manifest.at()));
    }
  }

  private void verifyFile(DataFile file, Severity severity, Instant written) {
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
      Findings.requireIntegrity(e);
      findings.broken(file.path(), e.getMessage(), severity, Optional.of(written));
      return;
    }
    if (length != file.bytes()
        || !HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      findings.broken(
          file.path(), "is not the file that its manifest names", severity, Optional.empty());
    }
  }

  private void lookAtRuns() {
    String[] before = {""};
    Listing.each(
        store,
        paths.runs(),
        info -> {
          workers.run(() -> visitor.runObject(info));
          String rest = info.key().substring(paths.runs().length());
          String name = rest.substring(0, Math.max(0, rest.indexOf('/')));
          if (!name.equals(before[0])) {
            before[0] = name;
            try {
              lookAtRun(new RunId(name));
            } catch (IllegalArgumentException e) {
              findings.notice(Kind.LEFTOVER, paths.runs() + name, "is no run");
            }
          }
        });
    workers.await();
  }

  /** What nobody signed, compared with what was signed. */
  private void verifyRequest(Manifest manifest, Optional<Instant> written) {
    String key = paths.request(manifest.run());
    Optional<RunRequest> request = guarded(key, () -> request(key)).flatMap(found -> found);
    if (request.isEmpty()) {
      findings.broken(
          key, "is missing or damaged, and the run is published", Severity.WARNING, written);
      return;
    }
    visitor.request(request.get());
    if (!request.get().runId().equals(manifest.run())
        || !request.get().key().equals(manifest.key())
        || !request.get().base().equals(manifest.base())
        || !request.get().supersedes().equals(manifest.supersedes())) {
      findings.broken(
          key, "is not the request that the run's manifest is of", Severity.WARNING, written);
    }
  }

  private Optional<RunRequest> request(String key) {
    return ControlObjects.read(
        store, key, StorageErrorCode.RUN_DOCUMENT_INVALID, RunRequest::parse);
  }

  private void lookAtRun(RunId run) {
    if (runs.contains(run.value())) {
      return;
    }
    String requestKey = paths.request(run);
    guarded(requestKey, () -> request(requestKey))
        .flatMap(found -> found)
        .ifPresent(
            found -> {
              visitor.request(found);
              testify(found.base(), "run " + run + " started from it", found.requestedAt());
            });
    String key = paths.manifest(run);
    Optional<Optional<Manifest>> read =
        guarded(key, () -> manifests.bytes(run).map(stored -> manifests.parse(run, stored)));
    if (read.isEmpty()) {
      return; // Damaged, which has been reported.
    }
    Optional<Manifest> manifest = read.get();
    manifest.ifPresent(
        found -> testify(found.base(), "run " + run + " started from it", found.at()));
    if (manifest.filter(Manifest::isCommitted).isEmpty()) {
      lookAtKeys(run);
    }
    if (manifest.isEmpty()) {
      Optional<ObjectInfo> info = store.head(requestKey);
      if (info.isPresent()) {
        findings.notice(Kind.UNFINISHED, info.get(), "run " + run + " is not decided");
      } else {
        findings.notice(Kind.LEFTOVER, requestKey, "run " + run + " is not decided nor claimed");
      }
    } else if (manifest.get().isCommitted()) {
      name(manifest.get());
      if (whole && store.head(paths.retired(run)).isEmpty()) {
        findings.notice(
            Kind.UNFINISHED, key, "run " + run + " is committed and was never published");
      }
    }
  }

  /** Where a run that is not committed may have left files, its keys tell. */
  private void lookAtKeys(RunId run) {
    findings
        .guarded(
            paths.keys(run),
            Severity.WARNING,
            Optional.empty(),
            () -> RunKeys.datasets(store, paths.pipeline(), run))
        .ifPresent(found -> found.forEach(dataset -> datasets.add(dataset.path())));
  }

  private void testify(Optional<String> publication, String why, Instant written) {
    publication
        .filter(digest -> !publications.contains(digest))
        .ifPresent(digest -> evidence.put(digest, new Evidence(why, written)));
  }

  private void lookAtDataset(String dataset) {
    String folder = dataset + "/";
    DatasetRef ref = DatasetRef.parse(dataset);
    List<ObjectInfo> ofOneRun = new ArrayList<>();
    Listing.each(
        store,
        folder,
        info -> {
          if (info.key().equals(folder + DerivedCopies.LATEST)) {
            lookAtCopy(info.key());
          } else if (whole
              && !DerivedCopies.isCopy(info.key().substring(folder.length()))
              && !filesOutside.contains(info.key())) {
            if (!ofOneRun.isEmpty()
                && (ofOneRun.size() == MOST_FILES
                    || !Sweep.LeftFiles.runOf(ofOneRun.get(0).key())
                        .equals(Sweep.LeftFiles.runOf(info.key())))) {
              lookAtFiles(ref, List.copyOf(ofOneRun));
              ofOneRun.clear();
            }
            ofOneRun.add(info);
          }
        });
    lookAtFiles(ref, List.copyOf(ofOneRun));
    workers.await();
  }

  private void lookAtFiles(DatasetRef dataset, List<ObjectInfo> ofOneRun) {
    workers.run(
        () -> {
          Sweep.LeftFiles left = new Sweep.LeftFiles(store, paths, keyring);
          for (ObjectInfo info : ofOneRun) {
            left.explanation(dataset, info)
                .ifPresent(why -> findings.notice(Kind.LEFTOVER, info, why));
          }
        });
  }

  private void lookAtCopy(String key) {
    try {
      Optional<StoredObject> stored =
          ControlObjects.get(store, key, StorageErrorCode.OBJECT_CHANGED);
      if (stored.isPresent()) {
        JsonObject copy = JsonValue.parseObject(stored.get().content());
        testify(
            Optional.of(copy.string("publication")),
            key + " was derived from it",
            ControlJson.instant(copy, "at"));
      }
    } catch (JsonException | IllegalArgumentException e) {
      // A copy proves nothing, and fsck tells that it is not what it should be.
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
    }
  }

  private void lookAtPublications() {
    long[] others = {0};
    Listing.each(
        store,
        paths.publications(),
        info -> {
          String name = info.key().substring(info.key().lastIndexOf('/') + 1);
          String digest = name.replaceFirst("^[0-9]+-", "").replaceFirst("[.]json$", "");
          if (!publications.contains(digest) || !name.matches("[0-9]{12,}-[0-9a-f]{64}[.]json")) {
            others[0]++;
            if (whole) {
              lookAtOther(info, name);
            }
          }
        });
    if (!whole) {
      return;
    }
    // What was published while this looked around is no sign of a pointer set back.
    guarded(
            paths.latest(),
            () ->
                chain.since(
                    chain.head().map(PublicationChain.Head::publication),
                    head.map(Publication::digest)))
        .ifPresent(later -> later.forEach(publication -> publications.add(publication.digest())));
    evidence.forEach(
        (digest, found) -> {
          if (!publications.contains(digest)) {
            findings.behind(
                paths.latest(),
                "publication "
                    + digest
                    + " was the newest once and is not in the history: "
                    + found.why(),
                Severity.ERROR,
                found.written());
          }
        });
    if (pointer.isEmpty() && others[0] > 0) {
      findings.behind(
          paths.latest(),
          "is missing: it was deleted, or the first promotion was cut off before its last step",
          Severity.WARNING,
          newestOther);
    }
  }

  private void lookAtOther(ObjectInfo info, String name) {
    try {
      Optional<Publication> other =
          ControlObjects.read(
              store,
              info.key(),
              StorageErrorCode.PUBLICATION_INVALID,
              content -> Publication.parse(content, paths.pipeline(), keyring));
      if (other.isPresent()) {
        Instant at = other.get().at();
        newestOther = at.isAfter(newestOther) ? at : newestOther;
        testify(other.get().previous(), name + " follows it", at);
      }
    } catch (StorageException e) {
      Findings.requireIntegrity(e);
    }
    findings.notice(Kind.LEFTOVER, info, "never became the newest publication");
  }

  /**
   * Remembers the files of a run that do not lie in its folder: those are found by its manifest.
   */
  private synchronized void name(Manifest manifest) {
    Optional<RunId> own = Optional.of(manifest.run());
    for (DatasetOutput output : manifest.datasets()) {
      datasets.add(output.spec().ref().path());
      output.files().stream()
          .map(DataFile::path)
          .filter(path -> !Sweep.LeftFiles.runOf(path).equals(own))
          .forEach(filesOutside::add);
    }
  }

  private <T> Optional<T> guarded(String key, Supplier<T> reading) {
    return findings.guarded(key, Optional.empty(), reading);
  }

  private void error(String key, String problem) {
    findings.broken(key, problem, Severity.ERROR, Optional.empty());
  }
}
