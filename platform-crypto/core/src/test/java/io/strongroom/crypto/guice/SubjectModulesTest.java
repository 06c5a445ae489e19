package io.strongroom.crypto.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.crypto.subject.ErasureReceipt;
import io.strongroom.crypto.subject.FileSubjectKeyStore;
import io.strongroom.crypto.subject.SubjectErasure;
import io.strongroom.crypto.subject.SubjectField;
import io.strongroom.crypto.subject.SubjectKeyStore;
import io.strongroom.crypto.subject.SubjectKeys;
import io.strongroom.crypto.subject.SubjectPseudonym;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class SubjectModulesTest {
  private static final KeyId PEOPLE = new KeyId("people");
  private static final SubjectField NAME = new SubjectField("customers", "name");

  @TempDir Path folder;
  private final Map<String, String> settings = new TreeMap<>();
  private LocalSigningKeys signingKeys;
  private LocalKeyFile keys;

  @BeforeEach
  void writeKeys() {
    SecureRandom random = new SecureRandom();
    Path keyFile = folder.resolve("keys.json");
    Path signingFile = folder.resolve("signing.json");
    keys = LocalKeyFile.create(keyFile, "local", Set.of(PEOPLE), random);
    signingKeys = LocalSigningKeys.create(signingFile, Set.of(KeyPurpose.RECEIPT), random);
    settings.put("crypto.local.key-file", keyFile.toString());
    settings.put("crypto.local.signing-key-file", signingFile.toString());
    settings.put("crypto.subjects.key-id", "people");
    settings.put("crypto.subjects.tenant", "acme");
    settings.put("crypto.subjects.local.folder", folder.resolve("subjects").toString());
  }

  private ConfigReader reader() {
    return ConfigReader.of(settings);
  }

  private SubjectKeysConfig config() {
    return SubjectKeysConfig.from(reader());
  }

  private void prepare() {
    SubjectKeys.builder(new FileSubjectKeyStore(folder.resolve("subjects")), keys, config().keyId())
        .context(config().context())
        .prepare();
  }

  private Injector injector(SubjectKeyStore... copies) {
    ConfigReader reader = reader();
    SubjectKeysConfig subjects = SubjectKeysConfig.from(reader);
    LocalSubjectStoreConfig store = LocalSubjectStoreConfig.from(reader);
    LocalKeysConfig localKeys = LocalKeysConfig.from(reader);
    reader.verify();
    return Guice.createInjector(
        new SubjectKeysModule(subjects, copies),
        new SubjectErasureModule(),
        new LocalSubjectStoreModule(store),
        new LocalKeysModule(localKeys));
  }

  @Test
  void everyExposedKeyResolvesFromTheSmallestConfiguration() {
    prepare();
    SubjectKeyStore copy = new FileSubjectKeyStore(folder.resolve("copy"));
    Injector injector = injector(copy);
    SubjectKeys subjects = injector.getInstance(SubjectKeys.class);
    SubjectPseudonym person = subjects.pseudonym("person-1");
    byte[] sealed = subjects.seal(person, NAME, new byte[7]);
    assertThat(injector().getInstance(SubjectKeys.class).open(person, NAME, sealed)).hasSize(7);
    byte[] receipt = injector.getInstance(SubjectErasure.class).erase("person-1", "desk", "7");
    Keyring keyring =
        Keyring.parse(
            Keyring.create(signingKeys.root(), 1, signingKeys.verificationKeys("office")),
            signingKeys.root().digest());
    assertThat(ErasureReceipt.verify(receipt, keyring).subject()).isEqualTo(person);
    assertThat(injector.getInstance(SubjectKeyStore.class))
        .isSameAs(injector.getInstance(SubjectKeyStore.class));
    assertThat(injector.getInstance(SubjectKeys.class)).isSameAs(subjects);
    assertThat(folder.resolve("copy/receipt")).exists();
  }

  @Test
  void anUnpreparedStoreIsNamedWhenItsKeysAreAskedFor() {
    Injector injector = injector();
    assertThatThrownBy(() -> injector.getInstance(SubjectKeys.class))
        .isInstanceOf(ProvisionException.class)
        .cause()
        .isInstanceOfSatisfying(
            SubjectKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.SUBJECT_STORE_UNPREPARED));
  }

  @Test
  void whatAModuleUsesInsideIsNotVisibleOutside() {
    Injector injector = injector();
    for (Class<?> inside :
        new Class<?>[] {
          SubjectKeysConfig.class, LocalSubjectStoreConfig.class, FileSubjectKeyStore.class
        }) {
      assertThatThrownBy(() -> injector.getInstance(inside))
          .as(inside.getSimpleName())
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void aMissingStoreOrKeyServiceIsNoticedWhenTheInjectorIsMade() {
    SubjectKeysConfig config = config();
    assertThatThrownBy(() -> Guice.createInjector(new SubjectKeysModule(config)))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("KeyService")
        .hasMessageContaining("SubjectKeyStore");
    assertThatThrownBy(() -> Guice.createInjector(new SubjectErasureModule()))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("SubjectKeys");
  }

  @Test
  void theDefaultsAreRecorded() {
    assertThat(config())
        .isEqualTo(new SubjectKeysConfig(PEOPLE, "acme", Duration.ofMinutes(5), 10_000));
  }

  @Test
  void everySettingIsRead() {
    settings.put("crypto.subjects.max-age", "30s");
    settings.put("crypto.subjects.max-cached", "7");
    assertThat(config())
        .isEqualTo(new SubjectKeysConfig(PEOPLE, "acme", Duration.ofSeconds(30), 7));
  }

  @Test
  void everyMissingSettingIsNamed() {
    settings.clear();
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .containsExactly(
            "crypto.subjects.key-id is missing",
            "crypto.subjects.tenant is missing",
            "crypto.subjects.local.folder is missing",
            "crypto.local.key-file is missing",
            "crypto.local.signing-key-file is missing");
  }

  @Test
  void everyMalformedSettingIsNamed() {
    settings.put("crypto.subjects.key-id", "a b");
    settings.put("crypto.subjects.tenant", "x".repeat(257));
    settings.put("crypto.subjects.max-age", "25h");
    settings.put("crypto.subjects.max-cached", "1000001");
    assertThat(catchThrowableOfType(ConfigException.class, this::injector).problems())
        .hasSize(4)
        .contains(
            "crypto.subjects.tenant does not have 1 to 256 characters",
            "crypto.subjects.max-age is longer than 24h");
  }
}
