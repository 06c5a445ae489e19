package io.strongroom.audit;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;

/** Another signer, for tests that look at what it is asked or let it fail. */
class ForwardingSigner implements Signer {
  private final Signer signer;

  ForwardingSigner(Signer signer) {
    this.signer = signer;
  }

  @Override
  public byte[] sign(byte[] message) {
    return signer.sign(message);
  }

  @Override
  public String keyId() {
    return signer.keyId();
  }

  @Override
  public KeyPurpose purpose() {
    return signer.purpose();
  }

  @Override
  public SigningAlgorithm algorithm() {
    return signer.algorithm();
  }

  @Override
  public byte[] publicKey() {
    return signer.publicKey();
  }
}
