package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.MANIFESTS;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.PUBLICATIONS;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.publication.PromotionResult.Published;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunLease;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Everything that is done to a pipeline's data in its life, in an order that chance makes. What is
 * done is told at once, in lines of words: {@code BEGIN} and {@code END} with the deed, and between
 * them what is acknowledged.
 */
final class PublicationLife {
  /** One dataset in each mode; every run writes into all of them. */
  static final List<DatasetSpec> SPECS =
      List.of(
          spec(Layer.SILVER, "rows", DatasetMode.APPEND, ConflictRule.PARTITION),
          spec(Layer.GOLD, "months", DatasetMode.PARTITION_REPLACE, ConflictRule.NONE),
          spec(Layer.GOLD, "newest", DatasetMode.SNAPSHOT, ConflictRule.NONE));

  private static final Duration SHORT = Duration.ofMillis(30);

  /** What can be done. */
  enum Deed {
    RECOVER(0),
    RUN(6),
    SUPERSEDE(2),
    APPROVED_RUN(2),
    ROLLBACK(2),
    HOLD(3),
    RELEASE(3),
    RETAIN(3),
    SWEEP(2),
    REGISTER(3),
    MEND(2);

    private final int weight;

    Deed(int weight) {
      this.weight = weight;
    }

    private static Deed random(Random random) {
      int left = random.nextInt(List.of(values()).stream().mapToInt(deed -> deed.weight).sum());
      for (Deed deed : values()) {
        left -= deed.weight;
        if (left < 0) {
          return deed;
        }
      }
      throw new AssertionError("weights");
    }
  }

  private final ObjectStore store;
  private final IntentLog intents;
  private final Random random;
  private final Consumer<String> told;
  private final String name;
  private final RunStore runs;
  private final Publisher publisher;
  private final ControlPaths paths = new ControlPaths(PIPELINE);
  private int number;

  /**
   * A life.
   *
   * @param name begins the names of what is made; no other life of the store has it
   * @param told hears what is done
   */
  PublicationLife(
      ObjectStore store, IntentLog intents, String name, Random random, Consumer<String> told) {
    this.store = store;
    this.intents = intents;
    this.random = random;
    this.told = told;
    this.name = name;
    this.runs = new RunStore(store, PIPELINE, MANIFESTS, KEYRING, Clock.systemUTC());
    this.publisher = publisher(manifest -> ApprovalRule.NONE);
  }

  private static DatasetSpec spec(Layer layer, String name, DatasetMode mode, ConflictRule rule) {
    return new DatasetSpec(
        new DatasetRef(layer, "payments", name), mode, Protection.SEALED, rule, "v1");
  }

  private Publisher publisher(ApprovalPolicy policy) {
    return new Publisher(
        store, PIPELINE, runs, intents, PUBLICATIONS, KEYRING, Clock.systemUTC(), policy);
  }

  private PublishedState state() {
    return PublishedState.read(store, PIPELINE, KEYRING);
  }

  /** One deed. */
  void live() {
    act(Deed.random(random));
  }

  void act(Deed deed) {
    told.accept("BEGIN " + deed);
    switch (deed) {
      case RECOVER -> recover();
      case RUN -> publish(run(Optional.empty()), publisher);
      case SUPERSEDE -> publish(run(liveRun()), publisher);
      case APPROVED_RUN -> approvedRun();
      case ROLLBACK -> rollback();
      case HOLD -> hold();
      case RELEASE -> release();
      case RETAIN -> retain();
      case SWEEP -> sweep();
      case REGISTER -> register();
      case MEND -> mend();
    }
    told.accept("END " + deed);
  }

  /** What the next process does with what the one before it left. */
  private void recover() {
    sweeper().endDeadRuns(Duration.ZERO, Duration.ofNanos(1), "next", "its process is gone");
    PublishedState state = state();
    List<Publication> history = state.history();
    Listing.each(
        store,
        paths.runs(),
        info ->
            paths
                .decidedRun(info.key())
                .filter(run -> store.head(paths.retired(run)).isEmpty())
                .flatMap(runs::manifest)
                .filter(Manifest::isCommitted)
                .filter(run -> !isPublished(history, run.run()))
                .ifPresent(run -> publish(run, publisher)));
    for (Publication publication : state().history()) {
      publication.plan().ifPresent(this::execute);
    }
    Listing.each(
        store, paths.deletions(), info -> paths.begunDeletion(info.key()).ifPresent(this::execute));
    new DerivedCopies(store).write(state());
  }

