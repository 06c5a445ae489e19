package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle is the official SDK's raw RSA master key. */
@Tag("verify")
class LocalRsaKeysTest {
  private static final KeyId LAKE = new KeyId("lake");
  private static final KeyId RECOVERY = new KeyId("recovery");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] PLAINTEXT = "id;amount\n1;10.00\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private static Path shared;
  private static Path vault;

  @TempDir private Path folder;
  private Path lake;

  @BeforeAll
  static void makeTheVault() {
    vault = shared.resolve("vault.json");
    LocalKeyFile.create(
            vault,
            "local",
            Map.of(RECOVERY, LocalKeyKind.RSA_OAEP_3072, LAKE, LocalKeyKind.AES_256),
            RANDOM)
        .close();
  }

  @BeforeEach
  void makeTheLake() {
    lake = folder.resolve("lake.json");
    LocalKeyFile.create(lake, "local", Set.of(LAKE), RANDOM).close();
  }

  private static void assertFails(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static byte[] member(Path file, String id, String member) throws IOException {
    return JsonValue.parseObject(Files.readAllBytes(file)).objects("keys").stream()
        .filter(key -> key.string("id").equals(id))
        .map(key -> Base64.getDecoder().decode(key.string(member)))
        .findFirst()
        .orElseThrow();
  }

  private static JceMasterKey official() throws Exception {
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    PrivateKey privateKey =
        rsa.generatePrivate(new PKCS8EncodedKeySpec(member(vault, "recovery", "rsaPrivate")));
    JsonObject exported =
        JsonValue.parseObject(LocalKeyFile.open(vault).exportPublicHalf(RECOVERY));
    PublicKey publicKey =
        rsa.generatePublic(
            new X509EncodedKeySpec(Base64.getDecoder().decode(exported.string("rsaPublic"))));
    return JceMasterKey.getInstance(
        publicKey, privateKey, "local", "recovery#1", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
  }

  private static AwsCrypto sdk() {
    return AwsCrypto.builder()
        .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
        .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
        .build();
  }

  @Test
  void theOfficialSdkReadsWhatIsWrittenUnderAnRsaKey() throws Exception {
    byte[] message =
        EnvelopeEncryptor.builder(LocalKeyFile.open(vault))
            .build()
            .encrypt(PLAINTEXT, RECOVERY, CONTEXT);
    assertThat(sdk().decryptData(official(), message).getResult()).isEqualTo(PLAINTEXT);
  }

  @Test
  void whatTheOfficialSdkWritesUnderAnRsaKeyIsRead() throws Exception {
    byte[] message = sdk().encryptData(official(), PLAINTEXT, CONTEXT.pairs()).getResult();
    assertThat(
            EnvelopeEncryptor.builder(LocalKeyFile.open(vault)).build().decrypt(message, CONTEXT))
        .isEqualTo(PLAINTEXT);
  }

  @Test
  void aPublicHalfWrapsHereAndOnlyTheVaultUnwraps() {
    LocalKeyFile.addPublicHalf(lake, LocalKeyFile.open(vault).exportPublicHalf(RECOVERY));
    LocalKeyFile keys = LocalKeyFile.open(lake);
    assertThat(keys.describe(RECOVERY).state()).isEqualTo(KeyState.WRAP_ONLY);
    assertThat(keys.describe(RECOVERY).versions()).hasValue(0);
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(keys).build();
    byte[] message = encryptor.encrypt(PLAINTEXT, WrappingKeys.of(LAKE, RECOVERY), CONTEXT);
    assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(PLAINTEXT);
    EnvelopeEncryptor breakGlass = EnvelopeEncryptor.builder(LocalKeyFile.open(vault)).build();
    assertThat(breakGlass.decrypt(message, CONTEXT)).isEqualTo(PLAINTEXT);

    WrappedDataKey wrapped = keys.generateDataKey(RECOVERY, CONTEXT).wrapped();
    assertThat(keys.canUnwrap(wrapped)).isFalse();
    assertThat(LocalKeyFile.open(vault).canUnwrap(wrapped)).isTrue();
    assertFails(CryptoErrorCode.KEY_PRIVATE_HALF_ABSENT, () -> keys.unwrap(wrapped, CONTEXT));
    assertFails(CryptoErrorCode.KEY_PRIVATE_HALF_ABSENT, () -> keys.rewrap(wrapped, CONTEXT, LAKE));
    assertFails(
        CryptoErrorCode.KEY_PRIVATE_HALF_ABSENT,
        () -> LocalKeyFile.addVersion(lake, RECOVERY, RANDOM));
    assertThat(folder.resolve("lake.json.new")).doesNotExist();
    assertFails(
        CryptoErrorCode.KEY_UNSUITABLE, () -> LocalKeyFile.open(vault).exportPublicHalf(LAKE));
  }

  @Test
  void aPublicHalfThatIsOldForeignOrMalformedIsNotAdded() throws IOException {
    byte[] exported = LocalKeyFile.open(vault).exportPublicHalf(RECOVERY);
    LocalKeyFile.addPublicHalf(lake, exported);
    byte[] before = Files.readAllBytes(lake);
    String text = new String(exported, StandardCharsets.UTF_8);
    for (String refused :
        List.of(
            text,
            text.replace("\"local\"", "\"other\"").replace(":1}", ":2}"),
            text.replace(":1}", ":0}"),
            text.replace("public-key-v1", "public-key-v2").replace(":1}", ":2}"),
            text.replace(":1}", ":2,\"more\":1}"),
            text.replaceAll("rsaPublic\":\"[^\"]*", "rsaPublic\":\"AAAA").replace(":1}", ":2}"),
            "{}",
            "marker")) {
      assertThatThrownBy(
              () -> LocalKeyFile.addPublicHalf(lake, refused.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOfSatisfying(
              KeyFileException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_FILE_MALFORMED))
          .hasMessageNotContaining("marker");
    }
    assertThat(Files.readAllBytes(lake)).isEqualTo(before);
    LocalKeyFile.addPublicHalf(lake, text.replace(":1}", ":2}").getBytes(StandardCharsets.UTF_8));
    assertThat(LocalKeyFile.open(lake).describe(RECOVERY).newestVersion()).hasValue(2);
  }

  @Test
  void aNewVersionIsOfTheSameKindAndTheOldOneStillUnwraps() throws IOException {
    Path file = folder.resolve("both.json");
    Files.copy(vault, file, StandardCopyOption.COPY_ATTRIBUTES);
    DataKey old = LocalKeyFile.open(file).generateDataKey(RECOVERY, CONTEXT);
    LocalKeyFile newer = LocalKeyFile.addVersion(file, RECOVERY, RANDOM);
    WrappedDataKey young = newer.rewrap(old.wrapped(), CONTEXT, RECOVERY);
    assertThat(new String(young.providerInfo(), StandardCharsets.UTF_8)).isEqualTo("recovery#2");
    assertThat(young.ciphertext()).hasSize(3072 / 8);
    LocalKeyFile opened = LocalKeyFile.open(file);
    assertThat(opened.unwrap(young, CONTEXT).plaintext()).isEqualTo(old.plaintext());
    assertThat(opened.unwrap(old.wrapped(), CONTEXT).plaintext()).isEqualTo(old.plaintext());
    assertThat(opened.describe(RECOVERY))
        .isEqualTo(KeyDescription.versioned(RECOVERY, "local", KeyState.ENABLED, 2, 2));
  }

  @Test
  void aKeyOf4096BitsCanBeAddedBesideAnAesVersion() {
    LocalKeyFile keys = LocalKeyFile.addVersion(lake, LAKE, LocalKeyKind.RSA_OAEP_4096, RANDOM);
    DataKey made = keys.generateDataKey(LAKE, CONTEXT);
    assertThat(made.wrapped().ciphertext()).hasSize(4096 / 8);
    LocalKeyFile opened = LocalKeyFile.open(lake);
    assertThat(opened.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
    assertThat(opened.describe(LAKE).versions()).hasValue(2);
  }

  @Test
  void everyChangedByteIsRefusedAndNothingIsShown() {
    LocalKeyFile keys = LocalKeyFile.open(vault);
    WrappedDataKey wrapped = keys.generateDataKey(RECOVERY, CONTEXT).wrapped();
    for (int i = 0; i < wrapped.ciphertext().length; i += 37) {
      byte[] changed = wrapped.ciphertext();
      changed[i] ^= 1;
      assertThatThrownBy(
              () ->
                  keys.unwrap(WrappedDataKey.of("local", wrapped.providerInfo(), changed), CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
    }
    for (int length : new int[] {0, 1, 383, 385}) {
      assertThatThrownBy(
              () ->
                  keys.unwrap(
                      WrappedDataKey.of("local", wrapped.providerInfo(), new byte[length]),
                      CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void malformedRsaKeysAreRefused() throws IOException {
    String good = Files.readString(vault);
    for (String content :
        List.of(
            good.replace("keys-v2", "keys-v1"),
            good.replace("rsaPrivate", "rsaPublic"),
            good.replace("rsaPrivate", "rsaSecret"),
            good.replaceAll("rsaPrivate\":\"[^\"]{100}", "rsaPrivate\":\"" + "A".repeat(100)),
            good.replaceAll("rsaPrivate\":\"[^\"]*", "rsaPrivate\":\"" + smallKey()))) {
      assertThat(content).isNotEqualTo(good);
      Files.writeString(lake, content);
      assertThatThrownBy(() -> LocalKeyFile.open(lake))
          .isInstanceOfSatisfying(
              KeyFileException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_FILE_MALFORMED));
    }
    Files.writeString(lake, good);
    LocalKeyFile.open(lake).close();
  }

  private static String smallKey() {
    return Base64.getEncoder().encodeToString(RsaOaepKey.generate(2048, RANDOM));
  }

  @Test
  void closedRsaKeysServeNothing() {
    LocalKeyFile keys = LocalKeyFile.open(vault);
    WrappedDataKey wrapped = keys.generateDataKey(RECOVERY, CONTEXT).wrapped();
    keys.close();
    assertThatThrownBy(() -> keys.generateDataKey(RECOVERY, CONTEXT))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> keys.unwrap(wrapped, CONTEXT))
        .isInstanceOf(IllegalStateException.class);
    assertThat(keys).hasToString("LocalKeyFile[lake, recovery]");
  }
}
