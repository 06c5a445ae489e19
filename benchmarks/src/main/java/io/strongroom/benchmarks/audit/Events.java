package io.strongroom.benchmarks.audit;

import io.strongroom.audit.AuditEvent;
import java.time.Instant;

/** Events whose entries have about 300 bytes. */
final class Events {
  private static final long START = 1_800_000_000L;

  private Events() {}

  static AuditEvent event(int number) {
    return AuditEvent.of(
            "svc-transaction-loader",
            "PARTITION_READ",
            "payments/transactions/bookingdate=2026-11-22",
            "success",
            Instant.ofEpochSecond(START + number / 1_000, number % 1_000 * 1_000_000L))
        .withRun("transactions-2026-11-22T02-00-00Z-7f3a")
        .withReason("nightly balances, attempt 1, rows " + number);
  }
}
