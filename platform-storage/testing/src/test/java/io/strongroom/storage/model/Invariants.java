package io.strongroom.storage.model;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.DeletionReport;
import io.strongroom.storage.publication.Finding;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.publication.LakeVerifier;
import io.strongroom.storage.publication.LegalHolds;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.schema.RegisteredSchema;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What must hold in every state, and what must be possible in every state where all is quiet. */
final class Invariants {
  private final Contents contents;
  private final Set<Rule> without;
  private final Map<Integer, Lake> lakes = new HashMap<>();
  private final FingerprintSet quiet = new FingerprintSet();
  private final Set<String> held;
  private @Nullable Snapshot lastSnapshot;
  private @Nullable Lake lastLake;

  /**
   * Checks of a scenario.
   *
   * @param without rules that the readers do without too
   * @param held runs in legal hold from the start
   */
  Invariants(Contents contents, Set<Rule> without, Set<String> held) {
    this.held = held;
    this.contents = contents;
    this.without = without;
  }

  int quietSnapshots() {
    return quiet.size();
  }

  /** The published state of a snapshot, of which every rule has been checked. */
  Lake lake(Snapshot snapshot) {
    if (lastLake != null && snapshot.equals(lastSnapshot)) {
      return lastLake;
    }
    int pointer = Lake.pointer(snapshot);
    Lake lake = lakes.get(pointer);
    if (lake == null || !lake.standsIn(snapshot)) {
      lake = new Lake(contents, snapshot, without, held);
      requireReadersAgree(lake, snapshot);
      lakes.put(pointer, lake);
    }
    lastSnapshot = snapshot;
    lastLake = lake;
    return lake;
  }

  /** Who was told that something is published was told the truth, and nobody failed. */
  void requireTruth(String actor, Object result, Snapshot snapshot) {
    if (result instanceof RegisteredSchema schema) {
      int stored = snapshot.content(Bench.PATHS.schema(schema.dataset(), schema.number()));
      if (stored < 0 || !ControlJson.sha256(contents.content(stored)).equals(schema.digest())) {
        throw new Violation(actor + " was told that a schema is registered, and it is not");
      }
    }
    if (result instanceof Histories.Failure failure) {
      throw new Violation(actor + " failed: " + failure.problem());
    }
    if (result instanceof PromotionResult.Published published
        && !lake(snapshot).hasPublication(published.publication().digest())) {
      throw new Violation(actor + " was told that it is published, and it is not");
    }
  }

  /**
   * From here a run alone is published, whatever was left is repaired, and the verifier is content.
   */
  void requireLife(Snapshot snapshot) {
    if (!quiet.add(snapshot.fingerprint())) {
      return;
    }
    requireVerifies(snapshot);
    // Whoever reads the history of schemas checks that each follows from the one before it.
    new Solo(contents, snapshot, without).bench().schemas().all(Bench.SCHEMATIC.ref());
    requireListsAreMended(snapshot);
    requireDeleted(snapshot);
    requirePublished(Program.run(Bench.Job.of("fresh", "fresh", "2030-01")), snapshot);
    String runs = Bench.PATHS.runs();
    Set<String> claimed = new HashSet<>();
    snapshot
        .keys()
        .forEach(
            key -> {
              if (key.startsWith(runs) && key.endsWith("/request.json")) {
                claimed.add(key.substring(runs.length(), key.indexOf('/', runs.length())));
              }
            });
    for (String run : claimed) {
      Optional<Manifest> manifest =
          new Solo(contents, snapshot, without).bench().runs().manifest(new RunId(run));
      if (manifest.isEmpty()) {
        requireTakenOver(run, snapshot);
      } else if (manifest.get().isCommitted()) {
        requireNotLost(manifest.get(), snapshot);
      }
    }
  }

  /** Engines see what is published and nothing else. */
  void requireLists(Snapshot snapshot) {
    SortedMap<String, String> found = new TreeMap<>();
    for (String key : snapshot.keys()) {
      if (Snapshot.isList(key)) {
        byte[] list = contents.content(snapshot.content(key));
        found.put(key, new String(list, StandardCharsets.UTF_8));
      }
    }
    if (!found.equals(lake(snapshot).lists())) {
      throw new Violation("the lists of live files are " + found);
    }
  }

