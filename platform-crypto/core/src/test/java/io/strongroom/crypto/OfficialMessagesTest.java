package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published messages of the Encryption SDKs for .NET and Python, in all eleven suites. */
@Tag("vectors")
class OfficialMessagesTest {
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());

  /** A published set. */
  private record Archive(ZipFile zip) implements AutoCloseable {

    static Archive open(String name) throws IOException {
      Path file = Path.of(System.getProperty("strongroom.vectors"), "esdk", name);
      return new Archive(new ZipFile(file.toFile()));
    }

    byte[] bytes(String uri) throws IOException {
      ZipEntry entry = zip.getEntry(uri.replaceFirst("^file://", ""));
      return zip.getInputStream(entry).readAllBytes();
    }

    JsonObject json(String name) throws IOException {
      return JsonValue.parseObject(bytes(name));
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }

  /**
   * Messages under raw AES and raw RSA keys are decrypted. Those whose key lies in KMS are read up
   * to their data key, and their signatures are verified.
   */
  @Test
  void everyMessageOfTheDotNetSdkUnderARawKeyIsDecrypted() throws Exception {
    int ran = 0;
    int failed = 0;
    int underKms = 0;
    TreeMap<String, Integer> suites = new TreeMap<>();
    try (Archive archive = Archive.open("v4-Net-4.0.1.zip")) {
      JsonObject keys = archive.json("keys.json").object("keys");
      JsonObject tests = archive.json("manifest.json").object("tests");
      for (String name : tests.members().keySet()) {
        JsonObject test = tests.object(name);
        byte[] message = archive.bytes(test.string("ciphertext"));
        JsonObject master = test.objects("master-keys").get(0);
        if (master.string("type").equals("aws-kms")) {
          underKms++;
          assertThat(hasStructureAndSignature(message)).as(name).isTrue();
          continue;
        }
        ran++;
        suites.merge(name.substring(0, 4), 1, Integer::sum);
        JsonObject output = test.object("result").object("output");
        byte[] expected = archive.bytes(output.string("plaintext"));
        if (!reads(message, keyService(master, keys), context(test), required(test), expected)) {
          failed++;
          System.out.println("v4-Net-4.0.1: " + name + " differs");
        }
      }
    }
    System.out.println("vectors v4-Net-4.0.1: " + ran + " ran, " + failed + " failed");
    assertThat(failed).isZero();
    assertThat(ran).isEqualTo(99);
    assertThat(underKms).isEqualTo(33);
    assertThat(suites).hasSize(11).allSatisfy((suite, count) -> assertThat(count).isEqualTo(9));
  }

  /** Their data keys lie in KMS, so that only what stands in clear can be checked. */
  @Test
  void everyMessageOfThePythonSdkHasItsStructureAndItsSignature() throws Exception {
    int ran = 0;
    int signed = 0;
    int failed = 0;
    try (Archive archive = Archive.open("python-1.3.5.zip")) {
      JsonObject tests = archive.json("decrypt_message.json").object("tests");
      for (String name : tests.members().keySet()) {
        byte[] message = archive.bytes(tests.object(name).string("ciphertext"));
        ran++;
        signed += header(message).suite().curve() == null ? 0 : 1;
        if (!hasStructureAndSignature(message)) {
          failed++;
          System.out.println("python-1.3.5: " + name + " differs");
        }
      }
    }
    System.out.println("vectors python-1.3.5 (structure): " + ran + " ran, " + failed + " failed");
    assertThat(failed).isZero();
    assertThat(ran).isEqualTo(360);
    assertThat(signed).isEqualTo(120);
  }

  private static MessageHeader header(byte[] message) throws IOException {
    return MessageHeader.read(new ByteArrayInputStream(message), 1 << 20, true);
  }

  /** A signature that verifies covers every byte; without one, the parts fill the message. */
  private static boolean hasStructureAndSignature(byte[] message) throws IOException {
    MessageHeader header = header(message);
    if (header.keys().stream().noneMatch(key -> key.providerId().equals("aws-kms"))) {
      return false;
    }
    WholeMessage whole = new WholeMessage(message, header);
    whole.verify();
    return header.suite().curve() != null || whole.bodyEnd() == message.length;
  }

  private static EncryptionContext context(JsonObject test) {
    return EncryptionContext.fromJson(test.object("encryption-context"));
  }

  private static Set<String> required(JsonObject test) {
    return test.string("cmm").equals("RequiredEncryptionContext")
        ? context(test).pairs().keySet()
        : Set.of();
  }

  private static boolean reads(
      byte[] message,
      KeyService keys,
      EncryptionContext context,
      Set<String> required,
      byte[] expected)
      throws IOException {
    EnvelopeEncryptor reader =
        EnvelopeEncryptor.builder(keys).allowVersion1().unstoredContext(required).build();
    for (EncryptionContext asked :
        required.isEmpty() ? List.of(context, NOTHING) : List.of(context)) {
      byte[] streamed = reader.decrypting(new ByteArrayInputStream(message), asked).readAllBytes();
      if (!Arrays.equals(reader.decrypt(message, asked), expected)
          || !Arrays.equals(streamed, expected)) {
        return false;
      }
    }
    return true;
  }

  private static KeyService keyService(JsonObject master, JsonObject keys)
      throws GeneralSecurityException {
    JsonObject key = keys.object(master.string("key"));
    String namespace = master.string("provider-id");
    if (master.string("encryption-algorithm").equals("aes")) {
      return new RawAesKeyService(
          namespace,
          key.string("key-id"),
          Base64.getDecoder().decode(key.string("material")),
          new SecureRandom());
    }
    assertThat(master.string("padding-algorithm")).isEqualTo("oaep-mgf1");
    assertThat(master.string("padding-hash")).isEqualTo("sha512");
    String pem = key.string("material").replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey privateKey =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    return new RawRsaKey(namespace, privateKey);
  }

  /** Unwraps what the raw RSA keyring wrapped, which binds no context. */
  private record RawRsaKey(String namespace, PrivateKey key) implements KeyService {

    @Override
    public DataKey generateDataKey(KeyId wanted, EncryptionContext context) {
      throw new AssertionError("nothing is written here");
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId wanted, EncryptionContext context) {
      throw new AssertionError("nothing is written here");
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      String name = new String(wrapped.providerInfo(), StandardCharsets.UTF_8);
      return wrapped.providerId().equals(namespace) && name.startsWith("rsa-4096");
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      try {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
            Cipher.DECRYPT_MODE,
            key,
            new OAEPParameterSpec(
                "SHA-512", "MGF1", MGF1ParameterSpec.SHA512, PSource.PSpecified.DEFAULT));
        return new DataKey(cipher.doFinal(wrapped.ciphertext()), wrapped);
      } catch (GeneralSecurityException refused) {
        throw new DecryptionFailedException(
            CryptoErrorCode.DECRYPTION_FAILED, "the wrapped key does not open", refused);
      }
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      throw new AssertionError("nothing is rewrapped here");
    }

    @Override
    public KeyDescription describe(KeyId wanted) {
      throw new AssertionError("nothing is described here");
    }
  }
}
