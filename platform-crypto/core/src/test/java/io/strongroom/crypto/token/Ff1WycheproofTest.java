package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wycheproof's FF1 sets, for messages alone and side by side. Valid cases below a million possible
 * messages keep the first edition of the standard and are refused under revision 1; every other
 * case is as the file says.
 */
@Tag("vectors")
class Ff1WycheproofTest {

  @ParameterizedTest
  @ValueSource(strings = {"aes_ff1_radix10_test", "aes_ff1_base36_test"})
  void everyCaseIsAsPublished(String name) throws IOException {
    Path file = Path.of(System.getProperty("strongroom.vectors"), "wycheproof", name + ".json");
    JsonObject set = JsonValue.parseObject(Files.readAllBytes(file));
    int ran = 0;
    int failed = 0;
    for (JsonObject group : set.objects("testGroups")) {
      int radix = (int) group.integer("radix");
      for (JsonObject test : group.objects("tests")) {
        ran++;
        String alphabet = group.optionalString("alphabet").orElse("");
        List<String> flags = test.strings("flags");
        boolean accepted =
            test.string("result").equals("valid") && !flags.contains("SmallMessageSize");
        int[] message = digits(test, "msg", alphabet);
        int[] expected = digits(test, "ct", alphabet);
        boolean agrees;
        try {
          Ff1 ff1 =
              new Ff1(
                  HexFormat.of().parseHex(test.string("key")),
                  radix,
                  HexFormat.of().parseHex(test.string("tweak")));
          int[] digits = message.clone();
          ff1.encrypt(digits, digits.length);
          agrees = accepted && Arrays.equals(digits, expected);
          ff1.decrypt(digits, digits.length);
          agrees = agrees && Arrays.equals(digits, message);
          if (ff1.fitsLane(message.length)) {
            Ff1.Lane lane = ff1.lane(message.length);
            lane.add(0, message, 0, new byte[0]);
            lane.run(true);
            lane.digits(0, digits, 0);
            agrees = agrees && Arrays.equals(digits, expected);
            lane.run(false);
            lane.digits(0, digits, 0);
            agrees = agrees && Arrays.equals(digits, message);
          }
        } catch (IllegalArgumentException refused) {
          agrees = !accepted;
        }
        if (!agrees) {
          failed++;
          System.out.println(name + ": case " + test.integer("tcId") + " differs");
        }
      }
    }
    System.out.println("vectors " + name + ": " + ran + " ran, " + failed + " failed");
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
  }

  private static int[] digits(JsonObject test, String member, String alphabet) {
    if (test.members().get(member) instanceof JsonArray array) {
      return array.items().stream().mapToInt(item -> (int) ((JsonNumber) item).value()).toArray();
    }
    return test.string(member).chars().map(alphabet::indexOf).toArray();
  }
}
