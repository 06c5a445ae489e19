package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonBoolean;
import io.strongroom.base.JsonValue.JsonNull;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class CanonicalJsonTest {

  private static String canonical(JsonValue value) {
    return new String(value.canonicalBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void namesAreSortedAsInTheExampleOfRfc8785() {
    // RFC 8785, section 3.2.3.
    String document =
        "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet"
            + " With Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\","
            + "\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";
    JsonObject json = JsonValue.parseObject(document.getBytes(StandardCharsets.UTF_8));
    assertThat(json.members().values().stream().map(v -> ((JsonString) v).value()))
        .containsExactly(
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh");
  }

  @Test
  void stringsAreEscapedAsInTheExampleOfRfc8785() {
    // RFC 8785, section 3.2.2: the member "string" of its example.
    String document = "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"";
    assertThat(canonical(JsonValue.parse(document.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  }

  @Test
  void everyCharacterBelow128HasItsOneForm() {
    StringBuilder expected = new StringBuilder("\"");
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 128; c++) {
      all.append(c);
      String shortForm =
          switch (c) {
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> c < 32 ? "\\u%04x".formatted((int) c) : String.valueOf(c);
          };
      expected.append(shortForm);
    }
    assertThat(canonical(new JsonString(all.toString())))
        .isEqualTo(expected.append('"').toString());
  }

  @Test
  void everythingElseIsWrittenPlainly() {
    JsonObject json =
        JsonObject.builder()
            .put("z", 5L)
            .put("b", true)
            .put("n", new JsonNull())
            .putStrings("s", List.of("x", "\u2028"))
            .putObjects("o", List.of(JsonObject.builder().put("k", "v").build()))
            .put("a", JsonArray.of(List.of(new JsonNumber(-1), new JsonBoolean(false))))
            .putIfPresent("there", Optional.of("yes"))
            .putIfPresent("not there", Optional.empty())
            .build();
    assertThat(canonical(json))
        .isEqualTo(
            "{\"a\":[-1,false],\"b\":true,\"n\":null,\"o\":[{\"k\":\"v\"}],\"s\":[\"x\",\"\u2028\"],"
                + "\"there\":\"yes\",\"z\":5}");
  }

  @Test
  void whatCannotBeReadBackCannotBeWritten() {
    assertThatThrownBy(() -> new JsonString("\ud800")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JsonObject(new TreeMap<>(Map.of("\udc00", new JsonNull()))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JsonNumber(1L << 53)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JsonObject.builder().put("a", 1).put("a", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a");
    JsonValue deep = new JsonNull();
    for (int i = 0; i < 64; i++) {
      deep = JsonArray.of(List.of(deep));
    }
    assertThat(JsonValue.parse(deep.canonicalBytes())).isEqualTo(deep);
    JsonValue deeper = JsonArray.of(List.of(deep));
    assertThatThrownBy(deeper::canonicalBytes).isInstanceOf(JsonException.class);
  }

  @Test
  void whateverIsWrittenIsReadBackTheSame() {
    Random random = new Random(42);
    for (int i = 0; i < 3000; i++) {
      JsonValue value = random(random, 4);
      byte[] bytes = value.canonicalBytes();
      assertThat(JsonValue.parse(bytes)).isEqualTo(value);
      assertThat(JsonValue.parse(bytes).canonicalBytes()).isEqualTo(bytes);
    }
  }

  private static JsonValue random(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> new JsonString(text(random));
      case 1 -> new JsonNumber(random.nextLong() >> (11 + random.nextInt(50)));
      case 2 -> new JsonBoolean(random.nextBoolean());
      case 3 -> new JsonNull();
      case 4 -> {
        List<JsonValue> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(random(random, depth - 1));
        }
        yield new JsonArray(items);
      }
      default -> {
        Map<String, JsonValue> members = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(text(random), random(random, depth - 1));
        }
        yield new JsonObject(new TreeMap<>(members));
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
    }
    return text.toString();
  }

  @Test
  void objectsAreImmutable() {
    TreeMap<String, JsonValue> members = new TreeMap<>(Map.of("a", new JsonNumber(1)));
    JsonObject json = new JsonObject(members);
    members.clear();
    assertThat(json.integer("a")).isEqualTo(1);
    assertThatThrownBy(() -> json.members().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    List<JsonValue> items = new ArrayList<>(List.of(new JsonNull()));
    JsonArray array = new JsonArray(items);
    items.clear();
    assertThat(array.items()).hasSize(1);
  }
}
