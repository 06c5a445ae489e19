package io.strongroom.crypto.signing;

import java.util.Objects;

/** What all signers have in common whose key is in this process. */
abstract sealed class LocalSigner implements Signer
    permits EcdsaSigner, Ed25519Signer, MlDsaSigner {
  private final KeyPurpose purpose;
  private final LocalKey key;

  LocalSigner(KeyPurpose purpose, LocalKey key) {
    this.purpose = Objects.requireNonNull(purpose, "purpose");
    this.key = key;
  }

  static LocalSigner of(KeyPurpose purpose, LocalKey key) {
    if (key instanceof EcdsaKey ecdsa) {
      return EcdsaSigner.of(purpose, ecdsa);
    }
    if (key instanceof MlDsaKey mlDsa) {
      return MlDsaSigner.of(purpose, mlDsa);
    }
    return Ed25519Signer.of(purpose, (Ed25519Key) key);
  }

  @Override
  public SigningAlgorithm algorithm() {
    return key.algorithm();
  }

  @Override
  public String keyId() {
    return key.id();
  }

  @Override
  public KeyPurpose purpose() {
    return purpose;
  }

  @Override
  public byte[] publicKey() {
    return key.publicKey();
  }

  @Override
  public byte[] sign(byte[] message) {
    return key.sign(message);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + purpose.id() + " " + key.id() + "]";
  }
}
