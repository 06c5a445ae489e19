package io.strongroom.crypto.signing;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** An Ed25519 key pair, of a signer or of the root, without a purpose of its own. */
final class Ed25519Key {
  static final int SEED_BYTES = 32;
  static final int PUBLIC_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;

  private final Ed25519PrivateKeyParameters privateKey;
  private final byte[] publicKey;
  private final String id;

  private Ed25519Key(byte[] seed) {
    this.privateKey = new Ed25519PrivateKeyParameters(seed);
    this.publicKey = privateKey.generatePublicKey().getEncoded();
    this.id = id(publicKey);
  }

  static Ed25519Key generate(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return fromSeed(seed);
  }

  static Ed25519Key fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new Ed25519Key(seed);
  }

  static String digest(byte[] publicKey) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  static String id(byte[] publicKey) {
    return digest(publicKey).substring(0, 16);
  }

  String id() {
    return id;
  }

  byte[] seed() {
    return privateKey.getEncoded();
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  byte[] sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }
}
