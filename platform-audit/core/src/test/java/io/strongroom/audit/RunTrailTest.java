package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.testing.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RunTrailTest {
  private static final AuditEvent END =
      AuditEvent.of("svc-loader", "ANY", "payments/transactions", "success", LogFixture.at(9));

  private final AuditLog log = LogFixture.log(new InMemoryObjectStore());
  private final RunTrail trail = new RunTrail(log, "run-a");

  private List<AuditEntry> entries() {
    return log.entries(0).toList();
  }

  @Test
  void entriesAreNumberedAndTheClosingOneStatesTheirNumberAndRoot() {
    log.append(LogFixture.event(7));
    trail.append(LogFixture.event(0));
    log.append(LogFixture.event(8));
    trail.append(LogFixture.event(1));
    trail.close(END);
    List<AuditEntry> entries = entries();
    assertThat(entries.stream().map(entry -> entry.event().sequence()))
        .containsExactly(
            OptionalLong.empty(),
            OptionalLong.of(0),
            OptionalLong.empty(),
            OptionalLong.of(1),
            OptionalLong.of(2));
    AuditEvent closing = entries.get(4).event();
    byte[] root =
        MerkleProofs.nodeHash(
            MerkleProofs.leafHash(entries.get(1).bytes()),
            MerkleProofs.leafHash(entries.get(3).bytes()));
    assertThat(closing.action()).isEqualTo("RUN_CLOSED");
    assertThat(closing.run()).contains("run-a");
    assertThat(closing.attributes())
        .containsEntry("entries", "2")
        .containsEntry("root", HexFormat.of().formatHex(root));
  }

  @Test
  void threadsShareTheNumbersWithoutGaps() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<AuditReceipt>> receipts = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        receipts.add(threads.submit(() -> trail.append(LogFixture.event(0))));
      }
      for (Future<AuditReceipt> receipt : receipts) {
        receipt.get();
      }
    } finally {
      threads.shutdown();
    }
    trail.close(END);
    assertThat(entries().stream().mapToLong(entry -> entry.event().sequence().orElseThrow()))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(0, 40).boxed().toList());
  }

  @Test
  void closedTrailTakesNothingMore() {
    trail.close(END);
    assertThat(entries().get(0).event().attributes())
        .containsEntry("entries", "0")
        .containsEntry("root", HexFormat.of().formatHex(MerkleProofs.emptyRoot()));
    assertThatIllegalStateException().isThrownBy(() -> trail.append(LogFixture.event(0)));
    assertThatIllegalStateException().isThrownBy(() -> trail.close(END));
  }

  @Test
  void eventThatWasNotAppendedLeavesNoGap() {
    trail.append(LogFixture.event(0));
    assertThatThrownBy(
            () -> trail.append(LogFixture.event(1).withReason("x".repeat(65_500) + "\u20ac")))
        .isInstanceOf(AuditException.class);
    trail.append(LogFixture.event(2));
    trail.close(END);
    assertThat(entries().stream().mapToLong(entry -> entry.event().sequence().orElseThrow()))
        .containsExactly(0L, 1L, 2L);
  }
}
