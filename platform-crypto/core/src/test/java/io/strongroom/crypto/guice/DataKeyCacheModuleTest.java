package io.strongroom.crypto.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class DataKeyCacheModuleTest {
  private static final KeyId LAKE = new KeyId("lake");
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("a", "b"));

  @TempDir Path folder;
  private final Map<String, String> settings =
      new TreeMap<>(
          Map.of(
              "crypto.cache.max-age", "5m",
              "crypto.cache.max-messages", "1000",
              "crypto.cache.max-bytes", "1GiB"));

  private DataKeyLimits limits() {
    ConfigReader reader = ConfigReader.of(settings);
    DataKeyCacheConfig config = DataKeyCacheConfig.from(reader);
    reader.verify();
    return config.limits();
  }

  @Test
  void theSmallestConfigurationCaches() {
    Path keyFile = folder.resolve("keys.json");
    Path signingFile = folder.resolve("unused.json");
    LocalKeyFile.create(keyFile, "local", Set.of(LAKE), new SecureRandom());
    Injector injector =
        Guice.createInjector(
            new CryptoModule(new CryptoConfig(LAKE, 1024)),
            new DataKeyCacheModule(new DataKeyCacheConfig(limits())),
            new LocalKeysModule(new LocalKeysConfig(keyFile, signingFile)));
    EnvelopeEncryptor encryptor = injector.getInstance(EnvelopeEncryptor.class);
    for (int i = 0; i < 5; i++) {
      encryptor.decrypt(encryptor.encrypt(new byte[3], LAKE, CONTEXT), CONTEXT);
    }
    CachingKeyService cache = injector.getInstance(CachingKeyService.class);
    assertThat(cache.statistics().calls()).isEqualTo(1);
    assertThat(cache.statistics().unwrapCalls()).isEqualTo(1);
    assertThat(injector.getInstance(KeyService.class)).isInstanceOf(LocalKeyFile.class);
  }

  @Test
  void whatIsNotGivenHasADefaultThatIsBounded() {
    assertThat(limits()).isEqualTo(DataKeyLimits.of(Duration.ofMinutes(5), 1000, 1 << 30));
    settings.put("crypto.cache.max-entries", "7");
    settings.put("crypto.cache.refresh-ahead", "0s");
    settings.put("crypto.cache.unwrapped-max-age", "1m");
    settings.put("crypto.cache.unwrapped-max-entries", "9");
    assertThat(limits())
        .isEqualTo(
            new DataKeyLimits(
                Duration.ofMinutes(5), 1000, 1 << 30, 7, Duration.ZERO, Duration.ofMinutes(1), 9));
  }

  @Test
  void everyMissingSettingIsNamed() {
    settings.clear();
    assertThat(catchThrowableOfType(ConfigException.class, this::limits).problems())
        .containsExactly(
            "crypto.cache.max-age is missing",
            "crypto.cache.max-messages is missing",
            "crypto.cache.max-bytes is missing");
  }

  @Test
  void everyLimitOutOfItsRangeIsNamed() {
    settings.put("crypto.cache.max-age", "25h");
    settings.put("crypto.cache.max-messages", "5000000000");
    settings.put("crypto.cache.max-bytes", "0B");
    settings.put("crypto.cache.max-entries", "0");
    settings.put("crypto.cache.refresh-ahead", "10m");
    settings.put("crypto.cache.unwrapped-max-age", "2d");
    settings.put("crypto.cache.unwrapped-max-entries", "1000001");
    assertThat(catchThrowableOfType(ConfigException.class, this::limits).problems())
        .containsExactly(
            "crypto.cache.max-age is not a duration from 1ms to 24h",
            "crypto.cache.max-messages is not an integer from 1 to 4294967296",
            "crypto.cache.max-bytes is not a size from 1B to 1024TiB",
            "crypto.cache.max-entries is not an integer from 1 to 1000000",
            "crypto.cache.unwrapped-max-entries is not an integer from 1 to 1000000",
            "crypto.cache.unwrapped-max-age is not a duration from 1ms to 24h",
            "crypto.cache.refresh-ahead is not shorter than crypto.cache.max-age");
  }
}
