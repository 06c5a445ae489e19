package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracles are the JDK's keys and signatures, and the provider of BouncyCastle for ML-DSA. */
@Tag("verify")
class PublicKeyEncodingsTest {
  private static final byte[] MESSAGE = "manifest".getBytes(UTF_8);
  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

  private static KeyPair generate(SigningAlgorithm algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      case ECDSA_P256 -> onCurve("secp256r1");
      case ECDSA_P384 -> onCurve("secp384r1");
      case ML_DSA_44 -> KeyPairGenerator.getInstance("ML-DSA-44", BOUNCY_CASTLE).generateKeyPair();
    };
  }

  private static KeyPair onCurve(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static byte[] sign(SigningAlgorithm algorithm, KeyPair keys)
      throws GeneralSecurityException {
    Signature signature =
        switch (algorithm) {
          case ED25519 -> Signature.getInstance("Ed25519");
          case ECDSA_P256 -> Signature.getInstance("SHA256withECDSA");
          case ECDSA_P384 -> Signature.getInstance("SHA384withECDSA");
          case ML_DSA_44 -> Signature.getInstance("ML-DSA-44", BOUNCY_CASTLE);
        };
    signature.initSign(keys.getPrivate());
    signature.update(MESSAGE);
    return ecdsa(algorithm)
        ? EcdsaSignatures.fromDer(algorithm, signature.sign())
        : signature.sign();
  }

  private static boolean ecdsa(SigningAlgorithm algorithm) {
    return algorithm == SigningAlgorithm.ECDSA_P256 || algorithm == SigningAlgorithm.ECDSA_P384;
  }

  @ParameterizedTest
  @EnumSource
  void theKeysOfOtherProvidersVerifyTheirSignatures(SigningAlgorithm algorithm)
      throws GeneralSecurityException {
    for (int i = 0; i < 8; i++) {
      KeyPair keys = generate(algorithm);
      byte[] publicKey = PublicKeyEncodings.fromSpki(algorithm, keys.getPublic().getEncoded());
      assertThat(publicKey).hasSize(algorithm.publicKeyLength());
      assertThat(PublicKeyEncodings.toSpki(algorithm, publicKey))
          .isEqualTo(keys.getPublic().getEncoded());
      assertThat(Verifier.of(algorithm, publicKey).verify(MESSAGE, sign(algorithm, keys))).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoPublicKeyHasNoEncoding(SigningAlgorithm algorithm) {
    byte[] tooLong = new byte[algorithm.publicKeyLength() + 1];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKeyEncodings.toSpki(algorithm, tooLong));
  }

  @ParameterizedTest
  @EnumSource
  void keysOfOtherAlgorithmsAndOtherEncodingsAreRefused(SigningAlgorithm algorithm)
      throws GeneralSecurityException {
    byte[] der = generate(algorithm).getPublic().getEncoded();
    for (SigningAlgorithm other : SigningAlgorithm.values()) {
      if (other != algorithm) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> PublicKeyEncodings.fromSpki(other, der));
      }
    }
    for (int length : new int[] {0, 1, der.length - 1, der.length + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PublicKeyEncodings.fromSpki(algorithm, Arrays.copyOf(der, length)));
    }
    for (int i = 0; i < der.length - algorithm.publicKeyLength(); i++) {
      byte[] changed = der.clone();
      changed[i] ^= 1;
      assertThatIllegalArgumentException()
          .as("byte %d", i)
          .isThrownBy(() -> PublicKeyEncodings.fromSpki(algorithm, changed));
    }
  }

  @Test
  void aPointThatIsNotOnTheCurveIsRefusedWhicheverCoordinateIsWrong()
      throws GeneralSecurityException {
    byte[] der = onCurve("secp256r1").getPublic().getEncoded();
    for (int i = der.length - 64; i < der.length; i++) {
      byte[] changed = der.clone();
      changed[i] ^= 2;
      assertThatIllegalArgumentException()
          .as("byte %d", i)
          .isThrownBy(() -> PublicKeyEncodings.fromSpki(SigningAlgorithm.ECDSA_P256, changed));
    }
  }
}
