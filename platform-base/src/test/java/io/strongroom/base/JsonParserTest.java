package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue.JsonNull;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class JsonParserTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonObject object(String text) {
    return JsonValue.parseObject(utf8(text));
  }

  private static void assertRefused(byte[] document, BaseErrorCode code) {
    assertThatThrownBy(() -> JsonValue.parse(document))
        .isInstanceOfSatisfying(
            JsonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.category()).isEqualTo(ErrorCategory.INPUT);
            });
  }

  @Test
  void everyKindOfValueIsRead() {
    JsonObject json =
        object(
            " {\"s\" : \"x\\u0041\\n\\/\", \"n\":-12,\"t\":true,\"f\":false ,\"z\":null,"
                + "\"o\":{\"a\":1},\"l\":[\"p\",\"q\"],\"os\":[{},{\"b\":2}],\"e\":[]}\n");
    assertThat(json.string("s")).isEqualTo("xA\n/");
    assertThat(json.integer("n")).isEqualTo(-12);
    assertThat(json.flag("t")).isTrue();
    assertThat(json.flag("f")).isFalse();
    assertThat(json.members().get("z")).isEqualTo(new JsonNull());
    assertThat(json.object("o").integer("a")).isEqualTo(1);
    assertThat(json.strings("l")).containsExactly("p", "q");
    assertThat(json.objects("os")).hasSize(2);
    assertThat(json.objects("e")).isEmpty();
    assertThat(json.optionalString("s")).contains("xA\n/");
    assertThat(json.optionalString("none")).isEmpty();
    assertThat(json.has("z")).isTrue();
    assertThat(json.without("z").has("z")).isFalse();
  }

  @Test
  void valuesStandAloneToo() {
    assertThat(JsonValue.parse(utf8("\"\\ud83d\\ude00\""))).isEqualTo(new JsonString("😀"));
    assertThat(JsonValue.parse(utf8("0"))).isEqualTo(new JsonNumber(0));
    assertThat(JsonValue.parse(utf8("9007199254740991")))
        .isEqualTo(new JsonNumber(9007199254740991L));
    assertThat(JsonValue.parse(utf8("-9007199254740991")))
        .isEqualTo(new JsonNumber(-9007199254740991L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "\"",
        "\"\\",
        "\"\\u12",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{1:1}",
        "[1,]",
        "[,]",
        "[1 2]",
        "tru",
        "TRUE",
        "nul",
        "NaN",
        "Infinity",
        "01",
        "-01",
        "-",
        "+1",
        "-0",
        "1.0",
        "1.",
        ".5",
        "1e3",
        "1E3",
        "9007199254740992",
        "-9007199254740992",
        "99999999999999999999999999",
        "\"\\x\"",
        "\"\\u00g0\"",
        "\"\\u-123\"",
        "\"\t\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800x\"",
        "{\"\\ud800\":1}",
        "1 2",
        "{} {}",
        "{}x",
        "\ufeff{}",
        "\u00a0{}",
        "/* c */ {}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}"
      })
  void whatIsNotStrictIsRefused(String document) {
    assertRefused(utf8(document), BaseErrorCode.JSON_MALFORMED);
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    for (byte[] document :
        new byte[][] {
          {'"', (byte) 0xff, '"'},
          {'"', (byte) 0xc0, (byte) 0x80, '"'},
          {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
          {'"', (byte) 0xe2, (byte) 0x82},
          {0, '{', 0, '}'}
        }) {
      assertRefused(document, BaseErrorCode.JSON_MALFORMED);
    }
  }

  @Test
  void depthIsLimitedTo64() {
    assertThat(JsonValue.parse(utf8("[".repeat(64) + "]".repeat(64)))).isNotNull();
    assertRefused(utf8("[".repeat(65) + "]".repeat(65)), BaseErrorCode.JSON_TOO_LARGE);
    assertRefused(utf8("{\"a\":".repeat(65) + "1" + "}".repeat(65)), BaseErrorCode.JSON_TOO_LARGE);
    assertRefused(utf8("[".repeat(1_000_000)), BaseErrorCode.JSON_TOO_LARGE);
  }

  @Test
  void sizeIsLimitedTo64MiB() {
    byte[] longest = new byte[64 * 1024 * 1024];
    Arrays.fill(longest, (byte) ' ');
    longest[0] = '1';
    assertThat(JsonValue.parse(longest)).isEqualTo(new JsonNumber(1));
    assertRefused(new byte[64 * 1024 * 1024 + 1], BaseErrorCode.JSON_TOO_LARGE);
  }

  @Test
  void everyTruncationAndEveryChangedByteIsReadOrRefusedButNeverFailsOtherwise() {
    byte[] document =
        utf8("{\"a\":[1,-22,{\"b\":\"x\\u00e9\\n\"}],\"c\":true,\"d\":null,\"é\":\"😀\"}");
    for (int length = 0; length < document.length; length++) {
      assertRefused(Arrays.copyOf(document, length), BaseErrorCode.JSON_MALFORMED);
    }
    for (int at = 0; at < document.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = document.clone();
        changed[at] = (byte) value;
        try {
          byte[] canonical = JsonValue.parse(changed).canonicalBytes();
          assertThat(JsonValue.parse(canonical).canonicalBytes()).isEqualTo(canonical);
        } catch (JsonException refused) {
          assertThat(refused.code()).isEqualTo(BaseErrorCode.JSON_MALFORMED);
        }
      }
    }
  }

  @Test
  void theErrorNamesThePlaceAndNeverTheValue() {
    assertThatThrownBy(() -> object("{\"list\":[1,{\"amount\":12.5}]}"))
        .hasMessageContaining("list[1].amount")
        .hasMessageNotContaining("12.5");
    assertThatThrownBy(() -> object("{\"a\":{\"b\":1,\"b\":2}}")).hasMessageContaining("a.b");
    JsonObject json = object("{\"a\":\"marker\",\"l\":[\"marker\",1]}");
    assertThatThrownBy(() -> json.integer("a"))
        .isInstanceOf(JsonException.class)
        .hasMessage("member a is not an integer");
    assertThatThrownBy(() -> json.string("b")).hasMessage("member b is missing");
    assertThatThrownBy(() -> json.strings("l")).hasMessage("member l[1] is not a string");
    assertThatThrownBy(() -> json.objects("a")).hasMessage("member a is not an array");
    assertThatThrownBy(() -> json.optionalString("l")).hasMessage("member l is not a string");
    assertThatThrownBy(() -> JsonValue.parseObject(utf8("[]"))).isInstanceOf(JsonException.class);
  }

  @Test
  void aLongOrStrangeNameIsMadeFitForAMessage() {
    assertThatThrownBy(() -> object("{\"" + "n".repeat(500) + "\":1.5}"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThatThrownBy(() -> object("{\"a\\nb\":1.5}")).hasMessageContaining("a?b");
  }

  @Test
  void canonicalIsDemandedByteForByte() {
    assertThat(JsonValue.parseCanonicalObject(utf8("{\"a\":1,\"b\":\"é\"}")).integer("a"))
        .isEqualTo(1);
    for (String document :
        List.of(
            "{\"a\": 1}",
            "{\"b\":1,\"a\":1}",
            "{\"a\":\"\\u0041\"}",
            "{\"a\":\"\\/\"}",
            "{}\n",
            "{\"a\":\"\\u000A\"}")) {
      assertThatThrownBy(() -> JsonValue.parseCanonicalObject(utf8(document)))
          .isInstanceOfSatisfying(
              JsonException.class,
              e -> assertThat(e.code()).isEqualTo(BaseErrorCode.JSON_NOT_CANONICAL));
    }
  }

  @Test
  void toStringShowsNoContent() {
    JsonObject json = object("{\"name\":\"marker\",\"n\":4711,\"l\":[\"marker\"]}");
    assertThat(json.toString()).isEqualTo("JsonObject[l, n, name]");
    assertThat(json.members().toString()).doesNotContain("marker").doesNotContain("4711");
    assertThat(Optional.of(json.members().get("name")).toString()).doesNotContain("marker");
  }
}
