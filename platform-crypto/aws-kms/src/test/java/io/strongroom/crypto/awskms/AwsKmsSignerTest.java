package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.SignatureInvalidException;
import io.strongroom.crypto.signing.EcdsaSignatures;
import io.strongroom.crypto.signing.KeyEnrolment;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.crypto.testing.kms.KmsFault;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;

/**
 * The client is the SDK's; the oracles of signatures are the JDK's and BouncyCastle's providers.
 */
@Tag("verify")
class AwsKmsSignerTest {
  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final byte[] MESSAGE = "manifest".getBytes(UTF_8);
  private static final JsonObject DOCUMENT = JsonObject.builder().put("run", "r-1").build();

  private final KmsRig rig = new KmsRig();
  private final RootKey root = RootKey.generate(new SecureRandom());

  @AfterEach
  void stop() {
    rig.close();
  }

  private AwsKmsSigner.Builder builder(String key) {
    return AwsKmsSigner.builder(KmsRig.arn(key), rig.frankfurt).patience(KmsRig.HASTY);
  }

  private AwsKmsSigner unlisted(String spec) {
    return builder(rig.kms.createSigningKey(FRANKFURT, spec)).openUnlisted(KeyPurpose.MANIFEST);
  }

  private Keyring keyring(VerificationKey... keys) {
    return Keyring.parse(Keyring.create(root, 1, List.of(keys)), root.digest());
  }

  private static void assertFails(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private boolean verifies(String key, String family, String jca, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    X509EncodedKeySpec spki =
        new X509EncodedKeySpec(
            rig.frankfurt.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray());
    boolean inTheJdk = !family.startsWith("ML-DSA");
    KeyFactory keys =
        inTheJdk ? KeyFactory.getInstance(family) : KeyFactory.getInstance(family, BOUNCY_CASTLE);
    Signature verifier =
        inTheJdk ? Signature.getInstance(jca) : Signature.getInstance(jca, BOUNCY_CASTLE);
    verifier.initVerify(keys.generatePublic(spki));
    verifier.update(message);
    return verifier.verify(signature);
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, ECDSA_P256, EC, SHA256withECDSA",
    "ECC_NIST_P384, ECDSA_P384, EC, SHA384withECDSA",
    "ECC_NIST_EDWARDS25519, ED25519, Ed25519, Ed25519",
    "ML_DSA_44, ML_DSA_44, ML-DSA-44, ML-DSA-44"
  })
  void anIndependentVerifierAcceptsSignaturesOfMessagesOfEveryLength(
      String spec, SigningAlgorithm algorithm, String family, String jca) throws Exception {
    String key = rig.kms.createSigningKey(FRANKFURT, spec);
    AwsKmsSigner signer = builder(key).openUnlisted(KeyPurpose.MANIFEST);
    assertThat(signer.algorithm()).isEqualTo(algorithm);
    assertThat(signer.keyId()).isEqualTo(algorithm.keyId(signer.publicKey()));
    boolean ed25519 = algorithm == SigningAlgorithm.ED25519;
    for (int length : ed25519 ? new int[] {1, 4096} : new int[] {0, 1, 4096, 4097, 1_000_000}) {
      byte[] message = new byte[length];
      Arrays.fill(message, (byte) 'm');
      byte[] signature = signer.sign(message);
      assertThat(signature).hasSize(algorithm.signatureLength());
      byte[] encoded =
          family.equals("EC") ? EcdsaSignatures.toDer(algorithm, signature) : signature;
      assertThat(verifies(key, family, jca, message, encoded)).as("%d bytes", length).isTrue();
      assertThat(verifies(key, family, jca, new byte[7], encoded)).isFalse();
    }
  }

