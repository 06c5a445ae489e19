package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SignatureInvalidException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class KeyringTest {
  private final SecureRandom random = new SecureRandom();
  private final RootKey root = RootKey.generate(random);
  private final Signer manifests = Ed25519Signer.generate(KeyPurpose.MANIFEST, random);
  private final Signer approvals = Ed25519Signer.generate(KeyPurpose.APPROVAL, random);
  private final List<VerificationKey> keys =
      List.of(
          VerificationKey.of(manifests, "pipeline"),
          new VerificationKey(
              approvals.keyId(),
              KeyPurpose.APPROVAL,
              approvals.publicKey(),
              "payments officer",
              7,
              OptionalLong.of(90)));

  @Test
  void theKeysThatWereSignedComeBackInOrder() {
    Keyring keyring = Keyring.parse(Keyring.create(root, 3, keys), root.digest());
    assertThat(keyring.keys()).isEqualTo(keys);
    assertThat(keyring.serial()).isEqualTo(3);
    assertThat(keyring.rootDigest()).isEqualTo(root.digest());
    assertThat(Keyring.parse(Keyring.create(root, 3, keys), root.digest().toUpperCase(Locale.ROOT)))
        .isNotNull();
  }

  /** Written before keys had algorithms; the seeds are 32 times 9, 1 and 2. */
  @Test
  void aKeyringOfTheFirstReleaseIsReadAndWouldBeWrittenTheSame() throws IOException {
    byte[] stored = Files.readAllBytes(Path.of("src/test/resources/golden/keyring-v1.json"));
    Keyring keyring =
        Keyring.parse(stored, "dbc298251c51321b7266e78d1c151c2b62aff8cb95b293096d3463018544face");
    assertThat(keyring.keys())
        .extracting(VerificationKey::keyId, VerificationKey::algorithm, VerificationKey::revoked)
        .containsExactly(
            tuple("34750f98bd59fcfc", SigningAlgorithm.ED25519, false),
            tuple("6a3803d5f059902a", SigningAlgorithm.ED25519, false));
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 9);
    assertThat(Keyring.create(RootKey.fromSeed(seed), 3, keyring.keys())).isEqualTo(stored);
  }

  @Test
  void keysOfEveryAlgorithmAndRevokedOnesComeBack() {
    List<VerificationKey> all = new ArrayList<>();
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      LocalKey key = LocalKey.generate(algorithm, random);
      all.add(VerificationKey.of(LocalSigner.of(KeyPurpose.RECEIPT, key), "holder"));
    }
    VerificationKey last = all.get(3);
    all.set(
        3,
        new VerificationKey(
            last.keyId(),
            last.algorithm(),
            last.purpose(),
            last.publicKey(),
            last.holder(),
            5,
            OptionalLong.of(6),
            true));
    Keyring keyring = Keyring.parse(Keyring.create(root, 1, all), root.digest());
    assertThat(keyring.keys()).isEqualTo(all);
    assertThat(keyring.find(last.keyId(), KeyPurpose.RECEIPT)).isEmpty();
    assertThat(keyring.keys().get(3).countsAt(5)).isFalse();
    assertThat(keyring.find(all.get(0).keyId(), KeyPurpose.RECEIPT)).isPresent();
  }

  @Test
  void aKeyOfAnUnknownAlgorithmIsRefusedByItsOwnCode() {
    JsonObject good = JsonValue.parseObject(Keyring.create(root, 1, keys)).without("signatures");
    JsonObject key = good.objects("keys").get(0);
    assertThat(refusal(withKey(good, with(key, "algorithm", "rsa-2048")), root.digest()))
        .isEqualTo(CryptoErrorCode.SIGNING_ALGORITHM_UNKNOWN);
    assertThat(refusal(withKey(good, with(key, "algorithm", "ml-dsa-44")), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    assertThat(refusal(withKey(good, with(key, "algorithm", "ed25519")), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    JsonObject.Builder needless = JsonObject.builder().put("revoked", false);
    key.members().forEach(needless::put);
    assertThat(refusal(withKey(good, needless.build()), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_INVALID);
  }

  private byte[] withKey(JsonObject keyring, JsonObject key) {
    return sign(
        keyring.without("keys"), JsonObject.builder().putObjects("keys", List.of(key)).build());
  }

  @Test
  void aKeyIsFoundOnlyForItsOwnPurpose() {
    Keyring keyring = Keyring.parse(Keyring.create(root, 1, keys), root.digest());
    assertThat(keyring.find(manifests.keyId(), KeyPurpose.MANIFEST)).contains(keys.get(0));
    for (KeyPurpose purpose : KeyPurpose.values()) {
      if (purpose != KeyPurpose.MANIFEST) {
        assertThat(keyring.find(manifests.keyId(), purpose)).isEmpty();
      }
    }
    assertThat(keyring.find("0000000000000000", KeyPurpose.MANIFEST)).isEmpty();
  }

  @Test
  void signaturesCountFromAndUntilTheirIndexes() {
    VerificationKey key = keys.get(1);
    assertThat(key.countsAt(6)).isFalse();
    assertThat(key.countsAt(7)).isTrue();
    assertThat(key.countsAt(89)).isTrue();
    assertThat(key.countsAt(90)).isFalse();
    assertThat(keys.get(0).countsAt(Long.MAX_VALUE)).isTrue();
  }

  @Test
  void aKeyringOfAnotherRootIsRefused() {
    RootKey other = RootKey.generate(random);
    assertThat(refusal(Keyring.create(other, 1, keys), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_ROOT_MISMATCH);
    assertThat(refusal(Keyring.create(root, 1, keys), ""))
        .isEqualTo(CryptoErrorCode.KEYRING_ROOT_MISMATCH);
    assertThat(refusal(Keyring.create(root, 1, keys), root.digest().substring(1)))
        .isEqualTo(CryptoErrorCode.KEYRING_ROOT_MISMATCH);
  }

  @Test
  void theRightRootInAKeyringThatItDidNotSignIsRefused() {
    RootKey other = RootKey.generate(random);
    JsonObject body = JsonValue.parseObject(Keyring.create(root, 1, keys)).without("signatures");
    byte[] forged =
        SignedJson.sign(Keyring.PAYLOAD_TYPE, body, other.key().id(), other.key()::sign);
    assertThat(refusal(forged, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    byte[] sameId = SignedJson.sign(Keyring.PAYLOAD_TYPE, body, root.key().id(), other.key()::sign);
    assertThat(refusal(sameId, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    byte[] otherType = SignedJson.sign("application/json", body, root.key().id(), root.key()::sign);
    assertThat(refusal(otherType, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    assertThat(refusal(body.canonicalBytes(), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_INVALID);
  }

  @Test
  void anyFlippedByteIsRefused() {
    byte[] stored = Keyring.create(root, 1, keys);
    for (int at = 0; at < stored.length; at++) {
      for (int mask : new int[] {0x01, 0x04, 0x20, 0x80}) {
        byte[] flipped = stored.clone();
        flipped[at] ^= (byte) mask;
        assertThat(refusal(flipped, root.digest()))
            .as("byte %d xor %02x", at, mask)
            .isIn(CryptoErrorCode.KEYRING_INVALID, CryptoErrorCode.KEYRING_ROOT_MISMATCH);
      }
    }
    assertThat(refusal(Arrays.copyOf(stored, stored.length - 1), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_INVALID);
  }

  @Test
  void contentThatTheRootSignedButNobodyCanReadIsRefused() {
    JsonObject good = JsonValue.parseObject(Keyring.create(root, 1, keys)).without("signatures");
    JsonObject key = good.objects("keys").get(0);
    for (JsonObject bad :
        List.of(
            JsonObject.builder().build(),
            key.without("holder"),
            with(key, "purpose", "everything"),
            with(key, "keyid", "0000000000000000"),
            with(key, "publicKey", "AAAA"),
            with(key, "holder", ""),
            with(key, "more", "x"))) {
      byte[] stored =
          sign(good.without("keys"), JsonObject.builder().putObjects("keys", List.of(bad)).build());
      assertThat(refusal(stored, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    }
    byte[] twice =
        sign(
            good.without("keys"),
            JsonObject.builder().putObjects("keys", List.of(key, key)).build());
    assertThat(refusal(twice, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    byte[] zero = sign(good.without("serial"), JsonObject.builder().put("serial", 0).build());
    assertThat(refusal(zero, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    byte[] more = sign(good, JsonObject.builder().put("more", "x").build());
    assertThat(refusal(more, root.digest())).isEqualTo(CryptoErrorCode.KEYRING_INVALID);
    assertThat(refusal("not json".getBytes(UTF_8), root.digest()))
        .isEqualTo(CryptoErrorCode.KEYRING_INVALID);
  }

  @Test
  void aKeyTwiceOrTheRootItselfIsNotSigned() {
    VerificationKey key = keys.get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keyring.create(root, 1, List.of(key, key)));
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    VerificationKey sameAsRoot =
        VerificationKey.of(Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed), "pipeline");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keyring.create(RootKey.fromSeed(seed), 1, List.of(sameAsRoot)));
    assertThatIllegalArgumentException().isThrownBy(() -> Keyring.create(root, 0, keys));
  }

  @Test
  void verificationKeysThatCannotBeAreRefused() {
    byte[] raw = manifests.publicKey();
    String id = manifests.keyId();
    OptionalLong open = OptionalLong.empty();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new VerificationKey("0123456789abcdef", KeyPurpose.MANIFEST, raw, "p", 0, open));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VerificationKey(id, KeyPurpose.MANIFEST, raw, "", 0, open));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VerificationKey(id, KeyPurpose.MANIFEST, raw, "p", -1, open));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new VerificationKey(id, KeyPurpose.MANIFEST, raw, "p", 5, OptionalLong.of(4)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VerificationKey(id, KeyPurpose.MANIFEST, new byte[3], "p", 0, open));
  }

  private byte[] sign(JsonObject body, JsonObject more) {
    JsonObject.Builder all = JsonObject.builder();
    body.members().forEach(all::put);
    more.members().forEach(all::put);
    return SignedJson.sign(Keyring.PAYLOAD_TYPE, all.build(), root.key().id(), root.key()::sign);
  }

  private static JsonObject with(JsonObject object, String member, String value) {
    JsonObject.Builder changed = JsonObject.builder();
    object.without(member).members().forEach(changed::put);
    return changed.put(member, value).build();
  }

  private static CryptoErrorCode refusal(byte[] stored, String pinned) {
    Throwable thrown = catchThrowable(() -> Keyring.parse(stored, pinned));
    assertThat(thrown).isInstanceOf(SignatureInvalidException.class);
    return (CryptoErrorCode) ((SignatureInvalidException) thrown).code();
  }
}
