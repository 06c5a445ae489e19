package io.strongroom.storage.model;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.Approval;
import io.strongroom.storage.publication.ApprovalPolicy;
import io.strongroom.storage.publication.ApprovalRule;
import io.strongroom.storage.publication.Approvals;
import io.strongroom.storage.publication.Deletions;
import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.Fsck;
import io.strongroom.storage.publication.LegalHolds;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.publication.PublisherVariations;
import io.strongroom.storage.publication.Retention;
import io.strongroom.storage.publication.Sweep;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.SteadyRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.schema.SchemaHistory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The real classes on a model store, with fixed keys, a fixed clock and two datasets. */
final class Bench {
  static final PipelineRef PIPELINE = new PipelineRef("payments", "transactions");
  static final ControlPaths PATHS = new ControlPaths(PIPELINE);
  static final List<DatasetRef> DATASETS =
      List.of(
          new DatasetRef(Layer.QUARANTINE, "payments", "transactions"),
          new DatasetRef(Layer.SILVER, "payments", "transactions"));

  /** A dataset whose schemas are registered. */
  static final DatasetSpec SCHEMATIC =
      new DatasetSpec(
          DATASETS.get(1), DatasetMode.APPEND, Protection.SEALED, ConflictRule.NONE, "v1");

  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-21T02:00:00Z"));

  /** Of those who find things old. */
  private static final InstantSource LATER =
      InstantSource.fixed(Instant.parse("2026-02-21T02:00:00Z"));

  /** The runs whose files and keys are there from the start. */
  static final List<String> RUNS =
      List.of("fresh", "next", "R1", "R2", "R3", "A1", "P1", "P2", "E1", "E2");

  /** The runs whose files in the second dataset are for engines, which follow lists of them. */
  private static final Set<String> READABLE = Set.of("E1", "E2");

  /** A run that needs an approval. */
  static final String GOVERNED = "A1";

  private static final Signer MANIFESTS = new RememberingSigner(KeyPurpose.MANIFEST, 1);
  private static final Signer PUBLICATIONS = new RememberingSigner(KeyPurpose.PUBLICATION, 2);
  private static final Signer APPROVALS = new RememberingSigner(KeyPurpose.APPROVAL, 3);
  static final Keyring KEYRING = keyring();

  private final ModelStore store;
  private final Set<Rule> without;

  Bench(ModelStore store, Set<Rule> without) {
    this.store = store;
    this.without = without.isEmpty() ? Set.of() : EnumSet.copyOf(without);
  }

  /**
   * What a run is about.
   *
   * @param run its id
   * @param key names its run key
   * @param month the partition that it writes in both datasets
   * @param supersedes the run that it replaces
   */
  record Job(String run, String key, String month, Optional<String> supersedes) {
    static Job of(String run, String key, String month) {
      return new Job(run, key, month, Optional.empty());
    }

    Job superseding(String other) {
      return new Job(run, key, month, Optional.of(other));
    }
  }

  ModelStore store() {
    return store;
  }

  RunStore runs() {
    return SteadyRuns.create(store, PIPELINE, MANIFESTS, KEYRING, CLOCK);
  }

  Publisher publisher() {
    return PublisherVariations.create(
        store,
        PIPELINE,
        runs(),
        store,
        PUBLICATIONS,
        KEYRING,
        CLOCK,
        !without.contains(Rule.HISTORY),
        !without.contains(Rule.FLOOR),
        policy());
  }

  private ApprovalPolicy policy() {
    int[] asked = {0};
    return manifest ->
        manifest.run().value().equals(GOVERNED)
                && (!without.contains(Rule.APPROVED_AGAIN) || asked[0]++ == 0)
            ? new ApprovalRule(1, true)
            : ApprovalRule.NONE;
  }

  Approval decide(String run, Approval.Decision decision) {
    return new Approvals(store, PIPELINE, KEYRING)
        .decide(new RunId(run), decision, APPROVALS, "read it", CLOCK);
  }

  Retention retention() {
    return new Retention(store, PIPELINE, KEYRING, store, LATER);
  }

  Deletions deletions() {
    return new Deletions(store, PIPELINE, KEYRING, store, CLOCK);
  }

  LegalHolds holds() {
    return new LegalHolds(store, PIPELINE, store, CLOCK);
  }

  Sweep sweep() {
    return new Sweep(store, runs(), KEYRING, store, LATER);
  }

  SchemaHistory schemas() {
    return new SchemaHistory(store, PIPELINE);
  }

  DerivedCopies copies() {
    return new DerivedCopies(store).withSymlinks(Bench::location);
  }

  Fsck fsck() {
    return new Fsck(store, PIPELINE, KEYRING, store, CLOCK).withSymlinks(Bench::location);
  }

  static String location(String key) {
    return "s3://lake/" + key;
  }

  PublishedState state() {
    return PublishedState.read(store, PIPELINE, KEYRING);
  }

  static RunKey key(String name) {
    String digest = ControlJson.sha256(name.getBytes(StandardCharsets.UTF_8));
    return new RunKey(PIPELINE.path(), name, digest, digest, "1");
  }

