package io.strongroom.storage.sql;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
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
import io.strongroom.storage.Layer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.DatasetSchemas;
import io.strongroom.storage.parquet.ParquetFileFacts;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.testing.InMemoryIntentLog;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A lake in a folder, written and published with what an application uses. */
public final class PublishedLake {
  public static final PipelineRef PIPELINE = new PipelineRef("payments", "balances");
  public static final Instant NOW = Instant.parse("2026-01-21T02:00:00Z");
  private static final Signer MANIFESTS = signer(KeyPurpose.MANIFEST, 1);
  private static final Signer PUBLICATIONS = signer(KeyPurpose.PUBLICATION, 2);
  private static final RootKey ROOT = RootKey.fromSeed(seed(9));

  /** The keyring as it would stand in the store. */
  static final byte[] STORED_KEYRING =
      Keyring.create(
          ROOT,
          1,
          List.of(
              VerificationKey.of(MANIFESTS, "pipeline"),
              VerificationKey.of(PUBLICATIONS, "pipeline")));

  private static final Keyring KEYRING = Keyring.parse(STORED_KEYRING, ROOT.digest());

  public final ObjectStore store;
  public final RawAesKeyService keys;
  public final SchemaHistory history;
  public final RunStore runs;
  public final Publisher publisher;
  public final IntentLog intents;
  private final Path folder;

