package io.strongroom.storage.parquet.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.storage.parquet.Codec;
import io.strongroom.storage.parquet.ParquetFileFacts;
import io.strongroom.storage.parquet.ParquetFiles;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.parquet.ParquetRowWriter;
import io.strongroom.storage.parquet.ParquetSchema;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The module, from its smallest settings up. */
@Tag("verify")
class ParquetModuleTest {
  private static final long MIB = 1024L * 1024;

  private static ParquetConfig config(Map<String, String> values) {
    ConfigReader reader = ConfigReader.of(values);
    ParquetConfig config = ParquetConfig.from(reader);
    reader.verify();
    return config;
  }

  @Test
  void theSmallestSettingsGiveWritersOfOnePageAChunk() {
    assertThat(config(Map.of()))
        .isEqualTo(new ParquetConfig(ParquetLayout.SINGLE_PAGE, Codec.ZSTD, 1, 64 * MIB));
    Injector injector = Guice.createInjector(new ParquetModule(config(Map.of())));
    ParquetFiles files = injector.getInstance(ParquetFiles.class);
    assertThat(injector.getInstance(ParquetFiles.class)).isSameAs(files);
    ParquetSchema schema =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
    try (ParquetRowWriter out = files.write(new ByteArrayOutputStream(), schema, null)) {
      out.setInt(0, 1);
      out.endRow();
      ParquetFileFacts facts = out.finish();
      assertThat(facts.rows()).isEqualTo(1);
    }
  }

  @Test
  void everySettingIsRead() {
    assertThat(
            config(
                Map.of(
                    "storage.parquet.layout", "standard",
                    "storage.parquet.codec", "snappy",
                    "storage.parquet.zstd-level", "3",
                    "storage.parquet.row-group-size", "8MiB")))
        .isEqualTo(new ParquetConfig(ParquetLayout.STANDARD, Codec.SNAPPY, 3, 8 * MIB));
  }

  @Test
  void wrongSettingsAreAllNamed() {
    assertThatThrownBy(
            () ->
                config(
                    Map.of(
                        "storage.parquet.layout", "wide",
                        "storage.parquet.codec", "gzip",
                        "storage.parquet.zstd-level", "20",
                        "storage.parquet.row-group-size", "1GiB",
                        "storage.parquet.rowgroup", "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "storage.parquet.layout",
            "storage.parquet.codec",
            "storage.parquet.zstd-level",
            "storage.parquet.row-group-size",
            "storage.parquet.rowgroup");
  }

  @Test
  void settingsAreNotVisibleOutside() {
    Injector injector = Guice.createInjector(new ParquetModule(config(Map.of())));
    assertThatThrownBy(() -> injector.getInstance(ParquetConfig.class))
        .isInstanceOf(ConfigurationException.class);
  }
}
