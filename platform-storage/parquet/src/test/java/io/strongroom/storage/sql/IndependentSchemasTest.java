package io.strongroom.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldForm;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reader in JavaScript, which shares no code with the libraries, follows what is published to
 * imported files and to the schemas of runs, and judges the changes between schemas as they do.
 */
@Tag("oracle")
class IndependentSchemasTest {
  private static final Path READER = Path.of("../../examples/transaction-lake/reader/read.mjs");
  private static final DatasetRef DATASET = GoldenFilesTest.SPEC.ref();
  private static final String SCHEMAS =
      PublishedLake.PIPELINE.control() + "schemas/" + DATASET.path() + "/";

  private static final int CHANGES = 100;

  @TempDir Path folder;

  private record Answer(int exitCode, String out, String err) {}

  private Answer read(Path store) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                "node",
                READER.toString(),
                store.toString(),
                PublishedLake.rootDigest(),
                PublishedLake.PIPELINE.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exitCode = process.waitFor();
    return new Answer(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private static Map<String, byte[]> golden() throws IOException {
    Path root = GoldenFilesTest.GOLDEN.resolve("import-v1");
    Map<String, byte[]> objects = new TreeMap<>();
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        objects.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return objects;
  }

  private Path store(Map<String, byte[]> objects) throws IOException {
    Path store = Files.createTempDirectory(folder, "store");
    for (Map.Entry<String, byte[]> object : objects.entrySet()) {
      Path file = store.resolve(object.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, object.getValue());
    }
    return store;
  }

  @Test
  void itReadsTheGoldenImportsAndTheirSchemas() throws Exception {
    Answer answer = read(store(golden()));
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exitCode()).isZero();
    JsonObject found =
        JsonValue.parseObject(answer.out().getBytes(StandardCharsets.UTF_8))
            .object("datasets")
            .object(DATASET.path());
    assertThat(found.strings("runs")).containsExactly("r-1", "r-2");
    assertThat(found.integer("rows")).isEqualTo(80);
    assertThat(found.integer("schemas")).isEqualTo(2);
  }

  @Test
  void itNamesASchemaOrAnImportedFileThatWasAlteredOrTakenAway() throws Exception {
    int altered = 0;
    for (Map.Entry<String, byte[]> object : golden().entrySet()) {
      String key = object.getKey();
      if (!key.startsWith(SCHEMAS) && !key.contains("/import-")) {
        continue;
      }
      byte[] changed = object.getValue().clone();
      changed[changed.length / 2] ^= 1;
      Map<String, byte[]> objects = golden();
      objects.put(key, changed);
      Answer answer = read(store(objects));
      assertThat(answer.exitCode()).as(key + ": " + answer).isEqualTo(76);
      assertThat(answer.err()).contains(key);
      objects.remove(key);
      assertThat(read(store(objects)).exitCode()).as(key + " taken away").isEqualTo(76);
      altered++;
    }
    assertThat(altered).isEqualTo(4);
  }

  private static SchemaField field(Random random, String name) {
    FieldType[] types = {
      FieldType.parse("int"),
      FieldType.parse("long"),
      FieldType.parse("float"),
      FieldType.parse("double"),
      FieldType.parse("decimal(9,2)"),
      FieldType.parse("decimal(16,2)"),
      FieldType.parse("decimal(16,3)"),
      FieldType.parse("list<int>"),
    };
    FieldType type = types[random.nextInt(types.length)];
    boolean number = type.text().matches("int|long");
    return new SchemaField(
        name,
        type,
        random.nextInt(3) == 0,
        List.of(Classification.PUBLIC, Classification.INTERNAL, Classification.SENSITIVE)
            .get(random.nextInt(3)),
        random.nextInt(4) == 0 ? FieldForm.MASKED : FieldForm.CLEAR,
        number && random.nextInt(3) == 0
            ? Optional.of(Integer.toString(random.nextInt(2)))
            : Optional.empty());
  }

  /** Changes few things of a schema, so that every verdict comes. */
  private static DatasetSchema changed(Random random, DatasetSchema before, String version) {
    List<SchemaField> fields = new ArrayList<>(before.fields());
    switch (random.nextInt(5)) {
      case 0 -> fields.add(random.nextInt(fields.size() + 1), field(random, "f" + version));
      case 1 -> fields.add(fields.remove(0));
      case 2 -> fields.set(0, field(random, fields.get(0).name()));
      case 3 -> {
        SchemaField old = fields.get(fields.size() - 1);
        fields.set(
            fields.size() - 1,
            new SchemaField(
                old.name(),
                old.type(),
                true,
                random.nextBoolean() ? old.classification() : Classification.SENSITIVE,
                old.form(),
                old.defaultValue()));
      }
      default -> {
        SchemaField old = fields.get(0);
        FieldType wider =
            FieldType.parse(
                switch (old.type().text()) {
                  case "int" -> "long";
                  case "float" -> "double";
                  case "decimal(9,2)" -> "decimal(16,2)";
                  default -> old.type().text();
                });
        fields.set(
            0,
            new SchemaField(
                old.name(),
                wider,
                old.nullable(),
                old.classification(),
                old.form(),
                old.defaultValue()));
      }
    }
    return new DatasetSchema(version, fields);
  }

  @Test
  void itJudgesRandomChangesAsTheLibraryDoes() throws Exception {
    Random random = new Random(7);
    Path store = folder.resolve("random");
    PublishedLake lake = new PublishedLake(store);
    lake.store.put("control/keyring.json", PublishedLake.STORED_KEYRING);
    DatasetSchema last =
        DatasetSchema.of(
            "v0",
            SchemaField.required("a", FieldType.parse("int"), Classification.PUBLIC),
            SchemaField.nullable("b", FieldType.parse("decimal(9,2)"), Classification.PUBLIC),
            SchemaField.required("c", FieldType.parse("long"), Classification.INTERNAL));
    DatasetSpec first = PublishedLake.spec(Protection.ENGINE_READABLE, "v0");
    lake.register(first, last);
    lake.publish("r-1", first, last, ParquetLayout.SINGLE_PAGE, 3, "2024-01");
    for (int i = 1; i < CHANGES; i++) {
      last = changed(random, last, "v" + i);
      lake.register(PublishedLake.spec(Protection.ENGINE_READABLE, last.version()), last);
    }
    List<RegisteredSchema> all = lake.history.all(DATASET);
    assertThat(all.stream().map(one -> one.change().verdict()).distinct()).hasSize(4);
    Answer answer = read(store);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.out()).contains("\"schemas\":" + CHANGES);
    // The same, but the last one says something else about its change.
    String key = SCHEMAS + String.format(Locale.ROOT, "%06d.json", CHANGES);
    JsonObject json = JsonValue.parseObject(lake.store.get(key).orElseThrow().content());
    for (Verdict other : Verdict.values()) {
      if (other != all.get(CHANGES - 1).change().verdict()) {
        JsonObject.Builder forged = JsonObject.builder();
        json.without("verdict").members().forEach(forged::put);
        lake.store.put(key, forged.put("verdict", other.name()).build().canonicalBytes());
        assertThat(read(store).err()).contains(key).contains("verdict");
      }
    }
  }
}
