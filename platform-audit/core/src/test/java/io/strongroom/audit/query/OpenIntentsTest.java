package io.strongroom.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditFinding;
import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.AuditReceipt;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class OpenIntentsTest {
  private static final Instant NOW = Instant.parse("2026-01-21T12:00:00Z");

  private final AuditLog log = AuditIndexTest.log(new InMemoryObjectStore());

  private AuditReceipt intent(String action, String kind, String resource, String id) {
    return log.append(intended(action, kind, resource, id));
  }

  private static AuditEvent intended(String action, String kind, String resource, String id) {
    return AuditEvent.of("ops", action, resource, "intended", NOW)
        .withAttribute("intent", id)
        .withAttribute("kind", kind);
  }

  private List<Long> open() {
    return OpenIntents.among(log.entries(0)).stream().map(AuditEntry::index).toList();
  }

  @Test
  void intentIsOpenUntilItsOutcomeIsEntered() {
    AuditReceipt hold = intent("LEGAL_HOLD_PLACING", "HOLD", "payments/rates", "id-1");
    AuditReceipt sweep = intent("LEFTOVERS_DELETING", "SWEEP", "payments/rates", "id-2");
    assertThat(open()).containsExactly(hold.index(), sweep.index());

    new AuditIntentLog(log).settle(receipt(hold), "success", NOW);

    assertThat(open()).containsExactly(sweep.index());
    AuditEvent outcome = log.entry(2).orElseThrow().event();
    assertThat(outcome.action()).isEqualTo("LEGAL_HOLD_PLACED");
    assertThat(outcome.attributes()).containsEntry("intent", "id-1").containsEntry("kind", "HOLD");
    assertThat(AuditIntentLog.intentOf(outcome)).isEmpty();
    assertThat(OpenIntents.findings(log.entries(0), NOW)).isEmpty();
    assertThat(OpenIntents.findings(log.entries(0), NOW.plusSeconds(1)))
        .containsExactly(
            new AuditFinding("entry 1", "LEFTOVERS_DELETING was announced and has no outcome"));
  }

  private static IntentReceipt receipt(AuditReceipt receipt) {
    return new IntentReceipt(receipt.index(), receipt.leafHash());
  }

  @Test
  void promotionThatWasAnnouncedTwiceIsSettledByTheOneThatHappened() {
    log.append(intended("RUN_PROMOTING", "PROMOTE", "payments/rates", "after-1").withRun("r"));
    log.append(intended("RUN_PROMOTING", "PROMOTE", "payments/rates", "after-2").withRun("r"));
    log.append(intended("RUN_PROMOTING", "PROMOTE", "payments/other", "after-1").withRun("r"));
    log.append(intended("RUN_PROMOTING", "PROMOTE", "payments/rates", "after-3").withRun("s"));
    log.append(AuditEvent.of("ops", "RUN_PROMOTED", "payments/rates", "success", NOW).withRun("r"));
    assertThat(open()).containsExactly(2L, 3L);
    log.append(AuditEvent.of("ops", "RUN_HELD", "payments/rates", "denied", NOW).withRun("s"));
    assertThat(open()).containsExactly(2L);
  }

  @Test
  void onlyAnIntentCanBeSettledAndNotByAnotherIntent() {
    AuditReceipt plain =
        log.append(AuditEvent.of("ops", "RUN_STARTED", "payments/rates", "success", NOW));
    AuditReceipt hold = intent("LEGAL_HOLD_PLACING", "HOLD", "payments/rates", "id-1");
    AuditIntentLog intents = new AuditIntentLog(log);
    for (IntentReceipt wrong :
        List.of(receipt(plain), new IntentReceipt(hold.index(), plain.leafHash()))) {
      assertThatExceptionOfType(AuditException.class)
          .isThrownBy(() -> intents.settle(wrong, "success", NOW))
          .matches(e -> e.code() == AuditErrorCode.NO_SUCH_ENTRY);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> intents.settle(receipt(hold), "intended", NOW));
    assertThat(log.size()).isEqualTo(2);
  }

  @Test
  void openAreThoseThatALookAtEveryPairFinds() {
    Random random = new Random(5);
    List<AuditEvent> events = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      events.add(random(random));
    }
    events.forEach(log::append);
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      AuditEvent intent = events.get(i);
      if (intent.outcome().equals("intended")
          && firstOfItsKind(events, i)
          && events.subList(i + 1, events.size()).stream().noneMatch(e -> settles(e, intent))) {
        expected.add((long) i);
      }
    }
    assertThat(expected).isNotEmpty();
    assertThat(open()).isEqualTo(expected);
  }

  /** Whether no equal intent before it is still open. */
  private static boolean firstOfItsKind(List<AuditEvent> events, int at) {
    AuditEvent intent = events.get(at);
    for (int i = at - 1; i >= 0; i--) {
      AuditEvent before = events.get(i);
      if (settles(before, intent)) {
        return true;
      }
      if (before.outcome().equals("intended")
          && before.resource().equals(intent.resource())
          && before.attributes().get("intent").equals(intent.attributes().get("intent"))) {
        return false;
      }
    }
    return true;
  }

  private static boolean settles(AuditEvent event, AuditEvent intent) {
    if (event.outcome().equals("intended") || !event.resource().equals(intent.resource())) {
      return false;
    }
    return Optional.ofNullable(event.attributes().get("intent"))
            .equals(Optional.of(intent.attributes().get("intent")))
        || (event.action().equals("RUN_PROMOTED")
            && intent.action().equals("RUN_PROMOTING")
            && event.run().equals(intent.run()));
  }

  /** An id names one kind and run, as those of intents do. */
  private static AuditEvent random(Random random) {
    String resource = "p" + random.nextInt(2);
    int id = random.nextInt(30);
    boolean promotes = id < 15;
    String run = "run-" + id % 5;
    if (random.nextInt(3) > 0) {
      return promotes
          ? intended("RUN_PROMOTING", "PROMOTE", resource, "" + id).withRun(run)
          : intended("LEGAL_HOLD_PLACING", "HOLD", resource, "" + id);
    }
    return promotes
        ? AuditEvent.of("ops", "RUN_PROMOTED", resource, "success", NOW).withRun(run)
        : AuditEvent.of("ops", "LEGAL_HOLD_PLACED", resource, "success", NOW)
            .withAttribute("intent", "" + id);
  }
}