  private static boolean isPublished(List<Publication> history, RunId run) {
    return history.stream().anyMatch(publication -> publication.run().equals(Optional.of(run)));
  }

  private Optional<RunId> liveRun() {
    List<Manifest> live = state().liveRuns(SPECS.get(0).ref());
    return live.isEmpty()
        ? Optional.empty()
        : Optional.of(live.get(random.nextInt(live.size())).run());
  }

  private String next(String kind) {
    return kind + "-" + name + "-" + ++number;
  }

  /** A whole run: claimed, leased, planned, worked on, committed. */
  private Manifest run(Optional<RunId> supersedes) {
    RunId run = new RunId(next("r"));
    RunKey key =
        supersedes
            .flatMap(runs::manifest)
            .map(Manifest::key)
            .orElseGet(() -> TestRuns.key(run.value()));
    RunRequest request =
        new RunRequest(
            run,
            PIPELINE,
            key,
            Map.of(),
            state().head().map(Publication::digest),
            supersedes,
            "scheduler",
            "daily",
            Clock.systemUTC().instant());
    runs.claim(request);
    told.accept("claimed " + run);
    Optional<RegisteredSchema> schema =
        new SchemaHistory(store, PIPELINE).newest(SPECS.get(0).ref());
    List<DatasetOutput> outputs = new ArrayList<>();
    try (RunLease lease = runs.lease(run, Duration.ofHours(1));
        RunKeys keys =
            RunKeys.create(
                store,
                request,
                SPECS,
                StoredRuns.KEYS,
                KeyResolver.single(new KeyId("lake")),
                "bank")) {
      runs.plan(run, JsonObject.builder().put("files", SPECS.size()).build());
      told.accept("planned " + lease.run());
      for (DatasetSpec spec : SPECS) {
        List<DataFile> files = new ArrayList<>();
        for (int month = random.nextInt(3); month < 3; month++) {
          files.add(file(run, spec.ref(), month));
        }
        runs.outcome(
            run, "load", spec.ref().name(), JsonObject.builder().put("n", files.size()).build());
        told.accept("outcome " + run + " " + spec.ref().name() + " " + files.size());
        DatasetOutput output =
            new DatasetOutput(spec, keys.keyId(spec.ref()), keys.commitment(spec.ref()), files);
        outputs.add(
            spec.equals(SPECS.get(0)) && schema.isPresent()
                ? output.withSchema(schema.get().schema().fingerprint())
                : output);
      }
    }
    Manifest manifest =
        runs.commit(
            Manifest.committed(
                request,
                List.of(),
                outputs,
                JsonObject.builder().build(),
                Clock.systemUTC().instant()));
    told.accept("committed " + run + " " + manifest.digest());
    return manifest;
  }

