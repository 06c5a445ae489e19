package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Avro records are taken. */
@Tag("verify")
class ParquetSchemaTest {

  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining(words)
        .extracting(thrown -> ((ParquetFileException) thrown).code())
        .isEqualTo(ParquetErrorCode.SCHEMA_REFUSED);
  }

  private static ParquetSchema of(String type) {
    return ParquetSchema.parse(
        "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"col\",\"type\":"
            + type
            + "}]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"null\"",
        "[\"null\"]",
        "[\"null\",\"string\",\"long\"]",
        "[\"string\"]",
        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":39,\"scale\":2}",
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":20,"
            + "\"logicalType\":\"decimal\",\"precision\":39,\"scale\":2}"
      })
  void otherTypesAreRefusedWithTheNameOfTheColumn(String type) {
    assertThatThrownBy(() -> of(type))
        .isInstanceOf(ParquetFileException.class)
        .satisfies(
            thrown ->
                assertThat(((ParquetFileException) thrown).code())
                    .isEqualTo(ParquetErrorCode.SCHEMA_REFUSED))
        .hasMessageMatching(".*('col'|record 't').*");
  }

  @Test
  void whatIsNoRecordIsRefused() {
    assertRefused(() -> ParquetSchema.parse("\"string\""), "record");
    assertRefused(
        () -> ParquetSchema.parse("{\"type\":\"record\",\"name\":\"t\",\"fields\":[]}"), "record");
    assertRefused(() -> ParquetSchema.parse("{"), "Avro");
    assertRefused(() -> ParquetSchema.parse("{\"type\":\"nothing\"}"), "Avro");
  }

  @Test
  void columnsAreFoundByName() {
    assertThat(Samples.SCHEMA.index("amount")).isEqualTo(3);
    assertThat(Samples.SCHEMA.columns()).hasSize(12).startsWith("id", "note");
    assertRefused(() -> Samples.SCHEMA.index("absent"), "'absent'");
    assertRefused(() -> Samples.SCHEMA.select("id", "absent"), "'absent'");
    assertRefused(() -> Samples.SCHEMA.select("id", "id"), "'id'");
    assertRefused(Samples.SCHEMA::select, "no column");
    assertRefused(() -> Samples.SCHEMA.withoutStatistics("absent"), "'absent'");
  }

  @Test
  void decimalsAreStoredInTheirSmallestCommonForm() {
    String decimal =
        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%d,\"scale\":2}";
    assertThat(of(decimal.formatted(16)).messageType().getType(0))
        .hasToString("required int64 col (DECIMAL(16,2))");
    assertThat(of(decimal.formatted(18)).messageType().getType(0))
        .hasToString("required int64 col (DECIMAL(18,2))");
    assertThat(of(decimal.formatted(19)).messageType().getType(0))
        .hasToString("required fixed_len_byte_array(9) col (DECIMAL(19,2))");
    assertThat(of(decimal.formatted(38)).messageType().getType(0))
        .hasToString("required fixed_len_byte_array(16) col (DECIMAL(38,2))");
  }

  @Test
  void aSelectionIsAnAvroRecordOfItsColumns() {
    ParquetSchema some = Samples.SCHEMA.select("amount", "id");
    assertThat(some.avro().getFields())
        .extracting(field -> field.name())
        .containsExactly("amount", "id");
    assertThat(ParquetSchema.of(some.avro()).messageType()).isEqualTo(some.messageType());
  }
}
