package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.publication.PublicationLife.Deed;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills processes that live on one lake, one after the other, and looks what they left: while each
 * lives somebody reads, and after its death everything that it said is compared with what is there.
 */
final class PublicationKills {
  private static final ControlPaths PATHS = new ControlPaths(PIPELINE);
  private static final long NEVER = Long.MAX_VALUE;
  private final Path folder;
  private final Random random;
  private final ObjectStore store;
  private final StoredIntents intents;
  private final SeenPublications seen = new SeenPublications();

  /** What was acknowledged in this lake, a line of words each. */
  private final List<String> acknowledged = new ArrayList<>();

  private final Counts counts = new Counts();
  private long mostOperations = 400;
  private long mostMillis = 500;

  /** What was done and found. */
  static final class Counts {
    private final Map<String, Integer> killedIn = new TreeMap<>();
    private int kills;
    private int reads;
    private int acknowledged;
    private int listed;

    void add(Counts other) {
      other.killedIn.forEach((deed, times) -> killedIn.merge(deed, times, Integer::sum));
      kills += other.kills;
      reads += other.reads;
      acknowledged += other.acknowledged;
      listed += other.listed;
    }

    int kills() {
      return kills;
    }

    int reads() {
      return reads;
    }

    int acknowledged() {
      return acknowledged;
    }

    int listed() {
      return listed;
    }

    int killedIn(Deed deed) {
      return killedIn.getOrDefault(deed.name(), 0);
    }

    @Override
    public String toString() {
      return kills
          + " kills, "
          + reads
          + " whole reads of live lakes, none partial; "
          + acknowledged
          + " acknowledged facts, none lost; "
          + listed
          + " leftovers, all listed; killed in "
          + killedIn;
    }
  }

  PublicationKills(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
    this.store = new LocalObjectStore(folder.resolve("store"));
    this.intents = new StoredIntents(new LocalObjectStore(folder.resolve("log")));
  }

  /** The same, but each process lives for so many operations or milliseconds at most. */
  PublicationKills within(long operations, long millis) {
    mostOperations = operations;
    mostMillis = millis;
    return this;
  }

  /** Kills so many processes on this lake, every other one at a chosen operation. */
  Counts run(int kills) throws IOException, InterruptedException {
    for (int kill = 0; kill < kills; kill++) {
      List<String> told = liveAndDie("k" + kill, kill % 2 == 0);
      check(told);
    }
    end();
    return counts;
  }

