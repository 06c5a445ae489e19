package io.strongroom.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.AuditReport;
import io.strongroom.audit.AuditVerifier;
import io.strongroom.audit.CheckpointSigners;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.crypto.testing.InMemoryKeyService;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.Finding;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.publication.LakeVerifier;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Real keys, signers and audit log over a store; what a reader of the lake sees. */
final class TestLake {
  static final String ORIGIN = "strongroom.test/lake";
  static final Duration WATCH = Duration.ofMillis(20);

  /** What survives a crash: the keys. Made once, since making it is slow. */
  static final class Keys {
    private static final KeyId KEY = new KeyId("test-key");

    final InMemoryKeyService service = new InMemoryKeyService(KEY);
    final Signer manifests;
    final Signer publications;
    final Signer checkpoints;
    final byte[] publishedKeyring;
    final Keyring keyring;

    Keys() {
      SecureRandom random = new SecureRandom();
      manifests = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
      publications = Ed25519Signer.generate(KeyPurpose.PUBLICATION, random);
      checkpoints = Ed25519Signer.generate(KeyPurpose.CHECKPOINT, random);
      RootKey root = RootKey.generate(random);
      publishedKeyring =
          Keyring.create(
              root,
              1,
              Stream.of(manifests, publications, checkpoints)
                  .map(signer -> VerificationKey.of(signer, "test"))
                  .toList());
      keyring = Keyring.parse(publishedKeyring, root.digest());
    }
  }

  final Keys keys;
  final ObjectStore store;
  final AuditLog audit;

  TestLake(Keys keys, ObjectStore store) {
    this.keys = keys;
    this.store = store;
    // Nothing is published behind a test that counts what is asked of the store.
    this.audit =
        ObjectStoreAuditLog.builder(
                store, "audit/", ORIGIN, CheckpointSigners.of(keys.checkpoints), keys.keyring)
            .checkpointInterval(Duration.ofHours(1))
            .build();
  }

  TestLake(ObjectStore store) {
    this(new Keys(), store);
  }

  PipelineRunner runner() {
    return builder(2).build();
  }

  /** Its lease lives long, whatever the machine does meanwhile; it watches others' only shortly. */
  PipelineRunner.Builder builder(int threads) {
    PipelineConfig config =
        new PipelineConfig(
            "tenant-1",
            Duration.ofMinutes(10),
            threads,
            3,
            Duration.ofMillis(1),
            GatePolicy.defaults());
    return PipelineRunner.builder(config)
        .watch(WATCH)
        .store(store)
        .keys(keys.service, KeyResolver.single(Keys.KEY))
        .signing(keys.manifests, keys.publications, keys.keyring)
        .audit(audit, new AuditIntentLog(audit));
  }

  PublishedState published(PipelineRef pipeline) {
    return PublishedState.read(store, pipeline, keys.keyring);
  }

  RunStore runs(PipelineRef pipeline) {
    return new RunStore(store, pipeline, keys.manifests, keys.keyring, InstantSource.system());
  }

  /** The lines of all live files of a dataset, sorted. */
  List<String> lines(PipelineRef pipeline, DatasetRef dataset) {
    return lines(published(pipeline), dataset);
  }

  List<String> lines(PublishedState published, DatasetRef dataset) {
    List<String> lines = new ArrayList<>();
    for (LiveFile live : published.liveFiles(dataset)) {
      try (RunKeys runKeys = RunKeys.open(store, live.manifest(), keys.service);
          InputStream in = RunContext.openEnveloped(store, runKeys, dataset, live.file().path())) {
        new String(in.readAllBytes(), UTF_8).lines().forEach(lines::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    lines.sort(null);
    return lines;
  }

  /** The actions in the audit log, in order. */
  List<String> actions() {
    return audit.entries(0).map(entry -> entry.event().action()).toList();
  }

  /** The actions of a run of so many steps that is published. */
  static String[] life(int steps) {
    return Stream.of(
            Stream.of("RUN_STARTED"),
            Stream.generate(() -> "STEP_FINISHED").limit(steps),
            Stream.of("RUN_CLOSED", "RUN_PROMOTING", "RUN_PROMOTED"))
        .flatMap(actions -> actions)
        .toArray(String[]::new);
  }

  List<AuditEntry> entries(String action) {
    return audit.entries(0).filter(entry -> entry.event().action().equals(action)).toList();
  }

  AuditReport verifyAudit() {
    return AuditVerifier.verify(store, "audit/", ORIGIN, keys.keyring);
  }

  /** What is wrong with the lake; files that nobody names are not wrong. */
  List<Finding> verify(PipelineRef pipeline) {
    return LakeVerifier.verify(
            store, pipeline, keys.keyring, new AuditIntentLog(audit), keys.service)
        .stream()
        .filter(finding -> finding.severity() != Severity.NOTICE)
        .toList();
  }
}
