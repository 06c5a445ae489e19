package io.strongroom.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.awskms.AwsKmsKeyService;
import io.strongroom.crypto.awskms.AwsKmsTrust;
import io.strongroom.crypto.awskms.KeyArn;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetFileKeys;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** The code of READING.md, run as it stands there, reads what this library reads. */
@Tag("oracle")
class ReadingPageTest {
  private static final Path PAGE = Path.of("../READING.md");
  private static final String REGION = "eu-central-1";
  private static final DatasetSpec SPEC = PublishedLake.spec(Protection.SEALED, "v1");
  private static final DatasetSchema SCHEMA =
      DatasetSchema.of(
          "v1",
          SchemaField.required("account", Scalar.STRING, Classification.INTERNAL),
          SchemaField.required("entries", Scalar.INT, Classification.PUBLIC),
          SchemaField.nullable("balance", new Decimal(9, 2), Classification.SENSITIVE));

  @TempDir Path folder;
  private final Map<String, Path> code = new HashMap<>();
  private final KmsWireDouble kms = KmsWireDouble.start();

  /** Takes the code out of the page, by the name behind each block's language. */
  private void unpack() throws IOException {
    String page = Files.readString(PAGE);
    for (String block : page.split("\n```(?=[a-z]+ [A-Za-z.]+\n)", -1)) {
      String name = block.substring(block.indexOf(' ') + 1, Math.max(1, block.indexOf('\n')));
      int end = block.indexOf("\n```");
      if (name.matches("[A-Za-z]+[.](py|java|sql)") && end > 0) {
        String text = block.substring(block.indexOf('\n') + 1, end + 1);
        code.put(name, Files.writeString(folder.resolve(name), text));
      }
    }
    assertThat(code)
        .containsOnlyKeys("walk.py", "RunKeys.java", "duckdb.sql", "rows.py", "OpenObject.java");
  }

  private record Said(int exit, String text) {}

  private Said run(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
  }

  private String done(List<String> command) throws IOException, InterruptedException {
    Said said = run(command);
    assertThat(said.exit()).as(said.text()).isZero();
    return said.text();
  }

