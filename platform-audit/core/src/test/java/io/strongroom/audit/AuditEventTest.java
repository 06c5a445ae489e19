package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class AuditEventTest {
  private static final String NONCE = "000102030405060708090a0b0c0d0e0f";
  private static final Instant AT = Instant.parse("2026-01-21T12:00:00.5Z");
  private static final AuditEvent EVENT =
      AuditEvent.of("ops-lead", "RUN_ABORTED", "payments/transactions", "success", AT)
          .withRun("20260121T120000Z-1a2b3c4d")
          .withReason("totals differ: 3 \u20ac")
          .withAttribute("step", "silver")
          .withAttribute("base", "none");
  private static final String ENCODED =
      "{\"action\":\"RUN_ABORTED\",\"actor\":\"ops-lead\",\"at\":\"2026-01-21T12:00:00.500Z\","
          + "\"attributes\":{\"base\":\"none\",\"step\":\"silver\"},"
          + "\"nonce\":\"000102030405060708090a0b0c0d0e0f\",\"outcome\":\"success\","
          + "\"reason\":\"totals differ: 3 \u20ac\",\"resource\":\"payments/transactions\","
          + "\"run\":\"20260121T120000Z-1a2b3c4d\",\"v\":1}";

  private static void assertInvalid(ThrowingCallable call, String field) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AuditErrorCode.EVENT_INVALID);
              assertThat(e.getMessage()).contains(field).doesNotContain("SECRET");
            });
  }

  @Test
  void encodingIsCanonicalJsonAndIsReadBack() {
    assertThat(new String(EVENT.encode(NONCE), StandardCharsets.UTF_8)).isEqualTo(ENCODED);
    assertThat(AuditEvent.decode(EVENT.encode(NONCE))).isEqualTo(EVENT);
  }

  @Test
  void optionalFieldsAreLeftOutWhenEmpty() {
    AuditEvent event = AuditEvent.of("a", "B", "c", "d", Instant.EPOCH);
    assertThat(new String(event.encode(NONCE), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"action\":\"B\",\"actor\":\"a\",\"at\":\"1970-01-01T00:00:00Z\",\"nonce\":\""
                + NONCE
                + "\",\"outcome\":\"d\",\"resource\":\"c\",\"v\":1}");
    assertThat(AuditEvent.decode(event.encode(NONCE))).isEqualTo(event);
  }

  @Test
  void everyNanosecondIsKept() {
    AuditEvent event = AuditEvent.of("a", "B", "c", "d", Instant.ofEpochSecond(1, 123_456_789));
    assertThat(AuditEvent.decode(event.encode(NONCE)).at()).isEqualTo(event.at());
  }

  @Test
  void fieldsThatBreakTheirRuleAreNamedWithoutTheirValue() {
    assertInvalid(() -> AuditEvent.of("", "B", "c", "d", AT), "actor");
    assertInvalid(() -> AuditEvent.of("S".repeat(1025), "B", "c", "d", AT), "actor");
    assertInvalid(() -> AuditEvent.of("a", "SECRET-x", "c", "d", AT), "action");
    assertInvalid(() -> AuditEvent.of("a", "RUN__X", "c", "d", AT), "action");
    assertInvalid(() -> AuditEvent.of("a", "A".repeat(65), "c", "d", AT), "action");
    assertInvalid(() -> AuditEvent.of("a", "B", "", "d", AT), "resource");
    assertInvalid(() -> AuditEvent.of("a", "B", "c", "SECRET", AT), "outcome");
    assertInvalid(() -> AuditEvent.of("a", "B", "c", "d", Instant.MAX), "at");
    assertInvalid(() -> EVENT.withRun(""), "run");
    assertInvalid(() -> EVENT.withReason(""), "reason");
    assertInvalid(() -> EVENT.withReason("SECRET\ud800"), "reason");
    assertInvalid(() -> EVENT.withAttribute("SECRET KEY", "x"), "attributes");
    assertInvalid(() -> EVENT.withAttribute("key", "SECRET\udc00"), "attributes.key");
    assertInvalid(() -> EVENT.withSource(""), "source");
    assertInvalid(() -> EVENT.withRequest("x".repeat(257)), "request");
    assertInvalid(() -> EVENT.numbered("run", -1), "seq");
    assertInvalid(() -> new PersonalPart.Committed("SECRET"), "personal");
    assertInvalid(() -> new PersonalPart.Sealed("SECRET", "AAEC"), "personal");
    assertInvalid(() -> new PersonalPart.Sealed("ab".repeat(32), "SECRET="), "personal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111111",
        "card 4111 1111 1111 1111 was used",
        "ref 7, 4111-1111-1111-1111.",
        "1 4111111111111111",
        "(378282246310005)",
        "2223003122003222",
        "30569309025904",
        "3530111333300000",
        "6011111111111117",
      })
  void cardNumberIsRefusedWhereverItStands(String text) {
    assertCard(() -> EVENT.withReason(text), "reason", text);
    assertCard(() -> EVENT.withAttribute("note", text), "attributes.note", text);
    assertCard(() -> EVENT.withRequest(text), "request", text);
    assertCard(() -> AuditEvent.of("a", "B", text, "d", AT), "resource", text);
  }

  private static void assertCard(ThrowingCallable call, String field, String secret) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AuditErrorCode.CARD_NUMBER);
              assertThat(e.getMessage()).contains(field).doesNotContain(secret);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111112",
        "411111111111",
        "41111111111111111111",
        "1769000000000000003",
        "a4111111111111111",
        "4111111111111111b",
        "4111.1111.1111.1111",
        "2026-01-21T12:00:00.123456789Z",
        "0000000000000000",
        "5fb1c2b4-4111-1111-1111-111111111111",
      })
  void whatIsNoCardNumberPasses(String text) {
    assertThat(EVENT.withReason(text).reason()).contains(text);
  }

  @Test
  void personalPartsAreOneOfTwoForms() {
    AuditEvent event = EVENT.withPersonal("who", new Opening(new byte[32], "Ada").commit());
    String encoded = new String(event.encode(NONCE), StandardCharsets.UTF_8);
    assertThat(encoded)
        .contains(
            "\"personal\":{\"who\":{\"commitment\":"
                + "\"ddd4c2ee2853abd08e488bb1125861df6799f2ea6f85047878a946ac9eed356b\"}}");
    String[] others = {
      encoded.replace("\"commitment\":", "\"hash\":"),
      encoded.replaceAll("\\{\"commitment\":(\"[0-9a-f]+\")\\}", "$1"),
      encoded.replaceAll("\\{\"commitment\":\"[0-9a-f]+\"\\}", "{\"sealed\":\"AAEC\"}"),
      encoded.replaceAll("\\{\"who\".*?\\}\\}", "{}"),
    };
    for (String other : others) {
      assertThat(other).isNotEqualTo(encoded);
      assertThatThrownBy(() -> AuditEvent.decode(other.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.code()).isEqualTo(AuditErrorCode.EVENT_INVALID));
    }
  }

  @Test
  void largestEntryHasSixtyFiveThousandFiveHundredThirtyFiveBytes() {
    int rest = EVENT.withReason("x").encode(NONCE).length - 1;
    String fits = "x".repeat(65_535 - rest);
    assertThat(EVENT.withReason(fits).encode(NONCE)).hasSize(65_535);
    assertThatThrownBy(() -> EVENT.withReason(fits + "x").encode(NONCE))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AuditErrorCode.EVENT_TOO_LARGE);
              assertThat(e.getMessage()).contains("65536").contains("65535");
            });
  }

  @Test
  void toStringTellsNothingThatACustomerWrote() {
    AuditEvent event = AuditEvent.of("SECRET", "B", "SECRET", "d", AT).withReason("SECRET");
    assertThat(event.toString()).doesNotContain("SECRET");
    AuditEntry entry = AuditEntry.of(0, event.encode(NONCE));
    assertThat(entry.toString()).doesNotContain("SECRET");
  }

  @Test
  void attributesAreCopiedAndUnmodifiable() {
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put("a", "1");
    AuditEvent event = AuditEvent.of("a", "B", "c", "d", AT).withAttributes(attributes);
    attributes.put("b", "2");
    assertThat(event.attributes()).containsOnlyKeys("a");
    assertThatThrownBy(() -> event.attributes().put("c", "3"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"v\":1|\"v\":2",
        "\"v\":1|\"v\":1,\"w\":1",
        "\"run\":\"20260121T120000Z-1a2b3c4d\",|\"run\":7,",
        "\"actor\":\"ops-lead\",|",
        "\"actor\"| \"actor\"",
        "12:00:00.500Z|12:00:00.5Z",
        "12:00:00.500Z|noon",
        "\"nonce\":\"00|\"nonce\":\"0G",
        "\"attributes\":{\"base\":\"none\",\"step\":\"silver\"}|\"attributes\":{}",
        "\"base\":\"none\"|\"base\":1",
        "RUN_ABORTED|run_aborted",
      })
  void otherEncodingsAreRefused(String change) {
    String[] parts = change.split("\\|", -1);
    String changed = ENCODED.replace(parts[0], parts[1]);
    assertThat(changed).isNotEqualTo(ENCODED);
    assertThatThrownBy(() -> AuditEvent.decode(changed.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.EVENT_INVALID));
  }

  /** The oracle is the canonical JSON of platform-base, which has its own. */
  @Test
  void encodingOfWhateverTextIsTheOnlyCanonicalOne() {
    String alphabet = "aZ09 \"\\/\b\f\n\r\t\u0001\u001f\u007f\u00e9\u20ac\u2028\ufffd";
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder("x");
      for (int i = random.nextInt(12); i > 0; i--) {
        if (random.nextInt(10) == 0) {
          text.appendCodePoint(0x1f512);
        } else {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
      }
      long second = random.nextLong() % 60_000_000_000L;
      int[] nanos = {0, 120_000_000, 123_456_000, 123_456_789, 1};
      Instant at = Instant.ofEpochSecond(Math.max(second, -60_000_000_000L), nanos[round % 5]);
      AuditEvent event =
          AuditEvent.of(text.toString(), "B", text + "/r", "d", at)
              .withRun(text.reverse().toString())
              .withReason("because " + text)
              .withAttribute("a.b", text.toString())
              .withAttribute("B", "")
              .withSource(text + ":443")
              .withRequest(text.toString())
              .withPersonal("p", new Opening(new byte[32], text.toString()).commit())
              .withPersonal("q", new PersonalPart.Sealed("ab".repeat(32), "AAECAw=="))
              .numbered(text.toString(), random.nextInt(1_000));
      byte[] entry = event.encode(NONCE);
      assertThat(JsonValue.parseCanonicalObject(entry).string("at")).isEqualTo(at.toString());
      assertThat(AuditEvent.decode(entry)).isEqualTo(event);
    }
  }
}
