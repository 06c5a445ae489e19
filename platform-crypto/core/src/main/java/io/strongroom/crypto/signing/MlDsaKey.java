package io.strongroom.crypto.signing;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/** An ML-DSA-44 key pair of a seed (FIPS 204, algorithm 6). */
final class MlDsaKey implements LocalKey {
  static final int SEED_BYTES = 32;

  private final MLDSAPrivateKeyParameters privateKey;
  private final byte[] publicKey;
  private final String id;

  private MlDsaKey(byte[] seed) {
    // The parameters keep the array.
    this.privateKey = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed.clone());
    this.publicKey = privateKey.getPublicKey();
    this.id = SigningAlgorithm.ML_DSA_44.keyId(publicKey);
  }

  static MlDsaKey generate(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    try {
      return new MlDsaKey(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  static MlDsaKey fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("an ML-DSA seed has 32 bytes, not " + seed.length);
    }
    return new MlDsaKey(seed);
  }

  @Override
  public SigningAlgorithm algorithm() {
    return SigningAlgorithm.ML_DSA_44;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** Given no source of random numbers, BouncyCastle signs in the deterministic variant. */
  @Override
  public byte[] sign(byte[] message) {
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new IllegalStateException("ML-DSA-44 gave no signature", e);
    }
  }

  @Override
  public byte[] secret() {
    return privateKey.getSeed();
  }
}
