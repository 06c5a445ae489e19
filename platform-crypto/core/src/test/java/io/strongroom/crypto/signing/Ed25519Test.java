package io.strongroom.crypto.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("verify")
class Ed25519Test {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + " d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
        + " e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e397"
        + "01cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + " 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
        + " 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f361"
        + "3d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
  })
  void samplesOfTheRfcAgree(String seed, String publicKey, String message, String signature) {
    Signer signer = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, HEX.parseHex(seed));
    assertThat(HEX.formatHex(signer.publicKey())).isEqualTo(publicKey);
    assertThat(HEX.formatHex(signer.sign(HEX.parseHex(message)))).isEqualTo(signature);
    assertThat(
            Ed25519Verifier.verify(
                HEX.parseHex(publicKey), HEX.parseHex(message), HEX.parseHex(signature)))
        .isTrue();
  }

  @Test
  void signaturesAreThoseOfTheJdkForTheSameSeeds() throws GeneralSecurityException {
    Random random = new Random(8032);
    KeyFactory factory = KeyFactory.getInstance("Ed25519");
    for (int i = 0; i < 60; i++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      byte[] message = new byte[random.nextInt(300)];
      random.nextBytes(message);
      Signer signer = Ed25519Signer.fromSeed(KeyPurpose.RECEIPT, seed);

      Signature jdk = Signature.getInstance("Ed25519");
      jdk.initSign(
          factory.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
      jdk.update(message);
      assertThat(signer.sign(message)).isEqualTo(jdk.sign());

      jdk.initVerify(
          factory.generatePublic(
              new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(signer.publicKey()))));
      jdk.update(message);
      assertThat(jdk.verify(signer.sign(message))).isTrue();
    }
  }

  @Test
  void anyChangedBitOfMessageSignatureOrKeyIsRefused() {
    Ed25519Signer signer = Ed25519Signer.generate(KeyPurpose.MANIFEST, new SecureRandom());
    byte[] message = {1, 2, 3};
    byte[] signature = signer.sign(message);
    byte[] publicKey = signer.publicKey();
    assertThat(Ed25519Verifier.verify(publicKey, message, signature)).isTrue();
    for (int bit = 0; bit < 8 * 64; bit++) {
      assertThat(Ed25519Verifier.verify(publicKey, message, flipped(signature, bit))).isFalse();
    }
    for (int bit = 0; bit < 8 * 32; bit++) {
      assertThat(Ed25519Verifier.verify(flipped(publicKey, bit), message, signature)).isFalse();
    }
    for (int bit = 0; bit < 8 * 3; bit++) {
      assertThat(Ed25519Verifier.verify(publicKey, flipped(message, bit), signature)).isFalse();
    }
  }

  @Test
  void malformedKeysAndSignaturesAreRefusedWithoutAnException() {
    Ed25519Signer signer = Ed25519Signer.generate(KeyPurpose.MANIFEST, new SecureRandom());
    byte[] signature = signer.sign(new byte[0]);
    assertThat(Ed25519Verifier.verify(new byte[31], new byte[0], signature)).isFalse();
    byte[] notAPoint = new byte[32];
    Arrays.fill(notAPoint, (byte) 0xff);
    assertThat(Ed25519Verifier.verify(notAPoint, new byte[0], signature)).isFalse();
    assertThat(Ed25519Verifier.verify(signer.publicKey(), new byte[0], new byte[0])).isFalse();
    assertThat(
            Ed25519Verifier.verify(signer.publicKey(), new byte[0], Arrays.copyOf(signature, 65)))
        .isFalse();
  }

  @Test
  void keyIdIsTheStartOfTheDigestOfThePublicKey() throws GeneralSecurityException {
    Ed25519Signer signer = Ed25519Signer.generate(KeyPurpose.APPROVAL, new SecureRandom());
    byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(signer.publicKey());
    assertThat(signer.keyId()).isEqualTo(HEX.formatHex(digest).substring(0, 16));
  }

  @Test
  void nothingPrintsAPrivateKey() {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 0x5a);
    assertThat(Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, seed).toString())
        .startsWith("Ed25519Signer[manifest ")
        .doesNotContain("5a5a5a5a");
    assertThat(RootKey.fromSeed(seed).toString()).startsWith("RootKey[").doesNotContain("5a5a5a5a");
  }

  @Test
  void seedsOfAnotherLengthAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> RootKey.fromSeed(new byte[33]));
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] copy = bytes.clone();
    copy[bit / 8] ^= (byte) (1 << (bit % 8));
    return copy;
  }

  private static EdECPoint point(byte[] raw) {
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = raw[31 - i];
    }
    boolean odd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    return new EdECPoint(odd, new BigInteger(1, bigEndian));
  }
}
