package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SignatureInvalidException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class SignedJsonTest {
  private static final String TYPE = "application/vnd.strongroom.manifest.v1+json";

  private final SecureRandom random = new SecureRandom();
  private final RootKey root = RootKey.generate(random);
  private final Signer manifests = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
  private final Signer publications = Ed25519Signer.generate(KeyPurpose.PUBLICATION, random);
  private final Keyring keyring = keyring(manifests, publications);
  private final JsonObject body =
      JsonObject.builder().put("run", "r-1").put("rows", 12).put("name", "zażółć").build();

  @Test
  void whatWasSignedComesBack() {
    byte[] stored = SignedJson.sign(TYPE, body, manifests);
    assertThat(SignedJson.verify(stored, TYPE, keyring, KeyPurpose.MANIFEST)).isEqualTo(body);
  }

  @Test
  void theSignatureIsOverThePreAuthenticationEncodingOfTheBody() {
    JsonObject stored = JsonValue.parseObject(SignedJson.sign(TYPE, body, manifests));
    JsonObject signature = stored.objects("signatures").get(0);
    assertThat(signature.string("keyid")).isEqualTo(manifests.keyId());
    byte[] signed =
        ("DSSEv1 43 "
                + TYPE
                + " "
                + body.canonicalBytes().length
                + " "
                + new String(body.canonicalBytes(), UTF_8))
            .getBytes(UTF_8);
    assertThat(
            Ed25519Verifier.verify(
                manifests.publicKey(), signed, Base64.getDecoder().decode(signature.string("sig"))))
        .isTrue();
  }

  @Test
  void anyFlippedByteIsRefused() {
    byte[] stored = SignedJson.sign(TYPE, body, manifests);
    for (int at = 0; at < stored.length; at++) {
      for (int mask : new int[] {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
        byte[] flipped = stored.clone();
        flipped[at] ^= (byte) mask;
        assertThat(refusal(flipped, TYPE, keyring, KeyPurpose.MANIFEST))
            .as("byte %d xor %02x", at, mask)
            .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
      }
    }
  }

  @Test
  void everyTruncationAndEveryInsertedSpaceIsRefused() {
    byte[] stored = SignedJson.sign(TYPE, body, manifests);
    for (int at = 0; at < stored.length; at++) {
      assertThat(refusal(Arrays.copyOf(stored, at), TYPE, keyring, KeyPurpose.MANIFEST))
          .as("cut at %d", at)
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
      byte[] longer = Arrays.copyOf(stored, stored.length + 1);
      System.arraycopy(stored, at, longer, at + 1, stored.length - at);
      longer[at] = ' ';
      assertThat(refusal(longer, TYPE, keyring, KeyPurpose.MANIFEST))
          .as("space at %d", at)
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void aSignatureInAnotherBase64OfTheSameBytesIsRefused() {
    JsonObject stored = JsonValue.parseObject(SignedJson.sign(TYPE, body, manifests));
    String sig = stored.objects("signatures").get(0).string("sig");
    // 64 bytes leave four unused bits in the last character before the padding.
    char last = sig.charAt(sig.length() - 3);
    String other = sig.substring(0, sig.length() - 3) + (char) (last + 1) + "==";
    assertThat(Base64.getDecoder().decode(other)).isEqualTo(Base64.getDecoder().decode(sig));
    assertThat(refusal(signatures(manifests.keyId(), other), TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    assertThat(
            refusal(
                signatures(manifests.keyId(), sig.replace("=", "")),
                TYPE,
                keyring,
                KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
  }

  @Test
  void aKeyOfOnePurposeDoesNotCountForAnother() {
    byte[] stored = SignedJson.sign(TYPE, body, publications);
    assertThat(refusal(stored, TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    for (KeyPurpose purpose : KeyPurpose.values()) {
      if (purpose != KeyPurpose.PUBLICATION) {
        assertThat(refusal(stored, TYPE, keyring, purpose))
            .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
      }
    }
    assertThat(SignedJson.verify(stored, TYPE, keyring, KeyPurpose.PUBLICATION)).isEqualTo(body);
  }

  @Test
  void aDocumentOfOneTypeIsNotAcceptedAsAnother() {
    byte[] stored = SignedJson.sign(TYPE, body, manifests);
    assertThat(
            refusal(
                stored,
                "application/vnd.strongroom.publication.v1+json",
                keyring,
                KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
  }

  @ParameterizedTest
  @EnumSource
  void keysOfEveryAlgorithmSignAndAnyChangedByteIsRefused(SigningAlgorithm algorithm) {
    Signer signer = LocalSigner.of(KeyPurpose.MANIFEST, LocalKey.generate(algorithm, random));
    Keyring ring = keyring(signer, publications);
    byte[] stored = SignedJson.sign(TYPE, body, signer);
    assertThat(SignedJson.verify(stored, TYPE, ring, KeyPurpose.MANIFEST)).isEqualTo(body);
    assertThat(refusal(stored, TYPE, ring, KeyPurpose.RECEIPT))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    assertThat(refusal(stored, TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    int step = Math.max(1, stored.length / 300);
    for (int at = 0; at < stored.length; at += step) {
      byte[] changed = stored.clone();
      changed[at] ^= 4;
      assertThat(refusal(changed, TYPE, ring, KeyPurpose.MANIFEST))
          .as("byte %d", at)
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void aDocumentCannotChooseTheAlgorithm() {
    JsonObject stored = JsonValue.parseObject(SignedJson.sign(TYPE, body, manifests));
    JsonObject signature = stored.objects("signatures").get(0);
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      JsonObject.Builder choosing = JsonObject.builder().put("algorithm", algorithm.id());
      signature.members().forEach(choosing::put);
      JsonObject.Builder all =
          JsonObject.builder().putObjects("signatures", List.of(choosing.build()));
      body.members().forEach(all::put);
      assertThat(refusal(all.build().canonicalBytes(), TYPE, keyring, KeyPurpose.MANIFEST))
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void aSignatureOfAnotherAlgorithmUnderTheIdOfAKeyIsRefused() {
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      LocalKey other = LocalKey.generate(algorithm, random);
      byte[] stored = SignedJson.sign(TYPE, body, manifests.keyId(), other::sign);
      assertThat(refusal(stored, TYPE, keyring, KeyPurpose.MANIFEST))
          .as("signed with %s", algorithm)
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void atAnIndexOnlyKeysThatCountThereAreAccepted() {
    VerificationKey key =
        new VerificationKey(
            manifests.keyId(),
            KeyPurpose.MANIFEST,
            manifests.publicKey(),
            "pipeline",
            10,
            OptionalLong.of(20));
    Keyring ring = Keyring.parse(Keyring.create(root, 1, List.of(key)), root.digest());
    byte[] stored = SignedJson.sign(TYPE, body, manifests);
    for (long index : new long[] {10, 19}) {
      assertThat(SignedJson.verify(stored, TYPE, ring, KeyPurpose.MANIFEST, index)).isEqualTo(body);
    }
    for (long index : new long[] {0, 9, 20, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> SignedJson.verify(stored, TYPE, ring, KeyPurpose.MANIFEST, index))
          .isInstanceOfSatisfying(
              SignatureInvalidException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.SIGNATURE_INVALID))
          .hasMessageContaining("at index " + index);
    }
  }

  @Test
  void aKeyOutsideTheKeyringIsRefused() {
    Signer stranger = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
    byte[] stored = SignedJson.sign(TYPE, body, stranger);
    assertThat(refusal(stored, TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
  }

  @Test
  void theRootKeySignsNothingButKeyrings() {
    byte[] stored = SignedJson.sign(TYPE, body, root.key().id(), root.key()::sign);
    for (KeyPurpose purpose : KeyPurpose.values()) {
      assertThat(refusal(stored, TYPE, keyring, purpose))
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void everyOneOfSeveralSignaturesMustCount() {
    Signer second = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
    Signer stranger = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
    Keyring both = keyring(manifests, second);
    assertThat(SignedJson.verify(signedBy(manifests, second), TYPE, both, KeyPurpose.MANIFEST))
        .isEqualTo(body);
    assertThat(refusal(signedBy(manifests, stranger), TYPE, both, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
  }

  @Test
  void aSignatureCannotBeRepeatedOrMoved() {
    Signer second = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
    Keyring both = keyring(manifests, second);
    List<JsonObject> inOrder =
        JsonValue.parseObject(signedBy(manifests, second)).objects("signatures");
    for (List<Integer> order :
        List.of(List.of(1, 0), List.of(0, 0), List.of(1, 1), List.of(0, 0, 1), List.of(0, 1, 1))) {
      byte[] changed = with(order.stream().map(inOrder::get).toList());
      assertThat(refusal(changed, TYPE, both, KeyPurpose.MANIFEST))
          .as("%s", order)
          .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    }
    assertThat(SignedJson.verify(with(inOrder), TYPE, both, KeyPurpose.MANIFEST)).isEqualTo(body);
  }

  @Test
  void documentsWithoutSignaturesOrWithTooManyAreRefused() {
    assertThat(refusal(body.canonicalBytes(), TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    assertThat(refusal(signedBy(), TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    Signer[] many =
        Stream.generate(() -> Ed25519Signer.generate(KeyPurpose.MANIFEST, random))
            .limit(17)
            .toArray(Signer[]::new);
    assertThat(refusal(signedBy(many), TYPE, keyring(many), KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
    assertThat(refusal("[]".getBytes(UTF_8), TYPE, keyring, KeyPurpose.MANIFEST))
        .isEqualTo(CryptoErrorCode.SIGNATURE_INVALID);
  }

  @Test
  void aRefusalIsAnIntegrityErrorThatShowsNoContent() {
    byte[] stored = SignedJson.sign(TYPE, body, manifests);
    stored[stored.length / 2] ^= 1;
    assertThatThrownBy(() -> SignedJson.verify(stored, TYPE, keyring, KeyPurpose.MANIFEST))
        .isInstanceOfSatisfying(
            SignatureInvalidException.class,
            e -> assertThat(e.category()).isEqualTo(ErrorCategory.INTEGRITY))
        .hasMessageContaining(TYPE)
        .hasMessageNotContaining("zażółć");
  }

  @Test
  void aBodyThatAlreadyHasSignaturesIsNotSigned() {
    JsonObject signed = JsonValue.parseObject(SignedJson.sign(TYPE, body, manifests));
    assertThatIllegalArgumentException().isThrownBy(() -> SignedJson.sign(TYPE, signed, manifests));
  }

  private byte[] signedBy(Signer... signers) {
    List<JsonObject> signatures = new ArrayList<>();
    for (Signer signer : signers) {
      signatures.addAll(
          JsonValue.parseObject(SignedJson.sign(TYPE, body, signer)).objects("signatures"));
    }
    signatures.sort(Comparator.comparing(signature -> signature.string("keyid")));
    return with(signatures);
  }

  private byte[] with(List<JsonObject> signatures) {
    JsonObject.Builder all = JsonObject.builder().putObjects("signatures", signatures);
    body.members().forEach(all::put);
    return all.build().canonicalBytes();
  }

  private byte[] signatures(String keyId, String sig) {
    JsonObject.Builder all =
        JsonObject.builder()
            .putObjects(
                "signatures",
                List.of(JsonObject.builder().put("keyid", keyId).put("sig", sig).build()));
    body.members().forEach(all::put);
    return all.build().canonicalBytes();
  }

  private Keyring keyring(Signer... signers) {
    List<VerificationKey> keys =
        Arrays.stream(signers).map(signer -> VerificationKey.of(signer, "pipeline")).toList();
    return Keyring.parse(Keyring.create(root, 1, keys), root.digest());
  }

  private static CryptoErrorCode refusal(
      byte[] stored, String type, Keyring keyring, KeyPurpose purpose) {
    Throwable thrown = catchThrowable(() -> SignedJson.verify(stored, type, keyring, purpose));
    assertThat(thrown).isInstanceOf(SignatureInvalidException.class);
    return (CryptoErrorCode) ((SignatureInvalidException) thrown).code();
  }
}
