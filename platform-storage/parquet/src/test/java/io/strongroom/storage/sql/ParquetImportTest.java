package io.strongroom.storage.sql;

import static io.strongroom.storage.sql.PublishedLake.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCode;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.parquet.ParquetErrorCode;
import io.strongroom.storage.parquet.ParquetImport;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.Finding;
import io.strongroom.storage.publication.Fsck;
import io.strongroom.storage.publication.LakeVerifier;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that DuckDB wrote are taken under management. */
@Tag("verify")
class ParquetImportTest {
  private static final DatasetSpec SPEC = spec(Protection.ENGINE_READABLE, "v1");
  private static final DatasetSchema SCHEMA =
      DatasetSchema.of(
          "v1",
          SchemaField.nullable("account", Scalar.STRING, Classification.INTERNAL),
          SchemaField.nullable("entries", Scalar.LONG, Classification.PUBLIC),
          SchemaField.nullable("order", new Decimal(16, 2), Classification.INTERNAL));
  private static final String ROWS =
      "SELECT 'A' || i AS account, i::INTEGER AS entries, (i / 4)::DECIMAL(9,2) AS \"order\""
          + " FROM range(1000) t(i)";
  private static final Map<String, String> JANUARY = Map.of("month", "2024-01");

  @TempDir Path folder;

