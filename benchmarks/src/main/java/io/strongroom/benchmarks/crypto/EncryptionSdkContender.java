package io.strongroom.benchmarks.crypto;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoMaterialsManager;
import com.amazonaws.encryptionsdk.DefaultCryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.CachingCryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.LocalCryptoMaterialsCache;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;

/**
 * The AWS Encryption SDK for Java, suite 0x0478 unless signed, with its default frames of 4 KiB and
 * a raw AES master key, which is its fastest.
 */
final class EncryptionSdkContender implements RangeContender {
  private static final CryptoAlgorithm UNSIGNED =
      CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY;

  private final Map<String, String> context =
      Map.of(Contenders.CONTEXT_KEY, Contenders.CONTEXT_VALUE);
  private final AwsCrypto sdk;
  private final CryptoMaterialsManager materials;

  private EncryptionSdkContender(CryptoAlgorithm suite, CryptoMaterialsManager materials) {
    this.sdk =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
            .withEncryptionAlgorithm(suite)
            .build();
    this.materials = materials;
  }

  static EncryptionSdkContender plain(byte[] key32) {
    return new EncryptionSdkContender(UNSIGNED, new DefaultCryptoMaterialsManager(key(key32)));
  }

  /** With the SDK's own cache of data keys, one for all messages, as far as an hour goes. */
  static EncryptionSdkContender cached(byte[] key32) {
    return new EncryptionSdkContender(
        UNSIGNED,
        CachingCryptoMaterialsManager.newBuilder()
            .withMasterKeyProvider(key(key32))
            .withCache(new LocalCryptoMaterialsCache(1000))
            .withMaxAge(1, TimeUnit.HOURS)
            .build());
  }

  /** In suite 0x0578, the SDK's default. */
  static EncryptionSdkContender signed(byte[] key32) {
    return new EncryptionSdkContender(
        CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
        new DefaultCryptoMaterialsManager(key(key32)));
  }

  private static JceMasterKey key(byte[] key32) {
    return JceMasterKey.getInstance(
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
    return sdk.encryptData(materials, plaintext, context).getResult();
  }

  @Override
  public byte[] decrypt(byte[] message) {
    return sdk.decryptData(materials, message).getResult();
  }

  @Override
  public void encrypt(byte[] plaintext, OutputStream sink) throws IOException {
    try (OutputStream out = sdk.createEncryptingStream(materials, sink, context)) {
      Pieces.write(plaintext, out);
    }
  }

  @Override
  public void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException {
    try (InputStream in = sdk.createDecryptingStream(materials, message)) {
      Pieces.read(in, buffer, sink);
    }
  }

  /** It has no other way than to decrypt the whole message. */
  @Override
  public Range open(byte[] message) {
    byte[] plaintext = decrypt(message);
    return (offset, into) -> System.arraycopy(plaintext, (int) offset, into, 0, into.length);
  }
}