  private void requireListsAreMended(Snapshot snapshot) {
    if (snapshot.keys().stream().anyMatch(Snapshot::isList)) {
      Solo solo = new Solo(contents, snapshot, without);
      solo.bench().fsck().repair(finding -> {});
      requireLists(solo.now());
    }
  }

  /** Who was told that a run is held finds it kept, but for what had begun to be deleted. */
  void requireMayGo(String key, Object result, Snapshot snapshot) {
    if (result instanceof LegalHolds.Placed placed
        && Bench.files(placed.hold().run().orElseThrow().value()).containsKey(key)
        && placed.begun().stream().noneMatch(plan -> names(plan, key, snapshot))) {
      throw new Violation("object " + key + " is deleted, and somebody was told that it is held");
    }
  }

  private boolean names(String plan, String key, Snapshot snapshot) {
    for (JsonObject part : json(Bench.PATHS.deletion(plan), snapshot).objects("parts")) {
      String digest = part.string("digest");
      if (json(Bench.PATHS.deletionPart(digest), snapshot).objects("items").stream()
          .anyMatch(item -> item.optionalString("object").equals(Optional.of(key)))) {
        return true;
      }
    }
    return false;
  }

  private JsonObject json(String key, Snapshot snapshot) {
    return JsonValue.parseObject(contents.content(snapshot.content(key)));
  }

  /** A deletion that was cut off is done to its end, and what is old goes, and nothing else. */
  private void requireDeleted(Snapshot snapshot) {
    Solo solo = new Solo(contents, snapshot, without);
    for (String key : snapshot.keys()) {
      Optional<String> plan = Bench.PATHS.begunDeletion(key);
      if (plan.isPresent() && !snapshot.has(Bench.PATHS.deletionDone(plan.get()))) {
        DeletionReport report = solo.bench().deletions().execute(plan.get(), "actor", "again");
        if (!report.isDone() && solo.bench().holds().active().isEmpty()) {
          throw new Violation("a deletion that was cut off does not end: " + report);
        }
        lake(solo.now());
      }
    }
    if (!snapshot.has(Bench.PATHS.latest())) {
      return;
    }
    Object result = solo.run(Program.retain("late"));
    if (!(result instanceof DeletionReport)) {
      throw new Violation("wedged: a late retention alone ends with " + result);
    }
    Lake lake = lake(solo.now());
    if (lake.readable().size() != 2) {
      throw new Violation("a retention of the newest alone leaves " + lake.readable().keySet());
    }
  }

  private void requirePublished(Program program, Snapshot snapshot) {
    Solo solo = new Solo(contents, snapshot, without);
    Object result = solo.run(program);
    requireTruth(program.name(), result, solo.now());
    if (!(result instanceof PromotionResult.Published published) || published.alreadyThere()) {
      throw new Violation("wedged: " + program.name() + " alone ends with " + result);
    }
  }

  /** The next run of the key ends an unfinished one and does its work. */
  private void requireTakenOver(String run, Snapshot snapshot) {
    Solo solo = new Solo(contents, snapshot, without);
    RunRequest request = solo.bench().runs().request(new RunId(run)).orElseThrow();
    Optional<RunId> live = solo.bench().state().live(request.key());
    Program next =
        Program.takeover(
            new Bench.Job("next", request.key().window(), "2030-02", live.map(RunId::value)));
    Object result = solo.run(next);
    requireTruth(next.name(), result, solo.now());
    boolean ended =
        solo.bench().runs().manifest(new RunId(run)).filter(m -> !m.isCommitted()).isPresent();
    boolean repaired =
        result instanceof PromotionResult.Published
            || result instanceof PromotionResult.Refused
            || result instanceof PromotionResult.Held;
    if (!ended || !repaired) {
      throw new Violation("the next run of its key does not repair run " + run + ": " + result);
    }
  }

  /** A committed run is published, or can be, or is refused by a rule. */
  private void requireNotLost(Manifest manifest, Snapshot snapshot) {
    Solo solo = new Solo(contents, snapshot, without);
    SortedMap<String, String> live = lake(snapshot).live();
    PromotionResult result = solo.bench().publisher().promote(manifest.run(), "actor", "later");
    requireTruth("a late promotion", result, solo.now());
    if (result instanceof PromotionResult.Published) {
      return;
    }
    if (result instanceof PromotionResult.Refused refused
        && refused.liveRun().value().equals(live.get(manifest.key().id()))
        && !refused.liveRun().equals(manifest.run())) {
      return;
    }
    if (result instanceof PromotionResult.AwaitingApproval
        && manifest.run().value().equals(Bench.GOVERNED)) {
      return;
    }
    if (result instanceof PromotionResult.Held
        && !manifest.base().equals(solo.bench().state().head().map(Publication::digest))) {
      return;
    }
    throw new Violation("run " + manifest.run() + " is committed and lost: " + result);
  }

