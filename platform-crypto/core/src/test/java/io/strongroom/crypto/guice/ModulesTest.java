package io.strongroom.crypto.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.ProvisionException;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.CountingCipher;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyFileException;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyScope;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.SignatureInvalidException;
import io.strongroom.crypto.SigningKeyException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.crypto.signing.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.Security;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ModulesTest {
  private static final KeyId LAKE = new KeyId("lake");

  @TempDir Path folder;
  private final Map<String, String> settings = new TreeMap<>();
  private LocalSigningKeys signingKeys;

  @BeforeEach
  void writeKeys() throws IOException {
    SecureRandom random = new SecureRandom();
    Path keyFile = folder.resolve("keys.json");
    Path signingFile = folder.resolve("signing.json");
    Path keyring = folder.resolve("keyring.json");
    LocalKeyFile.create(keyFile, "local", Set.of(LAKE), random);
    signingKeys =
        LocalSigningKeys.create(
            signingFile, EnumSet.complementOf(EnumSet.of(KeyPurpose.APPROVAL)), random);
    Files.write(
        keyring,
        Keyring.create(signingKeys.root(), 1, signingKeys.verificationKeys("data-platform")));
    settings.put("crypto.key-id", "lake");
    settings.put("crypto.local.key-file", keyFile.toString());
    settings.put("crypto.local.signing-key-file", signingFile.toString());
    settings.put("crypto.keyring.file", keyring.toString());
    settings.put("crypto.keyring.root-digest", signingKeys.root().digest());
  }

  private Injector injector() {
    ConfigReader reader = ConfigReader.of(settings);
    CryptoConfig crypto = CryptoConfig.from(reader);
    LocalKeysConfig localKeys = LocalKeysConfig.from(reader);
    KeyringConfig keyring = KeyringConfig.from(reader);
    reader.verify();
    return Guice.createInjector(
        new CryptoModule(crypto), new LocalKeysModule(localKeys), new KeyringModule(keyring));
  }

  @SecurityPortPermit
  private static final class Given extends AbstractModule {
    private final KeyService keys;

    Given(KeyService keys) {
      this.keys = keys;
    }

    @Override
    protected void configure() {
      bind(KeyService.class).toInstance(keys);
    }
  }

  private static final class Application {
    private final Signer manifests;
    private final Signer publications;

    @Inject
    Application(
        @For(KeyPurpose.MANIFEST) Signer manifests,
        @For(KeyPurpose.PUBLICATION) Signer publications) {
      this.manifests = manifests;
      this.publications = publications;
    }
  }

  @Test
  void everyExposedKeyResolvesFromTheSmallestConfiguration() {
    Injector injector = injector();
    EnvelopeEncryptor encryptor = injector.getInstance(EnvelopeEncryptor.class);
    KeyId key =
        injector
            .getInstance(KeyResolver.class)
            .resolve(new KeyScope("acme", "payments", "transactions", "silver", "object"));
    EncryptionContext context = EncryptionContext.strongroom().tenant("acme").build();
    assertThat(encryptor.decrypt(encryptor.encrypt(new byte[7], key, context), context)).hasSize(7);
    assertThat(injector.getInstance(KeyService.class).describe(LAKE).newestVersion()).hasValue(1);
    assertThat(injector.getInstance(Keyring.class).keys()).hasSameSizeAs(signingKeys.purposes());
    for (KeyPurpose purpose : signingKeys.purposes()) {
      Signer signer = injector.getInstance(Key.get(Signer.class, new ForPurpose(purpose)));
      assertThat(signer.purpose()).isEqualTo(purpose);
      assertThat(signer.keyId()).isEqualTo(signingKeys.signer(purpose).keyId());
    }
  }

  @Test
  void theAnnotationInCodeMeansTheSameSigner() {
    Application application = injector().getInstance(Application.class);
    assertThat(application.manifests.purpose()).isEqualTo(KeyPurpose.MANIFEST);
    assertThat(application.publications.purpose()).isEqualTo(KeyPurpose.PUBLICATION);
  }

  @Test
  void theFrameLengthOfTheConfigurationIsUsed() {
    EncryptionContext context = EncryptionContext.of(Map.of());
    byte[] plaintext = new byte[4096];
    int ordinary =
        injector().getInstance(EnvelopeEncryptor.class).encrypt(plaintext, LAKE, context).length;
    settings.put("crypto.frame-size", "512B");
    assertThat(
            injector()
                .getInstance(EnvelopeEncryptor.class)
                .encrypt(plaintext, LAKE, context)
                .length)
        .isEqualTo(ordinary + 7 * 32);
  }

  @Test
  void theThreadsAndTheWarmUpOfTheConfigurationAreUsed() {
    settings.put("crypto.parallelism", "1");
    settings.put("crypto.warm-up", "false");
    KeyService keys = injector().getInstance(KeyService.class);
    Injector injector =
        Guice.createInjector(
            new CryptoModule(
                CryptoConfig.from(ConfigReader.of(settings)), CountingCipher.provider("modules")),
            new Given(keys));
    injector
        .getInstance(EnvelopeEncryptor.class)
        .encrypt(new byte[4 << 20], LAKE, EncryptionContext.of(Map.of()));
    assertThat(CountingCipher.THREADS).containsExactly(Thread.currentThread().getName());
    assertThat(CountingCipher.CALLS).hasValueLessThan(1000);
  }

  @Test
  void aProviderOfTheApplicationIsAccepted() {
    KeyService keys = injector().getInstance(KeyService.class);
    Injector injector =
        Guice.createInjector(
            new CryptoModule(new CryptoConfig(LAKE, 1024), Security.getProvider("SunJCE")),
            new Given(keys));
    assertThat(injector.getInstance(EnvelopeEncryptor.class)).isNotNull();
  }

  @Test
  void whatAModuleUsesInsideIsNotVisibleOutside() {
    Injector injector = injector();
    for (Class<?> inside :
        new Class<?>[] {
          CryptoConfig.class,
          KeyringConfig.class,
          LocalKeysConfig.class,
          LocalSigningKeys.class,
          LocalKeyFile.class,
          Signer.class
        }) {
      assertThatThrownBy(() -> injector.getInstance(inside))
          .as(inside.getSimpleName())
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void aMissingKeyServiceIsNoticedWhenTheInjectorIsMade() {
    assertThatThrownBy(() -> Guice.createInjector(new CryptoModule(new CryptoConfig(LAKE, 1024))))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("KeyService");
  }

  @Test
  void everyMissingSettingIsNamed() {
    settings.clear();
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .containsExactly(
            "crypto.key-id is missing",
            "crypto.local.key-file is missing",
            "crypto.local.signing-key-file is missing",
            "crypto.keyring.file is missing",
            "crypto.keyring.root-digest is missing");
  }

  @Test
  void everyMalformedSettingIsNamed() {
    settings.put("crypto.key-id", "a b");
    settings.put("crypto.frame-size", "2MiB");
    settings.put("crypto.parallelism", "0");
    settings.put("crypto.warm-up", "yes");
    settings.put("crypto.keyring.root-digest", "ABC");
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .containsExactly(
            "crypto.key-id is not a key id: a key id has 1 to 512 visible ASCII characters other"
                + " than '#'",
            "crypto.frame-size is not a size from 512B to 1MiB",
            "crypto.parallelism is not an integer from 1 to 256",
            "crypto.warm-up is neither true nor false",
            "crypto.keyring.root-digest is not 64 lower-case hexadecimal digits");
  }

  @Test
  void aSignerWithoutAKeyIsNamedWhenItIsAskedFor() {
    Injector injector = injector();
    Key<Signer> approval = Key.get(Signer.class, new ForPurpose(KeyPurpose.APPROVAL));
    assertThatThrownBy(() -> injector.getInstance(approval))
        .isInstanceOf(ProvisionException.class)
        .hasRootCauseInstanceOf(SigningKeyException.class)
        .hasMessageContaining("approval");
  }

  @Test
  void filesAreReadWhenTheyAreAskedForAndNamedWhenTheyAreMissing() {
    settings.put("crypto.keyring.file", folder.resolve("nowhere").toString());
    settings.put("crypto.local.key-file", folder.resolve("no-keys").toString());
    Injector injector = injector();
    assertThatThrownBy(() -> injector.getInstance(Keyring.class))
        .hasRootCauseInstanceOf(NoSuchFileException.class)
        .cause()
        .isInstanceOfSatisfying(
            KeyFileException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_FILE_UNREADABLE))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> injector.getInstance(KeyService.class))
        .cause()
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("no-keys");
  }

  @Test
  void anOlderKeyringThanTheOneSeenIsRefused() throws IOException {
    settings.put("crypto.keyring.seen-file", folder.resolve("seen.json").toString());
    Path file = folder.resolve("keyring.json");
    byte[] first = Files.readAllBytes(file);
    Keyring keyring = injector().getInstance(Keyring.class);
    Files.write(
        file, keyring.change().revoke(keyring.keys().get(0).keyId()).sign(signingKeys.root()));
    assertThat(injector().getInstance(Keyring.class).serial()).isEqualTo(2);
    Files.write(file, first);
    assertThatThrownBy(() -> injector().getInstance(Keyring.class))
        .cause()
        .isInstanceOfSatisfying(
            SignatureInvalidException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEYRING_WENT_BACK));
  }

  @Test
  void anApplicationMayFindItsKeyringElsewhere() {
    ConfigReader reader = ConfigReader.of(Map.of("crypto.keyring.root-digest", "a".repeat(64)));
    assertThat(KeyringConfig.rootDigest(reader)).isEqualTo("a".repeat(64));
    reader.verify();
  }

  @Test
  void theAnnotationAsAValueEqualsTheOneInCode() throws NoSuchMethodException {
    For inCode =
        (For)
            Application.class.getDeclaredConstructor(Signer.class, Signer.class)
                .getParameterAnnotations()[0][0];
    ForPurpose value = new ForPurpose(KeyPurpose.MANIFEST);
    assertThat(value).isEqualTo(inCode).hasSameHashCodeAs(inCode);
    assertThat(inCode).isEqualTo(value);
    assertThat(value).isNotEqualTo(new ForPurpose(KeyPurpose.RECEIPT));
  }
}
