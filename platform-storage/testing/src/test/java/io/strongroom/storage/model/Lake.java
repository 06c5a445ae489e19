package io.strongroom.storage.model;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is published according to the bytes in a snapshot. Shares no code with the readers it judges
 * but the JSON parser, and checks every rule that can be seen in the bytes.
 */
final class Lake {
  private static final String CONTROL = Bench.PIPELINE.control();

  private final Contents contents;
  private final Snapshot snapshot;
  private final Set<Rule> without;

  /** Every object that was read on the way, with its content: the same in every later snapshot. */
  private final Map<String, Integer> touched = new HashMap<>();

  private final Set<String> intents = new HashSet<>();
  private final Set<String> held;
  private final List<Step> steps = new ArrayList<>();

  /**
   * A publication.
   *
   * @param live the live runs by their key, for each dataset
   */
  private record Step(
      JsonObject json,
      String digest,
      String kind,
      String subject,
      SortedMap<String, SortedMap<String, String>> live) {

    long seq() {
      return json.integer("seq");
    }

    long floor() {
      return json.has("floor") ? json.integer("floor") : 1;
    }
  }

  /**
   * Reads what is published.
   *
   * @param held runs in legal hold since before anything else happened
   */
  Lake(Contents contents, Snapshot snapshot, Set<Rule> without, Set<String> held) {
    this.contents = contents;
    this.held = held;
    this.without = without;
    this.snapshot = snapshot;
    read();
    check();
  }

  /** The number of the pointer's content; -1 when there is none. */
  static int pointer(Snapshot snapshot) {
    return snapshot.content(CONTROL + "_LATEST.json");
  }

  /** Whether everything that was read here stands in another snapshot too. */
  boolean standsIn(Snapshot other) {
    return touched.entrySet().stream()
            .allMatch(object -> other.content(object.getKey()) == object.getValue())
        && intents.stream().allMatch(other::hasIntent);
  }

  boolean hasPublication(String digest) {
    return steps.stream().anyMatch(step -> step.digest().equals(digest));
  }

  /** The runs that are live, by the id of their key. */
  SortedMap<String, String> live() {
    return steps.isEmpty() ? new TreeMap<>() : runs(steps.get(0));
  }

  private void read() {
    if (pointer(snapshot) < 0) {
      return;
    }
    JsonObject pointer = object(CONTROL + "_LATEST.json");
    long seq = pointer.integer("seq");
    Optional<String> digest = Optional.of(pointer.string("digest"));
    while (digest.isPresent()) {
      JsonObject json =
          named(
              CONTROL + "publications/" + "%012d".formatted(seq) + "-" + digest.get() + ".json",
              digest.get());
      require(json.integer("seq") == seq, "the numbers are not contiguous");
      String kind = json.string("kind");
      Optional<String> previous = json.optionalString("previous");
      String subject =
          switch (kind) {
            case "PROMOTE" -> json.string("run");
            case "ROLLBACK" -> json.object("rollback").string("id");
            default -> json.string("plan");
          };
      requireIntent(json, kind, previous);
      SortedMap<String, SortedMap<String, String>> live = new TreeMap<>();
      steps.add(new Step(json, digest.get(), kind, subject, live));
      for (String dataset : json.object("generations").members().keySet()) {
        live.put(
            dataset,
            generation(dataset, json.object("generations").string(dataset), seq >= floor()));
      }
      digest = previous;
      seq--;
    }
    require(seq == 0, "the history does not begin with 1");
  }

  private void requireIntent(JsonObject json, String kind, Optional<String> previous) {
    JsonObject.Builder id =
        JsonObject.builder()
            .put("actor", json.string("actor"))
            .put("kind", kind)
            .put("pipeline", json.string("pipeline"))
            .putIfPresent("previous", previous)
            .put("reason", json.string("reason"));
    if (kind.equals("PROMOTE")) {
      id.put("run", json.string("run"));
    } else if (kind.equals("RETIRE")) {
      id.put("plan", json.string("plan"));
    } else {
      id.put("rollback", json.object("rollback").string("id"));
      id.put("to", json.object("rollback").integer("to"));
    }
    String intentId = ControlJson.sha256(id.build().canonicalBytes());
    JsonObject intent = json.object("intent");
    IntentReceipt receipt = new IntentReceipt(intent.integer("index"), intent.string("leafHash"));
    require(snapshot.holds(receipt, intentId), "a publication has no intent");
    intents.add(intentId);
  }