  private List<String> python(String name, String... arguments) {
    String python = System.getProperty("strongroom.python", "");
    assertThat(python).as("-Dstrongroom.python").isNotBlank();
    List<String> command = new ArrayList<>(List.of(python, code.get(name).toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** A Java program with everything on the class path but what is ours. */
  private List<String> java(String name, List<String> arguments) {
    String others =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar") && !entry.contains("strongroom"))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("platform-"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Daws.endpointUrl=" + kms.endpoint(),
                "-Daws.region=" + REGION,
                "-Daws.accessKeyId=" + kms.accessKey().accessKeyId(),
                "-Daws.secretAccessKey=" + kms.accessKey().secretAccessKey(),
                "-cp",
                others,
                code.get(name).toString()));
    command.addAll(arguments);
    return command;
  }

  private static Map<String, String> words(String lines) {
    Map<String, String> words = new TreeMap<>();
    for (String line : lines.split("\n", -1)) {
      if (line.matches("[a-z-]+ [A-Za-z0-9+/=]+")) {
        words.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
      }
    }
    return words;
  }

  @Test
  void everyRowOfAPublishedDatasetIsReadWithNoneOfOurJars() throws Exception {
    unpack();
    PublishedLake lake = new PublishedLake(Files.createDirectory(folder.resolve("lake")));
    lake.register(SPEC, SCHEMA);
    String arn = kms.createKey(REGION);
    Map<String, Map<String, String>> keysOfRuns = new HashMap<>();
    try (KmsClient client =
        KmsClient.builder()
            .endpointOverride(kms.endpoint())
            .region(Region.of(REGION))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        kms.accessKey().accessKeyId(), kms.accessKey().secretAccessKey())))
            .build()) {
      AwsKmsKeyService inKms =
          AwsKmsKeyService.builder(AwsKmsTrust.keys(List.of(KeyArn.parse(arn).orElseThrow())))
              .client(REGION, client)
              .build();
      lake.publish("r-1", SPEC, SCHEMA, ParquetLayout.SINGLE_PAGE, 40, "2024-01", "2024-02");
      lake.publish(
          "r-2",
          SPEC,
          SCHEMA,
          ParquetLayout.SINGLE_PAGE,
          50,
          inKms,
          new KeyId(arn),
          "2024-02",
          "2024-03");
      List<String> expected =
          lake.read(SPEC, SCHEMA, run -> run.value().equals("r-2") ? inKms : lake.keys);
      assertThat(expected).hasSize(40 + 50 + 50);

      String root = folder.resolve("lake").toString();
      String walked =
          done(python("walk.py", root, PublishedLake.PIPELINE.path(), SPEC.ref().path()));
      List<String> byPyarrow = new ArrayList<>();
      List<String> byDuckDb = new ArrayList<>();
      for (JsonObject file : files(walked)) {
        Map<String, String> keys = keysOfRuns.get(file.string("run"));
        if (keys == null) {
          keys = words(done(java("RunKeys.java", arguments(file, arn))));
          keysOfRuns.put(file.string("run"), keys);
        }
        assertThat(keys.get("commitment")).isEqualTo(file.string("commitment"));
        String path = root + "/" + file.string("path");
        String month = "|" + file.object("partition").string("month");
        String key = keys.get("parquet-footer");
        done(python("rows.py", path, key))
            .lines()
            .forEach(row -> byPyarrow.add(row.replace("None", "null") + month));
        duckDb(path, key).forEach(row -> byDuckDb.add(row + month));
      }
      byPyarrow.sort(null);
      byDuckDb.sort(null);
      assertThat(byPyarrow).isEqualTo(expected);
      assertThat(byDuckDb).isEqualTo(expected);
      System.out.println(
          "oracle none of our jars: "
              + expected.size()
              + " rows of 2 runs by pyarrow and DuckDB ran, 0 failed");
    }
    envelopedObjectsAreOpened(lake, keysOfRuns.get("r-1").get("object-wrapping"));
  }

  private static List<JsonObject> files(String walked) {
    return JsonObject.builder()
        .put("files", JsonValue.parse(walked.getBytes(StandardCharsets.UTF_8)))
        .build()
        .objects("files");
  }

  /** What the page says that RunKeys.java takes. */
  private static List<String> arguments(JsonObject file, String arn) {
    JsonObject wrapped = file.object("wrapped");
    boolean inKms = wrapped.string("provider").equals("aws-kms");
    String local = "bank:lake:" + Base64.getEncoder().encodeToString(new byte[32]);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                inKms ? "aws-kms:" + arn : local,
                file.string("run"),
                wrapped.string("provider"),
                wrapped.string("info"),
                wrapped.string("ciphertext")));
    JsonObject context = file.object("context");
    for (String name : context.members().keySet()) {
      arguments.add(name + "=" + context.string(name));
    }
    return arguments;
  }

  private List<String> duckDb(String path, String key) throws Exception {
    String[] sql =
        Files.readString(code.get("duckdb.sql"))
            .replace("<file>", path)
            .replace("<parquet-footer>", key)
            .split(";\n", -1);
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(sql[0]);
      try (ResultSet result = statement.executeQuery(sql[1])) {
        while (result.next()) {
          @Nullable String balance = result.getString(3);
          rows.add(result.getString(1) + "|" + result.getString(2) + "|" + balance);
        }
      }
    }
    return rows;
  }

  private void envelopedObjectsAreOpened(PublishedLake lake, String key) throws Exception {
    byte[] content =
        "account;balance\nT-7Q2M;1204.50\n".repeat(3_000).getBytes(StandardCharsets.UTF_8);
    String keyId;
    Path object = folder.resolve("object");
    try (RunKeys keys =
        RunKeys.open(lake.store, lake.runs.manifest(new RunId("r-1")).orElseThrow(), lake.keys)) {
      keyId = keys.keyId(SPEC.ref());
      EncryptionContext context = keys.context(SPEC.ref(), "file");
      Files.write(
          object,
          EnvelopeEncryptor.builder(keys.objectKeys(SPEC.ref()))
              .build()
              .encrypt(content, keys.objectKeyId(SPEC.ref()), context));
    }
    assertThat(done(java("OpenObject.java", List.of(object.toString(), keyId, key))))
        .endsWith(new String(content, StandardCharsets.UTF_8));
  }

  @Test
  void pyarrowRefusesAFileWithAKeyClassAndReadsTheOtherLayout() throws Exception {
    unpack();
    byte[] key = new byte[32];
    key[0] = 7;
    String footer = Base64.getEncoder().encodeToString(key);
    ParquetFileKeys keys = ParquetFileKeys.of(key, "r/d/default");
    KeyClass personal = new KeyClass("personal");
    ParquetSchema schema =
        ParquetSchema.parse(
            """
            {"type":"record","name":"t","fields":[
              {"name":"id","type":"long"},{"name":"iban","type":"string"}]}
            """);
    Path one = write(folder.resolve("one.parquet"), schema, keys);
    assertThat(done(python("rows.py", one.toString(), footer)).lines())
        .hasSize(30_000)
        .endsWith("29999|DE29999");
    byte[] other = new byte[32];
    other[0] = 1;
    Path two =
        write(
            folder.resolve("two.parquet"),
            schema.withKeyClass(personal, "iban"),
            keys.with(personal, other, "r/d/personal"));
    Said refused = run(python("rows.py", two.toString(), footer));
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.text()).doesNotContain("DE1").contains("pyarrow");
  }

  private static Path write(Path path, ParquetSchema schema, ParquetFileKeys keys)
      throws IOException {
    try (OutputStream sink = Files.newOutputStream(path);
        ParquetRowWriter out =
            new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD).write(sink, schema, keys)) {
      for (int row = 0; row < 30_000; row++) {
        out.setLong(0, row);
        out.setString(1, "DE" + row);
        out.endRow();
      }
      out.finish();
    }
    return path;
  }

  @AfterEach
  void stop() {
    kms.close();
  }
}