  private List<String> liveAndDie(String name, boolean chosen)
      throws IOException, InterruptedException {
    long at = chosen ? 1 + random.nextLong(mostOperations) : NEVER;
    long millis = random.nextLong(mostMillis);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                PublicationProcess.class.getName(),
                folder.toString(),
                name,
                Long.toString(random.nextLong()),
                Long.toString(at),
                random.nextBoolean() ? When.BEFORE.name() : When.AFTER.name(),
                Boolean.toString(random.nextInt(4) == 0))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    Thread listener = new Thread(() -> listen(child, lines, millis, chosen), "listener");
    listener.start();
    try {
      while (child.isAlive()) {
        readWhole();
        child.waitFor(10, TimeUnit.MILLISECONDS);
      }
    } finally {
      child.destroyForcibly();
      listener.join();
    }
    assertThat(child.waitFor()).as("%s", lines).isEqualTo(137);
    counts.kills++;
    List<String> told = new ArrayList<>(lines);
    String deed = "START";
    for (String line : told) {
      deed = line.startsWith("BEGIN ") ? line.substring(6) : line.startsWith("END ") ? "-" : deed;
    }
    counts.killedIn.merge(deed, 1, Integer::sum);
    return told;
  }

  /** Kills at the word {@code NOW}, or some time after the first one. */
  private static void listen(
      Process child, ConcurrentLinkedQueue<String> lines, long millis, boolean chosen) {
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals("READY") && !chosen) {
          Thread killer =
              new Thread(
                  () -> {
                    try {
                      child.waitFor(millis, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    child.toHandle().destroyForcibly();
                  },
                  "killer");
          killer.start();
        } else if (line.equals("NOW")) {
          child.toHandle().destroyForcibly();
        } else if (!line.equals("READY")) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads every byte of what is published at this moment, while somebody works on it. */
  private void readWhole() {
    PublishedState state = PublishedState.read(store, PIPELINE, KEYRING, seen);
    try {
      requireWhole(state, new HashSet<>());
    } catch (StorageException | AssertionError e) {
      // Whoever reads what retention has retired meanwhile finds nothing there.
      long floor =
          PublishedState.read(store, PIPELINE, KEYRING, seen)
              .head()
              .map(Publication::floor)
              .orElse(1L);
      if (state.head().map(Publication::seq).orElse(0L) >= floor) {
        throw e;
      }
    }
    counts.reads++;
  }

  /** Every live file is there and is what its signed manifest says, and every run in all parts. */
  private void requireWhole(PublishedState state, Set<String> known) {
    Optional<RunId> promoted = state.head().flatMap(Publication::run);
    for (DatasetSpec spec : PublicationLife.SPECS) {
      for (LiveFile file : state.liveFiles(spec.ref())) {
        if (known.add(file.file().path())) {
          requireWhole(file.file());
        }
      }
      promoted.ifPresent(
          run ->
              assertThat(state.liveRuns(spec.ref()))
                  .extracting(Manifest::run)
                  .as(spec.ref().path())
                  .contains(run));
    }
  }

  private void requireWhole(DataFile file) {
    byte[] content =
        store
            .get(file.path())
            .orElseThrow(() -> new AssertionError("missing: " + file.path()))
            .content();
    assertThat(content).as(file.path()).hasSize((int) file.bytes());
    assertThat(ControlJson.sha256(content)).as(file.path()).isEqualTo(file.sha256());
  }

  private void check(List<String> told) {
    // The last line may have been cut off by the kill; then nobody was told.
    List<String> whole =
        told.stream().filter(line -> !line.startsWith("BEGIN ")).filter(this::isWhole).toList();
    acknowledged.addAll(whole);
    counts.acknowledged += whole.size();
    PublishedState state = PublishedState.read(store, PIPELINE, KEYRING, seen);
    Optional<Publication> head = state.head();
    Set<String> known = new HashSet<>();
    for (long seq = head.map(Publication::floor).orElse(1L);
        seq <= head.map(Publication::seq).orElse(0L);
        seq++) {
      requireWhole(state.asOf(seq), known);
    }
    List<Publication> history = state.history();
    acknowledged.forEach(line -> requireKept(line.split(" ", -1), history));
    List<Finding> findings = new ArrayList<>();
    new Fsck(store, PIPELINE, KEYRING, intents, Clock.systemUTC())
        .unwrapping(StoredRuns.KEYS)
        .check(findings::add);
    assertThat(findings)
        .as("%s", told)
        .filteredOn(finding -> finding.severity() != Severity.NOTICE)
        .filteredOn(finding -> head.isPresent() || !finding.object().equals(PATHS.latest()))
        .isEmpty();
    Set<String> expected = Unaccounted.of(store, PATHS, state);
    assertThat(findings).as("%s", told).extracting(Finding::object).containsAll(expected);
    counts.listed += expected.size();
  }

  private boolean isWhole(String line) {
    return line.matches(
        "END [A-Z_]+|(claimed|planned|held|releasing|released) [a-z0-9-]+-[0-9]+"
            + "|outcome [^ ]+ [a-z]+ [123]|(committed|approved) [^ ]+ [0-9a-f]{64}"
            + "|(published|registered) [0-9]+ [0-9a-f]{64}|(drawn|deleted) [0-9a-f]{64}"
            + "|mended [0-9]+");
  }

  /** What was acknowledged stands. */
  private void requireKept(String[] words, List<Publication> history) {
    String line = String.join(" ", words);
    RunStore runs = new RunStore(store, PIPELINE, TestRuns.MANIFESTS, KEYRING, Clock.systemUTC());
    switch (words[0]) {
      case "claimed" -> assertThat(runs.request(new RunId(words[1]))).as(line).isPresent();
      case "planned" -> assertThat(runs.findPlan(new RunId(words[1]))).as(line).isPresent();
      case "outcome" ->
          assertThat(runs.findOutcome(new RunId(words[1]), "load", words[2]).orElseThrow())
              .as(line)
              .satisfies(json -> assertThat(json.integer("n")).isEqualTo(Long.parseLong(words[3])));
      case "committed" -> requireCommitted(runs, words, history, line);
      case "published" ->
          assertThat(history)
              .as(line)
              .anyMatch(
                  publication ->
                      publication.seq() == Long.parseLong(words[1])
                          && publication.digest().equals(words[2]));
      case "approved" -> {
        if (!words[1].equals("plan")) {
          assertThat(new Approvals(store, PIPELINE, KEYRING).of(new RunId(words[1])))
              .as(line)
              .extracting(Approval::subject)
              .contains(words[2]);
        }
      }
      case "held" -> {
        if (!acknowledged.contains("releasing " + words[1])) {
          assertThat(holds().active()).as(line).extracting(LegalHold::id).contains(words[1]);
        }
      }
      case "released" ->
          assertThat(holds().active()).as(line).extracting(LegalHold::id).doesNotContain(words[1]);
      case "drawn" ->
          assertThat(new DeletionPlans(store, PATHS).read(words[1]).digest()).isEqualTo(words[1]);
      case "deleted" -> {
        DeletionPlans plans = new DeletionPlans(store, PATHS);
        plans.each(
            plans.read(words[1]),
            item ->
                item.object()
                    .ifPresent(object -> assertThat(store.head(object)).as(line).isEmpty()));
        assertThat(store.head(PATHS.deletionDone(words[1]))).as(line).isPresent();
      }
      case "registered" -> {
        List<RegisteredSchema> all =
            new SchemaHistory(store, PIPELINE).all(PublicationLife.SPECS.get(0).ref());
        assertThat(all.get(Integer.parseInt(words[1]) - 1).schema().fingerprint())
            .as(line)
            .isEqualTo(words[2]);
      }
      default -> assertThat(words[0]).isIn("END", "releasing", "mended");
    }
  }

  private void requireCommitted(
      RunStore runs, String[] words, List<Publication> history, String line) {
    Manifest manifest = runs.manifest(new RunId(words[1])).orElseThrow();
    assertThat(manifest.digest()).as(line).isEqualTo(words[2]);
    if (history.stream().noneMatch(one -> one.kind() == Publication.Kind.RETIRE)) {
      for (DatasetOutput output : manifest.datasets()) {
        output.files().forEach(this::requireWhole);
      }
    }
  }

  private LegalHolds holds() {
    return new LegalHolds(store, PIPELINE, intents, Clock.systemUTC());
  }

  /** The next process ends what was begun, and nothing is left over that anybody can see. */
  private void end() throws IOException {
    PublicationLife last = new PublicationLife(store, intents, "last", random, acknowledged::add);
    last.act(Deed.RECOVER);
    last.act(Deed.RUN);
    last.act(Deed.RELEASE);
    last.act(Deed.RECOVER);
    last.act(Deed.SWEEP);
    last.act(Deed.MEND);
    List<Finding> findings = new ArrayList<>();
    new Fsck(store, PIPELINE, KEYRING, intents, Clock.systemUTC()).check(findings::add);
    assertThat(findings)
        .filteredOn(finding -> !isForEver(finding.object()))
        .as("what no later process mends")
        .isEmpty();
    Path unfinished = folder.resolve("store/.strongroom/tmp");
    for (Path file : children(unfinished)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    }
    assertThat(new LocalObjectStore(folder.resolve("store")).list("", null, 1)).isNotEmpty();
    assertThat(children(unfinished)).isEmpty();
  }

  /** Control objects that never became part of the history stay: nothing deletes those. */
  private static boolean isForEver(String key) {
    return key.startsWith(PATHS.publications())
        || key.startsWith(PATHS.generations())
        || key.startsWith(PATHS.deletionParts())
        || key.startsWith(PATHS.tries())
        || PATHS.decidedRun(key).isPresent();
  }

  private static List<Path> children(Path of) throws IOException {
    try (Stream<Path> found = Files.list(of)) {
      return found.toList();
    }
  }
}
