package io.strongroom.storage.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Stage;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.EnvelopedObjects;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class StorageModulesTest {
  @TempDir Path folder;

  private Injector injector(Map<String, String> settings) {
    ConfigReader reader = ConfigReader.of(settings);
    LocalStoreConfig local = LocalStoreConfig.from(reader);
    StorageConfig storage = StorageConfig.from(reader);
    reader.verify();
    return Guice.createInjector(
        new LocalStoreModule(local), new StorageModule(storage), new Encryption());
  }

  private static final class Encryption extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      bind(EnvelopeEncryptor.class)
          .toInstance(
              EnvelopeEncryptor.builder(
                      new RawAesKeyService("test", "lake", new byte[32], new SecureRandom()))
                  .build());
    }
  }

  @Test
  void smallestConfigurationGivesEveryExposedType() {
    Path root = folder.resolve("store");
    Injector injector = injector(Map.of("storage.local.root", root.toString()));
    assertThat(root).doesNotExist();
    assertThat(injector.getInstance(ObjectStore.class))
        .isInstanceOf(LocalObjectStore.class)
        .isSameAs(injector.getInstance(ObjectStore.class));
    assertThat(injector.getInstance(EnvelopedObjects.class)).isNotNull();
    assertThat(injector.getInstance(StorageConfig.class).leaseTtl())
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(Files.isDirectory(root)).isTrue();
  }

  @Test
  void everySettingIsRead() {
    Injector injector =
        injector(Map.of("storage.local.root", folder.toString(), "storage.lease-ttl", "90s"));
    assertThat(injector.getInstance(StorageConfig.class).leaseTtl())
        .isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void innerTypesAreNotVisibleOutside() {
    Injector injector = injector(Map.of("storage.local.root", folder.toString()));
    assertThat(injector.getExistingBinding(Key.get(LocalObjectStore.class))).isNull();
    assertThat(injector.getExistingBinding(Key.get(LocalStoreConfig.class))).isNull();
  }

  @Test
  void missingAndMalformedSettingsAreAllNamed() {
    assertThatThrownBy(() -> injector(Map.of("storage.lease-ttl", "2h", "storage.local.rot", "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("storage.local.root is missing")
        .hasMessageContaining("storage.lease-ttl is not between 1s and 1h")
        .hasMessageContaining("storage.local.rot is not a known setting");
    assertThatThrownBy(() -> new StorageConfig(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("storage.lease-ttl");
  }

  @Test
  void storageWithoutAStoreIsRefusedByName() {
    StorageModule module = new StorageModule(new StorageConfig(Duration.ofSeconds(10)));
    assertThatThrownBy(() -> Guice.createInjector(Stage.PRODUCTION, module, new Encryption()))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("ObjectStore");
  }
}
