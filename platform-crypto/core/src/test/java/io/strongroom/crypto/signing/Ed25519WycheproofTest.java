package io.strongroom.crypto.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("vectors")
class Ed25519WycheproofTest {

  @Test
  void everyCaseIsAsPublished() throws IOException {
    Path file =
        Path.of(System.getProperty("strongroom.vectors"), "wycheproof", "ed25519_test.json");
    JsonObject set = JsonValue.parseObject(Files.readAllBytes(file));
    HexFormat hex = HexFormat.of();
    int ran = 0;
    int failed = 0;
    for (JsonObject group : set.objects("testGroups")) {
      byte[] publicKey = hex.parseHex(group.object("publicKey").string("pk"));
      for (JsonObject test : group.objects("tests")) {
        ran++;
        boolean accepted =
            Ed25519Verifier.verify(
                publicKey, hex.parseHex(test.string("msg")), hex.parseHex(test.string("sig")));
        if (accepted != test.string("result").equals("valid")) {
          failed++;
          System.out.println("ed25519_test: case " + test.integer("tcId") + " differs");
        }
      }
    }
    System.out.println("vectors ed25519_test: " + ran + " ran, " + failed + " failed");
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
  }
}
