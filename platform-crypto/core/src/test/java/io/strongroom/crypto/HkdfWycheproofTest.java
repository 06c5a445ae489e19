package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("vectors")
class HkdfWycheproofTest {

  @Test
  void everyCaseIsAsPublished() throws IOException {
    Path file =
        Path.of(System.getProperty("strongroom.vectors"), "wycheproof", "hkdf_sha512_test.json");
    JsonObject set = JsonValue.parseObject(Files.readAllBytes(file));
    int ran = 0;
    int failed = 0;
    for (JsonObject group : set.objects("testGroups")) {
      for (JsonObject test : group.objects("tests")) {
        ran++;
        if (agrees(test) != test.string("result").equals("valid")) {
          failed++;
          System.out.println("hkdf_sha512_test: case " + test.integer("tcId") + " differs");
        }
      }
    }
    System.out.println("vectors hkdf_sha512_test: " + ran + " ran, " + failed + " failed");
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
  }

  private static boolean agrees(JsonObject test) {
    HexFormat hex = HexFormat.of();
    try {
      byte[] result =
          Hkdf.sha512(
              hex.parseHex(test.string("ikm")),
              hex.parseHex(test.string("salt")),
              hex.parseHex(test.string("info")),
              (int) test.integer("size"));
      return Arrays.equals(result, hex.parseHex(test.string("okm")));
    } catch (IllegalArgumentException tooLong) {
      return false;
    }
  }
}
