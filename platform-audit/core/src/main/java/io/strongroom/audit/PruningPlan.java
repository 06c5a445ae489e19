package io.strongroom.audit;

import java.util.Objects;
import java.util.Optional;

/**
 * Which entries of a log shall lose their contents. Their hashes stay.
 *
 * @param from first entry that still has its contents, a multiple of 256
 * @param to the entries before this index would lose theirs: a multiple of 256, and {@code from}
 *     when there is nothing to prune
 * @param receipt where the plan stands in the log; empty for a preview
 */
public record PruningPlan(long from, long to, Optional<AuditReceipt> receipt) {
  /** Checks that all is there. */
  public PruningPlan {
    Objects.requireNonNull(receipt, "receipt");
  }

  /** How many entries would lose their contents. */
  public long entries() {
    return to - from;
  }
}
