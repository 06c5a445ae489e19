package io.strongroom.storage.sql;

import static io.strongroom.storage.sql.PublishedLake.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.ParquetImport;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeTest {
  private static final DatasetSchema SCHEMA =
      DatasetSchema.of("v1", SchemaField.nullable("entries", Scalar.LONG, Classification.PUBLIC));

  @TempDir Path folder;

  private static void isIn(Path readme, String name) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/storage/sql/ReadmeTest.java"));
    int start = source.indexOf("// " + name + "\n") + 4 + name.length();
    String code = source.substring(start, source.indexOf("      // end\n", start));
    assertThat(Files.readString(readme))
        .contains("```java\n" + code.replaceAll("(?m)^ {6}", "") + "```");
  }

  @Test
  void theReadmeShowsHowDuckDbAndAthenaAreAsked() throws Exception {
    PublishedLake lake = new PublishedLake(folder);
    DatasetSpec sealed = PublishedLake.spec(Protection.SEALED, "v1");
    lake.register(sealed, SCHEMA);
    lake.publish("r-1", sealed, SCHEMA, ParquetLayout.SINGLE_PAGE, 9, "2024-02", "2024-05");
    ObjectStore store = lake.store;
    KeyService keyService = lake.keys;
    Keyring keyring = lake.keyring();
    DatasetRef balances = sealed.ref();
    UnaryOperator<String> location = lake::location;
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      // duckdb
      PublishedState state = PublishedState.read(store, PIPELINE, keyring);
      PublishedTable table =
          PublishedTable.of(store, state, balances).between("month", "2024-01", "2024-03");
      DuckDbSql sql = table.duckDb(location); // such as key -> "s3://bank-silver/" + key
      statement.execute(sql.setUp());
      statement.execute(sql.addKeys(store, keyService)); // the keys themselves: never print this
      statement.execute(sql.view("balances")); // names keys and holds none
      // end
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM balances")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong(1)).isEqualTo(9);
      }
    }
    isIn(Path.of("../README.md"), "duckdb");
  }

  @Test
  void theReadmeShowsHowAnExistingFileIsTaken() throws Exception {
    PublishedLake lake = new PublishedLake(folder.resolve("lake"));
    ObjectStore store = lake.store;
    DatasetSpec balances = PublishedLake.spec(Protection.ENGINE_READABLE, "v1");
    lake.register(balances, SCHEMA);
    DatasetSchema schema = SCHEMA;
    Path file = folder.resolve("old.parquet");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("COPY (SELECT 7::BIGINT AS entries) TO '" + file + "' (FORMAT parquet)");
    }
    store.putIfAbsent("incoming/old.parquet", Files.readAllBytes(file));
    RunRequest request = lake.claim("r-1");
    try (RunKeys keys =
        RunKeys.create(
            store,
            request,
            List.of(balances),
            lake.keys,
            KeyResolver.single(new KeyId("lake")),
            "bank")) {
      // import
      ParquetImport taking = new ParquetImport(store, request.runId(), balances, schema);
      DataFile taken = taking.take("incoming/old.parquet", Map.of("month", "2023-12"));
      String keyId = keys.keyId(balances.ref());
      DatasetOutput output =
          new DatasetOutput(balances, keyId, keys.commitment(balances.ref()), List.of(taken))
              .withSchema(schema.fingerprint()); // then commit and promote the run as any other
      // end
      lake.publish(request, output);
    }
    assertThat(lake.read(balances, schema)).containsExactly("7|2023-12");
    isIn(Path.of("README.md"), "import");
  }
}
