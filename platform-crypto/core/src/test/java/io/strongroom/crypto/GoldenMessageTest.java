package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages whose every byte is pinned, so that the format cannot drift: read for ever. */
@Tag("verify")
class GoldenMessageTest {
  private static final byte[] PLAINTEXT =
      "Forty-one bytes: two frames and a bit ...".getBytes(StandardCharsets.US_ASCII);
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("strongroom:v", "1", "strongroom:tenant", "acme"));
  private static final byte[] KEY = Samples.filled(32, 7);

  /** Gives 0, 1, 2, ... for ever. */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private byte next;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = next++;
      }
    }
  }

  static byte[] golden(String name) throws IOException {
    try (InputStream in =
        GoldenMessageTest.class.getResourceAsStream("/golden/message-" + name + ".hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
    }
  }

  private static EnvelopeEncryptor.Builder encryptor() {
    SecureRandom counting = new Counting();
    return EnvelopeEncryptor.builder(new RawAesKeyService("golden", "key-1", KEY, counting))
        .random(counting)
        .frameLength(16);
  }

  private static JceMasterKey master() {
    return JceMasterKey.getInstance(
        new SecretKeySpec(KEY, "AES"), "golden", "key-1", "AES/GCM/NoPadding");
  }

  private static void assertReads(EnvelopeEncryptor reader, byte[] message) throws IOException {
    assertThat(reader.decrypt(message, CONTEXT)).isEqualTo(PLAINTEXT);
    assertThat(reader.decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes())
        .isEqualTo(PLAINTEXT);
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    byte[] message = encryptor().build().encrypt(PLAINTEXT, new KeyId("key-1"), CONTEXT);
    assertThat(HexFormat.of().formatHex(message))
        .isEqualTo(HexFormat.of().formatHex(golden("v2-0478")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v2-0478",
        "v2-0478-several-keys",
        "v2-0478-unframed",
        "v2-0578",
        "v2-0578-unframed"
      })
  void messagesOfVersion2AreReadHereAndByTheOfficialSdk(String name) throws IOException {
    assertReads(encryptor().build(), golden(name));
    assertThat(AwsCrypto.standard().decryptData(master(), golden(name)).getResult())
        .isEqualTo(PLAINTEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1-0014",
        "v1-0046",
        "v1-0078",
        "v1-0114",
        "v1-0146",
        "v1-0178",
        "v1-0214",
        "v1-0346",
        "v1-0378",
        "v1-0378-unframed"
      })
  void messagesOfVersion1AreReadHereAndByTheOfficialSdk(String name) throws IOException {
    assertReads(encryptor().allowVersion1().build(), golden(name));
    AwsCrypto sdk =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptAllowDecrypt)
            .build();
    assertThat(sdk.decryptData(master(), golden(name)).getResult()).isEqualTo(PLAINTEXT);
  }

  @Test
  void aMessageThatDoesNotStoreATenantIsReadByWhoKnowsIt() throws IOException {
    assertReads(
        encryptor().unstoredContext(Set.of("strongroom:tenant")).build(),
        golden("v2-0478-unstored-context"));
  }
}
