package io.strongroom.storage.publication;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.publication.Finding.Kind;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks at what lies beside the history: runs that were not published, files and generations that
 * nothing names, and whatever testifies that the history was longer once.
 */
final class Surroundings {
  /** How many files of one run are looked at together at most. */
  private static final int MOST_FILES = 1000;

  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;
  private final PublicationChain chain;
  private final LiveManifests manifests;
  private final Findings findings;
  private final Workers workers;
  private final LakeWalk.Visitor visitor;
  private final WalkNotes notes;

  private final Optional<LatestPointer> pointer;
  private final Optional<Publication> head;

  /** Whether the history was read to its beginning. */
  private final boolean whole;

  private Instant newestOther = Instant.MIN;

  /** Publications that somebody started from or that follow, and that are not in the history. */
  private final Map<String, Evidence> evidence = new TreeMap<>();

  /** Something that names a publication, and when it was written. */
  private record Evidence(String why, Instant written) {}

  /**
   * What lies beside a history that was walked.
   *
   * @param walked the pointer that the history began at
   * @param notes what the walk has taken down
   */
  Surroundings(
      ObjectStore store,
      ControlPaths paths,
      Keyring keyring,
      PublicationChain chain,
      LiveManifests manifests,
      Findings findings,
      Workers workers,
      LakeWalk.Visitor visitor,
      LakeWalk.Walked walked,
      WalkNotes notes) {
    this.store = store;
    this.paths = paths;
    this.keyring = keyring;
    this.chain = chain;
    this.manifests = manifests;
    this.findings = findings;
    this.workers = workers;
    this.visitor = visitor;
    this.pointer = walked.pointer();
    this.head = walked.head();
    this.whole = walked.whole();
    this.notes = notes;
  }

  void look() {
    lookAtRuns();
    notes.datasets.forEach(this::lookAtDataset);
    notes.datasets.forEach(dataset -> lookAtSchemas(DatasetRef.parse(dataset)));
    lookAtGenerations();
    lookAtPublications();
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

  private void lookAtRun(RunId run) {
    if (notes.runs.contains(run.value())) {
      return;
    }
    String requestKey = paths.request(run);
    findings
        .guarded(requestKey, Optional.empty(), () -> manifests.request(run))
        .flatMap(found -> found)
        .ifPresent(
            found -> {
              visitor.request(found);
              testify(found.base(), "run " + run + " started from it", found.requestedAt());
            });
    String key = paths.manifest(run);
    Optional<Optional<Manifest>> read =
        findings.guarded(
            key,
            Optional.empty(),
            () -> manifests.bytes(run).map(stored -> manifests.parse(run, stored)));
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
      notes.name(manifest.get());
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
        .ifPresent(found -> found.forEach(dataset -> notes.datasets.add(dataset.path())));
  }

  private void testify(Optional<String> publication, String why, Instant written) {
    publication
        .filter(digest -> !notes.publications.contains(digest))
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
              && !notes.isOfARun(info.key())) {
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
              findings.error(info.key(), problem);
            }
          });
      return;
    }
    Set<String> known = new HashSet<>();
    all.forEach(one -> known.add(one.schema().version() + " " + one.schema().fingerprint()));
    if (!known.containsAll(notes.schemasOf(dataset))) {
      findings.error(
          paths.schema(dataset, all.size() + 1L),
          "is missing: a run names a schema that is not registered");
    }
  }

  /** Generations that no publication of the history names. */
  private void lookAtGenerations() {
    Listing.each(
        store,
        paths.generations(),
        info -> {
          if (whole && !notes.generationKeys.contains(info.key())) {
            findings.notice(Kind.LEFTOVER, info, "is of no publication of the history");
          }
        });
  }

  private void lookAtPublications() {
    long[] others = {0};
    Listing.each(
        store,
        paths.publications(),
        info -> {
          String name = info.key().substring(info.key().lastIndexOf('/') + 1);
          String digest = name.replaceFirst("^[0-9]+-", "").replaceFirst("[.]json$", "");
          if (!notes.publications.contains(digest)
              || !name.matches("[0-9]{12,}-[0-9a-f]{64}[.]json")) {
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
    findings
        .guarded(
            paths.latest(),
            Optional.empty(),
            () ->
                chain.since(
                    chain.head().map(PublicationChain.Head::publication),
                    head.map(Publication::digest)))
        .ifPresent(
            later -> later.forEach(publication -> notes.publications.add(publication.digest())));
    evidence.forEach(
        (digest, found) -> {
          if (!notes.publications.contains(digest)) {
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
}