  @Test
  void ecdsaSignaturesHaveTheOneAcceptedFormAlthoughKmsDrawsThem() {
    AwsKmsSigner signer = unlisted("ECC_NIST_P256");
    VerificationKey key = VerificationKey.of(signer, "platform");
    List<String> different = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      byte[] signature = signer.sign(MESSAGE);
      assertThat(key.verifier().verify(MESSAGE, signature)).isTrue();
      different.add(Arrays.toString(signature));
    }
    assertThat(different).doesNotHaveDuplicates();
  }

  @Test
  void anEd25519KeyRefusesALongMessageWithoutACall() {
    AwsKmsSigner signer = unlisted("ECC_NIST_EDWARDS25519");
    rig.kms.clearCalls();
    assertFails(CryptoErrorCode.KEY_UNSUITABLE, () -> signer.sign(new byte[4097]));
    assertThat(rig.actions()).isEmpty();
  }

  @Test
  void aKeyIsEnrolledThenSignsAndThePublicKeyIsAskedForOnce() {
    String key = rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    String challenge = KeyEnrolment.newChallenge(new SecureRandom());
    byte[] request =
        KeyEnrolment.request(builder(key).openUnlisted(KeyPurpose.MANIFEST), "platform", challenge);
    KeyEnrolment enrolment =
        KeyEnrolment.accept(request, KeyPurpose.MANIFEST, "platform", challenge);
    Keyring keyring =
        Keyring.parse(keyring().change().enrol(enrolment, 0).sign(root), root.digest());
    rig.kms.clearCalls();

    AwsKmsSigner signer = builder(key).open(KeyPurpose.MANIFEST, keyring);
    byte[] first = SignedJson.sign("text/x", DOCUMENT, signer);
    byte[] second = SignedJson.sign("text/x", DOCUMENT, signer);
    assertThat(SignedJson.verify(first, "text/x", keyring, KeyPurpose.MANIFEST))
        .isEqualTo(DOCUMENT);
    assertThat(SignedJson.verify(second, "text/x", keyring, KeyPurpose.MANIFEST))
        .isEqualTo(DOCUMENT);
    assertThat(rig.actions()).containsExactly("GetPublicKey", "Sign", "Sign");
    assertThatThrownBy(() -> SignedJson.verify(first, "text/x", keyring, KeyPurpose.APPROVAL))
        .isInstanceOf(SignatureInvalidException.class);
    assertThat(signer).hasToString("AwsKmsSigner[manifest " + enrolment.keyId() + "]");
  }

  @Test
  void aKeyForAnotherPurposeThanItsOwnIsRefused() {
    String key = rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    AwsKmsSigner approvals = builder(key).openUnlisted(KeyPurpose.APPROVAL);
    Keyring keyring = keyring(VerificationKey.of(approvals, "approver"));
    assertThat(builder(key).open(KeyPurpose.APPROVAL, keyring).purpose())
        .isEqualTo(KeyPurpose.APPROVAL);
    assertFails(
        CryptoErrorCode.SIGNING_KEY_NOT_LISTED,
        () -> builder(key).open(KeyPurpose.MANIFEST, keyring));
    assertThat(rig.actions()).doesNotContain("Sign");
  }

  @Test
  void aKeyThatIsNotListedOrRevokedIsRefused() {
    String key = rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    AwsKmsSigner signer = builder(key).openUnlisted(KeyPurpose.MANIFEST);
    Keyring other = keyring(VerificationKey.of(unlisted("ECC_NIST_P256"), "platform"));
    assertFails(
        CryptoErrorCode.SIGNING_KEY_NOT_LISTED,
        () -> builder(key).open(KeyPurpose.MANIFEST, other));
    Keyring listed = keyring(VerificationKey.of(signer, "platform"));
    Keyring revoked =
        Keyring.parse(listed.change().revoke(signer.keyId()).sign(root), root.digest());
    assertThat(builder(key).open(KeyPurpose.MANIFEST, listed).keyId()).isEqualTo(signer.keyId());
    assertFails(
        CryptoErrorCode.SIGNING_KEY_NOT_LISTED,
        () -> builder(key).open(KeyPurpose.MANIFEST, revoked));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECC_NIST_P521", "ML_DSA_65", "ML_DSA_87"})
  void aKeyThatSignsInAnotherWayIsUnsuitable(String spec) {
    assertFails(CryptoErrorCode.KEY_UNSUITABLE, () -> unlisted(spec));
  }

  @Test
  void aKeyThatEncryptsIsUnsuitableAndAnAliasIsNoKey() {
    assertFails(
        CryptoErrorCode.KEY_UNSUITABLE, () -> builder(rig.key).openUnlisted(KeyPurpose.MANIFEST));
    String alias = rig.kms.alias("alias/manifests", rig.key);
    assertThatIllegalArgumentException().isThrownBy(() -> builder(alias));
  }

  @Test
  void anAnswerForAnotherKeyIsRefused() {
    String key = rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    String other = rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    AwsKmsSigner signer = builder(key).openUnlisted(KeyPurpose.MANIFEST);
    rig.kms.inject(KmsFault.answeredForAnotherKey(other));
    assertFails(
        CryptoErrorCode.KEY_ANSWER_WRONG, () -> builder(key).openUnlisted(KeyPurpose.MANIFEST));
    assertFails(CryptoErrorCode.KEY_ANSWER_WRONG, () -> signer.sign(MESSAGE));
  }

  /** Changes what KMS answers on its way. */
  private record Meddling(
      KmsClient kms, UnaryOperator<SdkBytes> publicKeys, UnaryOperator<SdkBytes> signatures)
      implements KmsClient {

    @Override
    public GetPublicKeyResponse getPublicKey(GetPublicKeyRequest request) {
      GetPublicKeyResponse answer = kms.getPublicKey(request);
      return answer.toBuilder().publicKey(publicKeys.apply(answer.publicKey())).build();
    }

    @Override
    public SignResponse sign(SignRequest request) {
      SignResponse answer = kms.sign(request);
      return answer.toBuilder().signature(signatures.apply(answer.signature())).build();
    }

    @Override
    public String serviceName() {
      return kms.serviceName();
    }

    @Override
    public void close() {
      kms.close();
    }
  }

  private static SdkBytes changed(SdkBytes bytes, int fromEnd) {
    byte[] copy = bytes.asByteArray();
    copy[copy.length - fromEnd] ^= 1;
    return SdkBytes.fromByteArray(copy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_EDWARDS25519", "ML_DSA_44"})
  void aSignatureThatDoesNotVerifyIsNeverGivenOut(String spec) {
    KeyArn key = KmsRig.arn(rig.kms.createSigningKey(FRANKFURT, spec));
    List<UnaryOperator<SdkBytes>> meddlers =
        List.of(
            bytes -> changed(bytes, 1),
            bytes -> SdkBytes.fromByteArray(Arrays.copyOf(bytes.asByteArray(), 9)),
            bytes -> SdkBytes.fromByteArray(new byte[0]));
    for (UnaryOperator<SdkBytes> meddler : meddlers) {
      AwsKmsSigner signer =
          AwsKmsSigner.builder(key, new Meddling(rig.frankfurt, bytes -> bytes, meddler))
              .openUnlisted(KeyPurpose.MANIFEST);
      assertFails(CryptoErrorCode.KEY_ANSWER_WRONG, () -> signer.sign(MESSAGE));
    }
  }

  @Test
  void aPublicKeyThatIsNoneIsRefused() {
    KeyArn key = KmsRig.arn(rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256"));
    List<UnaryOperator<SdkBytes>> meddlers =
        List.of(bytes -> changed(bytes, 1), bytes -> SdkBytes.fromByteArray(new byte[91]));
    for (UnaryOperator<SdkBytes> meddler : meddlers) {
      assertFails(
          CryptoErrorCode.KEY_ANSWER_WRONG,
          () ->
              AwsKmsSigner.builder(key, new Meddling(rig.frankfurt, meddler, bytes -> bytes))
                  .openUnlisted(KeyPurpose.MANIFEST));
    }
  }

  @Test
  void grantTokensGoWithEveryCall() {
    String key = rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    builder(key).grantTokens(List.of("token")).openUnlisted(KeyPurpose.MANIFEST).sign(MESSAGE);
    assertThat(rig.kms.calls())
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.grantTokens()).containsExactly("token"));
  }

  @Test
  void theSignerOwnsItsPublicKey() {
    AwsKmsSigner signer = unlisted("ECC_NIST_P256");
    byte[] publicKey = signer.publicKey();
    Arrays.fill(signer.publicKey(), (byte) 0);
    assertThat(signer.publicKey()).isEqualTo(publicKey);
  }
}