  private SortedMap<String, String> generation(String dataset, String digest, boolean keeping) {
    SortedMap<String, String> runs = new TreeMap<>();
    JsonObject root = named(CONTROL + "generations/" + digest + ".json", digest);
    require(root.string("dataset").equals(dataset), "a generation is of another dataset");
    for (JsonObject leaf : root.objects("leaves")) {
      String name = leaf.string("digest");
      for (JsonObject entry :
          named(CONTROL + "generations/" + name + ".json", name).objects("runs")) {
        String other = runs.put(entry.string("key"), entry.string("run"));
        require(other == null, "a key is live twice");
        JsonObject manifest =
            named(
                CONTROL + "runs/" + entry.string("run") + "/manifest.json",
                entry.string("manifest"));
        require(manifest.string("status").equals("COMMITTED"), "an aborted run is live");
        if (keeping) {
          requireFiles(manifest, dataset);
        }
      }
    }
    return runs;
  }

  /** What can be read must be there. */
  private void requireFiles(JsonObject manifest, String dataset) {
    for (JsonObject output : manifest.objects("datasets")) {
      if (output.string("dataset").equals(dataset)) {
        for (JsonObject file : output.objects("files")) {
          String path = file.string("path");
          require(snapshot.has(path), "a file of run " + manifest.string("run") + " is gone");
          touched.put(path, snapshot.content(path));
        }
        String keys = CONTROL + "runs/" + manifest.string("run") + "/keys.json";
        require(snapshot.has(keys), "the keys of run " + manifest.string("run") + " are gone");
        touched.put(keys, snapshot.content(keys));
      }
    }
  }

  /** What the lists of live files should be: the locations of each, by the list's key. */
  SortedMap<String, String> lists() {
    SortedMap<String, String> lists = new TreeMap<>();
    for (String run : live().values()) {
      for (JsonObject output : manifest(run).objects("datasets")) {
        for (JsonObject file : output.objects("files")) {
          if (output.string("protection").equals("ENGINE_READABLE")) {
            String month = file.object("partition").string("month");
            lists.put(
                output.string("dataset") + "/_symlink_format_manifest/month=" + month + "/manifest",
                Bench.location(file.string("path")) + "\n");
          }
        }
      }
    }
    return lists;
  }

  /** The oldest publication that can be read. */
  private long floor() {
    return steps.get(0).floor();
  }

  /** The runs that were live at each publication that can be read, by their keys, by its number. */
  SortedMap<Long, SortedMap<String, String>> readable() {
    SortedMap<Long, SortedMap<String, String>> readable = new TreeMap<>();
    steps.stream()
        .filter(step -> step.seq() >= floor())
        .forEach(step -> readable.put(step.seq(), runs(step)));
    return readable;
  }

