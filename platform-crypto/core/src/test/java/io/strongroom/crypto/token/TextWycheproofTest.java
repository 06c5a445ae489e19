package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.IllegalBlockSizeException;
import org.cryptomator.siv.SivMode;
import org.cryptomator.siv.UnauthenticCiphertextException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wycheproof's sets of the primitives beneath join keys and keyed hashes. */
@Tag("vectors")
class TextWycheproofTest {

  @Test
  void aesSivIsAsPublished() throws IOException {
    SivMode siv = new SivMode();
    int ran = 0;
    int failed = 0;
    JsonObject set = read("aead_aes_siv_cmac_test");
    for (JsonObject group : set.objects("testGroups")) {
      for (JsonObject test : group.objects("tests")) {
        ran++;
        byte[] key = hex(test, "key");
        byte[] macKey = Arrays.copyOf(key, key.length / 2);
        byte[] counterKey = Arrays.copyOfRange(key, key.length / 2, key.length);
        byte[] message = hex(test, "msg");
        byte[] sealed = HexFormat.of().parseHex(test.string("tag") + test.string("ct"));
        byte[] context = hex(test, "aad");
        byte[] nonce = hex(test, "iv");
        boolean valid = test.string("result").equals("valid");
        boolean agrees =
            valid
                == Arrays.equals(siv.encrypt(counterKey, macKey, message, context, nonce), sealed);
        try {
          byte[] opened = siv.decrypt(counterKey, macKey, sealed, context, nonce);
          agrees &= valid && Arrays.equals(opened, message);
        } catch (UnauthenticCiphertextException | IllegalBlockSizeException refused) {
          agrees &= !valid;
        }
        failed += agrees ? 0 : 1;
      }
    }
    report("aead_aes_siv_cmac_test", set, ran, failed);
  }

  @Test
  void hmacSha256IsAsPublished() throws IOException {
    int ran = 0;
    int failed = 0;
    JsonObject set = read("hmac_sha256_test");
    for (JsonObject group : set.objects("testGroups")) {
      KeyedHashPolicy policy =
          new KeyedHashPolicy(
              "p", (int) group.integer("tagSize") / 8, false, KeyedHashPolicy.Encoding.HEX, 1);
      for (JsonObject test : group.objects("tests")) {
        ran++;
        byte[] key = hex(test, "key");
        byte[] message = hex(test, "msg");
        PackedColumn hashes = new PackedColumn();
        new KeyedHashTokenizer(TokenReference.of(policy, "", key), policy, key, new byte[0])
            .tokenize(message, 0, message.length, hashes);
        boolean same = hashes.get(0).equals(test.string("tag"));
        failed += same == test.string("result").equals("valid") ? 0 : 1;
      }
    }
    report("hmac_sha256_test", set, ran, failed);
  }

  private static JsonObject read(String name) throws IOException {
    Path file = Path.of(System.getProperty("strongroom.vectors"), "wycheproof", name + ".json");
    return JsonValue.parseObject(Files.readAllBytes(file));
  }

  private static void report(String name, JsonObject set, int ran, int failed) {
    System.out.println("vectors " + name + ": " + ran + " ran, " + failed + " failed");
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
  }

  private static byte[] hex(JsonObject test, String member) {
    return HexFormat.of().parseHex(test.string(member));
  }
}
