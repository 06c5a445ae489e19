package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class PlainEntryTest {
  private static final String NONCE = "0f".repeat(16);
  private static final AuditEvent FULL =
      AuditEvent.of("svc", "RUN_2", "payments/x", "not-done", LogFixture.at(0).plusNanos(1_000))
          .withReason("because of it")
          .withAttribute("a", "")
          .withAttribute("a.b", "12 files")
          .withAttribute("b", "x")
          .withRequest("r-1")
          .withSource("192.0.2.7")
          .numbered("run-1", 20);

  private static boolean isEvent(byte[] bytes) {
    try {
      AuditEvent.decode(bytes);
      return true;
    } catch (AuditException none) {
      return false;
    }
  }

  @Test
  void plainEntriesAreKnown() {
    assertThat(PlainEntry.is(FULL.encode(NONCE))).isTrue();
    assertThat(PlainEntry.is(LogFixture.event(3).encode(NONCE))).isTrue();
  }

  /** The decoder decides: nothing that it refuses is ever accepted. */
  @Test
  void whateverIsAcceptedIsAnEvent() {
    byte[][] seeds = {
      FULL.encode(NONCE),
      LogFixture.event(3).encode(NONCE),
      FULL.withAttribute("c", "4111 1111 1111 111").encode(NONCE),
    };
    String replacements = "\"\\{}:,.-_ 019aAzZT\u0000\u001f\u007f\u0080\u00ff";
    byte[] chosen = replacements.getBytes(StandardCharsets.ISO_8859_1);
    Random random = new Random(17);
    int accepted = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = seeds[round % seeds.length].clone();
      for (int change = 1 + random.nextInt(2); change > 0; change--) {
        int at = random.nextInt(bytes.length);
        byte with =
            random.nextBoolean()
                ? chosen[random.nextInt(chosen.length)]
                : bytes[at == 0 ? 0 : at - 1];
        int kind = random.nextInt(4);
        if (kind == 0) {
          byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
          System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
          bytes = shorter;
        } else if (kind == 1) {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
          System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
          longer[at] = with;
          bytes = longer;
        } else {
          bytes[at] = with;
        }
      }
      if (PlainEntry.is(bytes)) {
        accepted++;
        assertThat(isEvent(bytes)).as(new String(bytes, StandardCharsets.ISO_8859_1)).isTrue();
      }
    }
    assertThat(accepted).isGreaterThan(5_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-29T12:00:00Z",
        "2026-01-21T24:00:00Z",
        "2026-01-21T12:00:60Z",
        "2026-01-21T12:00:00.000Z",
        "2026-01-21T12:00:00.120000Z",
        "2026-13-21T12:00:00Z",
        "2026-00-21T12:00:00Z",
        "2026-01-21T12:00:00.12Z",
        "2026-01-21T12:00:00.Z",
        "12026-01-21T12:00:00Z",
      })
  void otherTimesAreNoneOfItsOwn(String time) {
    String entry =
        new String(LogFixture.event(0).encode(NONCE), StandardCharsets.UTF_8)
            .replace(LogFixture.at(0).toString(), time);
    assertThat(entry).contains(time);
    assertThat(PlainEntry.is(entry.getBytes(StandardCharsets.UTF_8))).isFalse();
  }
}
