package io.strongroom.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class SchemaChangeTest {
  private static final SchemaField ID = required("id", "long");
  private static final SchemaField NOTE = nullable("note", "string");

  private static SchemaField required(String name, String type) {
    return SchemaField.required(name, FieldType.parse(type), Classification.INTERNAL);
  }

  private static SchemaField nullable(String name, String type) {
    return SchemaField.nullable(name, FieldType.parse(type), Classification.INTERNAL);
  }

  private static SchemaField classified(Classification classification, FieldForm form) {
    return SchemaField.required("iban", Scalar.STRING, classification).in(form);
  }

  private static SchemaChange change(SchemaField before, SchemaField after) {
    return SchemaChange.between(DatasetSchema.of("v1", before), DatasetSchema.of("v1", after));
  }

  private static void isOne(SchemaChange change, Verdict verdict, String field) {
    assertThat(change.verdict()).isEqualTo(verdict);
    assertThat(change.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.field()).isEqualTo(field);
              assertThat(finding.verdict()).isEqualTo(verdict);
            });
  }

  @Test
  void theSameFieldsAreIdenticalWhateverTheVersion() {
    DatasetSchema one = DatasetSchema.of("v1", ID, NOTE);
    DatasetSchema two = DatasetSchema.of("v2", ID, NOTE);
    assertThat(SchemaChange.between(one, two).verdict()).isEqualTo(Verdict.IDENTICAL);
    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
  }

  @Test
  void theFingerprintIsTheDigestOfTheDocumentedForm() {
    // echo -n '{"fields":[{"classification":"internal","form":"clear","name":"id",
    //   "nullable":false,"type":"long"}]}' | sha256sum
    assertThat(DatasetSchema.of("v1", ID).fingerprint())
        .isEqualTo("3b13c749de22afb17d4eabab8fbf179b73f8a3bc256821265c666da9b3a1e54f");
  }

  @Test
  void anAddedFieldIsAdditiveWhereOlderRecordsHaveAValueOrNone() {
    DatasetSchema before = DatasetSchema.of("v1", ID);
    isOne(SchemaChange.between(before, DatasetSchema.of("v1", NOTE, ID)), Verdict.ADDITIVE, "note");
    isOne(
        SchemaChange.between(
            before, DatasetSchema.of("v1", ID, required("kind", "string").otherwise("CARD"))),
        Verdict.ADDITIVE,
        "kind");
    isOne(
        SchemaChange.between(before, DatasetSchema.of("v1", ID, required("kind", "string"))),
        Verdict.BREAKING,
        "kind");
  }

  @Test
  void aFieldThatMovedIsAdditiveAndOneThatIsGoneBreaks() {
    DatasetSchema before = DatasetSchema.of("v1", ID, NOTE);
    isOne(SchemaChange.between(before, DatasetSchema.of("v1", NOTE, ID)), Verdict.ADDITIVE, "note");
    isOne(SchemaChange.between(before, DatasetSchema.of("v1", ID)), Verdict.BREAKING, "note");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int           | long          | WIDENING
          int           | double        | WIDENING
          float         | double        | WIDENING
          decimal(9,2)  | decimal(18,2) | WIDENING
          decimal(18,2) | decimal(38,2) | WIDENING
          long          | int           | BREAKING
          long          | double        | BREAKING
          int           | float         | BREAKING
          double        | float         | BREAKING
          decimal(9,2)  | decimal(9,3)  | BREAKING
          decimal(9,2)  | decimal(12,3) | BREAKING
          decimal(18,2) | decimal(9,2)  | BREAKING
          int           | decimal(18,0) | BREAKING
          int           | date          | BREAKING
          string        | bytes         | BREAKING
          enum<A>       | enum<A,B>     | BREAKING
          list<int>     | list<int?>    | BREAKING
          record<a:int> | record<a:int,b:int?> | BREAKING
          """)
  void aTypeWidensOrBreaks(String before, String after, Verdict verdict) {
    isOne(change(required("x", before), required("x", after)), verdict, "x");
  }

  @Test
  void nullabilityWidensOneWayAndBreaksTheOther() {
    isOne(change(required("x", "int"), nullable("x", "int")), Verdict.WIDENING, "x");
    isOne(change(nullable("x", "int"), required("x", "int")), Verdict.BREAKING, "x");
  }

  @Test
  void whatOlderRecordsAreReadAsDoesNotChange() {
    SchemaField none = required("x", "int");
    SchemaField zero = none.otherwise("0");
    isOne(change(none, zero), Verdict.ADDITIVE, "x");
    isOne(change(zero, none), Verdict.BREAKING, "x");
    isOne(change(zero, none.otherwise("1")), Verdict.BREAKING, "x");
    isOne(change(nullable("x", "int"), nullable("x", "int").otherwise("0")), Verdict.BREAKING, "x");
    isOne(change(zero, required("x", "double").otherwise("0.0")), Verdict.WIDENING, "x");
  }

  @Test
  void aStricterClassWidensAndALooserOneOrAnotherFormBreaks() {
    SchemaField personal = classified(Classification.PERSONAL, FieldForm.CLEAR);
    SchemaField sensitive = classified(Classification.SENSITIVE, FieldForm.CLEAR);
    isOne(change(sensitive, personal), Verdict.WIDENING, "iban");
    isOne(change(personal, sensitive), Verdict.BREAKING, "iban");
    isOne(change(personal, personal.in(FieldForm.TOKENIZED)), Verdict.BREAKING, "iban");
  }

  @Test
  void theWorstFindingIsTheVerdictAndAllAreNamed() {
    SchemaChange change =
        SchemaChange.between(
            DatasetSchema.of("v1", ID, required("x", "int"), NOTE),
            DatasetSchema.of("v1", ID, required("x", "long"), nullable("more", "date")));
    assertThat(change.verdict()).isEqualTo(Verdict.BREAKING);
    assertThat(change.findings())
        .extracting(SchemaFinding::toString)
        .containsExactly(
            "field 'x' was int and is long", "field 'note' was removed", "field 'more' was added");
  }

  @Test
  void whatIsPersonalOrSecretStandsInClearOnlyBelowGoldAndEncrypted() {
    for (Layer layer : Layer.values()) {
      for (Protection protection : Protection.values()) {
        for (Classification classification : Classification.values()) {
          for (FieldForm form : FieldForm.values()) {
            DatasetSchema schema = DatasetSchema.of("v1", ID, classified(classification, form));
            boolean exposed =
                (classification == Classification.PERSONAL
                        || classification == Classification.SECRET)
                    && form == FieldForm.CLEAR
                    && (layer == Layer.GOLD || protection == Protection.ENGINE_READABLE);
            if (exposed) {
              assertThatThrownBy(() -> schema.requireAllowedIn(spec(layer, protection, "v1")))
                  .hasMessageContaining("iban")
                  .extracting(e -> ((StorageException) e).code())
                  .isEqualTo(StorageErrorCode.SCHEMA_EXPOSES);
            } else {
              schema.requireAllowedIn(spec(layer, protection, "v1"));
            }
          }
        }
      }
    }
    assertThatThrownBy(
            () ->
                DatasetSchema.of("v1", ID)
                    .requireAllowedIn(spec(Layer.GOLD, Protection.SEALED, "v2")))
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(StorageErrorCode.DATASET_SCHEMA_REFUSED);
  }

  private static DatasetSpec spec(Layer layer, Protection protection, String version) {
    return new DatasetSpec(
        new DatasetRef(layer, "payments", "balances"),
        DatasetMode.APPEND,
        protection,
        ConflictRule.NONE,
        version);
  }

  @Test
  void inAClearFooterOnlyWhatIsPublicOrInternalLeavesStatistics() {
    DatasetSchema schema =
        DatasetSchema.of(
            "v1",
            SchemaField.required("a", Scalar.INT, Classification.PUBLIC),
            ID,
            SchemaField.required("c", new Decimal(16, 2), Classification.SENSITIVE),
            SchemaField.required("d", Scalar.STRING, Classification.PERSONAL)
                .in(FieldForm.TOKENIZED),
            SchemaField.required("e", Scalar.STRING, Classification.SECRET).in(FieldForm.SEALED));
    assertThat(schema.fieldsWithoutStatistics(Protection.ENGINE_READABLE))
        .containsExactly("c", "d", "e");
    assertThat(schema.fieldsWithoutStatistics(Protection.SEALED)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "long",
        "timestamp-micros",
        "decimal(38,38)",
        "fixed(16)",
        "enum<A,b_2>",
        "list<string?>",
        "map<list<int>>",
        "record<street:string,zip:string?,more:record<a:list<uuid?>?>>"
      })
  void aTypeIsReadFromItsText(String text) {
    assertThat(FieldType.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "Long", "long ", "long?", "decimal(0,0)", "decimal(39,2)", "decimal(2,3)",
        "decimal(02,1)", "fixed(0)", "fixed(65537)", "enum<>", "enum<A,A>", "list<>", "list<int",
        "map<int>>", "record<>", "record<a:int,a:int>", "record<2:int>", "list<int?>?"
      })
  void whatIsNoTypeIsRefused(String text) {
    assertThatThrownBy(() -> FieldType.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTypeOfManyLevelsIsRefusedBeforeTheStackIsFull() {
    String text = "list<".repeat(9_000) + "int" + ">".repeat(9_000);
    assertThatThrownBy(() -> FieldType.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          boolean          | true       | True
          int              | -12        | 012
          long             | 0          | -0
          float            | 0.5        | 0.50
          double           | 1.0E10     | NaN
          decimal(5,2)     | -0.50      | 0.5
          decimal(3,2)     | 9.99       | 10.00
          date             | 2026-01-31 | 2026-02-31
          timestamp-micros | 2026-01-31T00:00:00Z | 2026-01-31T00:00:00.000000001Z
          enum<A,B>        | B          | C
          """)
  void aDefaultHasOneText(String type, String good, String bad) {
    SchemaField field = required("x", type);
    assertThat(field.otherwise(good).defaultValue()).contains(good);
    assertThatThrownBy(() -> field.otherwise(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'x'")
        .message()
        .doesNotContain(bad);
  }

  @Test
  void namesThatSqlDoesNotTellApartAreRefused() {
    assertThatThrownBy(() -> DatasetSchema.of("v1", ID, required("ID", "int")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> required("a b", "int")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DatasetSchema("v1", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
