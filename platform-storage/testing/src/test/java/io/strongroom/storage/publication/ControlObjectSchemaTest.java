package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.journal.Journal;
import io.strongroom.storage.journal.LocalJournal;
import io.strongroom.storage.journal.StoredJournal;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunLease;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written has the members that the published JSON Schemas name, and no others. */
@Tag("verify")
class ControlObjectSchemaTest {
  private static final Set<String> NAMES =
      Set.of(
          "try",
          "approval",
          "hold",
          "hold-release",
          "deletion",
          "deletion-part",
          "deletion-begun",
          "deletion-done",
          "retired",
          "request",
          "lease",
          "plan",
          "outcome",
          "keys",
          "manifest",
          "schema",
          "generation",
          "generation-leaf",
          "publication",
          "latest",
          "derived-latest",
          "success");

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);

  /** Writes every object at least once, and optional members both there and not there. */
  private void writeEverything() {
    writeDeletions();
    String schema = writeSchemas();
    pipeline.commit(
        "r-1",
        "1",
        Optional.empty(),
        TestRuns.output("r-1", TestRuns.spec(SILVER), "2026-01")
            .withSchema(schema)
            .withLayout("STANDARD"),
        TestRuns.output("r-1", TestRuns.spec(CONDEMNED)));
    pipeline.promote("r-1");
    pipeline.commit(
        "r-2", "2", Optional.of("r-1"), TestRuns.output("r-2", TestRuns.spec(SILVER), "2026-01"));
    new Approvals(store, TestRuns.PIPELINE, TestRuns.KEYRING)
        .decide(new RunId("r-2"), Decision.APPROVED, TestRuns.APPROVALS, "looked", TestRuns.CLOCK);
    pipeline.approving(new ApprovalRule(1, true)).promote(new RunId("r-2"), "releaser", "checked");
    new DerivedCopies(store).rebuild(pipeline.state());
    pipeline.publisher.rollback("b-1", 4, "operator", "wrong");
    RunId run = new RunId("r-1");
    pipeline.runs.plan(run, JsonObject.builder().put("any", 1).build());
    pipeline.runs.outcome(run, "load", "p", JsonObject.builder().put("any", true).build());
    try (RunLease lease = pipeline.runs.lease(run, Duration.ofSeconds(5))) {
      assertThat(lease.lost()).isFalse();
    }
    RunRequest ended = TestRuns.request("r-3", "3", pipeline.head(), Optional.of("r-2"));
    pipeline.runs.claim(ended);
    pipeline.runs.abort(ended, "operator", "stuck");
    try (RawAesKeyService service =
        new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom())) {
      RunKeys.create(
              store,
              ended,
              List.of(
                  TestRuns.spec(SILVER).withKeyClasses(Set.of(new KeyClass("personal"))),
                  TestRuns.spec(CONDEMNED)),
              service,
              KeyResolver.single(new KeyId("lake")),
              "bank")
          .close();
    }
  }

  /** Two schemas of a dataset; gives the fingerprint of the second. */
  private String writeSchemas() {
    SchemaHistory history = new SchemaHistory(store, TestRuns.PIPELINE);
    SchemaField id = SchemaField.required("id", Scalar.LONG, Classification.INTERNAL);
    SchemaField note = SchemaField.nullable("note", Scalar.STRING, Classification.PUBLIC);
    DatasetSchema second = DatasetSchema.of("v1", id, note.otherwise("none"));
    for (DatasetSchema schema : List.of(DatasetSchema.of("v1", id), second)) {
      history.register(
          TestRuns.spec(SILVER), schema, "owner", "known now", TestRuns.CLOCK.instant());
    }
    return second.fingerprint();
  }

  /** A retirement of a run, with both kinds of items, and holds of both kinds. */
  private void writeDeletions() {
    pipeline.commit("r-0", "0", TestRuns.spec(CONDEMNED), "2026-01");
    pipeline.promote("r-0");
    Duration month = Duration.ofDays(30);
    TestPipeline later =
        new TestPipeline(store, pipeline.intents, () -> TestRuns.CLOCK.instant().plus(month));
    RetentionPolicy policy =
        RetentionPolicy.of(Duration.ofDays(1), Map.of(CONDEMNED, month.dividedBy(2)));
    store.put(TestRuns.file("r-0", CONDEMNED, "2026-01").path(), new byte[0]);
    for (int i = 0; i < 2; i++) {
      DeletionPlan plan = later.retention().plan(policy, "operator", "old");
      later.publisher.retire(plan.digest(), ApprovalRule.NONE, "operator", "old");
      later.deletions().execute(plan.digest(), "operator", "old");
      later =
          new TestPipeline(
              store, pipeline.intents, () -> TestRuns.CLOCK.instant().plus(month.multipliedBy(2)));
    }
    for (String[] hold : new String[][] {{"h-1", "2026-01"}, {"h-2", ""}}) {
      boolean whole = hold[1].isEmpty();
      pipeline
          .holds()
          .place(
              new LegalHold(
                  hold[0],
                  whole ? Optional.of(new RunId("r-1")) : Optional.empty(),
                  whole ? Optional.empty() : Optional.of(SILVER),
                  new TreeMap<>(whole ? Map.of() : Map.of("month", hold[1])),
                  "counsel",
                  "case 7",
                  TestRuns.CLOCK.instant()));
    }
    pipeline.holds().release("h-1", "counsel", "closed");
  }

  @Test
  void everyObjectKeepsItsSchema() {
    writeEverything();
    Set<String> seen = new TreeSet<>();
    for (ObjectInfo info : objects()) {
      JsonObject json =
          JsonValue.parseCanonicalObject(store.get(info.key()).orElseThrow().content());
      String name = json.string("format").replaceAll("^strongroom[.]|[.]v1$", "");
      seen.add(name);
      List<String> problems = new ArrayList<>();
      check(info.key(), json, schema(name), problems);
      assertThat(problems).as(info.key()).isEmpty();
    }
    assertThat(seen).isEqualTo(new TreeSet<>(NAMES));
  }

  @Test
  void everySchemaIsPublishedAndRefusesAMissingAndAnUnknownMember() {
    writeEverything();
    for (ObjectInfo info : objects()) {
      JsonObject json =
          JsonValue.parseCanonicalObject(store.get(info.key()).orElseThrow().content());
      JsonObject schema = schema(json.string("format").replaceAll("^strongroom[.]|[.]v1$", ""));
      JsonObject.Builder more = JsonObject.builder().put("unknown", 1);
      json.members().forEach(more::put);
      List<String> problems = new ArrayList<>();
      check("more", more.build(), schema, problems);
      assertThat(problems).hasSize(1);
      problems.clear();
      check("less", json.without("format"), schema, problems);
      assertThat(problems).hasSize(1);
    }
  }

  @Test
  void theMarksOfJournalsKeepTheirSchemas(@TempDir Path folder) throws IOException {
    try (Journal local = LocalJournal.open(folder);
        Journal stored = StoredJournal.open(store, "journal")) {
      for (Journal journal : List.of(local, stored)) {
        journal.release(journal.append(new byte[] {1}));
      }
    }
    byte[] remote = store.get("journal/mark.json").orElseThrow().content();
    requireMark("journal-mark", Files.readAllBytes(folder.resolve("mark")));
    requireMark("stored-journal-mark", remote);
    Path golden = Path.of("../core/src/test/resources/golden/journal-v1");
    requireMark("journal-mark", Files.readAllBytes(golden.resolve("local/mark")));
    requireMark("stored-journal-mark", Files.readAllBytes(golden.resolve("stored/mark.json")));
  }

  private static void requireMark(String name, byte[] mark) {
    JsonObject json = JsonValue.parseCanonicalObject(mark);
    List<String> problems = new ArrayList<>();
    check(name, json, schema(name), problems);
    assertThat(problems).isEmpty();
    check(name, json.without("through"), schema(name), problems);
    assertThat(problems).containsExactly(name + " lacks through");
  }

  private List<ObjectInfo> objects() {
    return store.list("", null, 1000).stream()
        .filter(info -> !info.key().endsWith(".parquet") && !info.key().startsWith("probe/"))
        .toList();
  }

  private static JsonObject schema(String name) {
    String resource = "schema/" + name + ".v1.schema.json";
    try (InputStream in = ObjectStore.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      JsonObject schema = JsonValue.parseObject(in.readAllBytes());
      assertThat(schema.string("$schema"))
          .isEqualTo("https://json-schema.org/draft/2020-12/schema");
      return schema;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The part of JSON Schema that our schemas use. */
  private static void check(
      String place, JsonValue value, JsonObject schema, List<String> problems) {
    if (schema.has("const") && !value.equals(schema.members().get("const"))) {
      problems.add(place + " is not the constant");
    }
    if (schema.has("enum") && !((JsonArray) schema.members().get("enum")).items().contains(value)) {
      problems.add(place + " is none of the values");
    }
    switch (schema.optionalString("type").orElse("")) {
      case "object" -> checkObject(place, value, schema, problems);
      case "array" -> {
        List<JsonValue> items = ((JsonArray) value).items();
        if (items.size() < limit(schema, "minItems", 0)
            || items.size() > limit(schema, "maxItems", Long.MAX_VALUE)) {
          problems.add(place + " has another number of items");
        }
        items.forEach(item -> check(place + "[]", item, schema.object("items"), problems));
      }
      case "string" -> {
        String text = ((JsonString) value).value();
        if (text.length() < limit(schema, "minLength", 0)
            || schema.optionalString("pattern").filter(form -> !text.matches(form)).isPresent()) {
          problems.add(place + " is another text");
        }
      }
      case "integer" -> {
        long number = ((JsonNumber) value).value();
        if (number < limit(schema, "minimum", Long.MIN_VALUE)
            || number > limit(schema, "maximum", Long.MAX_VALUE)) {
          problems.add(place + " is another number");
        }
      }
      default -> assertThat(schema.has("const") || schema.has("enum")).as(place).isTrue();
    }
  }

  private static void checkObject(
      String place, JsonValue value, JsonObject schema, List<String> problems) {
    JsonObject json = (JsonObject) value;
    JsonObject properties =
        schema.has("properties") ? schema.object("properties") : JsonObject.builder().build();
    if (schema.has("required")) {
      for (String name : schema.strings("required")) {
        if (!json.has(name)) {
          problems.add(place + " lacks " + name);
        }
      }
    }
    JsonValue others = schema.members().get("additionalProperties");
    for (Map.Entry<String, JsonValue> member : json.members().entrySet()) {
      String name = place + "." + member.getKey();
      if (properties.has(member.getKey())) {
        check(name, member.getValue(), properties.object(member.getKey()), problems);
      } else if (others instanceof JsonObject other) {
        check(name, member.getValue(), other, problems);
      } else if (others != null) {
        problems.add(name + " is unknown");
      }
    }
  }

  private static long limit(JsonObject schema, String name, long otherwise) {
    return schema.has(name) ? schema.integer(name) : otherwise;
  }
}
