package io.strongroom.storage.sql;

import static io.strongroom.storage.sql.PublishedLake.NOW;
import static io.strongroom.storage.sql.PublishedLake.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.DatasetSchemas;
import io.strongroom.storage.parquet.ParquetErrorCode;
import io.strongroom.storage.parquet.ParquetFileException;
import io.strongroom.storage.parquet.ParquetFileFacts;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetImport;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.Finding;
import io.strongroom.storage.publication.Fsck;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.Verdict;
import io.strongroom.storage.testing.InMemoryIntentLog;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two lakes that are read for ever: {@code golden/import-v1}, files of another writer taken under
 * two schemas, with lists for engines, and written today byte for byte as then; and {@code
 * golden/sealed-v1}, an encrypted file of each layout with a key class.
 */
@Tag("verify")
class GoldenFilesTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden");
  static final DatasetSpec SPEC = PublishedLake.spec(Protection.ENGINE_READABLE, "v1");
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final DatasetSpec SEALED =
      PublishedLake.spec(Protection.SEALED, "v1").withKeyClasses(Set.of(PERSONAL));

  private static final SchemaField ACCOUNT =
      SchemaField.nullable("account", Scalar.STRING, Classification.INTERNAL);
  private static final SchemaField BALANCE =
      SchemaField.nullable("balance", new Decimal(9, 2), Classification.INTERNAL);
  private static final DatasetSchema FIRST =
      DatasetSchema.of(
          "v1",
          ACCOUNT,
          SchemaField.nullable("entries", Scalar.INT, Classification.PUBLIC),
          BALANCE);
  private static final DatasetSchema SECOND =
      DatasetSchema.of(
          "v1",
          ACCOUNT,
          SchemaField.nullable("entries", Scalar.LONG, Classification.PUBLIC),
          BALANCE,
          SchemaField.nullable("currency", Scalar.STRING, Classification.PUBLIC).otherwise("EUR"));

  private static SortedMap<String, byte[]> golden(String name) {
    Path root = GOLDEN.resolve(name);
    SortedMap<String, byte[]> objects = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        objects.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  /** A golden lake, with a log of which every line of another golden file is the id of an entry. */
  private static PublishedLake stored(String name) throws IOException {
    PublishedLake lake = lake(new SecureRandom());
    golden(name).forEach(lake.store::put);
    for (String id : Files.readAllLines(GOLDEN.resolve(name + ".intents"))) {
      lake.intents.append(
          new Intent(id, PIPELINE, "ANY", Optional.empty(), Optional.empty(), "a", "r", NOW));
    }
    return lake;
  }

  private static PublishedLake lake(SecureRandom random) {
    return new PublishedLake(
        Path.of("/"),
        new InMemoryObjectStore(() -> NOW),
        new RawAesKeyService("bank", "lake", new byte[32], random),
        new InMemoryIntentLog());
  }

  /** Every four bytes count on, so that no key and no nonce comes twice. */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int next;

    @Override
    public void nextBytes(byte[] bytes) {
      byte[] number = ByteBuffer.allocate(4).putInt(next++).array();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = number[i % number.length];
      }
    }
  }

  private static String location(String key) {
    return "s3://bank-silver/" + key;
  }

  private static RunKeys keys(PublishedLake lake, RunRequest request, DatasetSpec spec) {
    return RunKeys.create(
        lake.store, request, List.of(spec), lake.keys, KeyResolver.single(new KeyId("lake")), "b");
  }

  /** Takes two files that are there, each under a schema of its own. */
  private static PublishedLake writeImports() {
    PublishedLake lake = lake(new CountingRandom());
    lake.store.put("control/keyring.json", PublishedLake.STORED_KEYRING);
    for (String name : List.of("incoming/a.parquet", "incoming/b.parquet")) {
      lake.store.put(name, golden("import-v1").get(name));
    }
    take(lake, "r-1", FIRST, "incoming/a.parquet", "2024-01");
    take(lake, "r-2", SECOND, "incoming/b.parquet", "2024-02");
    new DerivedCopies(lake.store).withSymlinks(GoldenFilesTest::location).rebuild(lake.state());
    return lake;
  }

  private static void take(
      PublishedLake lake, String run, DatasetSchema schema, String key, String month) {
    lake.register(SPEC, schema);
    RunRequest request = lake.claim(run);
    try (RunKeys made = keys(lake, request, SPEC)) {
      DataFile file =
          new ParquetImport(lake.store, request.runId(), SPEC, schema)
              .take(key, Map.of("month", month));
      lake.publish(
          request,
          new DatasetOutput(
                  SPEC, made.keyId(SPEC.ref()), made.commitment(SPEC.ref()), List.of(file))
              .withSchema(schema.fingerprint()));
    }
  }

  private static void write(String name, PublishedLake lake) throws IOException {
    for (String key : keysOf(lake)) {
      Path file = GOLDEN.resolve(name).resolve(key);
      Files.createDirectories(file.getParent());
      Files.write(file, lake.store.get(key).orElseThrow().content());
    }
    Files.write(GOLDEN.resolve(name + ".intents"), intents(lake));
  }

  private static List<String> keysOf(PublishedLake lake) {
    return lake.store.list("", null, 1000).stream().map(info -> info.key()).toList();
  }

  private static List<String> intents(PublishedLake lake) {
    return ((InMemoryIntentLog) lake.intents).intents().stream().map(Intent::id).toList();
  }

  private static Fsck fsck(PublishedLake lake) {
    return new Fsck(lake.store, PIPELINE, lake.keyring(), lake.intents, () -> NOW)
        .unwrapping(lake.keys);
  }

  private static List<Finding> findings(Fsck fsck) {
    List<Finding> findings = new ArrayList<>();
    fsck.check(findings::add);
    return findings;
  }

  @Test
  void importsSchemasAndListsAreWrittenByteForByteAsThen() throws IOException {
    PublishedLake lake = writeImports();
    if (Boolean.getBoolean("golden.write")) {
      write("import-v1", lake);
    }
    SortedMap<String, byte[]> golden = golden("import-v1");
    assertThat(keysOf(lake)).containsExactlyElementsOf(golden.keySet());
    golden.forEach(
        (key, content) ->
            assertThat(lake.store.get(key).map(StoredObject::content).orElseThrow())
                .as(key)
                .isEqualTo(content));
    assertThat(intents(lake)).isEqualTo(Files.readAllLines(GOLDEN.resolve("import-v1.intents")));
  }

  @Test
  void importsSchemasAndListsOfThenAreReadToday() throws IOException {
    PublishedLake lake = stored("import-v1");
    assertThat(lake.read(SPEC, SECOND))
        .hasSize(80)
        .contains("A7|7|1.75|EUR|2024-01", "null|8|null|EUR|2024-01")
        .contains("A7|7000000000|1.75|CHF|2024-02");
    assertThat(lake.history.all(SPEC.ref()))
        .extracting(RegisteredSchema::schema)
        .containsExactly(FIRST, SECOND);
    assertThat(lake.history.newest(SPEC.ref()).orElseThrow().change().verdict())
        .isEqualTo(Verdict.WIDENING);
    assertThat(findings(fsck(lake).withSymlinks(GoldenFilesTest::location))).isEmpty();
    for (LiveFile live : lake.state().liveFiles(SPEC.ref())) {
      String list =
          SPEC.ref().path()
              + "/_symlink_format_manifest/month="
              + live.file().partition().get("month")
              + "/manifest";
      assertThat(new String(lake.store.get(list).orElseThrow().content(), StandardCharsets.UTF_8))
          .isEqualTo(location(live.file().path()) + "\n");
    }
  }

  /** One file of each layout, with a column of another key class. */
  private static PublishedLake writeSealed() throws IOException {
    PublishedLake lake = lake(new SecureRandom());
    lake.register(SEALED, FIRST);
    for (ParquetLayout layout : ParquetLayout.values()) {
      boolean whole = layout == ParquetLayout.SINGLE_PAGE;
      RunRequest request = lake.claim(whole ? "r-1" : "r-2");
      String month = whole ? "2024-01" : "2024-02";
      String key = SEALED.ref().path() + "/month=" + month + "/run_id=" + request.runId() + "/p";
      ParquetSchema columns =
          DatasetSchemas.columns(SEALED, FIRST).withKeyClass(PERSONAL, "account");
      try (RunKeys made = keys(lake, request, SEALED);
          ObjectUpload upload = lake.store.upload(key);
          ParquetRowWriter out =
              new ParquetFiles(layout, Codec.ZSTD)
                  .write(upload.stream(), columns, ParquetFileKeys.of(made, SEALED.ref()))) {
        for (int row = 0; row < 40; row++) {
          out.setObject(0, "A" + row);
          out.setObject(1, row);
          out.setObject(2, BigDecimal.valueOf(25L * row, 2));
          out.endRow();
        }
        ParquetFileFacts facts = out.finish();
        upload.commit();
        lake.publish(
            request,
            new DatasetOutput(
                    SEALED,
                    made.keyId(SEALED.ref()),
                    made.commitment(SEALED.ref()),
                    made.classCommitments(SEALED.ref()),
                    List.of(
                        new DataFile(
                            key,
                            facts.rows(),
                            facts.bytes(),
                            facts.sha256(),
                            Optional.of(facts.footerSha256()),
                            new TreeMap<>(Map.of("month", month)))))
                .withSchema(FIRST.fingerprint())
                .withLayout(layout.name()));
      }
    }
    return lake;
  }

  private static List<String> rows(
      PublishedLake lake, LiveFile live, KeyService service, String... columns) {
    List<String> rows = new ArrayList<>();
    try (RunKeys opened = RunKeys.open(lake.store, live.manifest(), service);
        ParquetRowReader in =
            new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
                .read(
                    lake.store,
                    live.file().path(),
                    DatasetSchemas.columns(SEALED, FIRST).select(columns),
                    ParquetFileKeys.of(opened, SEALED.ref()),
                    live.file().footerSha256().orElseThrow())) {
      while (in.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < columns.length; i++) {
          row.append(
              switch (columns[i]) {
                case "account" -> in.getString(i);
                case "entries" -> String.valueOf(in.getInt(i));
                default -> in.getDecimal(i).toPlainString();
              });
          row.append('|');
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @Test
  void encryptedFilesOfThenAreReadTodayUnderTheKeysThatTheyName() throws IOException {
    if (Boolean.getBoolean("golden.write.sealed")) {
      write("sealed-v1", writeSealed());
    }
    PublishedLake lake = stored("sealed-v1");
    PublishedState state = lake.state();
    List<LiveFile> files = state.liveFiles(SEALED.ref());
    assertThat(files).hasSize(ParquetLayout.values().length);
    for (LiveFile live : files) {
      assertThat(rows(lake, live, lake.keys, "account", "entries", "balance"))
          .hasSize(40)
          .contains("A7|7|1.75|", "A39|39|9.75|");
      byte[] bytes = lake.store.get(live.file().path()).orElseThrow().content();
      // The footer is encrypted, and before it stands which key it is under.
      assertThat(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length))
          .isEqualTo("PARE".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
          .contains(live.manifest().run() + "/" + SEALED.ref().path() + "/default")
          .doesNotContain("account");
      assertThatThrownBy(
              () ->
                  new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD)
                      .read(
                          lake.store,
                          live.file().path(),
                          DatasetSchemas.columns(SEALED, FIRST),
                          null,
                          null))
          .isInstanceOfSatisfying(
              ParquetFileException.class,
              e -> assertThat(e.code()).isEqualTo(ParquetErrorCode.KEYS_MISSING));
    }
    assertThat(findings(fsck(lake)))
        .allMatch(finding -> finding.kind() == Finding.Kind.DERIVED)
        .noneMatch(finding -> finding.severity() != Finding.Severity.NOTICE);
  }
}
