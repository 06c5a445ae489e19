package io.strongroom.benchmarks.crypto;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/**
 * The AWS Encryption SDK for Java, suite 0x0478, with its default frames of 4 KiB and a raw AES
 * master key, which is its fastest.
 */
final class EncryptionSdkContender implements Contender {
  private final Map<String, String> context =
      Map.of(Contenders.CONTEXT_KEY, Contenders.CONTEXT_VALUE);
  private final AwsCrypto sdk;
  private final JceMasterKey key;

  EncryptionSdkContender(byte[] key32) {
    this.sdk =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
            .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
            .build();
    this.key =
        JceMasterKey.getInstance(
            new SecretKeySpec(key32, "AES"),
            Contenders.NAMESPACE,
            Contenders.KEY_NAME,
            "AES/GCM/NoPadding");
  }

  @Override
  public String name() {
    return "aws-encryption-sdk";
  }

  @Override
  public boolean writesEncryptionSdkMessages() {
    return true;
  }

  @Override
  public byte[] encrypt(byte[] plaintext) {
    return sdk.encryptData(key, plaintext, context).getResult();
  }

  @Override
  public byte[] decrypt(byte[] message) {
    return sdk.decryptData(key, message).getResult();
  }

  @Override
  public void encrypt(byte[] plaintext, OutputStream sink) throws IOException {
    try (OutputStream out = sdk.createEncryptingStream(key, sink, context)) {
      Pieces.write(plaintext, out);
    }
  }

  @Override
  public void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException {
    try (InputStream in = sdk.createDecryptingStream(key, message)) {
      Pieces.read(in, buffer, sink);
    }
  }
}