  RunRequest request(Job job) {
    return new RunRequest(
        new RunId(job.run()),
        PIPELINE,
        key(job.key()),
        Map.of(),
        state().head().map(publication -> publication.digest()),
        job.supersedes().map(RunId::new),
        "actor",
        "reason",
        CLOCK.instant());
  }

  Manifest draft(Job job, RunRequest request) {
    ConflictRule conflicts =
        without.contains(Rule.PARTITION_CONFLICT) ? ConflictRule.NONE : ConflictRule.PARTITION;
    List<DatasetOutput> outputs = new ArrayList<>();
    for (DatasetRef dataset : DATASETS) {
      outputs.add(
          new DatasetOutput(
              new DatasetSpec(
                  dataset,
                  DatasetMode.APPEND,
                  dataset.layer() == Layer.SILVER && READABLE.contains(job.run())
                      ? Protection.ENGINE_READABLE
                      : Protection.SEALED,
                  conflicts,
                  "v1"),
              keyId(job.run(), dataset),
              ControlJson.sha256(content(job.run())),
              List.of(
                  new DataFile(
                      path(job.run(), dataset),
                      1,
                      content(job.run()).length,
                      ControlJson.sha256(content(job.run())),
                      Optional.empty(),
                      new TreeMap<>(Map.of("month", job.month()))))));
    }
    return Manifest.committed(
        request, List.of(), outputs, JsonObject.builder().build(), CLOCK.instant());
  }

  List<String> keyCommitments(Job job, int seed) {
    List<DatasetSpec> specs =
        draft(job, request(job)).datasets().stream().map(DatasetOutput::spec).toList();
    try (RawAesKeyService service =
            new RawAesKeyService("model", "key", new byte[32], new CountingRandom(seed));
        RunKeys keys =
            RunKeys.create(
                store,
                request(job),
                specs,
                service,
                KeyResolver.single(new KeyId("key")),
                "bank")) {
      return DATASETS.stream().map(keys::commitment).toList();
    }
  }

  /**
   * The objects of a run that the protocol does not race for: its file in each dataset, its keys.
   */
  static SortedMap<String, byte[]> files(String run) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    List<JsonObject> keys = new ArrayList<>();
    SortedMap<String, String> macs = new TreeMap<>();
    for (DatasetRef dataset : DATASETS) {
      files.put(path(run, dataset), content(run));
      keys.add(
          JsonObject.builder()
              .put("dataset", dataset.path())
              .put("class", "default")
              .put(
                  "wrapped",
                  JsonObject.builder()
                      .put("provider", "model")
                      .put("info", "")
                      .put("ciphertext", "")
                      .build())
              .build());
      macs.put(dataset.path(), "0".repeat(64));
    }
    files.put(
        PATHS.keys(new RunId(run)),
        JsonObject.builder()
            .put("format", "strongroom.keys.v1")
            .put("run", run)
            .put("pipeline", PIPELINE.path())
            .put("tenant", "bank")
            .put("epoch", 1)
            .putObjects("keys", keys)
            .put("macs", ControlJson.strings(macs))
            .build()
            .canonicalBytes());
    return files;
  }

  private static String keyId(String run, DatasetRef dataset) {
    return run + "/" + dataset.path() + "/default";
  }

  private static String path(String run, DatasetRef dataset) {
    return dataset.path() + "/run_id=" + run + "/part-0.parquet";
  }

  private static byte[] content(String run) {
    return ("rows of " + run).getBytes(StandardCharsets.UTF_8);
  }

  private static Keyring keyring() {
    RootKey root = RootKey.fromSeed(seed(9));
    return Keyring.parse(
        Keyring.create(
            root,
            1,
            List.of(
                VerificationKey.of(MANIFESTS, "model"),
                VerificationKey.of(PUBLICATIONS, "model"),
                VerificationKey.of(APPROVALS, "approver"))),
        root.digest());
  }

  private static byte[] seed(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return seed;
  }

  /**
   * The same bytes every time, and others for another seed. Every four bytes count, so that a key
   * and an IV cut out of one draw both differ from the former ones: the JDK's cipher refuses an IV
   * that it has just used with the key.
   */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int next;

    CountingRandom(int seed) {
      next = seed * 1000;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      byte[] number = ByteBuffer.allocate(4).putInt(next++).array();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = number[i % number.length];
      }
    }
  }

  /** Signs for real, and every message once. */
  private static final class RememberingSigner implements Signer {
    private final Signer signer;
    private final Map<ByteBuffer, byte[]> signatures = new HashMap<>();

    RememberingSigner(KeyPurpose purpose, int number) {
      signer = Ed25519Signer.fromSeed(purpose, seed(number));
    }

    @Override
    public SigningAlgorithm algorithm() {
      return signer.algorithm();
    }

    @Override
    public String keyId() {
      return signer.keyId();
    }

    @Override
    public KeyPurpose purpose() {
      return signer.purpose();
    }

    @Override
    public byte[] publicKey() {
      return signer.publicKey();
    }

    @Override
    public synchronized byte[] sign(byte[] message) {
      return signatures
          .computeIfAbsent(ByteBuffer.wrap(message.clone()), key -> signer.sign(message))
          .clone();
    }
  }
}
