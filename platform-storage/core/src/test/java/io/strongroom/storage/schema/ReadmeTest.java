package io.strongroom.storage.schema;

import static io.strongroom.storage.schema.Classification.PERSONAL;
import static io.strongroom.storage.schema.Classification.PUBLIC;
import static io.strongroom.storage.schema.Classification.SENSITIVE;
import static io.strongroom.storage.schema.FieldForm.TOKENIZED;
import static io.strongroom.storage.schema.FieldType.Scalar.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.schema.FieldType.Decimal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void theReadmeShowsWhatRuns() throws IOException {
    ObjectStore store = new LocalObjectStore(folder);
    PipelineRef pipeline = new PipelineRef("payments", "transactions");
    DatasetSpec balances =
        new DatasetSpec(
            new DatasetRef(Layer.GOLD, "payments", "balances"),
            DatasetMode.SNAPSHOT,
            Protection.ENGINE_READABLE,
            ConflictRule.NONE,
            "v1");
    Instant at = Instant.parse("2026-01-21T02:00:00Z");
    new SchemaHistory(store, pipeline)
        .register(
            balances,
            DatasetSchema.of(
                "v1",
                SchemaField.required("account", STRING, PERSONAL).in(TOKENIZED),
                SchemaField.required("balance", new Decimal(16, 2), SENSITIVE)),
            "owner",
            "first",
            at);
    DatasetOutput written = new DatasetOutput(balances, "key", "0".repeat(64), List.of());
    // readme
    SchemaHistory history = new SchemaHistory(store, pipeline);
    DatasetSchema schema =
        DatasetSchema.of(
            "v1",
            SchemaField.required("account", STRING, PERSONAL).in(TOKENIZED),
            SchemaField.required("balance", new Decimal(16, 2), SENSITIVE),
            SchemaField.nullable("currency", STRING, PUBLIC).otherwise("EUR"));
    SchemaChange change = history.compare(balances.ref(), schema); // registers nothing
    RegisteredSchema now = history.register(balances, schema, "owner", "accounts in USD", at);
    DatasetOutput output = written.withSchema(schema.fingerprint()); // into the run's manifest
    // end
    assertThat(change.verdict()).isEqualTo(Verdict.ADDITIVE);
    assertThat(now.number()).isEqualTo(2);
    assertThat(output.schema()).contains(now.schema().fingerprint());
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/storage/schema/ReadmeTest.java"));
    String code =
        source.substring(source.indexOf("// readme\n") + 10, source.indexOf("    // end\n"));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + code.replaceAll("(?m)^ {4}", "") + "```");
  }
}
