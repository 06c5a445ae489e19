package io.strongroom.crypto.signing;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** An Ed25519 key pair. */
final class Ed25519Key implements LocalKey {
  static final int SEED_BYTES = 32;

  private final Ed25519PrivateKeyParameters privateKey;
  private final byte[] publicKey;
  private final String id;

  private Ed25519Key(byte[] seed) {
    this.privateKey = new Ed25519PrivateKeyParameters(seed);
    this.publicKey = privateKey.generatePublicKey().getEncoded();
    this.id = SigningAlgorithm.ED25519.keyId(publicKey);
  }

  static Ed25519Key generate(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    try {
      return fromSeed(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  static Ed25519Key fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new Ed25519Key(seed);
  }

  static String digest(byte[] publicKey) {
    return HexFormat.of().formatHex(SigningAlgorithm.sha256().digest(publicKey));
  }

  @Override
  public SigningAlgorithm algorithm() {
    return SigningAlgorithm.ED25519;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public byte[] sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  @Override
  public byte[] secret() {
    return privateKey.getEncoded();
  }
}
