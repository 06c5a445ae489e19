package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published cases of AES-GCM with the sizes of key, IV and tag that messages have. */
@Tag("vectors")
class AesGcmWycheproofTest {

  @Test
  void theProviderOfFramesIsAsPublished() throws IOException, GeneralSecurityException {
    int ran = 0;
    int failed = 0;
    Path file = Path.of(System.getProperty("strongroom.vectors"), "wycheproof/aes_gcm_test.json");
    for (JsonObject group : JsonValue.parseObject(Files.readAllBytes(file)).objects("testGroups")) {
      if (group.integer("ivSize") != 8 * ContentKey.IV
          || group.integer("tagSize") != 8 * ContentKey.TAG) {
        continue;
      }
      for (JsonObject test : group.objects("tests")) {
        ran++;
        if (!isAsPublished(test)) {
          failed++;
          System.out.println("aes_gcm_test: case " + test.integer("tcId") + " differs");
        }
      }
    }
    System.out.println("vectors aes_gcm_test: " + ran + " ran, " + failed + " failed");
    assertThat(ran).isGreaterThan(100);
    assertThat(failed).isZero();
  }

  private static boolean isAsPublished(JsonObject test) throws GeneralSecurityException {
    byte[] plaintext = hex(test, "msg");
    byte[] sealed = HexFormat.of().parseHex(test.string("ct") + test.string("tag"));
    boolean valid = test.string("result").equals("valid");
    byte[] ours = cipher(Cipher.ENCRYPT_MODE, test).doFinal(plaintext);
    try {
      byte[] opened = cipher(Cipher.DECRYPT_MODE, test).doFinal(sealed);
      return valid && Arrays.equals(ours, sealed) && Arrays.equals(opened, plaintext);
    } catch (AEADBadTagException refused) {
      return !valid;
    }
  }

  private static Cipher cipher(int mode, JsonObject test) throws GeneralSecurityException {
    Cipher cipher = FrameCipher.cipher(null);
    cipher.init(
        mode,
        new SecretKeySpec(hex(test, "key"), "AES"),
        new GCMParameterSpec(8 * ContentKey.TAG, hex(test, "iv")));
    cipher.updateAAD(hex(test, "aad"));
    return cipher;
  }

  private static byte[] hex(JsonObject test, String name) {
    return HexFormat.of().parseHex(test.string(name));
  }
}
