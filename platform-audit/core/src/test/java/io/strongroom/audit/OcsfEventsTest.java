package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("verify")
class OcsfEventsTest {
  private static final AuditEvent EVENT =
      AuditEvent.of(
          "ops-lead",
          "TOKENS_REVEALED",
          "gold/payments/balances",
          "denied",
          Instant.parse("2026-01-21T12:00:00.123456Z"));

  private static JsonObject ocsf(AuditEvent event) {
    return OcsfEvents.of(AuditEntry.of(7, event.encode("0".repeat(32))), LogFixture.ORIGIN);
  }

  @Test
  void everythingThatAnEntrySaysHasItsPlace() {
    AuditEvent event =
        EVENT
            .withRun("run-1")
            .withReason("no mandate")
            .withAttribute("accounts", "3")
            .withRequest("r-9")
            .withSource("192.0.2.7")
            .numbered("run-1", 4)
            .withPersonal("customer", new PersonalPart.Committed("ab".repeat(32)));
    String leafHash = AuditEntry.of(7, event.encode("0".repeat(32))).leafHash();
    assertThat(new String(ocsf(event).canonicalBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"activity_id\":99,\"activity_name\":\"TOKENS_REVEALED\","
                + "\"actor\":{\"user\":{\"name\":\"ops-lead\"}},"
                + "\"api\":{\"operation\":\"TOKENS_REVEALED\",\"request\":{\"uid\":\"r-9\"}},"
                + "\"category_uid\":6,\"class_uid\":6003,\"message\":\"no mandate\","
                + "\"metadata\":{\"correlation_uid\":\"run-1\","
                + "\"log_name\":\"audit.example.com/payments\","
                + "\"original_time\":\"2026-01-21T12:00:00.123456Z\","
                + "\"product\":{\"name\":\"platform-audit\",\"vendor_name\":\"Strongroom\"},"
                + "\"sequence\":7,\"uid\":\""
                + leafHash
                + "\",\"version\":\"1.6.0\"},"
                + "\"resources\":[{\"name\":\"gold/payments/balances\"}],\"severity_id\":1,"
                + "\"src_endpoint\":{\"ip\":\"192.0.2.7\"},\"status\":\"denied\",\"status_id\":2,"
                + "\"time\":1768996800123,\"type_uid\":600399,"
                + "\"unmapped\":{\"attributes\":{\"accounts\":\"3\"},"
                + "\"personal\":{\"customer\":{\"commitment\":\""
                + "ab".repeat(32)
                + "\"}},\"seq\":4}}");
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.7,ip", "2001:db8::1,ip", "::ffff:192.0.2.7,ip", "build-host-3,name"})
  void addressIsAnIpOrAName(String source, String member) {
    assertThat(ocsf(EVENT.withSource(source)).object("src_endpoint").string(member))
        .isEqualTo(source);
  }

  @Test
  void whatIsNotKnownIsLeftOutButTheSourceWhichIsRequired() {
    JsonObject event = ocsf(EVENT);
    assertThat(event.object("src_endpoint").string("name")).isEqualTo("unknown");
    assertThat(event.has("message")).isFalse();
    assertThat(event.object("api").has("request")).isFalse();
    assertThat(event.object("metadata").has("correlation_uid")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"success,1", "denied,2", "failure,2", "intended,99"})
  void outcomeDecidesTheStatus(String outcome, int status) {
    AuditEvent event = AuditEvent.of("a", "B", "c", outcome, Instant.EPOCH);
    assertThat(ocsf(event).integer("status_id")).isEqualTo(status);
  }
}
