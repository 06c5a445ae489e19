package io.strongroom.storage.parquet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
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
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.Layer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectSource;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetErrorCode;
import io.strongroom.storage.parquet.ParquetFileException;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.crypto.KeyAccessDeniedException;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's files with a key class, read by parquet-java under Hadoop, and by this library. */
@Tag("verify")
class RunKeyDecryptionTest {
  private static final int ROWS = 500;
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final PipelineRef PIPELINE = PipelineRef.parse("payments/transactions");
  private static final DatasetSpec DATASET =
      new DatasetSpec(
              new DatasetRef(Layer.SILVER, "payments", "transactions"),
              DatasetMode.APPEND,
              Protection.SEALED,
              ConflictRule.NONE,
              "v1")
          .withKeyClasses(Set.of(PERSONAL));
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
              """
              {"type":"record","name":"t","fields":[
                {"name":"id","type":"long"},{"name":"iban","type":"string"}]}
              """)
          .withKeyClass(PERSONAL, "iban");
  private static final String ONLY_ID = "message t { required int64 id; }";
  private static final Signer SIGNER = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, new byte[32]);

  /** What the factory of the test at hand uses; engines make the factory themselves. */
  private static @Nullable RunKeyRetriever current;

  @TempDir Path folder;
  private final Service service = new Service();
  private LocalObjectStore store;
  private Keyring keyring;
  private Manifest manifest;
  private RunKeyRetriever retriever;
  private Path file;

  /** Has two wrapping keys, of which one can be taken away. */
  private static final class Service implements KeyService {
    private final RawAesKeyService lake =
        new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());
    private final RawAesKeyService hr =
        new RawAesKeyService("hr", "hr", new byte[32], new SecureRandom());
    private @Nullable CryptoErrorCode refusal;

    private KeyService of(boolean personal) {
      if (personal && refusal != null) {
        throw new KeyUnavailableException(refusal, "key hr is not to be had");
      }
      return personal ? hr : lake;
    }

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      return of(key.value().equals("hr")).generateDataKey(key, context);
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      return of(key.value().equals("hr")).wrap(dataKey, key, context);
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      return hr.canUnwrap(wrapped) || lake.canUnwrap(wrapped);
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      return of(hr.canUnwrap(wrapped)).unwrap(wrapped, context);
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      return of(target.value().equals("hr")).rewrap(wrapped, context, target);
    }

    @Override
    public KeyDescription describe(KeyId key) {
      return of(key.value().equals("hr")).describe(key);
    }
  }

  /** The class that an application names in the engine's settings. */
  public static final class Factory extends RunKeyDecryption {
    @Override
    protected RunKeyRetriever retriever(Configuration configuration) {
      return Objects.requireNonNull(current);
    }
  }

  /** Another one, because a factory's retriever is kept. */
  public static final class LenientFactory extends RunKeyDecryption {
    @Override
    protected RunKeyRetriever retriever(Configuration configuration) {
      return Objects.requireNonNull(current);
    }

    @Override
    protected boolean mayBeInTheClear(Configuration configuration, org.apache.hadoop.fs.Path name) {
      return name.getName().startsWith("clear");
    }
  }

  private static byte[] seed(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return seed;
  }

  @BeforeEach
  void writeARun() throws Exception {
    RootKey root = RootKey.fromSeed(seed(9));
    keyring =
        Keyring.parse(
            Keyring.create(root, 1, List.of(VerificationKey.of(SIGNER, "pipeline"))),
            root.digest());
    store = new LocalObjectStore(folder.resolve("lake"));
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
            Instant.parse("2026-01-21T02:00:00Z"));
    RunStore runs =
        new RunStore(store, PIPELINE, SIGNER, keyring, InstantSource.fixed(request.requestedAt()));
    runs.claim(request);
    KeyResolver byClass =
        scope -> new KeyId(scope.purpose().equals("run/personal") ? "hr" : "lake");
    file = folder.resolve("part-0.parquet");
    try (RunKeys keys =
        RunKeys.create(store, request, List.of(DATASET), service, byClass, "bank")) {
      write(file, ParquetFileKeys.of(keys, DATASET.ref()), SCHEMA);
      manifest =
          runs.commit(
              Manifest.committed(
                  request,
                  List.of(),
                  List.of(
                      new DatasetOutput(
                          DATASET,
                          keys.keyId(DATASET.ref()),
                          keys.commitment(DATASET.ref()),
                          keys.classCommitments(DATASET.ref()),
                          List.of())),
                  JsonObject.builder().build(),
                  request.requestedAt()));
    }
    retriever = new RunKeyRetriever(store, List.of(PIPELINE), keyring, service);
    current = retriever;
  }

  private static void write(Path path, @Nullable ParquetFileKeys keys, ParquetSchema schema)
      throws Exception {
    try (OutputStream sink = Files.newOutputStream(path);
        ParquetRowWriter out =
            new ParquetRowWriter(sink, schema, keys, ParquetLayout.SINGLE_PAGE, Codec.ZSTD)) {
      for (int row = 0; row < ROWS; row++) {
        out.setLong(0, row);
        out.setString(1, "DE" + row);
        out.endRow();
      }
      out.finish();
    }
  }

  private static int read(Path path, Class<?> factory, @Nullable String columns) throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set("parquet.crypto.factory.class", factory.getName());
    if (columns != null) {
      configuration.set(ReadSupport.PARQUET_READ_SCHEMA, columns);
    }
    int rows = 0;
    try (ParquetReader<Group> in =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(path.toUri()))
            .withConf(configuration)
            .build()) {
      for (Group row = in.read(); row != null; row = in.read()) {
        assertThat(row.getLong("id", 0)).isEqualTo(rows);
        if (columns == null) {
          assertThat(row.getString("iban", 0)).isEqualTo("DE" + rows);
        }
        rows++;
      }
    }
    return rows;
  }

  @Test
  void parquetJavaReadsByTheSettingAloneAndTheRetrieverIsMadeOnce() throws Exception {
    assertThat(read(file, Factory.class, null)).isEqualTo(ROWS);
    current = null;
    assertThat(read(file, Factory.class, ONLY_ID)).isEqualTo(ROWS);
  }

  @Test
  void aFileInTheClearIsReadWhereTheApplicationSaysSoAndNowhereElse() throws Exception {
    Path clear = folder.resolve("clear-0.parquet");
    Path other = folder.resolve("part-1.parquet");
    ParquetSchema plain = SCHEMA.withKeyClass(KeyClass.DEFAULT, "iban");
    write(clear, null, plain);
    write(other, null, plain);
    assertThat(read(clear, LenientFactory.class, null)).isEqualTo(ROWS);
    assertThatThrownBy(() -> read(other, LenientFactory.class, null))
        .hasStackTraceContaining("plaintext");
  }

  private static byte[] reference(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whoMayNotUseTheKeyOfAClassReadsTheOtherColumns() {
    service.refusal = CryptoErrorCode.KEY_ACCESS_DENIED;
    String dataset = "r-1/silver/payments/transactions";
    assertThat(retriever.getKey(reference(dataset + "/default"))).hasSize(32);
    assertThatThrownBy(() -> retriever.getKey(reference(dataset + "/personal")))
        .isInstanceOf(KeyAccessDeniedException.class)
        .hasMessageContaining("/personal");
    service.refusal = CryptoErrorCode.KEY_SERVICE_UNREACHABLE;
    assertThatThrownBy(() -> retriever.getKey(reference(dataset + "/personal")))
        .isInstanceOf(ParquetCryptoRuntimeException.class)
        .isNotInstanceOf(KeyAccessDeniedException.class);
    service.refusal = null;
    byte[] first = retriever.getKey(reference(dataset + "/personal"));
    assertThat(retriever.getKey(reference(dataset + "/personal/2"))).isNotEqualTo(first);
    retriever.close();
    assertThat(retriever.getKey(reference(dataset + "/personal"))).isEqualTo(first);
  }

  @Test
  void aReferenceThatIsNotOfTheseRunsIsRefused() {
    for (String other :
        List.of(
            "",
            "k",
            "{\"keyMaterialType\":\"PKMT1\"}",
            "r-1/silver/payments/transactions/unknown",
            "r-1/silver/payments/transactions/default/0",
            "r-1/silver/payments/others/default",
            "r-2/silver/payments/transactions/default",
            "../silver/payments/transactions/default")) {
      assertThatThrownBy(() -> retriever.getKey(reference(other)))
          .as(other)
          .isInstanceOf(ParquetCryptoRuntimeException.class);
    }
  }

  @Test
  void aManifestOfAnotherSignerIsNotBelieved() {
    RootKey root = RootKey.fromSeed(seed(9));
    Signer other = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed(1));
    Keyring others =
        Keyring.parse(
            Keyring.create(root, 1, List.of(VerificationKey.of(other, "pipeline"))), root.digest());
    RunKeyRetriever strict = new RunKeyRetriever(store, List.of(PIPELINE), others, service);
    assertThatThrownBy(() -> strict.getKey(reference("r-1/silver/payments/transactions/default")))
        .isInstanceOf(StorageException.class);
  }

  @Test
  void ownReadersMaskAClassWhoseKeyIsRefusedOrGone() throws Exception {
    ObjectStore files = new LocalObjectStore(folder.resolve("files"));
    files.putIfAbsent("f", Files.readAllBytes(file));
    try (RunKeys opened = RunKeys.open(store, manifest, service)) {
      ParquetFileKeys keys = ParquetFileKeys.of(opened, DATASET.ref());
      for (CryptoErrorCode refusal :
          List.of(CryptoErrorCode.KEY_ACCESS_DENIED, CryptoErrorCode.KEY_DISABLED)) {
        service.refusal = refusal;
        try (ParquetRowReader in = open(files, SCHEMA.select("id"), keys)) {
          assertThat(in.next()).isTrue();
        }
        assertThatThrownBy(() -> open(files, SCHEMA, keys))
            .isInstanceOfSatisfying(
                ParquetFileException.class,
                e -> assertThat(e.code()).isEqualTo(ParquetErrorCode.COLUMN_KEY_UNAVAILABLE))
            .hasMessageContaining("'iban'")
            .hasMessageContaining("'personal'")
            .hasCauseInstanceOf(KeyUnavailableException.class);
      }
      service.refusal = CryptoErrorCode.KEY_SERVICE_UNREACHABLE;
      assertThatThrownBy(() -> open(files, SCHEMA, keys))
          .isInstanceOf(KeyUnavailableException.class);
      service.refusal = null;
      try (ParquetRowReader in = open(files, SCHEMA, keys)) {
        assertThat(in.next()).isTrue();
        assertThat(in.getString(1)).isEqualTo("DE0");
      }
    }
  }

  private static ParquetRowReader open(
      ObjectStore files, ParquetSchema columns, ParquetFileKeys keys) {
    return new ParquetRowReader("f", ObjectSource.of(files, "f"), columns, keys, null);
  }
}