  private void requireReadersAgree(Lake lake, Snapshot snapshot) {
    PublishedState state;
    SortedMap<String, String> all = new TreeMap<>();
    try {
      state = new Solo(contents, snapshot, without).bench().state();
      for (DatasetRef dataset : Bench.DATASETS) {
        SortedMap<String, String> runs = new TreeMap<>();
        for (Manifest manifest : state.liveRuns(dataset)) {
          runs.put(manifest.key().id(), manifest.run().value());
        }
        if (!runs.equals(lake.live())) {
          throw new Violation("the reader sees " + runs + " in " + dataset);
        }
        all = runs;
      }
      requireReadersGoBack(state, lake);
      if (state.history().stream().anyMatch(step -> !lake.hasPublication(step.digest()))) {
        throw new Violation("the reader sees another history");
      }
    } catch (Violation e) {
      throw e;
    } catch (RuntimeException e) {
      throw new Violation("a reader fails: " + e.getMessage(), e);
    }
    if (!all.equals(lake.live())) {
      throw new Violation("the reader sees " + all);
    }
  }

  /** What can be read as of an older publication is what was published then. */
  private static void requireReadersGoBack(PublishedState state, Lake lake) {
    long newest = state.head().map(Publication::seq).orElse(0L);
    for (long seq = 1; seq <= newest; seq++) {
      SortedMap<String, String> runs = lake.readable().get(seq);
      SortedMap<String, String> seen = new TreeMap<>();
      try {
        for (Manifest manifest : state.asOf(seq).liveRuns(Bench.DATASETS.get(0))) {
          seen.put(manifest.key().id(), manifest.run().value());
        }
      } catch (StorageException e) {
        if (e.code() != StorageErrorCode.PUBLICATION_UNREADABLE || runs != null) {
          throw e;
        }
        continue;
      }
      if (!seen.equals(runs)) {
        throw new Violation("the reader sees " + seen + " as of publication " + seq);
      }
    }
  }

  private void requireVerifies(Snapshot snapshot) {
    Keyring keyring = Bench.KEYRING;
    List<Finding> findings =
        LakeVerifier.verify(
            new Solo(contents, snapshot, without).bench().store(),
            Bench.PIPELINE,
            keyring,
            new IntentsOf(snapshot),
            null);
    for (Finding finding : findings) {
      boolean firstPromotionCutOff =
          finding.severity() == Finding.Severity.WARNING
              && finding.object().equals(Bench.PATHS.latest())
              && !snapshot.has(Bench.PATHS.latest());
      if (finding.severity() != Finding.Severity.NOTICE && !firstPromotionCutOff) {
        throw new Violation("the verifier complains of what a crash left: " + finding);
      }
    }
  }

  /** One process alone, without faults. */
  private static final class Solo {
    private final ModelStore store;
    private Snapshot now;

    Solo(Contents contents, Snapshot snapshot, Set<Rule> without) {
      now = snapshot;
      store =
          new ModelStore(
              contents,
              Variation.of(
                  without,
                  contents,
                  operation -> {
                    Snapshot.Effect effect = now.apply(operation);
                    now = effect.after();
                    return effect.reply();
                  }));
    }

    Bench bench() {
      return new Bench(store, Set.of());
    }

    Object run(Program program) {
      try {
        return program.body().apply(bench());
      } catch (Violation e) {
        throw e;
      } catch (RuntimeException e) {
        throw new Violation("wedged: " + program.name() + " alone fails: " + e.getMessage(), e);
      }
    }

    Snapshot now() {
      return now;
    }
  }

  private record IntentsOf(Snapshot snapshot) implements IntentLog {
    @Override
    public IntentReceipt append(Intent intent) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<IntentReceipt> find(String intentId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean holds(IntentReceipt receipt, String intentId) {
      return snapshot.holds(receipt, intentId);
    }
  }
}
