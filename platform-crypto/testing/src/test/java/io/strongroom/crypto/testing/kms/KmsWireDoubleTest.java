package io.strongroom.crypto.testing.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInternalException;
import software.amazon.awssdk.services.kms.model.KmsInvalidSignatureException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** The client is the real one of the AWS SDK. */
@Tag("verify")
class KmsWireDoubleTest {
  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme", "layer", "silver");
  private static final SdkBytes SECRET = SdkBytes.fromUtf8String("a marker that is never logged");

  private final KmsWireDouble kms = KmsWireDouble.start();
  private final List<KmsClient> clients = new ArrayList<>();
  private final KmsClient client = client("eu-central-1", kms.accessKey());
  private final String key = kms.createKey("eu-central-1");

  private KmsClient client(String region, KmsAccessKey accessKey) {
    KmsClient made =
        KmsClient.builder()
            .endpointOverride(kms.endpoint())
            .region(Region.of(region))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        accessKey.accessKeyId(), accessKey.secretAccessKey())))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();
    clients.add(made);
    return made;
  }

  @AfterEach
  void stop() {
    clients.forEach(KmsClient::close);
    kms.close();
  }

  private EncryptResponse encrypt(String keyId) {
    return client.encrypt(r -> r.keyId(keyId).plaintext(SECRET).encryptionContext(CONTEXT));
  }

  private DecryptResponse decrypt(SdkBytes blob, Map<String, String> context) {
    return client.decrypt(r -> r.ciphertextBlob(blob).encryptionContext(context));
  }

  private static void assertError(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  @Test
  void whatWasEncryptedDecryptsInTheSameContextAndInNoOther() {
    EncryptResponse encrypted = encrypt(key);
    assertThat(encrypted.keyId()).isEqualTo(key);
    DecryptResponse decrypted = decrypt(encrypted.ciphertextBlob(), CONTEXT);
    assertThat(decrypted.plaintext()).isEqualTo(SECRET);
    assertThat(decrypted.keyId()).isEqualTo(key);
    for (Map<String, String> wrong :
        List.of(
            Map.<String, String>of(),
            Map.of("tenant", "acme"),
            Map.of("tenant", "acme", "layer", "gold"),
            Map.of("tenant", "acme", "layer", "silver", "more", "x"))) {
      assertThatThrownBy(() -> decrypt(encrypted.ciphertextBlob(), wrong))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @Test
  void everyChangedByteAndEveryCutIsRefused() {
    byte[] blob = encrypt(key).ciphertextBlob().asByteArray();
    for (int i = 0; i < blob.length; i += 7) {
      byte[] changed = blob.clone();
      changed[i] ^= 1;
      SdkBytes cut = SdkBytes.fromByteArray(Arrays.copyOf(blob, i));
      assertThatThrownBy(() -> decrypt(SdkBytes.fromByteArray(changed), CONTEXT))
          .isInstanceOf(InvalidCiphertextException.class);
      assertThatThrownBy(() -> decrypt(cut, CONTEXT))
          .isInstanceOf(InvalidCiphertextException.class);
    }
    byte[] longName = blob.clone();
    longName[1] = (byte) 0xff;
    assertThatThrownBy(() -> decrypt(SdkBytes.fromByteArray(longName), CONTEXT))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void aKeyThatIsNamedMustBeTheOneThatEncrypted() {
    String other = kms.createKey("eu-central-1");
    SdkBytes blob = encrypt(key).ciphertextBlob();
    assertThat(
            client
                .decrypt(r -> r.keyId(key).ciphertextBlob(blob).encryptionContext(CONTEXT))
                .plaintext())
        .isEqualTo(SECRET);
    assertThatThrownBy(
            () ->
                client.decrypt(r -> r.keyId(other).ciphertextBlob(blob).encryptionContext(CONTEXT)))
        .isInstanceOf(IncorrectKeyException.class);
  }

  @Test
  void oldCiphertextsDecryptAfterARotationAndNewOnesUseNewMaterial() {
    SdkBytes old = encrypt(key).ciphertextBlob();
    kms.rotate(key);
    client.rotateKeyOnDemand(r -> r.keyId(key));
    SdkBytes young = encrypt(key).ciphertextBlob();
    assertThat(decrypt(old, CONTEXT).plaintext()).isEqualTo(SECRET);
    assertThat(decrypt(young, CONTEXT).plaintext()).isEqualTo(SECRET);
    assertThat(client.listKeyRotations(r -> r.keyId(key)).rotations()).hasSize(2);
    // The generation stands behind version, length and name: 2 + 12 + 1 + 36 bytes.
    assertThat(old.asByteArray()[54]).isZero();
    assertThat(young.asByteArray()[54]).isEqualTo((byte) 2);
    byte[] relabelled = young.asByteArray();
    relabelled[54] = 0;
    assertThatThrownBy(() -> decrypt(SdkBytes.fromByteArray(relabelled), CONTEXT))
        .isInstanceOf(InvalidCiphertextException.class);
    client.enableKeyRotation(r -> r.keyId(key));
    assertThat(client.getKeyRotationStatus(r -> r.keyId(key)).keyRotationEnabled()).isTrue();
    client.disableKeyRotation(r -> r.keyId(key));
    assertThat(client.getKeyRotationStatus(r -> r.keyId(key)).keyRotationEnabled()).isFalse();
  }

  @Test
  void idArnAliasAndAliasArnNameTheSameKey() {
    String alias = kms.alias("alias/lake", key);
    assertThat(alias).isEqualTo("arn:aws:kms:eu-central-1:111122223333:alias/lake");
    String id = key.substring(key.lastIndexOf('/') + 1);
    for (String name : List.of(key, id, "alias/lake", alias)) {
      assertThat(encrypt(name).keyId()).isEqualTo(key);
    }
    String other = kms.createKey("eu-central-1");
    kms.alias("alias/lake", other);
    assertThat(encrypt("alias/lake").keyId()).isEqualTo(other);
    assertThat(client.listAliases().aliases())
        .extracting(AliasListEntry::aliasName)
        .containsExactly("alias/lake");
    client.updateAlias(r -> r.aliasName("alias/lake").targetKeyId(id));
    assertThat(encrypt("alias/lake").keyId()).isEqualTo(key);
    assertThatThrownBy(() -> client.createAlias(r -> r.aliasName("alias/lake").targetKeyId(id)))
        .isInstanceOf(AlreadyExistsException.class);
    client.deleteAlias(r -> r.aliasName("alias/lake"));
    assertThatThrownBy(() -> encrypt("alias/lake")).isInstanceOf(NotFoundException.class);
    assertError(
        "InvalidAliasNameException",
        () -> client.createAlias(r -> r.aliasName("alias/aws/x").targetKeyId(id)));
  }

  @Test
  void regionsAndAccountsAreApart() {
    KmsClient ireland = client("eu-west-1", kms.accessKey());
    String id = key.substring(key.lastIndexOf('/') + 1);
    assertThatThrownBy(() -> ireland.describeKey(r -> r.keyId(id)))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> ireland.describeKey(r -> r.keyId(key)))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(
            () ->
                ireland.decrypt(
                    r ->
                        r.ciphertextBlob(encrypt(key).ciphertextBlob()).encryptionContext(CONTEXT)))
        .isInstanceOf(InvalidCiphertextException.class);
    KmsClient stranger = client("eu-central-1", kms.addAccessKey("444455556666"));
    assertThatThrownBy(() -> stranger.describeKey(r -> r.keyId(id)))
        .isInstanceOf(NotFoundException.class);
    assertThat(stranger.listKeys().keys()).isEmpty();
    KeyMetadata made = stranger.createKey().keyMetadata();
    assertThat(made.arn()).startsWith("arn:aws:kms:eu-central-1:444455556666:key/");
    assertThat(client.listKeys().keys()).hasSize(1);
    assertThat(client.describeKey(r -> r.keyId(made.arn())).keyMetadata().awsAccountId())
        .isEqualTo("444455556666");
  }

  @Test
  void aReplicaDecryptsWhatItsPrimaryEncrypted() {
    String primary = kms.createMultiRegionKey("eu-central-1");
    String replica = kms.replicate(primary, "eu-west-1");
    assertThat(replica)
        .isEqualTo(primary.replace("eu-central-1", "eu-west-1"))
        .contains(":key/mrk-");
    KmsClient ireland = client("eu-west-1", kms.accessKey());
    SdkBytes blob = encrypt(primary).ciphertextBlob();
    DecryptResponse decrypted =
        ireland.decrypt(r -> r.ciphertextBlob(blob).encryptionContext(CONTEXT));
    assertThat(decrypted.plaintext()).isEqualTo(SECRET);
    assertThat(decrypted.keyId()).isEqualTo(replica);
    KeyMetadata metadata = ireland.describeKey(r -> r.keyId(replica)).keyMetadata();
    assertThat(metadata.multiRegion()).isTrue();
    assertThat(metadata.multiRegionConfiguration().primaryKey().arn()).isEqualTo(primary);
    assertThat(metadata.multiRegionConfiguration().replicaKeys().get(0).region())
        .isEqualTo("eu-west-1");
    kms.disable(primary);
    assertThat(ireland.decrypt(r -> r.ciphertextBlob(blob).encryptionContext(CONTEXT)).keyId())
        .isEqualTo(replica);
    assertError(
        "UnsupportedOperationException",
        () -> client.replicateKey(r -> r.keyId(key).replicaRegion("eu-west-1")));
  }

  @Test
  void dataKeysAreGeneratedWithAndWithoutPlaintext() {
    GenerateDataKeyResponse generated =
        client.generateDataKey(
            r -> r.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT));
    assertThat(generated.plaintext().asByteArray()).hasSize(32);
    assertThat(decrypt(generated.ciphertextBlob(), CONTEXT).plaintext())
        .isEqualTo(generated.plaintext());
    assertThat(
            decrypt(
                    client
                        .generateDataKeyWithoutPlaintext(
                            r -> r.keyId(key).numberOfBytes(64).encryptionContext(CONTEXT))
                        .ciphertextBlob(),
                    CONTEXT)
                .plaintext()
                .asByteArray())
        .hasSize(64);
    assertThat(client.generateRandom(r -> r.numberOfBytes(9)).plaintext().asByteArray()).hasSize(9);
    assertError("ValidationException", () -> client.generateDataKey(r -> r.keyId(key)));
    assertError(
        "ValidationException", () -> client.generateDataKey(r -> r.keyId(key).numberOfBytes(1025)));
    assertError(
        "ValidationException",
        () -> client.encrypt(r -> r.keyId(key).plaintext(SdkBytes.fromByteArray(new byte[4097]))));
    assertThatThrownBy(
            () -> client.generateDataKey(r -> r.keyId(key).numberOfBytes(32).dryRun(true)))
        .isInstanceOf(DryRunOperationException.class);
  }

  @Test
  void reEncryptMovesACiphertextToAnotherKeyAndContext() {
    String other = kms.createKey("eu-central-1");
    SdkBytes blob = encrypt(key).ciphertextBlob();
    Map<String, String> newer = Map.of("tenant", "acme", "layer", "gold");
    ReEncryptResponse moved =
        client.reEncrypt(
            r ->
                r.ciphertextBlob(blob)
                    .sourceKeyId(key)
                    .sourceEncryptionContext(CONTEXT)
                    .destinationKeyId(other)
                    .destinationEncryptionContext(newer));
    assertThat(moved.sourceKeyId()).isEqualTo(key);
    assertThat(moved.keyId()).isEqualTo(other);
    kms.destroy(key);
    assertThat(decrypt(moved.ciphertextBlob(), newer).plaintext()).isEqualTo(SECRET);
    assertThatThrownBy(() -> decrypt(blob, CONTEXT)).isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(() -> kms.destroy(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysAreDisabledEnabledAndScheduledForDeletion() {
    SdkBytes blob = encrypt(key).ciphertextBlob();
    kms.disable(key);
    assertThatThrownBy(() -> decrypt(blob, CONTEXT)).isInstanceOf(DisabledException.class);
    assertThatThrownBy(() -> encrypt(key)).isInstanceOf(DisabledException.class);
    assertThat(client.describeKey(r -> r.keyId(key)).keyMetadata().keyState())
        .isEqualTo(KeyState.DISABLED);
    kms.enable(key);
    assertThat(decrypt(blob, CONTEXT).plaintext()).isEqualTo(SECRET);
    assertThat(client.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7)).deletionDate())
        .isAfter(Instant.now().plus(Duration.ofDays(6)));
    assertThatThrownBy(() -> decrypt(blob, CONTEXT)).isInstanceOf(KmsInvalidStateException.class);
    assertThatThrownBy(() -> client.enableKey(r -> r.keyId(key)))
        .isInstanceOf(KmsInvalidStateException.class);
    assertThat(client.describeKey(r -> r.keyId(key)).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_DELETION);
    client.cancelKeyDeletion(r -> r.keyId(key));
    assertThatThrownBy(() -> decrypt(blob, CONTEXT)).isInstanceOf(DisabledException.class);
    client.enableKey(r -> r.keyId(key));
    assertThat(decrypt(blob, CONTEXT).plaintext()).isEqualTo(SECRET);
    kms.scheduleDeletion(key);
    assertError("KMSInvalidStateException", () -> client.scheduleKeyDeletion(r -> r.keyId(key)));
  }

  @Test
  void policiesAndTagsAreKept() {
    String policy = "{\"Version\":\"2012-10-17\"}";
    client.putKeyPolicy(r -> r.keyId(key).policy(policy));
    assertThat(client.getKeyPolicy(r -> r.keyId(key)).policy()).isEqualTo(policy);
    software.amazon.awssdk.services.kms.model.Tag owner =
        software.amazon.awssdk.services.kms.model.Tag.builder()
            .tagKey("owner")
            .tagValue("lake")
            .build();
    client.tagResource(r -> r.keyId(key).tags(List.of(owner)));
    assertThat(client.listResourceTags(r -> r.keyId(key)).tags())
        .singleElement()
        .satisfies(tag -> assertThat(tag.tagKey() + tag.tagValue()).isEqualTo("ownerlake"));
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, ECDSA_SHA_256, SHA256withECDSA, EC",
    "ECC_NIST_P384, ECDSA_SHA_384, SHA384withECDSA, EC",
    "ECC_NIST_P521, ECDSA_SHA_512, SHA512withECDSA, EC",
    "ECC_NIST_EDWARDS25519, ED25519_SHA_512, Ed25519, Ed25519",
    "ML_DSA_44, ML_DSA_SHAKE_256, ML-DSA-44, ML-DSA-44",
    "ML_DSA_65, ML_DSA_SHAKE_256, ML-DSA-65, ML-DSA-65",
    "ML_DSA_87, ML_DSA_SHAKE_256, ML-DSA-87, ML-DSA-87"
  })
  void signaturesVerifyUnderTheirPublicKey(
      KeySpec spec, SigningAlgorithmSpec algorithm, String jca, String family) throws Exception {
    String signing = kms.createSigningKey("eu-central-1", spec.toString());
    SdkBytes message = SdkBytes.fromUtf8String("message");
    SdkBytes signature =
        client.sign(r -> r.keyId(signing).message(message).signingAlgorithm(algorithm)).signature();
    GetPublicKeyResponse answered = client.getPublicKey(r -> r.keyId(signing));
    assertThat(answered.keySpec()).isEqualTo(spec);
    assertThat(answered.keyUsage()).isEqualTo(KeyUsageType.SIGN_VERIFY);
    assertThat(answered.signingAlgorithms()).containsExactly(algorithm);
    BouncyCastleProvider bouncyCastle = new BouncyCastleProvider();
    PublicKey publicKey =
        KeyFactory.getInstance(family, bouncyCastle)
            .generatePublic(new X509EncodedKeySpec(answered.publicKey().asByteArray()));
    Signature verifier = Signature.getInstance(jca, bouncyCastle);
    verifier.initVerify(publicKey);
    verifier.update(message.asByteArray());
    assertThat(verifier.verify(signature.asByteArray())).isTrue();
    assertThat(
            client
                .verify(
                    r ->
                        r.keyId(signing)
                            .message(message)
                            .signature(signature)
                            .signingAlgorithm(algorithm))
                .signatureValid())
        .isTrue();
    assertThatThrownBy(
            () ->
                client.verify(
                    r ->
                        r.keyId(signing)
                            .message(SdkBytes.fromUtf8String("massage"))
                            .signature(signature)
                            .signingAlgorithm(algorithm)))
        .isInstanceOf(KmsInvalidSignatureException.class);
    assertThatThrownBy(() -> encrypt(signing)).isInstanceOf(InvalidKeyUsageException.class);
  }

  @Test
  void aDigestIsSignedWhenItHasTheRightLength() throws Exception {
    String signing = kms.createSigningKey("eu-central-1", "ECC_NIST_P256");
    byte[] message = "message".getBytes(StandardCharsets.UTF_8);
    SdkBytes digest = SdkBytes.fromByteArray(MessageDigest.getInstance("SHA-256").digest(message));
    SdkBytes signature =
        client
            .sign(
                r ->
                    r.keyId(signing)
                        .message(digest)
                        .messageType(MessageType.DIGEST)
                        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256))
            .signature();
    assertThat(
            client
                .verify(
                    r ->
                        r.keyId(signing)
                            .message(SdkBytes.fromByteArray(message))
                            .signature(signature)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256))
                .signatureValid())
        .isTrue();
    assertError(
        "ValidationException",
        () ->
            client.sign(
                r ->
                    r.keyId(signing)
                        .message(SdkBytes.fromByteArray(new byte[31]))
                        .messageType(MessageType.DIGEST)
                        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)));
    assertThatThrownBy(
            () ->
                client.sign(
                    r ->
                        r.keyId(signing)
                            .message(digest)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_384)))
        .isInstanceOf(InvalidKeyUsageException.class);
    assertThatThrownBy(
            () ->
                client.sign(
                    r ->
                        r.keyId(key)
                            .message(digest)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)))
        .isInstanceOf(InvalidKeyUsageException.class);
    assertError("UnsupportedOperationException", () -> client.getPublicKey(r -> r.keyId(key)));
    assertError(
        "UnsupportedOperationException", () -> client.createKey(r -> r.keySpec(KeySpec.RSA_2048)));
  }

  /** The representative of the message is BouncyCastle's, and so is the check of the signature. */
  @ParameterizedTest
  @ValueSource(strings = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
  void theRepresentativeOfAMessageIsSignedAsTheMessageWouldBe(String spec) throws Exception {
    String signing = kms.createSigningKey("eu-central-1", spec);
    byte[] message = new byte[10_000];
    byte[] encoded = client.getPublicKey(r -> r.keyId(signing)).publicKey().asByteArray();
    MLDSASigner bouncyCastle = new MLDSASigner();
    bouncyCastle.init(false, PublicKeyFactory.createKey(encoded));
    bouncyCastle.update(message, 0, message.length);
    SdkBytes mu = SdkBytes.fromByteArray(bouncyCastle.generateMu());
    SignRequest request =
        SignRequest.builder()
            .keyId(signing)
            .message(mu)
            .messageType(MessageType.EXTERNAL_MU)
            .signingAlgorithm(SigningAlgorithmSpec.ML_DSA_SHAKE_256)
            .build();
    SdkBytes signature = client.sign(request).signature();
    bouncyCastle.init(false, PublicKeyFactory.createKey(encoded));
    bouncyCastle.update(message, 0, message.length);
    assertThat(bouncyCastle.verifySignature(signature.asByteArray())).isTrue();
    assertThat(
            client
                .verify(
                    r ->
                        r.keyId(signing)
                            .message(mu)
                            .messageType(MessageType.EXTERNAL_MU)
                            .signature(signature)
                            .signingAlgorithm(SigningAlgorithmSpec.ML_DSA_SHAKE_256))
                .signatureValid())
        .isTrue();
    SdkBytes shorter = SdkBytes.fromByteArray(new byte[63]);
    assertError(
        "ValidationException", () -> client.sign(request.toBuilder().message(shorter).build()));
    String ecdsa = kms.createSigningKey("eu-central-1", "ECC_NIST_P256");
    assertError(
        "ValidationException",
        () ->
            client.sign(
                request.toBuilder()
                    .keyId(ecdsa)
                    .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
                    .build()));
  }

  @Test
  void aWrongSecretAnUnknownAccessKeyAndNoSignatureAreRefused() throws Exception {
    KmsAccessKey forged =
        new KmsAccessKey(
            kms.accessKey().accessKeyId(), "not the secret", kms.accessKey().account());
    KmsAccessKey unknown = new KmsAccessKey("AKIAUNKNOWN", "secret", KmsWireDouble.ACCOUNT);
    KmsClient forger = client("eu-central-1", forged);
    KmsClient nobody = client("eu-central-1", unknown);
    assertError("InvalidSignatureException", () -> forger.describeKey(r -> r.keyId(key)));
    assertError("UnrecognizedClientException", () -> nobody.describeKey(r -> r.keyId(key)));
    HttpResponse<String> unsigned =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(kms.endpoint() + "/"))
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .header("X-Amz-Target", "TrentService.ListKeys")
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(unsigned.statusCode()).isEqualTo(400);
    assertThat(unsigned.body()).contains("MissingAuthenticationTokenException");
    assertThat(kms.calls()).isEmpty();
    assertThat(kms.accessKey().toString()).doesNotContain(kms.accessKey().secretAccessKey());
  }

  @Test
  void theLogHoldsWhoAskedForWhatAndNeverAPlaintext() {
    SdkBytes blob = encrypt(key).ciphertextBlob();
    client.decrypt(
        r -> r.ciphertextBlob(blob).keyId(key).encryptionContext(CONTEXT).grantTokens("a-token"));
    assertThatThrownBy(() -> decrypt(blob, Map.of()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThat(kms.calls())
        .extracting(KmsCall::action, KmsCall::outcome)
        .containsExactly(
            tuple("Encrypt", KmsCall.OK),
            tuple("Decrypt", KmsCall.OK),
            tuple("Decrypt", "InvalidCiphertextException"));
    KmsCall second = kms.calls().get(1);
    assertThat(second.key()).contains(key);
    assertThat(second.region()).isEqualTo("eu-central-1");
    assertThat(second.accessKeyId()).isEqualTo(kms.accessKey().accessKeyId());
    assertThat(second.context()).isEqualTo(CONTEXT);
    assertThat(second.grantTokens()).containsExactly("a-token");
    assertThat(kms.calls().toString()).doesNotContain("marker");
    kms.clearCalls();
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void faultsFitTheCallsTheyAreNarrowedTo() {
    kms.inject(KmsFault.throttled().on("Encrypt").times(2));
    kms.inject(KmsFault.accessDenied().forKey(key).on("DescribeKey").withoutGrantToken().times(1));
    kms.inject(KmsFault.internalError().in("eu-west-1"));
    assertError("ThrottlingException", () -> encrypt(key));
    assertError("ThrottlingException", () -> encrypt(key));
    assertThat(encrypt(key).keyId()).isEqualTo(key);
    assertError("AccessDeniedException", () -> client.describeKey(r -> r.keyId(key)));
    assertThat(client.describeKey(r -> r.keyId(key)).keyMetadata().arn()).isEqualTo(key);
    KmsClient ireland = client("eu-west-1", kms.accessKey());
    assertThatThrownBy(ireland::listKeys).isInstanceOf(KmsInternalException.class);
    kms.clearFaults();
    assertThat(ireland.listKeys().keys()).isEmpty();
    kms.inject(KmsFault.accessDenied().withoutGrantToken());
    assertError("AccessDeniedException", () -> encrypt(key));
    assertThat(client.encrypt(r -> r.keyId(key).plaintext(SECRET).grantTokens("fresh")).keyId())
        .isEqualTo(key);
    assertThatThrownBy(() -> KmsFault.throttled().times(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConnectionThatIsCutFailsAtTheClient(boolean before) {
    kms.inject((before ? KmsFault.cutBeforeAnswer() : KmsFault.cutWithinAnswer()).times(1));
    assertThatThrownBy(() -> encrypt(key)).isInstanceOf(SdkClientException.class);
    assertThat(kms.calls()).extracting(KmsCall::outcome).contains(KmsCall.CUT);
    assertThat(encrypt(key).keyId()).isEqualTo(key);
  }

  @Test
  void answersCanBeLateAndForAnotherKey() {
    kms.inject(KmsFault.delayed(Duration.ofMillis(300)).times(1));
    long start = System.nanoTime();
    encrypt(key);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    String other = kms.createKey("eu-central-1");
    kms.inject(KmsFault.answeredForAnotherKey(other));
    assertThat(encrypt(key).keyId()).isEqualTo(other);
  }
}
