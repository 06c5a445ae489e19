package io.strongroom.storage.sql;

import static io.strongroom.storage.sql.PublishedLake.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.DatasetSchemas;
import io.strongroom.storage.parquet.ParquetFileFacts;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunFile;
import io.strongroom.storage.run.RunFiles;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB runs what is generated over a published lake; our own reader says what must come. */
@Tag("verify")
class DuckDbSqlTest {
  private static final SchemaField ACCOUNT =
      SchemaField.required("account", Scalar.STRING, Classification.INTERNAL);
  private static final SchemaField ENTRIES =
      SchemaField.required("entries", Scalar.INT, Classification.PUBLIC);
  private static final SchemaField BALANCE =
      SchemaField.nullable("order", new Decimal(9, 2), Classification.SENSITIVE);
  private static final DatasetSchema OLD = DatasetSchema.of("v1", ACCOUNT, ENTRIES, BALANCE);
  private static final DatasetSchema NEW =
      DatasetSchema.of(
          "v1",
          SchemaField.nullable("at", Scalar.TIMESTAMP_MICROS, Classification.INTERNAL),
          ACCOUNT,
          SchemaField.required("entries", Scalar.LONG, Classification.PUBLIC),
          SchemaField.nullable("order", new Decimal(16, 2), Classification.SENSITIVE),
          SchemaField.required("currency", Scalar.STRING, Classification.PUBLIC).otherwise("it's"));

  @TempDir Path folder;

