package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One message whose every byte is pinned, so that the format cannot drift. */
@Tag("verify")
class GoldenMessageTest {
  private static final byte[] PLAINTEXT =
      "Forty-one bytes: two frames and a bit ...".getBytes(StandardCharsets.US_ASCII);
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("strongroom:v", "1", "strongroom:tenant", "acme"));

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

  private static byte[] golden() throws IOException {
    try (InputStream in =
        GoldenMessageTest.class.getResourceAsStream("/golden/message-v2-0478.hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
    }
  }

  private static EnvelopeEncryptor encryptor() {
    SecureRandom counting = new Counting();
    return EnvelopeEncryptor.builder(
            new RawAesKeyService("golden", "key-1", Samples.filled(32, 7), counting))
        .random(counting)
        .frameLength(16)
        .build();
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    byte[] message = encryptor().encrypt(PLAINTEXT, new KeyId("key-1"), CONTEXT);
    assertThat(HexFormat.of().formatHex(message)).isEqualTo(HexFormat.of().formatHex(golden()));
  }

  @Test
  void theBytesAreReadHereAndByTheOfficialSdk() throws IOException {
    assertThat(encryptor().decrypt(golden(), CONTEXT)).isEqualTo(PLAINTEXT);
    JceMasterKey master =
        JceMasterKey.getInstance(
            new SecretKeySpec(Samples.filled(32, 7), "AES"),
            "golden",
            "key-1",
            "AES/GCM/NoPadding");
    assertThat(AwsCrypto.standard().decryptData(master, golden()).getResult()).isEqualTo(PLAINTEXT);
  }
}
