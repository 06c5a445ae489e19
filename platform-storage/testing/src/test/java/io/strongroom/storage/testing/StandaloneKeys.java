package io.strongroom.storage.testing;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.exception.AwsCryptoException;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.LocalKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;

/** Two wrapping keys in a file, for our encryptor and for the official Encryption SDK. */
final class StandaloneKeys {
  static final KeyId OLD = new KeyId("old");
  static final KeyId NEW = new KeyId("new");
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("dataset", "payments"));
  static final EncryptionContext OTHER = EncryptionContext.of(Map.of("dataset", "refunds"));

  private final LocalKeyFile keys;

  private StandaloneKeys(LocalKeyFile keys) {
    this.keys = keys;
  }

  static StandaloneKeys in(Path folder) {
    try {
      Path file = folder.resolve("keys.json");
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file,
          "{\"format\":\"strongroom-local-keys-v1\",\"keys\":["
              + "{\"id\":\"new\",\"key\":\""
              + base64(NEW)
              + "\",\"version\":1},{\"id\":\"old\",\"key\":\""
              + base64(OLD)
              + "\",\"version\":1}],\"namespace\":\"local\"}");
      return new StandaloneKeys(LocalKeyFile.open(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String base64(KeyId key) {
    return Base64.getEncoder().encodeToString(bytes(key));
  }

  private static byte[] bytes(KeyId key) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) key.value().charAt(0));
    return bytes;
  }

  EnvelopeEncryptor encryptor() {
    return EnvelopeEncryptor.builder(keys).frameLength(1024).parallelism(1).warmUp(false).build();
  }

  /** What the official SDK reads with one of the keys; one byte of -1 when it refuses. */
  static byte[] official(KeyId key, byte[] message) {
    JceMasterKey master =
        JceMasterKey.getInstance(
            new SecretKeySpec(bytes(key), "AES"), "local", key.value() + "#1", "AES/GCM/NoPadding");
    CryptoResult<byte[], JceMasterKey> result;
    try {
      result =
          AwsCrypto.builder()
              .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
              .build()
              .decryptData(master, message);
    } catch (AwsCryptoException refused) {
      return new byte[] {-1};
    }
    if (!result.getEncryptionContext().entrySet().containsAll(CONTEXT.pairs().entrySet())) {
      throw new AssertionError("the official SDK found another context");
    }
    return result.getResult();
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
