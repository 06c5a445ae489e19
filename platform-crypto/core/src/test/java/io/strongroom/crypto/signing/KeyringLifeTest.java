package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCode;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.CryptoErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class KeyringLifeTest {
  private static final String TYPE = "application/vnd.strongroom.manifest.v1+json";
  private static final String HOLDER = "pipeline";
  private static final JsonObject BODY = JsonObject.builder().put("run", "r-1").build();

  private final SecureRandom random = new SecureRandom();
  private final RootKey root = RootKey.generate(random);
  private final Signer old = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
  private final byte[] first = Keyring.create(root, 1, List.of(VerificationKey.of(old, HOLDER)));
  private final Keyring keyring = Keyring.parse(first, root.digest());

  @ParameterizedTest
  @EnumSource
  void aRotationOverlapsAndBothKeysCountInBetween(SigningAlgorithm algorithm) {
    Signer next = LocalSigner.of(KeyPurpose.MANIFEST, LocalKey.generate(algorithm, random));
    byte[] stored =
        keyring.change().enrol(enrolment(next), 100).retire(old.keyId(), 120).sign(root);
    Keyring rotated = Keyring.parse(stored, root.digest());
    assertThat(rotated.serial()).isEqualTo(2);
    assertThat(accepted(rotated, old, 0)).isTrue();
    assertThat(accepted(rotated, next, 99)).isFalse();
    assertThat(accepted(rotated, old, 99)).isTrue();
    for (long index : new long[] {100, 119}) {
      assertThat(accepted(rotated, old, index)).isTrue();
      assertThat(accepted(rotated, next, index)).isTrue();
    }
    assertThat(accepted(rotated, old, 120)).isFalse();
    assertThat(accepted(rotated, next, 120)).isTrue();
  }

  @Test
  void nothingThatARevokedKeySignedCountsAnyMore() {
    byte[] document = SignedJson.sign(TYPE, BODY, old);
    assertThat(SignedJson.verify(document, TYPE, keyring, KeyPurpose.MANIFEST)).isEqualTo(BODY);
    Keyring revoked = Keyring.parse(keyring.change().revoke(old.keyId()).sign(root), root.digest());
    assertRefused(
        () -> SignedJson.verify(document, TYPE, revoked, KeyPurpose.MANIFEST),
        CryptoErrorCode.SIGNATURE_INVALID);
    assertThat(accepted(revoked, old, 0)).isFalse();
    assertThat(revoked.keys()).hasSize(1);
  }

  @Test
  void aKeyNeverComesBack() {
    KeyEnrolment again = enrolment(old);
    assertThatIllegalArgumentException().isThrownBy(() -> keyring.change().enrol(again, 5));
    Keyring revoked = Keyring.parse(keyring.change().revoke(old.keyId()).sign(root), root.digest());
    assertThatIllegalArgumentException().isThrownBy(() -> revoked.change().enrol(again, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> revoked.change().retire(old.keyId(), 1000));
    Keyring retired =
        Keyring.parse(keyring.change().retire(old.keyId(), 50).sign(root), root.digest());
    assertThatIllegalArgumentException().isThrownBy(() -> retired.change().retire(old.keyId(), 51));
    assertThat(
            Keyring.parse(retired.change().retire(old.keyId(), 40).sign(root), root.digest())
                .keys()
                .get(0)
                .untilIndex())
        .hasValue(40);
  }

  @Test
  void changesOfKeysOrRootsThatAreNotTheKeyringsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> keyring.change().revoke("0000"));
    assertThatIllegalArgumentException().isThrownBy(() -> keyring.change().retire("0000", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keyring.change().sign(RootKey.generate(random)));
  }

  @Test
  void aRequestCountsForItsOwnPurposeHolderAndChallengeOnly() {
    String challenge = KeyEnrolment.newChallenge(random);
    byte[] request = KeyEnrolment.request(old, HOLDER, challenge);
    assertThat(KeyEnrolment.accept(request, KeyPurpose.MANIFEST, HOLDER, challenge).keyId())
        .isEqualTo(old.keyId());
    assertRefused(
        () -> KeyEnrolment.accept(request, KeyPurpose.APPROVAL, HOLDER, challenge),
        CryptoErrorCode.ENROLMENT_REFUSED);
    assertRefused(
        () -> KeyEnrolment.accept(request, KeyPurpose.MANIFEST, "somebody", challenge),
        CryptoErrorCode.ENROLMENT_REFUSED);
    assertRefused(
        () ->
            KeyEnrolment.accept(
                request, KeyPurpose.MANIFEST, HOLDER, KeyEnrolment.newChallenge(random)),
        CryptoErrorCode.ENROLMENT_REFUSED);
  }

  @Test
  void aRequestForAKeyOfSomebodyElseIsRefused() {
    String challenge = KeyEnrolment.newChallenge(random);
    Signer thief = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
    JsonObject body =
        JsonValue.parseObject(KeyEnrolment.request(old, HOLDER, challenge)).without("signatures");
    for (byte[] forged :
        List.of(
            SignedJson.sign(KeyEnrolment.PAYLOAD_TYPE, body, thief),
            SignedJson.sign(KeyEnrolment.PAYLOAD_TYPE, body, old.keyId(), thief::sign),
            SignedJson.sign("application/json", body, old),
            body.canonicalBytes(),
            "not json".getBytes(UTF_8))) {
      assertRefused(
          () -> KeyEnrolment.accept(forged, KeyPurpose.MANIFEST, HOLDER, challenge),
          CryptoErrorCode.ENROLMENT_REFUSED);
    }
    byte[] unknown =
        new String(KeyEnrolment.request(old, HOLDER, challenge), UTF_8)
            .replace("\"ed25519\"", "\"rsa-2048\"")
            .getBytes(UTF_8);
    assertRefused(
        () -> KeyEnrolment.accept(unknown, KeyPurpose.MANIFEST, HOLDER, challenge),
        CryptoErrorCode.SIGNING_ALGORITHM_UNKNOWN);
  }

  @Test
  void aReaderThatHasSeenASerialRefusesALowerOne() {
    byte[] second = keyring.change().revoke(old.keyId()).sign(root);
    SeenKeyrings seen = new SeenKeyrings();
    assertThat(seen.accept(first, root.digest()).serial()).isEqualTo(1);
    assertThat(seen.accept(second, root.digest()).serial()).isEqualTo(2);
    assertThat(seen.accept(second, root.digest()).serial()).isEqualTo(2);
    assertRefused(() -> seen.accept(first, root.digest()), CryptoErrorCode.KEYRING_WENT_BACK);
    byte[] other = keyring.change().retire(old.keyId(), 9).sign(root);
    assertRefused(() -> seen.accept(other, root.digest()), CryptoErrorCode.KEYRING_WENT_BACK);
    RootKey another = RootKey.generate(random);
    assertThat(seen.accept(Keyring.create(another, 1, List.of()), another.digest()).rootDigest())
        .isEqualTo(another.digest());
  }

  @Test
  void whatWasSeenSurvivesTheProcess(@TempDir Path folder) {
    Path file = folder.resolve("seen.json");
    byte[] second = keyring.change().revoke(old.keyId()).sign(root);
    SeenKeyrings.inFile(file).accept(second, root.digest());
    assertRefused(
        () -> SeenKeyrings.inFile(file).accept(first, root.digest()),
        CryptoErrorCode.KEYRING_WENT_BACK);
    assertThat(SeenKeyrings.inFile(file).accept(second, root.digest()).serial()).isEqualTo(2);
  }

  @Test
  void aFileThatCannotBeUsedIsNamedAndNothingIsBelieved(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("seen.json");
    Files.writeString(file, "{}");
    assertRefused(
        () -> SeenKeyrings.inFile(file).accept(first, root.digest()),
        CryptoErrorCode.SEEN_KEYRINGS_UNUSABLE);
    assertRefused(
        () ->
            SeenKeyrings.inFile(folder.resolve("absent").resolve("seen.json"))
                .accept(first, root.digest()),
        CryptoErrorCode.SEEN_KEYRINGS_UNUSABLE);
  }

  @Test
  void aKeyringThatTheRootDidNotSignLeavesNoTrace() {
    SeenKeyrings seen = new SeenKeyrings();
    RootKey other = RootKey.generate(random);
    assertRefused(
        () -> seen.accept(Keyring.create(other, 9, List.of()), root.digest()),
        CryptoErrorCode.KEYRING_ROOT_MISMATCH);
    assertThat(seen.accept(first, root.digest()).serial()).isEqualTo(1);
  }

  private KeyEnrolment enrolment(Signer signer) {
    String challenge = KeyEnrolment.newChallenge(random);
    return KeyEnrolment.accept(
        KeyEnrolment.request(signer, HOLDER, challenge), signer.purpose(), HOLDER, challenge);
  }

  private static boolean accepted(Keyring keyring, Signer signer, long index) {
    try {
      SignedJson.verify(
          SignedJson.sign(TYPE, BODY, signer), TYPE, keyring, KeyPurpose.MANIFEST, index);
      return true;
    } catch (PlatformException refused) {
      return false;
    }
  }

  private static void assertRefused(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PlatformException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
