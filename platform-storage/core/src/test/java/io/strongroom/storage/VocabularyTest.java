package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class VocabularyTest {

  @Test
  void everyDatasetIsReadBackFromItsPath() {
    for (Layer layer : Layer.values()) {
      DatasetRef ref = new DatasetRef(layer, "payments", "account-balances");
      assertThat(DatasetRef.parse(ref.path())).isEqualTo(ref);
      assertThat(ref).hasToString(ref.path());
    }
    assertThat(new DatasetRef(Layer.SILVER, "payments", "transactions").path())
        .isEqualTo("silver/payments/transactions");
    assertThat(new DatasetRef(Layer.CONDEMNED, "payments", "transactions").path())
        .isEqualTo("quarantine/payments/transactions/condemned");
  }

  @Test
  void otherPathsAreNoDatasets() {
    for (String path :
        new String[] {
          "",
          "silver",
          "silver/payments",
          "silver/payments/",
          "silver/payments/a/b",
          "condemned/payments/a",
          "quarantine/payments/a/other",
          "platinum/payments/a",
          "silver/Payments/a",
          "silver/payments/../a"
        }) {
      assertThatThrownBy(() -> DatasetRef.parse(path))
          .as(path)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void olderNamesOfLayersAreUnderstood() {
    assertThat(Layer.of("raw")).isEqualTo(Layer.BRONZE);
    assertThat(Layer.of("processed")).isEqualTo(Layer.SILVER);
    assertThat(Layer.of("curated")).isEqualTo(Layer.GOLD);
    for (Layer layer : Layer.values()) {
      assertThat(Layer.of(layer.id())).isEqualTo(layer);
    }
    assertThatThrownBy(() -> Layer.of("GOLD")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pipelineHasAFolderForItsControlObjects() {
    PipelineRef ref = PipelineRef.parse("payments/transactions");
    assertThat(ref.control()).isEqualTo("control/payments/transactions/");
    assertThat(PipelineRef.parse(ref.path())).isEqualTo(ref);
    for (String path : new String[] {"", "a", "a/b/c", "a/B", "/a", "a/"}) {
      assertThatThrownBy(() -> PipelineRef.parse(path))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void namesThatDoNotFitIntoKeysAreRefused() {
    for (String name :
        new String[] {"", "-a", "_a", "A", "a b", "a/b", "a.b", "\u00e4", "a".repeat(64)}) {
      assertThatThrownBy(() -> new DatasetRef(Layer.GOLD, "payments", name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dataset name");
      assertThatThrownBy(() -> new PipelineRef(name, "a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("domain");
    }
    assertThat(new PipelineRef("a".repeat(63), "0_a-b").path()).endsWith("/0_a-b");
  }

  @Test
  void schemaVersionHasAForm() {
    DatasetRef ref = new DatasetRef(Layer.GOLD, "payments", "a");
    assertThat(spec(ref, "v1.2-beta_3").schemaVersion()).isEqualTo("v1.2-beta_3");
    for (String version : new String[] {"", ".1", "v/1", "v 1", "v".repeat(33)}) {
      assertThatThrownBy(() -> spec(ref, version))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("schema version");
    }
  }

  private static DatasetSpec spec(DatasetRef ref, String version) {
    return new DatasetSpec(ref, DatasetMode.APPEND, Protection.SEALED, ConflictRule.NONE, version);
  }
}
