package io.strongroom.api.server;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
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
import io.strongroom.storage.testing.InMemoryIntentLog;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A pipeline {@code payments/transactions} whose runs are committed and published for real. */
final class SampleLake {
  static final PipelineRef PIPELINE = new PipelineRef("payments", "transactions");
  static final Instant NOW = Instant.parse("2026-01-21T12:00:00Z");

  private static final String DIGEST = "ab".repeat(32);
  private static final DatasetSpec SILVER =
      new DatasetSpec(
          DatasetRef.parse("silver/payments/transactions"),
          DatasetMode.APPEND,
          Protection.SEALED,
          ConflictRule.NONE,
          "1");

  final ObjectStore store;
  final Keyring keyring;
  private final RunStore runs;
  private final Publisher publisher;

  SampleLake(ObjectStore store) {
    this.store = store;
    SecureRandom random = new SecureRandom();
    RootKey root = RootKey.generate(random);
    Signer manifests = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
    Signer publications = Ed25519Signer.generate(KeyPurpose.PUBLICATION, random);
    this.keyring =
        Keyring.parse(
            Keyring.create(
                root,
                1,
                List.of(
                    VerificationKey.of(manifests, "pipeline"),
                    VerificationKey.of(publications, "pipeline"))),
            root.digest());
    InstantSource clock = InstantSource.fixed(NOW);
    this.runs = new RunStore(store, PIPELINE, manifests, keyring, clock);
    this.publisher =
        new Publisher(store, PIPELINE, runs, new InMemoryIntentLog(), publications, keyring, clock);
  }

  /** Claims, commits and publishes a run with two files. */
  void publish(String run, String window) {
    commit(run, window);
    PromotionResult result = publisher.promote(new RunId(run), "operator", "daily load");
    if (!(result instanceof PromotionResult.Published)) {
      throw new IllegalStateException("not published: " + result);
    }
  }

  void commit(String run, String window) {
    RunRequest request = claim(run, window);
    runs.commit(
        Manifest.committed(
            request,
            List.of(new InputFile("in.csv", DIGEST, 500, 40)),
            List.of(
                new DatasetOutput(
                    SILVER, run + "/silver/default", DIGEST, List.of(file(run, 1), file(run, 2)))),
            JsonObject.builder().put("quarantined", 3).build(),
            NOW));
  }

  void abort(String run, String window) {
    runs.abort(claim(run, window), "operator", "input withdrawn");
  }

  RunRequest claim(String run, String window) {
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

  private static DataFile file(String run, int number) {
    return new DataFile(
        "silver/payments/transactions/run=" + run + "/part-" + number + ".parquet",
        20L * number,
        1000L * number,
        DIGEST,
        Optional.of(DIGEST),
        new TreeMap<>());
  }
}
