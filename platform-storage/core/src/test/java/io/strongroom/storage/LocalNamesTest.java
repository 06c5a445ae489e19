package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class LocalNamesTest {
  private static final Path ROOT = Path.of("/store");

  @Test
  void everySegmentIsReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder segment = new StringBuilder();
      int length = 1 + random.nextInt(6);
      for (int c = 0; c < length; c++) {
        int codePoint =
            random.nextBoolean() ? 0x20 + random.nextInt(0x5f) : random.nextInt(0x110000);
        segment.appendCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? 'x' : codePoint);
      }
      String name = LocalNames.encode(segment.toString());
      assertThat(name).matches("[A-Za-z0-9_=+,@~%-][A-Za-z0-9._=+,@~%-]*");
      assertThat(LocalNames.decode(name)).isEqualTo(segment.toString());
    }
  }

  @Test
  void onlyTheCanonicalNameOfASegmentIsRead() {
    for (String name :
        new String[] {"", "%4", "%", "%41", "%2f", "%zz", "%C3", ".a", "a b", "\u00e4"}) {
      assertThat(LocalNames.decode(name)).as(name).isNull();
    }
  }

  @Test
  void noTwoKeysShareAPathAndNoPartIsTooLong() {
    Random random = new Random(11);
    Map<Path, String> seen = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder key = new StringBuilder("x".repeat(225 + random.nextInt(15)));
      int more = random.nextInt(20);
      for (int c = 0; c < more; c++) {
        key.append("x%~/\u00e4".charAt(random.nextInt(5)));
      }
      String text = key.append('y').toString();
      if (text.contains("//")) {
        continue;
      }
      Path path = LocalNames.resolve(ROOT, text);
      assertThat(seen.putIfAbsent(path, text)).isIn(null, text);
      for (Path part : path) {
        assertThat(part.toString()).hasSizeLessThanOrEqualTo(242);
      }
    }
  }

  @Test
  void noKeyReachesTheStoresOwnFolder() {
    assertThat(LocalNames.resolve(ROOT, ".strongroom/tmp/x"))
        .isEqualTo(Path.of("/store/%2Estrongroom/tmp/x"));
  }
}
