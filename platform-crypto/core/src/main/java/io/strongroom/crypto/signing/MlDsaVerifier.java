package io.strongroom.crypto.signing;

import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.jspecify.annotations.Nullable;

/** Checks ML-DSA-44 signatures, pure and with an empty context, by BouncyCastle. */
record MlDsaVerifier(MLDSAPublicKeyParameters key) implements Verifier {

  static @Nullable MlDsaVerifier parse(byte[] publicKey) {
    return publicKey.length == SigningAlgorithm.ML_DSA_44.publicKeyLength()
        ? new MlDsaVerifier(
            new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_44, publicKey.clone()))
        : null;
  }

  @Override
  public SigningAlgorithm algorithm() {
    return SigningAlgorithm.ML_DSA_44;
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    if (signature.length != SigningAlgorithm.ML_DSA_44.signatureLength()) {
      return false;
    }
    MLDSASigner verifier = new MLDSASigner();
    verifier.init(false, key);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  @Override
  public String toString() {
    return "Verifier[" + algorithm().id() + "]";
  }
}