  public PublishedLake(Path folder) {
    this(
        folder,
        new LocalObjectStore(folder),
        new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom()),
        new InMemoryIntentLog());
  }

  /** A lake in memory. */
  public PublishedLake() {
    this(
        Path.of("/"),
        new InMemoryObjectStore(),
        new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom()),
        new InMemoryIntentLog());
  }

  /** The same lake through another store in front of its own. */
  public PublishedLake(PublishedLake lake, ObjectStore store) {
    this(lake.folder, store, lake.keys, lake.intents);
  }

  PublishedLake(Path folder, ObjectStore store, RawAesKeyService keys, IntentLog intents) {
    this.folder = folder;
    this.store = store;
    this.keys = keys;
    this.intents = intents;
    this.history = new SchemaHistory(store, PIPELINE);
    InstantSource clock = InstantSource.fixed(NOW);
    this.runs = new RunStore(store, PIPELINE, MANIFESTS, KEYRING, clock);
    this.publisher = new Publisher(store, PIPELINE, runs, intents, PUBLICATIONS, KEYRING, clock);
  }

  private static Signer signer(KeyPurpose purpose, int number) {
    return Ed25519Signer.fromSeed(purpose, seed(number));
  }

  private static byte[] seed(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return seed;
  }

  /** What a reader of the keyring pins. */
  static String rootDigest() {
    return ROOT.digest();
  }

  /** A dataset of the layer silver. */
  public static DatasetSpec spec(Protection protection, String version) {
    return new DatasetSpec(
        new DatasetRef(Layer.SILVER, "payments", "balances"),
        DatasetMode.PARTITION_REPLACE,
        protection,
        ConflictRule.NONE,
        version);
  }

  public void register(DatasetSpec spec, DatasetSchema schema) {
    history.register(spec, schema, "owner", "needed", NOW);
  }

  public PublishedState state() {
    return PublishedState.read(store, PIPELINE, KEYRING);
  }

  public Keyring keyring() {
    return KEYRING;
  }

  /** The path of an object, for DuckDB. */
  public String location(String key) {
    return folder.resolve(key).toString();
  }

  public RunRequest claim(String run) {
    String digest = "0".repeat(64);
    RunRequest request =
        new RunRequest(
            new RunId(run),
            PIPELINE,
            new RunKey(PIPELINE.path(), run, digest, digest, "1"),
            Map.of(),
            state().head().map(head -> head.digest()),
            Optional.empty(),
            "scheduler",
            "daily",
            NOW);
    runs.claim(request);
    return request;
  }

  /** Writes a run of one file a month, each of some rows, and publishes it. */
  public void publish(
      String run,
      DatasetSpec spec,
      DatasetSchema schema,
      ParquetLayout layout,
      int rows,
      String... months)
      throws IOException {
    publish(run, spec, schema, layout, rows, keys, new KeyId("lake"), months);
  }

  /** The same with data keys of another key service. */
  public void publish(
      String run,
      DatasetSpec spec,
      DatasetSchema schema,
      ParquetLayout layout,
      int rows,
      KeyService service,
      KeyId wrapping,
      String... months)
      throws IOException {
    RunRequest request = claim(run);
    try (RunKeys made =
        RunKeys.create(
            store, request, List.of(spec), service, KeyResolver.single(wrapping), "bank")) {
      List<DataFile> files = new ArrayList<>();
      for (String month : months) {
        files.add(write(run, spec, schema, layout, rows, month, made));
      }
      DatasetOutput output =
          new DatasetOutput(spec, made.keyId(spec.ref()), made.commitment(spec.ref()), files)
              .withSchema(schema.fingerprint())
              .withLayout(layout.name());
      publish(request, output);
    }
  }

  public PromotionResult publish(RunRequest request, DatasetOutput output) {
    runs.commit(
        Manifest.committed(request, List.of(), List.of(output), JsonObject.builder().build(), NOW));
    PromotionResult result = publisher.promote(request.runId(), "releaser", "checked");
    if (!(result instanceof PromotionResult.Published)) {
      throw new AssertionError(result.toString());
    }
    return result;
  }

  private DataFile write(
      String run,
      DatasetSpec spec,
      DatasetSchema schema,
      ParquetLayout layout,
      int rows,
      String month,
      RunKeys made)
      throws IOException {
    ParquetSchema columns = DatasetSchemas.columns(spec, schema);
    String key = spec.ref().path() + "/month=" + month + "/run_id=" + run + "/part-0.parquet";
    try (ObjectUpload upload = store.upload(key);
        ParquetRowWriter out =
            new ParquetFiles(layout, Codec.ZSTD)
                .write(upload.stream(), columns, fileKeys(spec, made))) {
      for (int row = 0; row < rows; row++) {
        for (SchemaField field : schema.fields()) {
          int column = columns.index(field.name());
          if (field.nullable() && row % 3 == 1) {
            out.setNull(column);
          } else {
            out.setObject(column, value(field, run + month, row));
          }
        }
        out.endRow();
      }
      ParquetFileFacts facts = out.finish();
      upload.commit();
      return new DataFile(
          key,
          facts.rows(),
          facts.bytes(),
          facts.sha256(),
          Optional.of(facts.footerSha256()),
          new TreeMap<>(Map.of("month", month)));
    }
  }

  private static @Nullable ParquetFileKeys fileKeys(DatasetSpec spec, RunKeys made) {
    return spec.protection() == Protection.SEALED
        ? ParquetFileKeys.of(made.parquetFooterKey(spec.ref()), made.keyId(spec.ref()))
        : null;
  }

  private static Object value(SchemaField field, String seed, int row) {
    int number = (seed.hashCode() % 1000) * 100 + row;
    if (field.type() instanceof Decimal) {
      return BigDecimal.valueOf(number, 2);
    }
    return switch ((Scalar) field.type()) {
      case INT -> number;
      case LONG -> number * 1_000_003L;
      case TIMESTAMP_MICROS -> NOW.plusSeconds(number);
      default -> "it's \"" + seed + "\" " + row;
    };
  }

  /** All rows of a dataset as our own reader gives them, each as one text, in order. */
  public List<String> read(DatasetSpec spec, DatasetSchema newest) {
    return read(spec, newest, run -> keys);
  }

  /** The same with the key service of each run. */
  public List<String> read(
      DatasetSpec spec, DatasetSchema newest, Function<RunId, KeyService> services) {
    ParquetSchema columns = DatasetSchemas.columns(spec, newest);
    List<String> rows = new ArrayList<>();
    for (LiveFile live : state().liveFiles(spec.ref())) {
      try (RunKeys opened =
              RunKeys.open(store, live.manifest(), services.apply(live.manifest().run()));
          ParquetRowReader in =
              new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
                  .read(
                      store,
                      live.file().path(),
                      columns,
                      fileKeys(spec, opened),
                      live.file().footerSha256().orElse(null))) {
        while (in.next()) {
          StringBuilder text = new StringBuilder();
          for (SchemaField field : newest.fields()) {
            text.append(text(in, columns.index(field.name()), field)).append('|');
          }
          rows.add(text.append(live.file().partition().get("month")).toString());
        }
      }
    }
    rows.sort(null);
    return rows;
  }

  private static String text(ParquetRowReader in, int column, SchemaField field) {
    if (in.isNull(column)) {
      return "null";
    }
    if (field.type() instanceof Decimal) {
      return in.getDecimal(column).toPlainString();
    }
    return switch ((Scalar) field.type()) {
      case INT -> String.valueOf(in.getInt(column));
      case LONG -> String.valueOf(in.getLong(column));
      case TIMESTAMP_MICROS -> String.valueOf(in.getTimestampMicros(column));
      default -> in.getString(column);
    };
  }
}