  private String incoming(PublishedLake lake, String name, String select) throws Exception {
    Path file = folder.resolve(name);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    }
    String key = "incoming/" + name;
    assertThat(lake.store.putIfAbsent(key, Files.readAllBytes(file)))
        .isInstanceOf(WriteResult.Won.class);
    return key;
  }

  private static void run(PublishedLake lake, ObjectStore through, String run, String key)
      throws IOException {
    PublishedLake used = new PublishedLake(lake, through);
    RunRequest request = used.claim(run);
    try (RunKeys made =
        RunKeys.create(
            through,
            request,
            List.of(SPEC),
            used.keys,
            KeyResolver.single(new KeyId("lake")),
            "b")) {
      DataFile file = new ParquetImport(through, request.runId(), SPEC, SCHEMA).take(key, JANUARY);
      used.publish(
          request,
          new DatasetOutput(
                  SPEC, made.keyId(SPEC.ref()), made.commitment(SPEC.ref()), List.of(file))
              .withSchema(SCHEMA.fingerprint()));
    }
  }

  private static List<Finding> problems(PublishedLake lake) {
    return LakeVerifier.verify(
            lake.store, PublishedLake.PIPELINE, lake.keyring(), lake.intents, lake.keys)
        .stream()
        .filter(finding -> finding.severity() != Finding.Severity.NOTICE)
        .toList();
  }

  @Test
  void aFileIsTakenAsItIsAndReadVerifiedAndQueriedAsAnyOther() throws Exception {
    PublishedLake lake = new PublishedLake(folder.resolve("lake"));
    lake.register(SPEC, SCHEMA);
    String key = incoming(lake, "a.parquet", ROWS);
    run(lake, lake.store, "r-1", key);
    Manifest manifest = lake.runs.manifest(new RunId("r-1")).orElseThrow();
    DataFile file = manifest.output(SPEC.ref()).orElseThrow().files().get(0);
    byte[] bytes = lake.store.get(key).orElseThrow().content();
    assertThat(lake.store.get(file.path()).orElseThrow().content()).isEqualTo(bytes);
    assertThat(file.rows()).isEqualTo(1000);
    assertThat(file.bytes()).isEqualTo(bytes.length);
    assertThat(file.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    assertThat(file.partition()).isEqualTo(JANUARY);
    assertThat(file.path())
        .matches("silver/payments/balances/month=2024-01/schema_v=v1/run_id=r-1/import-.*");
    assertThat(lake.read(SPEC, SCHEMA)).hasSize(1000).contains("A7|7|1.75|2024-01");
    assertThat(problems(lake)).isEmpty();
    PublishedTable table = PublishedTable.of(lake.store, lake.state(), SPEC.ref());
    assertThat(table.athena("bank", "balances", k -> "s3://b/" + k).statements()).hasSize(3);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      ResultSet rows =
          statement.executeQuery(
              "SELECT sum(entries) FROM (" + table.duckDb(lake::location).query() + ")");
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(499_500);
    }
    byte[] altered = bytes.clone();
    altered[100] ^= 1;
    lake.store.put(file.path(), altered);
    assertThat(problems(lake)).isNotEmpty();
  }

  private static void refused(ErrorCode code, Runnable action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOf(PlatformException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((PlatformException) e).code())
        .isEqualTo(code);
  }

  @Test
  void whatDoesNotFitTheSchemaIsRefusedByTheColumn() throws Exception {
    PublishedLake lake = new PublishedLake(folder.resolve("lake"));
    ParquetImport taking = new ParquetImport(lake.store, new RunId("r-1"), SPEC, SCHEMA);
    String less = incoming(lake, "less.parquet", ROWS.replace("'A' || i AS account, ", ""));
    refused(StorageErrorCode.IMPORT_REFUSED, () -> taking.take(less, JANUARY), "'account'", less);
    String more = incoming(lake, "more.parquet", ROWS.replace("SELECT", "SELECT 1 AS iban,"));
    refused(StorageErrorCode.IMPORT_REFUSED, () -> taking.take(more, JANUARY), "iban", more);
    String other = incoming(lake, "other.parquet", ROWS.replace("i::INTEGER", "i::VARCHAR"));
    refused(ParquetErrorCode.SCHEMA_MISMATCH, () -> taking.take(other, JANUARY), "entries");
    lake.store.put("incoming/text", new byte[100]);
    refused(ParquetErrorCode.FILE_MALFORMED, () -> taking.take("incoming/text", JANUARY), "text");
    refused(StorageErrorCode.OBJECT_MISSING, () -> taking.take("incoming/none", JANUARY), "none");
    String good = incoming(lake, "good.parquet", ROWS);
    refused(
        StorageErrorCode.IMPORT_REFUSED, () -> taking.take(good, Map.of("month", "../x")), "form");
    assertThat(lake.store.list(SPEC.ref().path(), null, 10)).isEmpty();
  }

  @Test
  void encryptedFilesAndStatisticsOfSensitiveColumnsAreRefused() throws Exception {
    PublishedLake lake = new PublishedLake(folder.resolve("lake"));
    lake.register(spec(Protection.SEALED, "v1"), SCHEMA);
    lake.publish(
        "r-0", spec(Protection.SEALED, "v1"), SCHEMA, ParquetLayout.SINGLE_PAGE, 3, "2024-01");
    String sealed = lake.state().liveFiles(SPEC.ref()).get(0).file().path();
    RunId run = new RunId("r-1");
    refused(
        ParquetErrorCode.KEYS_MISSING,
        () -> new ParquetImport(lake.store, run, SPEC, SCHEMA).take(sealed, JANUARY),
        sealed);
    refused(
        StorageErrorCode.IMPORT_REFUSED,
        () -> new ParquetImport(lake.store, run, spec(Protection.SEALED, "v1"), SCHEMA),
        "SEALED");
    DatasetSchema sensitive =
        DatasetSchema.of(
            "v1",
            SCHEMA.fields().get(0),
            SCHEMA.fields().get(1),
            SchemaField.nullable("order", new Decimal(16, 2), Classification.SENSITIVE));
    String key = incoming(lake, "a.parquet", ROWS);
    ParquetImport taking = new ParquetImport(lake.store, run, SPEC, sensitive);
    refused(StorageErrorCode.IMPORT_REFUSED, () -> taking.take(key, JANUARY), "order");
    assertThat(taking.withAnyStatistics().take(key, JANUARY).rows()).isEqualTo(1000);
    assertThat(taking.withAnyStatistics().take(key, JANUARY).rows()).isEqualTo(1000);
  }

  @Test
  void aFileThatIsReplacedWhileItIsTakenIsRefused() throws Exception {
    PublishedLake lake = new PublishedLake(folder.resolve("lake"));
    String key = incoming(lake, "a.parquet", ROWS);
    byte[] other =
        lake.store.get(incoming(lake, "b.parquet", ROWS + " WHERE i > 5")).orElseThrow().content();
    ObjectStore replacing =
        intercepted(
            lake.store,
            (method, number) -> {
              if (method.equals("copyBehind")) {
                lake.store.put(key, other);
              }
            },
            (method, number) -> {});
    refused(
        StorageErrorCode.OBJECT_CHANGED,
        () -> new ParquetImport(replacing, new RunId("r-1"), SPEC, SCHEMA).take(key, JANUARY),
        key);
    assertThat(lake.store.list(SPEC.ref().path(), null, 10)).isEmpty();
  }

  private interface Event {
    void on(String method, int number);
  }

  private static ObjectStore intercepted(ObjectStore store, Event before, Event after) {
    AtomicInteger calls = new AtomicInteger();
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              int number = calls.incrementAndGet();
              before.on(method.getName(), number);
              try {
                Object result = method.invoke(store, arguments);
                after.on(method.getName(), number);
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aCrashAtAnyStoreOperationLeavesTheOldStateAndTheNextTryFinishes() throws Exception {
    int crashed = 0;
    for (boolean before : new boolean[] {true, false}) {
      for (int at = 1; ; at++) {
        PublishedLake lake = new PublishedLake();
        StoreProbe.requireProven(lake.store);
        lake.register(SPEC, SCHEMA);
        String key = "incoming/a.parquet";
        lake.store.put(key, bytes());
        int nth = at;
        Event crash =
            (method, number) -> {
              if (number == nth) {
                throw new IllegalStateException("crash");
              }
            };
        Event nothing = (method, number) -> {};
        ObjectStore dying =
            intercepted(lake.store, before ? crash : nothing, before ? nothing : crash);
        try {
          run(lake, dying, "r-1", key);
          break;
        } catch (IllegalStateException expected) {
          crashed++;
        }
        boolean published = lake.state().head().isPresent();
        assertThat(published ? lake.read(SPEC, SCHEMA).size() : lake.state().datasets().size())
            .isEqualTo(published ? 100 : 0);
        if (!published) {
          run(lake, lake.store, "r-1", key);
        }
        assertThat(lake.read(SPEC, SCHEMA)).hasSize(100);
        assertThat(
                lake.store.list(SPEC.ref().path(), null, 10).stream()
                    .map(ObjectInfo::key)
                    .filter(name -> name.endsWith(".parquet")))
            .hasSize(1);
        assertThat(problems(lake)).isEmpty();
      }
    }
    assertThat(crashed).isGreaterThan(20);
  }

  private static List<Finding> found(PublishedLake lake, Duration later) {
    List<Finding> found = new ArrayList<>();
    new Fsck(
            lake.store,
            PublishedLake.PIPELINE,
            lake.keyring(),
            lake.intents,
            () -> PublishedLake.NOW.plus(later))
        .unwrapping(lake.keys)
        .withSymlinks(key -> "s3://bank/" + key)
        .ofReplica(Duration.ofMinutes(15))
        .check(found::add);
    return found;
  }

  @Test
  void aCopyOfTheLakeWaitsForAnImportedFileAndNamesItWhenItIsLateOrAnother() throws Exception {
    PublishedLake lake = new PublishedLake();
    lake.register(SPEC, SCHEMA);
    lake.store.put("incoming/a.parquet", bytes());
    run(lake, lake.store, "r-1", "incoming/a.parquet");
    new DerivedCopies(lake.store).withSymlinks(key -> "s3://bank/" + key).write(lake.state());
    assertThat(found(lake, Duration.ofMinutes(1))).isEmpty();
    String path = lake.state().liveFiles(SPEC.ref()).get(0).file().path();
    byte[] content = lake.store.get(path).orElseThrow().content();

    lake.store.delete(path);
    assertThat(found(lake, Duration.ofMinutes(1)))
        .singleElement()
        .matches(finding -> finding.kind() == Finding.Kind.NOT_YET)
        .matches(finding -> finding.object().equals(path));
    assertThat(found(lake, Duration.ofMinutes(16)))
        .singleElement()
        .matches(finding -> finding.severity() == Finding.Severity.ERROR)
        .matches(finding -> finding.object().equals(path));
    byte[] altered = content.clone();
    altered[content.length / 2] ^= 1;
    lake.store.put(path, altered);
    assertThat(found(lake, Duration.ofMinutes(1)))
        .singleElement()
        .matches(finding -> finding.severity() == Finding.Severity.ERROR)
        .matches(finding -> finding.object().equals(path));

    lake.store.put(path, content);
    String schema =
        PublishedLake.PIPELINE.control() + "schemas/" + SPEC.ref().path() + "/000001.json";
    byte[] registered = lake.store.get(schema).orElseThrow().content();
    lake.store.put(schema, new byte[] {'{', '}'});
    assertThat(found(lake, Duration.ofMinutes(16)))
        .anyMatch(finding -> finding.object().equals(schema));
    lake.store.put(schema, registered);
    // The object that was taken is nobody's any more.
    lake.store.delete("incoming/a.parquet");
    assertThat(found(lake, Duration.ofMinutes(16))).isEmpty();
  }

  private byte[] bytes() throws Exception {
    Path file = folder.resolve("small.parquet");
    if (!Files.exists(file)) {
      incoming(new PublishedLake(), "small.parquet", ROWS.replace("1000", "100"));
    }
    return Files.readAllBytes(file);
  }
}