  private void check() {
    Set<String> subjects = new HashSet<>();
    for (Step step : steps) {
      require(subjects.add(step.kind() + step.subject()), step.subject() + " is published twice");
      for (SortedMap<String, String> runs : step.live().values()) {
        require(runs.equals(runs(step)), "a reader sees a mix of two publications");
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      SortedMap<String, String> before =
          i + 1 < steps.size() ? runs(steps.get(i + 1)) : new TreeMap<>();
      long floorBefore = i + 1 < steps.size() ? steps.get(i + 1).floor() : 1;
      if (step.kind().equals("PROMOTE")) {
        require(step.floor() == floorBefore, "a promotion changes the floor");
        checkPromotion(i, step, before);
        checkApprovals(i, step);
      } else if (step.kind().equals("RETIRE")) {
        require(step.floor() >= floorBefore, "the floor falls");
        checkRetirement(step, before);
      } else {
        require(step.floor() == floorBefore, "a rollback changes the floor");
        long to = step.json().object("rollback").integer("to");
        require(to == 0 || to >= floorBefore, "a rollback restores what was retired");
        require(
            step.live().isEmpty()
                || steps.stream().skip(i + 1).anyMatch(older -> older.live().equals(step.live())),
            "a rollback restores nothing that was published");
      }
    }
  }

  private void checkPromotion(int at, Step step, SortedMap<String, String> before) {
    JsonObject manifest = manifest(step.subject());
    SortedMap<String, String> after = runs(step);
    require(after.containsValue(step.subject()), "a promotion does not make its run live");
    SortedMap<String, String> expected = new TreeMap<>(before);
    manifest.optionalString("supersedes").ifPresent(expected.values()::remove);
    String key = ControlJson.sha256(manifest.object("key").canonicalBytes());
    require(!expected.containsKey(key), "a live run is replaced without leave");
    expected.put(key, step.subject());
    require(after.equals(expected), "a promotion changes more than its run");

    Optional<String> base = manifest.optionalString("base");
    SortedMap<String, String> started = new TreeMap<>();
    boolean found = base.isEmpty();
    for (int i = at + 1; i < steps.size(); i++) {
      if (base.equals(Optional.of(steps.get(i).digest()))) {
        started = runs(steps.get(i));
        found = true;
      }
    }
    require(found, "a run was published whose base is not in its history");
    Optional<String> superseded = manifest.optionalString("supersedes");
    require(
        superseded.isEmpty()
            || !started.containsValue(superseded.get())
            || before.containsValue(superseded.get()),
        "a run replaces one that has been replaced meanwhile");
    Set<String> changed = new HashSet<>(started.values());
    changed.removeAll(before.values());
    Set<String> added = new HashSet<>(before.values());
    added.removeAll(started.values());
    changed.addAll(added);
    manifest.optionalString("supersedes").ifPresent(changed::remove);
    for (String run : changed) {
      require(
          !month(run).equals(month(step.subject())),
          "run " + run + " touched the same partition meanwhile");
    }
  }

  /** What needs an approval rests on one that was about what is published now. */
  private void checkApprovals(int at, Step step) {
    if (!step.subject().equals(Bench.GOVERNED)) {
      return;
    }
    require(step.json().has("approvals"), "a run is published that nobody approved");
    Optional<String> base = manifest(step.subject()).optionalString("base");
    Set<String> bases = new HashSet<>();
    for (int i = at + 1; i < steps.size(); i++) {
      bases.add(steps.get(i).digest());
      if (steps.get(i).kind().equals("ROLLBACK")
          || base.equals(Optional.of(steps.get(i).digest()))) {
        break;
      }
    }
    for (String digest : step.json().strings("approvals")) {
      JsonObject approval =
          named(CONTROL + "runs/" + step.subject() + "/approvals/" + digest + ".json", digest);
      require(approval.string("decision").equals("APPROVED"), "a rejection is taken for approval");
      require(
          bases.contains(approval.string("base")),
          "a run is published on an approval from before a rollback");
    }
  }

  /** A retirement takes out what its plan says, and nothing else. */
  private void checkRetirement(Step step, SortedMap<String, String> before) {
    JsonObject plan = named(CONTROL + "deletions/" + step.subject() + "/plan.json", step.subject());
    SortedMap<String, String> expected = new TreeMap<>(before);
    for (JsonObject part : plan.objects("parts")) {
      String digest = part.string("digest");
      for (JsonObject item :
          named(CONTROL + "deletion-parts/" + digest + ".json", digest).objects("items")) {
        if (item.string("why").equals("EXPIRED") && before.containsValue(item.string("run"))) {
          expected.values().remove(item.string("run"));
          require(!held.contains(item.string("run")), "a run is retired that is held");
        }
      }
    }
    require(runs(step).equals(expected), "a retirement changes more than its plan says");
  }

  private String month(String run) {
    return manifest(run)
        .objects("datasets")
        .get(0)
        .objects("files")
        .get(0)
        .object("partition")
        .string("month");
  }

  private JsonObject manifest(String run) {
    return object(CONTROL + "runs/" + run + "/manifest.json");
  }

  private static SortedMap<String, String> runs(Step step) {
    return step.live().isEmpty() ? new TreeMap<>() : step.live().get(step.live().firstKey());
  }

  private JsonObject named(String key, String digest) {
    JsonObject json = object(key);
    require(
        ControlJson.sha256(json.canonicalBytes()).equals(digest),
        "object " + key + " does not have the digest that names it");
    return json;
  }

  private JsonObject object(String name) {
    String key = without.contains(Rule.DIGEST_IN_NAME) ? Variation.shortened(name) : name;
    int content = snapshot.content(key);
    if (content < 0) {
      throw new Violation("object " + key + " is named and missing");
    }
    if (Snapshot.isImmutable(key)) {
      touched.put(key, content);
    }
    return JsonValue.parseCanonicalObject(contents.content(content));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Violation(otherwise);
    }
  }
}
