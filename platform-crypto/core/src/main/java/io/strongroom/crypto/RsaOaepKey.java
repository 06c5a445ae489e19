package io.strongroom.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jspecify.annotations.Nullable;

/**
 * One RSA wrapping key, whole or its public half, in the layout of the Encryption SDK's raw RSA
 * provider: the provider info is the key's name, the ciphertext is OAEP with SHA-256 and MGF1 of
 * SHA-256 and an empty label. The context is not part of it.
 */
final class RsaOaepKey implements LocalKey {
  private static final Set<Integer> BITS = Set.of(3072, 4096);
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final String namespace;
  private final String name;
  private final byte[] info;
  private final RSAPublicKey publicKey;
  private final SecureRandom random;
  private final boolean whole;
  private @Nullable PrivateKey privateKey;
  private boolean closed;

  private RsaOaepKey(
      String namespace,
      String name,
      RSAPublicKey publicKey,
      @Nullable PrivateKey privateKey,
      SecureRandom random) {
    this.namespace = namespace;
    this.name = name;
    this.info = name.getBytes(StandardCharsets.UTF_8);
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.whole = privateKey != null;
    this.random = random;
  }

  /** Draws a key and gives its PKCS #8 form. */
  static byte[] generate(int bits, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4), random);
      return generator.generateKeyPair().getPrivate().getEncoded();
    } catch (GeneralSecurityException unsuitable) {
      throw unsuitable(unsuitable);
    }
  }

  /**
   * A whole key.
   *
   * @throws IllegalArgumentException when this is no RSA key of 3072 or 4096 bits
   */
  static RsaOaepKey ofPrivate(String namespace, String name, byte[] pkcs8, SecureRandom random) {
    try {
      KeyFactory factory = KeyFactory.getInstance("RSA");
      PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (!(key instanceof RSAPrivateCrtKey crt)) {
        throw new IllegalArgumentException("no RSA key with its primes");
      }
      PublicKey half =
          factory.generatePublic(new RSAPublicKeySpec(crt.getModulus(), crt.getPublicExponent()));
      return new RsaOaepKey(namespace, name, require(half), key, random);
    } catch (InvalidKeySpecException malformed) {
      throw new IllegalArgumentException("no RSA key", malformed);
    } catch (GeneralSecurityException unsuitable) {
      throw unsuitable(unsuitable);
    }
  }

  /**
   * The public half of a key.
   *
   * @throws IllegalArgumentException when this is no RSA key of 3072 or 4096 bits
   */
  static RsaOaepKey ofPublic(String namespace, String name, byte[] spki, SecureRandom random) {
    try {
      PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki));
      return new RsaOaepKey(namespace, name, require(key), null, random);
    } catch (InvalidKeySpecException malformed) {
      throw new IllegalArgumentException("no RSA key", malformed);
    } catch (GeneralSecurityException unsuitable) {
      throw unsuitable(unsuitable);
    }
  }

  private static RSAPublicKey require(PublicKey key) {
    if (key instanceof RSAPublicKey rsa
        && BITS.contains(rsa.getModulus().bitLength())
        && rsa.getPublicExponent().compareTo(BigInteger.valueOf(65_537)) >= 0) {
      return rsa;
    }
    throw new IllegalArgumentException("no RSA key of 3072 or 4096 bits");
  }

  private static CryptoException unsuitable(GeneralSecurityException cause) {
    return new CryptoException(
        CryptoErrorCode.PROVIDER_UNSUITABLE, "RSA with OAEP is not available", cause);
  }

  int bits() {
    return publicKey.getModulus().bitLength();
  }

  /** The public half as SubjectPublicKeyInfo. */
  byte[] spki() {
    return publicKey.getEncoded();
  }

  @Override
  public boolean wrapped(WrappedDataKey wrapped) {
    return wrapped.providerId().equals(namespace) && Arrays.equals(wrapped.providerInfo(), info);
  }

  @Override
  public boolean unwraps() {
    return whole;
  }

  @Override
  public DataKey generate(EncryptionContext context) {
    byte[] plaintext = new byte[DataKey.LENGTH];
    random.nextBytes(plaintext);
    try {
      return new DataKey(plaintext, wrap(plaintext, context));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  @Override
  public WrappedDataKey wrap(byte[] plaintext, EncryptionContext context) {
    requireOpen();
    try {
      Cipher cipher = cipher();
      cipher.init(Cipher.ENCRYPT_MODE, publicKey, OAEP, random);
      return WrappedDataKey.of(namespace, info, cipher.doFinal(plaintext));
    } catch (GeneralSecurityException unsuitable) {
      throw unsuitable(unsuitable);
    }
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    PrivateKey key = requireOpen();
    if (key == null) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_PRIVATE_HALF_ABSENT,
          "key " + name + " wrapped the data key, and only its public half is in the key file");
    }
    byte[] plaintext = new byte[0];
    try {
      Cipher cipher = cipher();
      cipher.init(Cipher.DECRYPT_MODE, key, OAEP);
      plaintext = cipher.doFinal(wrapped.ciphertext());
      return new DataKey(plaintext, wrapped);
    } catch (GeneralSecurityException | IllegalArgumentException notAuthentic) {
      throw new DecryptionFailedException(
          CryptoErrorCode.DECRYPTION_FAILED,
          "a data key wrapped by key " + name + " does not unwrap",
          notAuthentic);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private static Cipher cipher() throws GeneralSecurityException {
    return Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
  }

  private synchronized @Nullable PrivateKey requireOpen() {
    if (closed) {
      throw new IllegalStateException("key " + name + " is closed");
    }
    return privateKey;
  }

  @Override
  public synchronized void close() {
    closed = true;
    privateKey = null;
  }
}
