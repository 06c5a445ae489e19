package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.audit.RunTrail;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.EcdsaSigner;
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
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.InputFile;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pipeline in memory whose runs leave trails in an audit log; everything signed by fixed keys.
 */
final class AuditedLake {
  static final String ORIGIN = "audit.example.com/payments";
  static final PipelineRef PIPELINE = PipelineRef.parse("payments/transactions");
  static final Instant NOW = Instant.parse("2026-01-21T12:00:00Z");
  private static final String DIGEST = "ab".repeat(32);
  private static final RootKey ROOT = RootKey.fromSeed(seed(9));
  private static final Keys ED25519 =
      Keys.of(SigningAlgorithm.ED25519, SigningAlgorithm.ED25519, SigningAlgorithm.ED25519);
  static final byte[] STORED_KEYRING = ED25519.stored();
  static final Keyring KEYRING = ED25519.keyring();
  private static final DatasetSpec SILVER =
      new DatasetSpec(
          DatasetRef.parse("silver/payments/transactions"),
          DatasetMode.APPEND,
          Protection.SEALED,
          ConflictRule.NONE,
          "1");

  final ObjectStore store = new InMemoryObjectStore();
  final AuditLog log;
  final Keyring keyring;
  private final byte[] storedKeyring;
  private final RunStore runs;
  private final Publisher publisher;

  /** The keys of those who sign. */
  private record Keys(Signer checkpoints, Signer manifests, Signer publications) {
    static Keys of(
        SigningAlgorithm checkpoints, SigningAlgorithm manifests, SigningAlgorithm publications) {
      return new Keys(
          signer(KeyPurpose.CHECKPOINT, checkpoints, 1),
          signer(KeyPurpose.MANIFEST, manifests, 2),
          signer(KeyPurpose.PUBLICATION, publications, 3));
    }

    byte[] stored() {
      return Keyring.create(
          ROOT,
          1,
          List.of(
              VerificationKey.of(checkpoints, "log"),
              VerificationKey.of(manifests, "pipeline"),
              VerificationKey.of(publications, "pipeline")));
    }

    Keyring keyring() {
      return Keyring.parse(stored(), ROOT.digest());
    }
  }

  /** A lake whose keys are those of {@link #KEYRING}. */
  AuditedLake() {
    this(ED25519);
  }

  /** A lake whose log, manifests and publications are signed like this. */
  AuditedLake(
      SigningAlgorithm checkpoints, SigningAlgorithm manifests, SigningAlgorithm publications) {
    this(Keys.of(checkpoints, manifests, publications));
  }

  private AuditedLake(Keys keys) {
    this.storedKeyring = keys.stored();
    this.keyring = keys.keyring();
    this.log = new ObjectStoreAuditLog(store, "audit/", ORIGIN, keys.checkpoints(), keyring);
    this.runs = new RunStore(store, PIPELINE, keys.manifests(), keyring, InstantSource.fixed(NOW));
    this.publisher =
        new Publisher(
            store,
            PIPELINE,
            runs,
            new AuditIntentLog(log),
            keys.publications(),
            keyring,
            InstantSource.fixed(NOW));
  }

  static byte[] seed(int value) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) value);
    return seed;
  }

  private static Signer signer(KeyPurpose purpose, SigningAlgorithm algorithm, int seed) {
    if (algorithm == SigningAlgorithm.ED25519) {
      return Ed25519Signer.fromSeed(purpose, seed(seed));
    }
    byte[] scalar = new byte[algorithm == SigningAlgorithm.ECDSA_P256 ? 32 : 48];
    Arrays.fill(scalar, (byte) seed);
    return EcdsaSigner.fromScalar(algorithm, purpose, scalar);
  }

  static AuditLog newLog(ObjectStore store) {
    return new ObjectStoreAuditLog(store, "audit/", ORIGIN, ED25519.checkpoints(), KEYRING);
  }

  Evidence evidence() {
    return new Evidence(log, store, PIPELINE, storedKeyring, keyring);
  }

  static AuditEvent event(String action) {
    return AuditEvent.of("svc-loader", action, PIPELINE.path(), "success", NOW);
  }

  /** A trail of some entries, others' entries between them. */
  RunTrail trail(String run, int entries) {
    RunTrail trail = new RunTrail(log, run);
    for (int i = 0; i < entries; i++) {
      trail.append(event("PARTITION_DONE").withAttribute("partition", Integer.toString(i)));
      log.append(event("OTHER_DONE").withRun("other"));
    }
    return trail;
  }

  /** A run with a closed trail, committed and published. */
  void publish(String run, String window) {
    RunTrail trail = trail(run, 3);
    commit(run, window);
    promote(run);
    trail.close(event("ANY"));
  }

  void promote(String run) {
    PromotionResult result = publisher.promote(new RunId(run), "operator", "daily load");
    if (!(result instanceof PromotionResult.Published)) {
      throw new IllegalStateException("not published: " + result);
    }
  }

  void commit(String run, String window) {
    DataFile file =
        new DataFile(
            "silver/payments/transactions/run_id=" + run + "/part-1.parquet",
            20,
            1_000,
            DIGEST,
            Optional.of(DIGEST),
            new TreeMap<>());
    runs.commit(
        Manifest.committed(
            claim(run, window),
            List.of(new InputFile("in.csv", DIGEST, 500, 40)),
            List.of(new DatasetOutput(SILVER, run + "/silver/default", DIGEST, List.of(file))),
            JsonObject.builder().put("quarantined", 3).build(),
            NOW));
  }

  void abort(String run, String window) {
    runs.abort(claim(run, window), "operator", "input withdrawn");
  }

  private RunRequest claim(String run, String window) {
    RunRequest request =
        new RunRequest(
            new RunId(run),
            PIPELINE,
            new RunKey(PIPELINE.path(), window, DIGEST, DIGEST, "1.0"),
            Map.of(),
            PublishedState.read(store, PIPELINE, keyring).head().map(Publication::digest),
            Optional.empty(),
            "operator",
            "daily load",
            NOW);
    runs.claim(request);
    return request;
  }

  void rollBackTo(long seq) {
    publisher.rollback("back-to-" + seq, seq, "operator", "wrong input");
  }
}