  private static List<String> rows(String select, String... before) throws SQLException {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      for (String sql : before) {
        if (!sql.isEmpty()) {
          statement.execute(sql);
        }
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery(select)) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            @Nullable String value = result.getString(column);
            row.add(String.valueOf(value));
          }
          rows.add(String.join("|", row));
        }
      }
      rows.sort(null);
      return rows;
    }
  }

  private static String columns(PublishedTable table) {
    return table.schema().fields().stream()
            .map(
                field ->
                    field.type() == Scalar.TIMESTAMP_MICROS
                        ? "epoch_us(\"at\")"
                        : '"' + field.name() + '"')
            .reduce((one, next) -> one + ", " + next)
            .orElseThrow()
        + ", \"month\"";
  }

  /** Four runs, two schemas, one of the months written twice. */
  private PublishedLake lake(DatasetSpec spec) throws IOException {
    PublishedLake lake = new PublishedLake(folder);
    lake.register(spec, OLD);
    lake.publish("r-1", spec, OLD, ParquetLayout.SINGLE_PAGE, 40, "2024-01", "2024-02");
    lake.register(spec, NEW);
    lake.publish("r-2", spec, NEW, ParquetLayout.SINGLE_PAGE, 50, "2024-02", "2024-03");
    lake.publish("r-3", spec, NEW, ParquetLayout.SINGLE_PAGE, 60, "2024-04");
    lake.publish("r-4", spec, OLD, ParquetLayout.SINGLE_PAGE, 70, "2024-05");
    return lake;
  }

  @Test
  void duckDbReadsSeveralRunsSchemasAndKeysAsOurReaderDoes() throws Exception {
    for (Protection protection : Protection.values()) {
      Path sub = Files.createDirectory(folder.resolve(protection.name()));
      PublishedLake lake = new DuckDbSqlTest().in(sub).lake(spec(protection, "v1"));
      DatasetSpec spec = spec(protection, "v1");
      PublishedTable table = PublishedTable.of(lake.store, lake.state(), spec.ref());
      DuckDbSql sql = table.duckDb(lake::location);
      List<String> expected = lake.read(spec, NEW);
      assertThat(expected).hasSize(40 + 50 + 50 + 60 + 70);
      String keys = sql.addKeys(lake.store, lake.keys);
      assertThat(
              rows("SELECT " + columns(table) + " FROM (" + sql.query() + ")", sql.setUp(), keys))
          .isEqualTo(expected);
      String view = sql.view("a \"view\"");
      assertThat(
              rows(
                  "SELECT count(*), sum(\"order\") FROM \"a \"\"view\"\"\" WHERE entries > 0"
                      + " AND month >= '2024-02' AND currency = 'it''s'",
                  sql.setUp(),
                  keys,
                  view))
          .hasSize(1);
      assertThat(sql.keyIds()).hasSize(protection == Protection.SEALED ? 4 : 0);
      assertThat(sql.setUp().isEmpty()).isEqualTo(protection == Protection.ENGINE_READABLE);
    }
  }

  private DuckDbSqlTest in(Path other) {
    folder = other;
    return this;
  }

  @Test
  void aFilterOverEncryptedFilesFindsTheSameRows() throws Exception {
    DatasetSpec spec = spec(Protection.SEALED, "v1");
    PublishedLake lake = lake(spec);
    PublishedTable table = PublishedTable.of(lake.store, lake.state(), spec.ref());
    DuckDbSql sql = table.duckDb(lake::location);
    List<String> found =
        rows(
            "SELECT "
                + columns(table)
                + " FROM t WHERE currency = 'it''s' AND month = '2024-05' AND account LIKE '% 6_'",
            sql.setUp(),
            sql.addKeys(lake.store, lake.keys),
            sql.view("t"));
    assertThat(found)
        .isEqualTo(
            lake.read(spec, NEW).stream()
                .filter(row -> row.endsWith("|2024-05") && row.matches(".* 6.\\|.*"))
                .toList())
        .hasSize(10);
  }

  @Test
  void onlyExplicitlyAskedForKeysArePrinted() throws Exception {
    DatasetSpec spec = spec(Protection.SEALED, "v1");
    PublishedLake lake = lake(spec);
    PublishedTable table = PublishedTable.of(lake.store, lake.state(), spec.ref());
    DuckDbSql sql = table.duckDb(lake::location);
    String harmless = sql.setUp() + sql.query() + sql.view("t") + sql + sql.keyIds() + table;
    try (RunKeys opened =
        RunKeys.open(lake.store, lake.runs.manifest(new RunId("r-1")).orElseThrow(), lake.keys)) {
      String key = Base64.getEncoder().encodeToString(opened.parquetFooterKey(spec.ref()));
      assertThat(harmless).doesNotContain(key).doesNotContain("add_parquet_key");
      assertThat(sql.addKeys(lake.store, lake.keys)).contains(key);
    }
    assertThatThrownBy(() -> rows(sql.query(), sql.setUp())).isInstanceOf(SQLException.class);
  }

  @Test
  void aRangeOfPartitionsTouchesOnlyItsFiles() throws Exception {
    DatasetSpec spec = spec(Protection.SEALED, "v1");
    PublishedLake lake = new PublishedLake(folder);
    lake.register(spec, NEW);
    String[] months = new String[60];
    for (int i = 0; i < months.length; i++) {
      months[i] = String.format(Locale.ROOT, "%d-%02d", 2020 + i / 12, i % 12 + 1);
    }
    lake.publish("r-1", spec, NEW, ParquetLayout.SINGLE_PAGE, 30, months);
    PublishedTable all = PublishedTable.of(lake.store, lake.state(), spec.ref());
    PublishedTable three = all.between("month", "2021-11", "2022-01");
    assertThat(all.files()).hasSize(60);
    assertThat(three.files())
        .hasSize(3)
        .allMatch(file -> file.matches(".*/month=(2021-11|2021-12|2022-01)/.*"));
    assertThat(three.bytes() * 100.0 / all.bytes()).isBetween(4.5, 5.5);
    // The other files may be gone: nothing touches them.
    for (String file : all.files()) {
      if (!three.files().contains(file)) {
        Files.delete(folder.resolve(file));
      }
    }
    DuckDbSql sql = three.duckDb(lake::location);
    assertThat(
            rows(
                "SELECT month, count(*) FROM t WHERE entries IS NOT NULL GROUP BY month",
                sql.setUp(),
                sql.addKeys(lake.store, lake.keys),
                sql.view("t")))
        .containsExactly("2021-11|30", "2021-12|30", "2022-01|30");
    PublishedTable none = all.between("month", "1999-01", "1999-12");
    assertThat(rows(none.duckDb(lake::location).query())).isEmpty();
  }

  @Test
  void partitionColumnsHaveTheTypeThatWasDeclared() throws Exception {
    DatasetSpec spec = spec(Protection.ENGINE_READABLE, "v1");
    PublishedLake lake = new PublishedLake(folder);
    lake.register(spec, OLD);
    lake.publish("r-1", spec, OLD, ParquetLayout.STANDARD, 2, "9", "10", "11");
    PublishedTable table = PublishedTable.of(lake.store, lake.state(), spec.ref());
    assertThat(table.between("month", "10", "9").files()).hasSize(3);
    PublishedTable typed = table.partitionType("month", Scalar.INT);
    assertThat(typed.between("month", "9", "10").files()).hasSize(2);
    assertThat(
            rows(
                "SELECT typeof(month), max(month) FROM ("
                    + typed.duckDb(lake::location).query()
                    + ") GROUP BY 1"))
        .containsExactly("INTEGER|11");
    refused(StorageErrorCode.SQL_REFUSED, () -> table.partitionType("month", Scalar.DATE), "month");
    refused(StorageErrorCode.SQL_REFUSED, () -> table.partitionType("month", Scalar.UUID), "uuid");
    refused(StorageErrorCode.SQL_REFUSED, () -> table.partitionType("day", Scalar.INT), "day");
    refused(StorageErrorCode.SQL_REFUSED, () -> typed.between("month", "x", "9"), "month");
  }

  private static void refused(StorageErrorCode code, Runnable action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(code);
  }

  @Test
  void whatDuckDbCannotReadIsRefusedByName() throws Exception {
    DatasetSpec spec = spec(Protection.SEALED, "v1");
    PublishedLake lake = lake(spec);
    refused(
        StorageErrorCode.SQL_REFUSED,
        () ->
            PublishedTable.of(lake.store, lake.state(), spec.ref())
                .duckDb(key -> "s3://bucket/[" + key),
        "pattern");
    lake.publish("r-5", spec, NEW, ParquetLayout.STANDARD, 5, "2024-06");
    PublishedTable table = PublishedTable.of(lake.store, lake.state(), spec.ref());
    refused(
        StorageErrorCode.NOT_READABLE_BY_ENGINE,
        () -> table.duckDb(lake::location),
        "r-5",
        spec.ref().path(),
        "STANDARD");
    assertThat(table.between("month", "2024-01", "2024-05").duckDb(lake::location).keyIds())
        .hasSize(4);
  }

  @Test
  void whatIsLiveUnderAnotherVersionIsRefused() throws Exception {
    DatasetSpec spec = spec(Protection.ENGINE_READABLE, "v1");
    PublishedLake lake = lake(spec);
    lake.register(spec(Protection.ENGINE_READABLE, "v2"), DatasetSchema.of("v2", ACCOUNT));
    refused(
        StorageErrorCode.SQL_REFUSED,
        () -> PublishedTable.of(lake.store, lake.state(), spec.ref()),
        "run r-1",
        "v1",
        "v2");
    refused(
        StorageErrorCode.SQL_REFUSED,
        () ->
            PublishedTable.of(
                new PublishedLake(folder.resolve("empty")).store, lake.state(), spec.ref()),
        "no registered schema");
  }

  @Test
  void anOlderPublicationIsReadAsItWas() throws Exception {
    DatasetSpec spec = spec(Protection.SEALED, "v1");
    PublishedLake lake = lake(spec);
    PublishedTable first = PublishedTable.of(lake.store, lake.state().asOf(1), spec.ref());
    assertThat(first.publication()).isEqualTo(1);
    DuckDbSql sql = first.duckDb(lake::location);
    assertThat(
            rows(
                "SELECT count(*) FROM (" + sql.query() + ")",
                sql.setUp(),
                sql.addKeys(lake.store, lake.keys)))
        .containsExactly("80");
    assertThat(sql.keyIds()).containsExactly("r-1/" + spec.ref() + "/default");
  }

  /** After 2^25 modules in a process a run goes on under its next key, which the manifest omits. */
  @Test
  void aFileUnderTheSecondKeyOfItsRunIsReadHereAndFailsInDuckDb() throws Exception {
    DatasetSpec spec = spec(Protection.SEALED, "v1");
    DatasetSchema schema = DatasetSchema.of("v1", ACCOUNT);
    PublishedLake lake = new PublishedLake(folder);
    lake.register(spec, schema);
    RunRequest request = lake.claim("r-1");
    try (RunKeys keys =
        RunKeys.create(
            lake.store,
            request,
            List.of(spec),
            lake.keys,
            KeyResolver.single(new KeyId("lake")),
            "bank")) {
      String second = keys.keyId(spec.ref()) + "/2";
      byte[] key = keys.findModuleKey(spec.ref(), KeyClass.DEFAULT, second).orElseThrow().copy();
      RunFile file =
          new RunFiles(lake.store, spec, request.runId()).next(Map.of("month", "1"), ".parquet");
      ParquetSchema columns = DatasetSchemas.columns(spec, schema);
      try (file;
          ParquetRowWriter out =
              new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD)
                  .write(file.stream(), columns, ParquetFileKeys.of(key, second))) {
        out.setString(0, "T-7Q2M");
        out.endRow();
        ParquetFileFacts facts = out.finish();
        DataFile written =
            file.finish(facts.rows(), facts.sha256(), Optional.of(facts.footerSha256()));
        lake.publish(
            request,
            new DatasetOutput(
                    spec, keys.keyId(spec.ref()), keys.commitment(spec.ref()), List.of(written))
                .withSchema(schema.fingerprint())
                .withLayout(ParquetLayout.SINGLE_PAGE.name()));
        try (ParquetRowReader in =
            new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD)
                .read(
                    lake.store,
                    written.path(),
                    columns,
                    ParquetFileKeys.of(keys, spec.ref()),
                    facts.footerSha256())) {
          assertThat(in.next()).isTrue();
          assertThat(in.getString(0)).isEqualTo("T-7Q2M");
        }
      }
    }
    DuckDbSql sql = PublishedTable.of(lake.store, lake.state(), spec.ref()).duckDb(lake::location);
    String given = sql.addKeys(lake.store, lake.keys);
    assertThatThrownBy(() -> rows("SELECT * FROM (" + sql.query() + ")", sql.setUp(), given))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("tag");
  }
}
