package io.strongroom.api.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.strongroom.api.ApiConfig;
import io.strongroom.api.RunsClient;
import io.strongroom.api.Transport;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ApiModuleTest {

  @Test
  void buildsFromTheSmallestConfigurationAndResolvesWhatItExposes() {
    Injector injector = injector();
    assertThat(injector.getInstance(RunsClient.class))
        .isSameAs(injector.getInstance(RunsClient.class));
  }

  @Test
  void theTransportIsNotVisibleOutside() {
    assertThatThrownBy(() -> injector().getInstance(Transport.class))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aMissingAddressIsNamed() {
    ConfigReader reader = ConfigReader.of(Map.of());
    ApiConfig.from(reader);
    assertThatThrownBy(reader::verify)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("api.url is missing");
  }

  private static Injector injector() {
    ConfigReader reader = ConfigReader.of(Map.of("api.url", "https://lake.example"));
    ApiConfig config = ApiConfig.from(reader);
    reader.verify();
    return Guice.createInjector(Stage.PRODUCTION, new ApiModule(config));
  }
}
