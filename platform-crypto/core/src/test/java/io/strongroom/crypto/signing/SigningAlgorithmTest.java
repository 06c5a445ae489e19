package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class SigningAlgorithmTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] MESSAGE = "manifest".getBytes(UTF_8);

  private final SecureRandom random = new SecureRandom();

  @ParameterizedTest
  @EnumSource
  void aSignatureIsAcceptedForItsOwnMessageAndKeyOnly(SigningAlgorithm algorithm) {
    LocalKey key = LocalKey.generate(algorithm, random);
    LocalKey other = LocalKey.generate(algorithm, random);
    byte[] signature = key.sign(MESSAGE);
    Verifier verifier = Verifier.of(algorithm, key.publicKey());
    assertThat(verifier.algorithm()).isEqualTo(algorithm);
    assertThat(signature).hasSize(algorithm.signatureLength());
    assertThat(key.publicKey()).hasSize(algorithm.publicKeyLength());
    assertThat(verifier.verify(MESSAGE, signature)).isTrue();
    assertThat(verifier.verify(new byte[0], signature)).isFalse();
    assertThat(Verifier.of(algorithm, other.publicKey()).verify(MESSAGE, signature)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void anyFlippedBitAndAnyOtherLengthOfASignatureIsRefused(SigningAlgorithm algorithm) {
    LocalKey key = LocalKey.generate(algorithm, random);
    byte[] signature = key.sign(MESSAGE);
    Verifier verifier = Verifier.of(algorithm, key.publicKey());
    int step = algorithm == SigningAlgorithm.ML_DSA_44 ? 37 : 1;
    for (int bit = 0; bit < 8 * signature.length; bit += step) {
      byte[] flipped = signature.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(verifier.verify(MESSAGE, flipped)).as("bit %d", bit).isFalse();
    }
    for (int length : new int[] {0, 1, signature.length - 1, signature.length + 1}) {
      assertThat(verifier.verify(MESSAGE, Arrays.copyOf(signature, length)))
          .as("%d bytes", length)
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameKeySignsTheSameMessageTheSameWay(SigningAlgorithm algorithm) {
    LocalKey key = LocalKey.generate(algorithm, random);
    LocalKey again = LocalKey.of(algorithm, key.secret());
    assertThat(again.id()).isEqualTo(key.id());
    assertThat(again.publicKey()).isEqualTo(key.publicKey());
    assertThat(again.sign(MESSAGE)).isEqualTo(key.sign(MESSAGE));
  }

  @ParameterizedTest
  @EnumSource
  void privateKeysOfAnotherLengthAreRefused(SigningAlgorithm algorithm) {
    byte[] secret = LocalKey.generate(algorithm, random).secret();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKey.of(algorithm, Arrays.copyOf(secret, secret.length - 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKey.of(algorithm, Arrays.copyOf(secret, secret.length + 1)));
  }

  @ParameterizedTest
  @EnumSource
  void publicKeysOfOtherAlgorithmsAndLengthsAreRefused(SigningAlgorithm algorithm) {
    for (SigningAlgorithm other : SigningAlgorithm.values()) {
      byte[] key = LocalKey.generate(other, random).publicKey();
      if (other == algorithm) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Verifier.of(algorithm, Arrays.copyOf(key, key.length + 1)));
      } else {
        assertThatIllegalArgumentException().isThrownBy(() -> Verifier.of(algorithm, key));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ECDSA_P256", "ECDSA_P384"})
  void pointsThatAreNotOnTheCurveAndOtherEncodingsAreRefused(SigningAlgorithm algorithm) {
    byte[] key = LocalKey.generate(algorithm, random).publicKey();
    byte[] infinity = new byte[key.length];
    byte[] otherEncoding = key.clone();
    otherEncoding[0] = 4;
    byte[] tooLarge = key.clone();
    Arrays.fill(tooLarge, 1, tooLarge.length, (byte) 0xff);
    for (byte[] bad : new byte[][] {infinity, otherEncoding, tooLarge}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Verifier.of(algorithm, bad));
    }
    int refused = 0;
    for (int x = 1; x <= 40; x++) {
      byte[] small = new byte[key.length];
      small[0] = 2;
      small[key.length - 1] = (byte) x;
      try {
        Verifier.of(algorithm, small);
      } catch (IllegalArgumentException notOnTheCurve) {
        refused++;
      }
    }
    assertThat(refused).isBetween(5, 35);
  }

  @ParameterizedTest
  @CsvSource({
    "ECDSA_P256, C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, sample,"
        + " EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,"
        + " F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    "ECDSA_P256, C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, test,"
        + " F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,"
        + " 019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    "ECDSA_P384, 6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F8"
        + "72C9EA60D2EDF5, sample, 94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
        + "81A648152E44ACF96E36DD1E80FABE46, 99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B63"
        + "51D0A3A94FA329C145786E679E7B82C71A38628AC8",
    "ECDSA_P384, 6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F8"
        + "72C9EA60D2EDF5, test, 8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB05"
        + "42A7F0812998DA8F1DD3CA3CF023DB, DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13"
        + "173923E06A739F040649A667BF3B828246BAA5A5"
  })
  void samplesOfRfc6979AgreeUpToTheHalfOfS(
      SigningAlgorithm algorithm, String scalar, String message, String r, String s) {
    Signer signer = EcdsaSigner.fromScalar(algorithm, KeyPurpose.MANIFEST, HEX.parseHex(scalar));
    BigInteger order = order(algorithm);
    BigInteger published = new BigInteger(s, 16);
    String signature = HEX.formatHex(signer.sign(message.getBytes(UTF_8)));
    assertThat(signature.substring(0, signature.length() / 2)).isEqualToIgnoringCase(r);
    assertThat(new BigInteger(signature.substring(signature.length() / 2), 16))
        .isEqualTo(published.min(order.subtract(published)));
  }

  @ParameterizedTest
  @EnumSource(names = {"ECDSA_P256", "ECDSA_P384"})
  void theJdkReadsOurSignaturesAndWeReadIts(SigningAlgorithm algorithm)
      throws GeneralSecurityException {
    boolean p256 = algorithm == SigningAlgorithm.ECDSA_P256;
    String curve = p256 ? "secp256r1" : "secp384r1";
    String name = p256 ? "SHA256withECDSA" : "SHA384withECDSA";
    Random lengths = new Random(186);
    for (int i = 0; i < 12; i++) {
      byte[] message = new byte[lengths.nextInt(200)];
      random.nextBytes(message);
      LocalKey ours = LocalKey.generate(algorithm, random);
      Signature jdk = Signature.getInstance(name);
      jdk.initVerify(publicKey(algorithm, curve, ours.publicKey()));
      jdk.update(message);
      assertThat(jdk.verify(EcdsaSignatures.toDer(algorithm, ours.sign(message)))).isTrue();

      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      KeyPair theirs = generator.generateKeyPair();
      jdk.initSign(theirs.getPrivate());
      jdk.update(message);
      byte[] der = jdk.sign();
      byte[] fixed = EcdsaSignatures.fromDer(algorithm, der);
      Verifier verifier = Verifier.of(algorithm, compressed(algorithm, theirs.getPublic()));
      assertThat(verifier.verify(message, fixed)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ECDSA_P256", "ECDSA_P384"})
  void theOtherOneOfTwoEquivalentSignaturesIsRefused(SigningAlgorithm algorithm) {
    LocalKey key = LocalKey.generate(algorithm, random);
    byte[] signature = key.sign(MESSAGE);
    int half = signature.length / 2;
    BigInteger s = new BigInteger(1, signature, half, half);
    byte[] other = signature.clone();
    byte[] mirrored = order(algorithm).subtract(s).toByteArray();
    int length = Math.min(half, mirrored.length);
    Arrays.fill(other, half, signature.length, (byte) 0);
    System.arraycopy(mirrored, mirrored.length - length, other, signature.length - length, length);
    assertThat(Verifier.of(algorithm, key.publicKey()).verify(MESSAGE, other)).isFalse();
    byte[] der = EcdsaSignatures.toDer(algorithm, other);
    assertThat(EcdsaSignatures.fromDer(algorithm, der)).isEqualTo(signature);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    LocalKey key = LocalKey.generate(SigningAlgorithm.ECDSA_P256, random);
    Verifier verifier = Verifier.of(SigningAlgorithm.ECDSA_P256, key.publicKey());
    byte[] signature = key.sign(MESSAGE);
    byte[] noR = signature.clone();
    Arrays.fill(noR, 0, 32, (byte) 0);
    byte[] noS = signature.clone();
    Arrays.fill(noS, 32, 64, (byte) 0);
    for (byte[] bad : new byte[][] {noR, noS, new byte[64]}) {
      assertThat(verifier.verify(MESSAGE, bad)).isFalse();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> EcdsaSignatures.toDer(SigningAlgorithm.ECDSA_P256, bad));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> EcdsaSignatures.fromDer(SigningAlgorithm.ECDSA_P256, HEX.parseHex("3000")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                EcdsaSignatures.fromDer(
                    SigningAlgorithm.ECDSA_P256, HEX.parseHex("3006020100020101")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EcdsaSignatures.fromDer(SigningAlgorithm.ED25519, new byte[64]));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                EcdsaSigner.fromScalar(
                    SigningAlgorithm.ECDSA_P256, KeyPurpose.MANIFEST, new byte[32]));
    byte[] order = order(SigningAlgorithm.ECDSA_P256).toByteArray();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                EcdsaSigner.fromScalar(
                    SigningAlgorithm.ECDSA_P256,
                    KeyPurpose.MANIFEST,
                    Arrays.copyOfRange(order, order.length - 32, order.length)));
  }

  /** The digests are those of JDK 25's own ML-DSA for this seed and without random numbers. */
  @Test
  void mlDsaKeysAndSignaturesAreThoseOfJdk25ForTheSameSeed() throws GeneralSecurityException {
    byte[] seed = new byte[32];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) i;
    }
    Signer signer = MlDsaSigner.fromSeed(KeyPurpose.MANIFEST, seed);
    assertThat(sha256(signer.publicKey()))
        .isEqualTo("9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46");
    assertThat(sha256(signer.sign(MESSAGE)))
        .isEqualTo("e607e43c562b1f6f0e004de7ecf9a13e37d6b2a2a04d577fc223116c703ef208");
  }

  @Test
  void keyIdsNameTheAlgorithmExceptOfEd25519() throws GeneralSecurityException {
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      byte[] key = LocalKey.generate(algorithm, random).publicKey();
      byte[] prefix =
          algorithm == SigningAlgorithm.ED25519
              ? new byte[0]
              : (algorithm.id() + "\0").getBytes(UTF_8);
      byte[] both = Arrays.copyOf(prefix, prefix.length + key.length);
      System.arraycopy(key, 0, both, prefix.length, key.length);
      assertThat(algorithm.keyId(key)).isEqualTo(sha256(both).substring(0, 16));
      assertThat(SigningAlgorithm.of(algorithm.id())).contains(algorithm);
    }
    assertThat(SigningAlgorithm.of("rsa")).isEmpty();
  }

  @Test
  void nothingPrintsAPrivateKey() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 0x5a);
    assertThat(MlDsaSigner.fromSeed(KeyPurpose.MANIFEST, secret).toString())
        .matches("MlDsaSigner\\[manifest [0-9a-f]{16}\\]");
    assertThat(
            EcdsaSigner.fromScalar(SigningAlgorithm.ECDSA_P256, KeyPurpose.MANIFEST, secret)
                .toString())
        .matches("EcdsaSigner\\[manifest [0-9a-f]{16}\\]");
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static BigInteger order(SigningAlgorithm algorithm) {
    return CustomNamedCurves.getByName(algorithm == SigningAlgorithm.ECDSA_P256 ? "P-256" : "P-384")
        .getN();
  }

  private static PublicKey publicKey(SigningAlgorithm algorithm, String curve, byte[] compressed)
      throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    org.bouncycastle.math.ec.ECPoint point =
        CustomNamedCurves.getByName(algorithm == SigningAlgorithm.ECDSA_P256 ? "P-256" : "P-384")
            .getCurve()
            .decodePoint(compressed);
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(
                    point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger()),
                parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static byte[] compressed(SigningAlgorithm algorithm, PublicKey key) {
    ECPoint point = ((ECPublicKey) key).getW();
    byte[] bytes = new byte[algorithm.publicKeyLength()];
    byte[] x = point.getAffineX().toByteArray();
    int length = Math.min(x.length, bytes.length - 1);
    System.arraycopy(x, x.length - length, bytes, bytes.length - length, length);
    bytes[0] = (byte) (point.getAffineY().testBit(0) ? 3 : 2);
    return bytes;
  }
}
