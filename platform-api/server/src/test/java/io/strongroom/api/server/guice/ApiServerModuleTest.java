package io.strongroom.api.server.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.strongroom.api.server.ApiHandler;
import io.strongroom.api.server.ApiRequest;
import io.strongroom.api.server.ApiServerConfig;
import io.strongroom.api.server.PublishedRuns;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ApiServerModuleTest {

  @Test
  void buildsFromTheSmallestConfigurationAndResolvesWhatItExposes() {
    ApiHandler handler = injector().getInstance(ApiHandler.class);
    assertThat(
            handler
                .handle(
                    new ApiRequest(
                        "GET",
                        "/v1/pipelines/payments/transactions/runs",
                        "",
                        Map.of(),
                        new byte[0]))
                .status())
        .isEqualTo(200);
  }

  @Test
  void whereTheRunsComeFromIsNotVisibleOutside() {
    assertThatThrownBy(() -> injector().getInstance(PublishedRuns.class))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aMissingStoreOrKeyringIsNamed() {
    ApiServerModule module = new ApiServerModule(new ApiServerConfig(100));
    assertThatThrownBy(() -> Guice.createInjector(Stage.PRODUCTION, module))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("ObjectStore")
        .hasMessageContaining("Keyring");
  }

  @Test
  void aSettingOutOfItsRangeIsNamed() {
    ConfigReader reader = ConfigReader.of(Map.of("api.server.page-limit", "0"));
    assertThat(ApiServerConfig.from(reader)).isEqualTo(new ApiServerConfig(100));
    assertThatThrownBy(reader::verify)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("api.server.page-limit");
  }

  private static Injector injector() {
    ConfigReader reader = ConfigReader.of(Map.of());
    ApiServerConfig config = ApiServerConfig.from(reader);
    reader.verify();
    RootKey root = RootKey.generate(new SecureRandom());
    Keyring keyring = Keyring.parse(Keyring.create(root, 1, List.of()), root.digest());
    return Guice.createInjector(
        Stage.PRODUCTION,
        new ApiServerModule(config),
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(ObjectStore.class).toInstance(new InMemoryObjectStore());
            bind(Keyring.class).toInstance(keyring);
          }
        });
  }
}
