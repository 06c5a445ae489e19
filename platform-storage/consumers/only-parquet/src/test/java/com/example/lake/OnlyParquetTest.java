package com.example.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.parquet.PartitionLimits;
import io.strongroom.storage.parquet.PartitionedParquetWriter;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunFiles;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Encrypted Parquet in a published run, where nothing but one artifact and what it brings is on the
 * class path. The run stays in {@code target/lake}: the project {@code spark} reads it.
 */
@Tag("verify")
class OnlyParquetTest {
  private static final int ROWS = 50_000;
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final PipelineRef PIPELINE = PipelineRef.parse("payments/transactions");
  private static final DatasetSpec SILVER =
      new DatasetSpec(
              DatasetRef.parse("silver/payments/transactions"),
              DatasetMode.PARTITION_REPLACE,
              Protection.SEALED,
              ConflictRule.NONE,
              "v1")
          .withKeyClasses(Set.of(PERSONAL));
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
              """
              {"type":"record","name":"transaction","fields":[
                {"name":"id","type":"long"},
                {"name":"iban","type":"string"},
                {"name":"amount","type":["null",
                  {"type":"bytes","logicalType":"decimal","precision":16,"scale":2}]}]}
              """)
          .withKeyClass(PERSONAL, "iban");

  private final Path target = Path.of("target").toAbsolutePath();
  private final ObjectStore store = new LocalObjectStore(target.resolve("lake"));

  @Test
  void aRunOfEncryptedFilesIsWrittenPublishedAndReadWithoutAnyHadoopClass() throws Exception {
    for (String absent :
        List.of(
            "org.apache.hadoop.conf.Configuration",
            "org.apache.hadoop.fs.Path",
            "org.apache.hadoop.io.Writable")) {
      assertThrows(ClassNotFoundException.class, () -> Class.forName(absent));
    }
    assertNull(getClass().getClassLoader().getResource("org/apache/hadoop"));

    SecureRandom random = new SecureRandom();
    Files.deleteIfExists(target.resolve("signing-keys.json"));
    LocalSigningKeys signing =
        LocalSigningKeys.create(
            target.resolve("signing-keys.json"),
            EnumSet.of(KeyPurpose.MANIFEST, KeyPurpose.PUBLICATION),
            random);
    byte[] stored = Keyring.create(signing.root(), 1, signing.verificationKeys("pipeline"));
    Files.write(target.resolve("keyring.json"), stored);
    Files.writeString(target.resolve("keyring.root"), signing.root().digest());
    Keyring keyring = Keyring.parse(stored, signing.root().digest());
    try (RawAesKeyService keyService = new RawAesKeyService("bank", "lake", new byte[32], random)) {
      publish(keyService, signing, keyring);
      List<LiveFile> live = PublishedState.read(store, PIPELINE, keyring).liveFiles(SILVER.ref());
      assertEquals(2, live.size());
      long rows = 0;
      BigDecimal sum = BigDecimal.ZERO;
      for (LiveFile file : live) {
        try (RunKeys keys = RunKeys.open(store, file.manifest(), keyService);
            ParquetRowReader in =
                new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
                    .read(
                        store,
                        file.file().path(),
                        SCHEMA,
                        ParquetFileKeys.of(keys, SILVER.ref()),
                        file.file().footerSha256().orElseThrow())) {
          for (; in.next(); rows++) {
            assertEquals("DE" + in.getLong(0), in.getString(1));
            sum = sum.add(in.isNull(2) ? BigDecimal.ZERO : in.getDecimal(2));
          }
        }
      }
      assertEquals(ROWS, rows);
      assertEquals(new BigDecimal("12180000.00"), sum);
    }
  }

  private void publish(RawAesKeyService keyService, LocalSigningKeys signing, Keyring keyring) {
    RunStore runs =
        new RunStore(
            store, PIPELINE, signing.signer(KeyPurpose.MANIFEST), keyring, Clock.systemUTC());
    String digest = "0".repeat(64);
    RunRequest request =
        new RunRequest(
            new RunId("r-1"),
            PIPELINE,
            new RunKey(PIPELINE.path(), "2026-01", digest, digest, "1.0"),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            "scheduler",
            "daily",
            Instant.now());
    runs.claim(request);
    try (RunKeys keys =
        RunKeys.create(
            store,
            request,
            List.of(SILVER),
            keyService,
            KeyResolver.single(new KeyId("lake")),
            "bank")) {
      DatasetOutput output =
          new DatasetOutput(
                  SILVER,
                  keys.keyId(SILVER.ref()),
                  keys.commitment(SILVER.ref()),
                  keys.classCommitments(SILVER.ref()),
                  write(request.runId(), keys))
              .withLayout(ParquetLayout.STANDARD.name());
      runs.commit(
          Manifest.committed(
              request, List.of(), List.of(output), JsonObject.builder().build(), Instant.now()));
    }
    Publisher publisher =
        new Publisher(
            store,
            PIPELINE,
            runs,
            new StoredIntents(store),
            signing.signer(KeyPurpose.PUBLICATION),
            keyring,
            Clock.systemUTC());
    assertInstanceOf(
        PromotionResult.Published.class, publisher.promote(request.runId(), "releaser", "checked"));
    assertTrue(PublishedState.read(store, PIPELINE, keyring).head().isPresent());
  }

  private List<DataFile> write(RunId run, RunKeys keys) {
    try (PartitionedParquetWriter<ParquetRowWriter> out =
        PartitionedParquetWriter.rows(
            new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD),
            SCHEMA,
            ParquetFileKeys.of(keys, SILVER.ref()),
            new RunFiles(store, SILVER, run),
            PartitionLimits.usual())) {
      for (int id = 0; id < ROWS; id++) {
        ParquetRowWriter row = out.to(Map.of("bank", id % 2 == 0 ? "north" : "south"));
        row.setLong(0, id);
        row.setString(1, "DE" + id);
        if (id % 50 != 7) {
          row.setUnscaled(2, id % 50 * 1_000L);
        }
        row.endRow();
      }
      return out.finish();
    }
  }
}
