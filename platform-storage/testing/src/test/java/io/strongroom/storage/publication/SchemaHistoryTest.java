package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.schema.Verdict;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class SchemaHistoryTest {
  private static final Instant NOW = Instant.parse("2026-01-21T02:00:00Z");
  private static final DatasetSpec SPEC = TestRuns.spec(SILVER);
  private static final SchemaField ID =
      SchemaField.required("id", Scalar.LONG, Classification.INTERNAL);
  private static final SchemaField IBAN =
      SchemaField.required("iban", Scalar.STRING, Classification.PERSONAL);
  private static final SchemaField FEE =
      SchemaField.nullable("fee", new Decimal(9, 2), Classification.SENSITIVE).otherwise("0.00");
  private static final DatasetSchema FIRST = DatasetSchema.of("v1", ID, IBAN);
  private static final DatasetSchema WITH_FEE = DatasetSchema.of("v1", ID, IBAN, FEE);
  private static final DatasetSchema WITHOUT_IBAN = DatasetSchema.of("v1", ID, FEE);

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final SchemaHistory history = new SchemaHistory(store, PIPELINE);

  private static DatasetSpec version(String version) {
    return new DatasetSpec(SILVER, SPEC.mode(), SPEC.protection(), SPEC.conflicts(), version);
  }

  private static DatasetSchema as(String version, DatasetSchema schema) {
    return new DatasetSchema(version, schema.fields());
  }

  private RegisteredSchema register(DatasetSchema schema) {
    return history.register(version(schema.version()), schema, "owner", "needed", NOW);
  }

  private static void refused(StorageErrorCode code, Runnable action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(code);
  }

  @Test
  void theHistoryGrowsByWhatChangesAndRecordsTheVerdict() {
    assertThat(history.newest(SILVER)).isEmpty();
    assertThat(register(FIRST).change().verdict()).isEqualTo(Verdict.IDENTICAL);
    assertThat(register(FIRST).number()).isEqualTo(1);
    assertThat(history.compare(SILVER, WITH_FEE).verdict()).isEqualTo(Verdict.ADDITIVE);
    RegisteredSchema second = register(WITH_FEE);
    assertThat(second.change().verdict()).isEqualTo(Verdict.ADDITIVE);
    assertThat(second.change().findings()).extracting("field").containsExactly("fee");
    assertThat(history.all(SILVER)).hasSize(2).last().isEqualTo(second);
    assertThat(history.find(SILVER, FIRST.fingerprint()).orElseThrow().number()).isEqualTo(1);
  }

  @Test
  void aBreakingChangeNeedsAVersionThatTheDatasetNeverHad() {
    register(FIRST);
    register(WITH_FEE);
    refused(
        StorageErrorCode.SCHEMA_BREAKING,
        () -> register(WITHOUT_IBAN),
        "v1",
        SILVER.path(),
        "'iban' was removed");
    assertThat(register(as("v2", WITHOUT_IBAN)).change().verdict()).isEqualTo(Verdict.BREAKING);
    refused(StorageErrorCode.SCHEMA_BREAKING, () -> register(WITH_FEE), "v1", "v2");
    assertThat(history.all(SILVER)).hasSize(3);
  }

  @Test
  void whoLosesTheRaceForANumberComparesAnew() {
    register(FIRST);
    SchemaHistory racing =
        new SchemaHistory(
            new ForwardingObjectStore(store) {
              private boolean raced;

              @Override
              public WriteResult putIfAbsent(String key, byte[] content) {
                if (!raced) {
                  raced = true;
                  register(WITH_FEE);
                }
                return super.putIfAbsent(key, content);
              }
            },
            PIPELINE);
    refused(
        StorageErrorCode.SCHEMA_BREAKING,
        () ->
            racing.register(
                SPEC,
                DatasetSchema.of(
                    "v1",
                    ID,
                    IBAN,
                    SchemaField.nullable("fee", Scalar.LONG, Classification.SENSITIVE)),
                "owner",
                "late",
                NOW),
        "'fee' was decimal(9,2) and is long");
    assertThat(history.all(SILVER)).hasSize(2);
  }

  @Test
  void anythingElseThanWhatWasRegisteredIsRefused() {
    register(FIRST);
    register(WITH_FEE);
    List<String> keys = store.list("", null, 10).stream().map(info -> info.key()).toList();
    assertThat(keys)
        .containsExactly(
            "control/payments/transactions/schemas/silver/payments/transactions/000001.json",
            "control/payments/transactions/schemas/silver/payments/transactions/000002.json");
    for (String key : keys) {
      byte[] good = store.get(key).orElseThrow().content();
      String text = new String(good, StandardCharsets.UTF_8);
      for (String bad :
          List.of(
              text.replace("personal", "internal"),
              text.replace("\"number\":", "\"number\":1"),
              text.replace("silver/payments", "gold/payments"),
              text.replace("{", "{ "),
              text.replace("strongroom.schema.v1", "strongroom.schema.v2"),
              "")) {
        store.put(key, bad.getBytes(StandardCharsets.UTF_8));
        refused(StorageErrorCode.SCHEMA_HISTORY_INVALID, () -> history.all(SILVER), "000");
      }
      store.put(key, text.replace("needed", "meant").getBytes(StandardCharsets.UTF_8));
      if (key.endsWith("1.json")) {
        refused(StorageErrorCode.SCHEMA_HISTORY_INVALID, () -> history.all(SILVER), "000002");
      }
      store.put(key, good);
    }
    assertThat(history.all(SILVER)).hasSize(2);
  }

  @Test
  void aRunIsPublishedOnlyUnderASchemaThatIsRegisteredAndStillReadable() {
    TestPipeline pipeline = new TestPipeline(store);
    promoteHeld(pipeline, "r-0", FIRST, "is not registered");
    register(FIRST);
    TestPipeline.published(promote(pipeline, "r-1", FIRST));
    promoteHeld(pipeline, "r-2", WITH_FEE, "is not registered");
    register(WITH_FEE);
    TestPipeline.published(promote(pipeline, "r-3", WITH_FEE));
    TestPipeline.published(promote(pipeline, "r-4", FIRST));
    register(as("v2", WITHOUT_IBAN));
    promoteHeld(pipeline, "r-5", FIRST, "'iban' was removed");
    promoteHeld(pipeline, "r-6", WITHOUT_IBAN, "is not registered");
    TestPipeline.published(promote(pipeline, "r-7", as("v2", WITHOUT_IBAN)));
    assertThat(pipeline.live(SILVER)).containsExactly("r-1", "r-3", "r-4", "r-7");
    assertThat(
            pipeline.state().liveRuns(SILVER).stream()
                .map(run -> run.output(SILVER).orElseThrow().schema().orElseThrow())
                .toList())
        .containsExactly(
            FIRST.fingerprint(),
            WITH_FEE.fingerprint(),
            FIRST.fingerprint(),
            WITHOUT_IBAN.fingerprint());
  }

  @Test
  void aRunThatWritesInClearWhatTheSchemaCallsPersonalIsHeld() {
    TestPipeline pipeline = new TestPipeline(store);
    register(FIRST);
    DatasetSpec open =
        new DatasetSpec(SILVER, SPEC.mode(), Protection.ENGINE_READABLE, SPEC.conflicts(), "v1");
    pipeline.commit(
        "r-1",
        "r-1",
        Optional.empty(),
        TestRuns.output("r-1", open, "2026-01").withSchema(FIRST.fingerprint()));
    assertThat(pipeline.promote("r-1"))
        .isInstanceOfSatisfying(
            PromotionResult.Held.class, held -> assertThat(held.why()).contains("iban"));
  }

  private static PromotionResult promote(TestPipeline pipeline, String run, DatasetSchema schema) {
    pipeline.commit(
        run,
        run,
        Optional.empty(),
        TestRuns.output(run, version(schema.version()), run)
            .withSchema(schema.fingerprint())
            .withLayout("SINGLE_PAGE"));
    return pipeline.promote(run);
  }

  private static void promoteHeld(
      TestPipeline pipeline, String run, DatasetSchema schema, String why) {
    assertThat(promote(pipeline, run, schema))
        .isInstanceOfSatisfying(
            PromotionResult.Held.class, held -> assertThat(held.why()).contains(why));
  }

  /** Made by hand after FORMAT.md; read for ever. */
  @Test
  void theGoldenHistoryIsRead() throws IOException {
    for (int number = 1; number <= 2; number++) {
      store.put(
          "control/payments/transactions/schemas/silver/payments/transactions/00000%d.json"
              .formatted(number),
          golden(number));
    }
    assertThat(history.all(SILVER))
        .extracting(RegisteredSchema::schema)
        .containsExactly(FIRST, WITH_FEE);
    assertThat(history.newest(SILVER).orElseThrow().change().verdict()).isEqualTo(Verdict.ADDITIVE);
  }

  private static byte[] golden(int number) throws IOException {
    String name = "/golden/schema-v1/00000" + number + ".json";
    try (InputStream in = SchemaHistoryTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  @Test
  void aDatasetOutputIsReadBackWithWhatItSaysAboutItsFiles() {

    TestPipeline pipeline = new TestPipeline(store);
    register(FIRST);
    promote(pipeline, "r-1", FIRST);
    assertThat(pipeline.state().liveRuns(SILVER).get(0).output(SILVER).orElseThrow().layout())
        .contains("SINGLE_PAGE");
    assertThatThrownBy(() -> TestRuns.output("r", SPEC).withLayout("single page"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TestRuns.output("r", SPEC).withSchema("v1"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
