package com.example.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.AuditVerifier;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.EnvelopeOutputStream;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunFile;
import io.strongroom.storage.run.RunFiles;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a run needs comes with one dependency. */
@Tag("verify")
class OneDependencyTest {
  private static final PipelineRef PIPELINE = PipelineRef.parse("payments/transactions");
  private static final DatasetSpec BRONZE =
      new DatasetSpec(
          DatasetRef.parse("bronze/payments/transactions"),
          DatasetMode.APPEND,
          Protection.SEALED,
          ConflictRule.NONE,
          "v1");
  private static final String ROWS = "account,amount\nT-7Q2M,1204.50\n";
  private static final String ORIGIN = "audit.example.com/payments";

  @TempDir Path folder;

  @Test
  void aRunIsWrittenPublishedReadAndAudited() throws Exception {
    SecureRandom random = new SecureRandom();
    LocalSigningKeys signing =
        LocalSigningKeys.create(
            folder.resolve("signing-keys.json"),
            EnumSet.of(KeyPurpose.MANIFEST, KeyPurpose.PUBLICATION, KeyPurpose.CHECKPOINT),
            random);
    Keyring keyring =
        Keyring.parse(
            Keyring.create(signing.root(), 1, signing.verificationKeys("pipeline")),
            signing.root().digest());
    ObjectStore store = new LocalObjectStore(folder.resolve("lake"));
    AuditLog log =
        new ObjectStoreAuditLog(
            store, "audit/", ORIGIN, signing.signer(KeyPurpose.CHECKPOINT), keyring);
    RunStore runs =
        new RunStore(
            store, PIPELINE, signing.signer(KeyPurpose.MANIFEST), keyring, Clock.systemUTC());
    Publisher publisher =
        new Publisher(
            store,
            PIPELINE,
            runs,
            new AuditIntentLog(log),
            signing.signer(KeyPurpose.PUBLICATION),
            keyring,
            Clock.systemUTC());
    KeyId wrapping = new KeyId("lake");
    try (LocalKeyFile keyService =
        LocalKeyFile.create(folder.resolve("keys.json"), "bank", Set.of(wrapping), random)) {
      RunRequest request = request();
      runs.claim(request);
      DatasetOutput output;
      try (RunKeys keys =
          RunKeys.create(
              store, request, List.of(BRONZE), keyService, KeyResolver.single(wrapping), "bank")) {
        DataFile file = write(store, request.runId(), keys);
        output =
            new DatasetOutput(
                BRONZE, keys.keyId(BRONZE.ref()), keys.commitment(BRONZE.ref()), List.of(file));
      }
      runs.commit(
          Manifest.committed(
              request, List.of(), List.of(output), JsonObject.builder().build(), Instant.now()));
      assertTrue(PublishedState.read(store, PIPELINE, keyring).head().isEmpty());
      assertInstanceOf(
          PromotionResult.Published.class,
          publisher.promote(request.runId(), "releaser", "checked"));

      List<LiveFile> live = PublishedState.read(store, PIPELINE, keyring).liveFiles(BRONZE.ref());
      assertEquals(1, live.size());
      assertEquals(ROWS, read(store, live.get(0), keyService));
      byte[] stored = Files.readAllBytes(folder.resolve("lake").resolve(live.get(0).file().path()));
      assertFalse(new String(stored, StandardCharsets.ISO_8859_1).contains("T-7Q2M"));
    }
    assertTrue(AuditVerifier.verify(store, "audit/", ORIGIN, keyring).clean());
  }

  private static RunRequest request() {
    String digest = "0".repeat(64);
    return new RunRequest(
        new RunId("r-1"),
        PIPELINE,
        new RunKey(PIPELINE.path(), "2026-01", digest, digest, "1.0"),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        "scheduler",
        "daily",
        Instant.now());
  }

  private static EncryptionContext context(RunKeys keys) {
    return keys.context(BRONZE.ref(), "file");
  }

  private static DataFile write(ObjectStore store, RunId run, RunKeys keys) throws Exception {
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(keys.objectKeys(BRONZE.ref())).build();
    try (RunFile file =
        new RunFiles(store, BRONZE, run).next(Map.of("day", "2026-01-20"), ".csv")) {
      DigestOutputStream digest =
          new DigestOutputStream(file.stream(), MessageDigest.getInstance("SHA-256"));
      try (EnvelopeOutputStream out =
          encryptor.encrypting(digest, keys.objectKeyId(BRONZE.ref()), context(keys))) {
        out.write(ROWS.getBytes(StandardCharsets.UTF_8));
        out.finish();
      }
      String sha256 = HexFormat.of().formatHex(digest.getMessageDigest().digest());
      return file.finish(1, sha256, Optional.empty());
    }
  }

  private static String read(ObjectStore store, LiveFile live, LocalKeyFile keyService)
      throws Exception {
    try (RunKeys keys = RunKeys.open(store, live.manifest(), keyService);
        InputStream in =
            EnvelopeEncryptor.builder(keys.objectKeys(BRONZE.ref()))
                .build()
                .decrypting(store.open(live.file().path()), context(keys))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
