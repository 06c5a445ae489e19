package io.strongroom.audit.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Provides;
import com.google.inject.Stage;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.CheckpointSigners;
import io.strongroom.audit.LocalAuditLog;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.guice.For;
import io.strongroom.crypto.guice.ForPurpose;
import io.strongroom.crypto.guice.SecurityPortPermit;
import io.strongroom.crypto.signing.EcdsaSigner;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class AuditModuleTest {

  @SecurityPortPermit
  private static final class Surroundings extends AbstractModule {
    private final InMemoryObjectStore store = new InMemoryObjectStore();

    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }

    @Provides
    ObjectStore store() {
      return store;
    }

    @Provides
    @For(KeyPurpose.CHECKPOINT)
    Signer signer() {
      return Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, new byte[32]);
    }

    @Provides
    Keyring keyring() {
      RootKey root =
          RootKey.fromSeed("the root key of this test: 32 by".getBytes(StandardCharsets.US_ASCII));
      return Keyring.parse(
          Keyring.create(root, 1, List.of(VerificationKey.of(signer(), "log"))), root.digest());
    }
  }

  private static AuditConfig config(Map<String, String> settings) {
    ConfigReader reader = ConfigReader.of(settings);
    AuditConfig config = AuditConfig.from(reader);
    reader.verify();
    return config;
  }

  @Test
  void smallestConfigurationGivesAWorkingLog() {
    Surroundings surroundings = new Surroundings();
    Injector injector =
        Guice.createInjector(
            Stage.PRODUCTION,
            surroundings,
            new AuditModule(config(Map.of("audit.origin", "audit.example.com/a"))));
    AuditLog log = injector.getInstance(AuditLog.class);
    assertThat(log).isSameAs(injector.getInstance(AuditLog.class));
    assertThat(injector.getInstance(IntentLog.class))
        .isSameAs(injector.getInstance(IntentLog.class));
    assertThat(surroundings.store.list("", null, 10)).isEmpty();
    log.append(AuditEvent.of("a", "B", "c", "success", Instant.EPOCH));
    assertThat(surroundings.store.get("audit/head")).isPresent();
    ObjectStoreAuditLog closed = injector.getInstance(ObjectStoreAuditLog.class);
    assertThat(closed).isSameAs(log);
    closed.close();
    assertThatThrownBy(() -> log.append(AuditEvent.of("a", "B", "c", "success", Instant.EPOCH)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(log.checkpoint().size()).isEqualTo(1);
  }

  @Test
  void intervalAndIntegrationTimeAreSettings() {
    AuditConfig config =
        config(
            Map.of(
                "audit.origin", "audit.example.com/a",
                "audit.checkpoint-interval", "30s",
                "audit.integration-time", "2h"));
    assertThat(config.checkpointInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.integrationTime()).isEqualTo(Duration.ofHours(2));
    assertThatThrownBy(
            () ->
                config(
                    Map.of(
                        "audit.origin", "audit.example.com/a",
                        "audit.checkpoint-interval", "2h",
                        "audit.integration-time", "0s")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("audit.checkpoint-interval")
        .hasMessageContaining("audit.integration-time");
  }

  @Test
  void prefixIsASetting() {
    Surroundings surroundings = new Surroundings();
    Map<String, String> settings =
        Map.of("audit.origin", "audit.example.com/a", "audit.prefix", "logs/one/");
    Guice.createInjector(surroundings, new AuditModule(config(settings)))
        .getInstance(AuditLog.class)
        .append(AuditEvent.of("a", "B", "c", "success", Instant.EPOCH));
    assertThat(surroundings.store.get("logs/one/head")).isPresent();
  }

  @Test
  void helperTypesAreNotVisibleOutside() {
    Injector injector =
        Guice.createInjector(
            new Surroundings(),
            new AuditModule(config(Map.of("audit.origin", "audit.example.com/a"))));
    assertThatThrownBy(() -> injector.getInstance(AuditConfig.class))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void missingAndMalformedSettingsAreNamedTogether() {
    assertThatThrownBy(() -> config(Map.of("audit.prefix", "audit", "audit.orgin", "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("audit.origin")
        .hasMessageContaining("audit.prefix")
        .hasMessageContaining("audit.orgin");
  }

  @Test
  void missingStoreIsNoticedWhenTheInjectorIsMade() {
    assertThatThrownBy(
            () -> Guice.createInjector(new AuditModule(config(Map.of("audit.origin", "a")))))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("ObjectStore");
  }

  /** A keyring with a key for cosignatures, perhaps its signer, perhaps signers of its own. */
  @SecurityPortPermit
  private static final class TwoLines extends AbstractModule {
    private final InMemoryObjectStore store = new InMemoryObjectStore();
    private final Signer first = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, new byte[32]);
    private final Signer second = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, new byte[32]);
    private final Signer next =
        EcdsaSigner.generate(
            SigningAlgorithm.ECDSA_P256, KeyPurpose.CHECKPOINT, new SecureRandom());
    private final boolean bindsSecond;
    private final boolean bindsAll;

    TwoLines(boolean bindsSecond, boolean bindsAll) {
      this.bindsSecond = bindsSecond;
      this.bindsAll = bindsAll;
    }

    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      bind(ObjectStore.class).toInstance(store);
      bind(Key.get(Signer.class, new ForPurpose(KeyPurpose.CHECKPOINT))).toInstance(first);
      if (bindsSecond) {
        bind(Key.get(Signer.class, new ForPurpose(KeyPurpose.COSIGNATURE))).toInstance(second);
      }
      if (bindsAll) {
        bind(CheckpointSigners.class).toInstance(CheckpointSigners.of(first, next, second));
      }
    }

    @Provides
    Keyring keyring() {
      RootKey root =
          RootKey.fromSeed("the root key of this test: 32 by".getBytes(StandardCharsets.US_ASCII));
      List<VerificationKey> keys =
          Stream.of(first, second, next).map(key -> VerificationKey.of(key, "log")).toList();
      return Keyring.parse(Keyring.create(root, 1, keys), root.digest());
    }

    long lines() {
      String note =
          new String(store.get("audit/checkpoint").orElseThrow().content(), StandardCharsets.UTF_8);
      return note.lines().filter(line -> line.startsWith("\u2014")).count();
    }

    AuditLog log() {
      return Guice.createInjector(
              this, new AuditModule(config(Map.of("audit.origin", "audit.example.com/a"))))
          .getInstance(AuditLog.class);
    }
  }

  @Test
  void theKeyringDecidesWhetherThePostQuantumSignerIsAskedFor() {
    AuditEvent event = AuditEvent.of("a", "B", "c", "success", Instant.EPOCH);
    TwoLines both = new TwoLines(true, false);
    both.log().append(event);
    assertThat(both.lines()).isEqualTo(2);
    TwoLines own = new TwoLines(false, true);
    own.log().append(event);
    assertThat(own.lines()).isEqualTo(3);
    AuditLog without = new TwoLines(false, false).log();
    assertThatThrownBy(() -> without.append(event))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.SIGNER_REFUSED));
  }

  private static LocalAuditConfig localConfig(Map<String, String> settings) {
    ConfigReader reader = ConfigReader.of(settings);
    LocalAuditConfig config = LocalAuditConfig.from(reader);
    reader.verify();
    return config;
  }

  @Test
  void aLocalLogTakesAFolderInPlaceOfAStore(@TempDir Path folder) {
    LocalAuditConfig config =
        localConfig(
            Map.of(
                "audit.origin", "audit.example.com/a",
                "audit.folder", folder.resolve("audit").toString(),
                "audit.checkpoint-interval", "10ms"));
    Injector injector = Guice.createInjector(new Surroundings(), new LocalAuditModule(config));
    try (LocalAuditLog log = injector.getInstance(LocalAuditLog.class)) {
      assertThat(injector.getInstance(AuditLog.class)).isSameAs(log);
      assertThat(injector.getInstance(IntentLog.class))
          .isSameAs(injector.getInstance(IntentLog.class));
      log.append(AuditEvent.of("a", "B", "c", "success", Instant.EPOCH));
      assertThat(log.checkpoint().size()).isEqualTo(1);
    }
    assertThatThrownBy(() -> injector.getInstance(LocalAuditConfig.class))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void settingsOfALocalLogAreCheckedTogether() {
    assertThatThrownBy(() -> localConfig(Map.of("audit.checkpoint-interval", "2h")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("audit.folder")
        .hasMessageContaining("audit.origin")
        .hasMessageContaining("audit.checkpoint-interval");
  }
}
