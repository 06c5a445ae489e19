package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.REF;
import static io.strongroom.pipeline.RowsPipeline.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pipeline says about the files of its datasets stands in manifests, and is held to. */
@Tag("verify")
class DatasetFormTest {
  private static final DatasetSchema FIRST = schema("v1", "amount");

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final TestLake lake = new TestLake(store);
  private final RowsPipeline rows = RowsPipeline.small();
  private final SchemaHistory history = new SchemaHistory(store, REF);

  private static DatasetSchema schema(String version, String second) {
    return DatasetSchema.of(
        version,
        SchemaField.required("id", Scalar.LONG, Classification.INTERNAL),
        SchemaField.nullable(second, Scalar.STRING, Classification.INTERNAL));
  }

  private static DatasetForm form(DatasetSchema schema) {
    return new DatasetForm(schema, Optional.of("SINGLE_PAGE"));
  }

  private RunResult run(DatasetSchema schema, String why) {
    return lake.runner().run(rows.pipeline().with(SILVER, form(schema)), rows.spec().again(why));
  }

  @Test
  void theManifestNamesSchemaAndLayoutAndTheSchemaIsRegistered() {
    RunResult.Completed done = (RunResult.Completed) run(FIRST, "first");
    DatasetOutput silver = done.manifest().output(SILVER).orElseThrow();
    assertThat(silver.schema()).contains(FIRST.fingerprint());
    assertThat(silver.layout()).contains("SINGLE_PAGE");
    assertThat(done.manifest().output(RowsPipeline.GOLD).orElseThrow().schema()).isEmpty();
    assertThat(history.all(SILVER)).extracting(RegisteredSchema::schema).containsExactly(FIRST);
    assertThat(history.all(SILVER).get(0).actor()).isEqualTo("tester");
    assertThat(run(FIRST, "again")).isInstanceOf(RunResult.Completed.class);
    assertThat(history.all(SILVER)).hasSize(1);
  }

  @Test
  void aSchemaThatBreaksUnderTheSameVersionEndsTheRunBeforeItClaimsAnything() {
    run(FIRST, "first");
    long runs = claimed();
    assertThatThrownBy(() -> run(schema("v1", "total"), "renamed"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.SCHEMA_BREAKING))
        .hasMessageContaining("amount");
    assertThat(claimed()).isEqualTo(runs);
  }

  private long claimed() {
    return store.list("control/payments/rows/runs/", null, 1000).stream()
        .filter(info -> info.key().endsWith("/request.json"))
        .count();
  }

  @Test
  void aRunOfAnOlderPipelineIsHeldWhenANewerSchemaHasBrokenWithIts() {
    run(FIRST, "first");
    Pipeline older = rows.pipeline().with(SILVER, form(FIRST));
    history.register(
        new DatasetSpec(
            SILVER,
            older.dataset(SILVER).orElseThrow().mode(),
            older.dataset(SILVER).orElseThrow().protection(),
            older.dataset(SILVER).orElseThrow().conflicts(),
            "v2"),
        schema("v2", "total"),
        "owner",
        "renamed",
        Instant.parse("2024-02-01T00:00:00Z"));
    RunResult result = lake.runner().run(older, rows.spec().again("late"));
    assertThat(result)
        .isInstanceOfSatisfying(
            RunResult.Held.class, held -> assertThat(held.why()).contains("v2", "broke"));
  }

  @Test
  void aFormOfAnotherDatasetOrVersionIsRefused() {
    Pipeline pipeline = rows.pipeline();
    assertThatThrownBy(
            () -> pipeline.with(new DatasetRef(Layer.GOLD, "payments", "other"), form(FIRST)))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("does not write");
    assertThatThrownBy(() -> pipeline.with(SILVER, form(schema("v2", "amount"))))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("another version");
  }
}