  private DataFile file(RunId run, DatasetRef dataset, int month) {
    byte[] content =
        ("rows of " + run + " for " + month + "\n").repeat(20).getBytes(StandardCharsets.UTF_8);
    String path = dataset.path() + "/month=" + month + "/run_id=" + run + "/part-0.parquet";
    try (ObjectUpload upload = store.upload(path)) {
      upload.stream().write(content, 0, content.length / 2);
      upload.stream().write(content, content.length / 2, content.length - content.length / 2);
      upload.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DataFile(
        path,
        20,
        content.length,
        ControlJson.sha256(content),
        Optional.empty(),
        new TreeMap<>(Map.of("month", Integer.toString(month))));
  }

  private void publish(Manifest manifest, Publisher by) {
    if (tell(by.promote(manifest.run(), "releaser", "checked"))) {
      new DerivedCopies(store).write(state());
    }
  }

  private boolean tell(PromotionResult result) {
    if (result instanceof Published published) {
      told.accept(
          "published " + published.publication().seq() + " " + published.publication().digest());
      return true;
    }
    return false;
  }

  private void approvedRun() {
    Manifest manifest = run(Optional.empty());
    Approval approval =
        new Approvals(store, PIPELINE, KEYRING)
            .decide(
                manifest.run(), Decision.APPROVED, TestRuns.APPROVALS, "read", Clock.systemUTC());
    told.accept("approved " + manifest.run() + " " + approval.subject());
    publish(manifest, publisher(any -> new ApprovalRule(1, true)));
  }

  private void rollback() {
    Optional<Publication> head = state().head();
    if (head.isPresent()) {
      long floor = head.get().floor();
      long to = floor + random.nextInt((int) (head.get().seq() - floor + 1));
      tell(publisher.rollback(next("b"), to, "operator", "wrong"));
      new DerivedCopies(store).write(state());
    }
  }

  private void hold() {
    Optional<RunId> run = random.nextBoolean() ? liveRun() : Optional.empty();
    LegalHold hold =
        new LegalHold(
            next("h"),
            run,
            run.isPresent() ? Optional.empty() : Optional.of(SPECS.get(1).ref()),
            new TreeMap<>(run.isPresent() ? Map.of() : Map.of("month", "1")),
            "counsel",
            "case 7",
            Clock.systemUTC().instant());
    holds().place(hold);
    told.accept("held " + hold.id());
  }

  private LegalHolds holds() {
    return new LegalHolds(store, PIPELINE, intents, Clock.systemUTC());
  }

  private void release() {
    List<LegalHold> active = holds().active();
    for (LegalHold hold : active) {
      told.accept("releasing " + hold.id());
      holds().release(hold.id(), "counsel", "closed");
      told.accept("released " + hold.id());
    }
  }

  private void retain() {
    if (state().head().isEmpty()) {
      return;
    }
    RetentionPolicy policy =
        RetentionPolicy.of(
            SHORT.multipliedBy(random.nextInt(4)),
            Map.of(SPECS.get(0).ref(), SHORT, SPECS.get(1).ref(), SHORT.multipliedBy(5)));
    DeletionPlan plan =
        new Retention(store, PIPELINE, KEYRING, intents, Clock.systemUTC())
            .plan(policy, "operator", "old");
    told.accept("drawn " + plan.digest());
    new Approvals(store, PIPELINE, KEYRING)
        .decideOnPlan(
            plan.digest(), Decision.APPROVED, TestRuns.APPROVALS, "read", Clock.systemUTC());
    told.accept("approved plan " + plan.digest());
    if (tell(publisher.retire(plan.digest(), new ApprovalRule(1, true), "operator", "old"))) {
      new DerivedCopies(store).write(state());
      execute(plan.digest());
    }
  }

  private void execute(String plan) {
    if (new Deletions(store, PIPELINE, KEYRING, intents, Clock.systemUTC())
        .execute(plan, "operator", "old")
        .isDone()) {
      told.accept("deleted " + plan);
    }
  }

  private Sweep sweeper() {
    return new Sweep(store, runs, KEYRING, intents, Clock.systemUTC());
  }

  private void sweep() {
    DeletionPlan plan =
        sweeper()
            .plan(SPECS.stream().map(DatasetSpec::ref).toList(), Duration.ZERO, "operator", "left");
    told.accept("drawn " + plan.digest());
    execute(plan.digest());
  }

  private void register() {
    SchemaHistory history = new SchemaHistory(store, PIPELINE);
    List<SchemaField> fields = new ArrayList<>();
    history.newest(SPECS.get(0).ref()).ifPresent(newest -> fields.addAll(newest.schema().fields()));
    fields.add(SchemaField.nullable("c" + fields.size(), Scalar.STRING, Classification.INTERNAL));
    RegisteredSchema schema =
        history.register(
            SPECS.get(0),
            new DatasetSchema("v1", fields),
            "owner",
            "one more",
            Clock.systemUTC().instant());
    told.accept("registered " + schema.number() + " " + schema.schema().fingerprint());
  }

  private void mend() {
    if (state().head().isPresent()) {
      new Fsck(store, PIPELINE, KEYRING, intents, Clock.systemUTC()).repair(finding -> {});
      told.accept("mended " + state().head().orElseThrow().seq());
    }
  }
}
