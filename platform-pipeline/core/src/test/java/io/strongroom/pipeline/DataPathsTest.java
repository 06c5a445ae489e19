package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.Protection;
import io.strongroom.storage.run.RunId;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class DataPathsTest {
  private static final RunId RUN = new RunId("20240121T120000Z-1a2b3c4d");

  private static DatasetSpec spec(Layer layer) {
    return new DatasetSpec(
        new DatasetRef(layer, "payments", "transactions"),
        DatasetMode.APPEND,
        Protection.SEALED,
        ConflictRule.NONE,
        "v1");
  }

  private static String path(Layer layer, Map<String, String> values, String fileName) {
    return DataPaths.path(spec(layer), RUN, values, fileName, "0123456789abcdef");
  }

  @Test
  void silverHasPartitionColumnsThenSchemaThenRun() {
    assertThat(path(Layer.SILVER, Map.of("month", "01", "year", "2024"), "part-00000.parquet"))
        .isEqualTo(
            "silver/payments/transactions/year=2024/month=01/schema_v=v1/"
                + "run_id=20240121T120000Z-1a2b3c4d/part-00000-0123456789abcdef.parquet");
  }

  @Test
  void goldHasSchemaThenRunThenPartitionColumns() {
    assertThat(path(Layer.GOLD, Map.of("as_of_month", "2024-03"), "part-00000.parquet"))
        .isEqualTo(
            "gold/payments/transactions/schema_v=v1/run_id=20240121T120000Z-1a2b3c4d/"
                + "as_of_month=2024-03/part-00000-0123456789abcdef.parquet");
  }

  @Test
  void layersOfArrivalHaveIngestDateThenRun() {
    String rest = "ingest_date=2026-01-21/run_id=" + RUN.value() + "/tx-0123456789abcdef.csv.gz";
    Map<String, String> day = Map.of("ingest_date", "2026-01-21");

    assertThat(path(Layer.BRONZE, day, "tx.csv.gz"))
        .isEqualTo("bronze/payments/transactions/" + rest);
    assertThat(path(Layer.QUARANTINE, day, "tx.csv.gz"))
        .isEqualTo("quarantine/payments/transactions/" + rest);
    assertThat(path(Layer.CONDEMNED, day, "tx.csv.gz"))
        .isEqualTo("quarantine/payments/transactions/condemned/" + rest);
  }

  @Test
  void timeColumnsComeFirstInTheirOrderAndOthersByName() {
    assertThat(
            path(
                Layer.SILVER,
                Map.of("zone", "z", "hour", "07", "day", "21", "bank", "b", "month", "01"),
                "x"))
        .contains("/month=01/day=21/hour=07/bank=b/zone=z/schema_v=v1/");
  }

  @Test
  void attemptStandsBeforeTheExtension() {
    assertThat(path(Layer.BRONZE, Map.of(), "a.b.csv")).endsWith("/a.b-0123456789abcdef.csv");
    assertThat(path(Layer.BRONZE, Map.of(), "plain")).endsWith("/plain-0123456789abcdef");
    assertThat(path(Layer.BRONZE, Map.of(), "plain.gz")).endsWith("/plain-0123456789abcdef.gz");
    assertThat(path(Layer.BRONZE, Map.of(), "a.json.zst")).endsWith("/a-0123456789abcdef.json.zst");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "a b", "ä", ".hidden", "a%2f"})
  void unsafeFileNamesAreRefused(String fileName) {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> path(Layer.BRONZE, Map.of(), fileName))
        .matches(e -> e.code() == PipelineErrorCode.PATH_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "planted value", "a=b", "-x"})
  void unsafePartitionValuesAreRefusedByTheColumnsNameAndNotShown(String value) {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> path(Layer.SILVER, Map.of("bank", value), "x"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(PipelineErrorCode.PATH_INVALID);
              assertThat(e).hasMessageContaining("'bank'");
              assertThat(e.getMessage()).doesNotContain("planted");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"run_id", "schema_v", "Year", "a-b", "", "1a"})
  void reservedAndMalformedColumnsAreRefused(String column) {
    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> path(Layer.SILVER, Map.of(column, "1"), "x"))
        .matches(e -> e.code() == PipelineErrorCode.PATH_INVALID);
  }

  @Test
  void pathOfAnotherRunOrDatasetDoesNotBelong() {
    String path = path(Layer.SILVER, Map.of("year", "2024"), "x");

    assertThat(DataPaths.belongs(path, spec(Layer.SILVER), RUN)).isTrue();
    assertThat(DataPaths.belongs(path, spec(Layer.GOLD), RUN)).isFalse();
    assertThat(DataPaths.belongs(path, spec(Layer.SILVER), new RunId("another"))).isFalse();
  }
}
