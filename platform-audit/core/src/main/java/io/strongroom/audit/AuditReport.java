package io.strongroom.audit;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a verification of a whole log found.
 *
 * @param checkpoint the published checkpoint, if its signature is valid
 * @param entries number of entries that were looked at
 * @param pruned the contents of the entries before this index were pruned, by an approved act that
 *     stands in the log; their hashes are there. 0 when there was none
 * @param findings everything that is wrong, one for each object, at most 1,000; empty means that
 *     every entry is proven by the checkpoint, or by a head that the next append publishes
 * @param notices what a crash left behind or another writer is about to change; harmless
 */
public record AuditReport(
    Optional<Checkpoint> checkpoint,
    long entries,
    long pruned,
    List<AuditFinding> findings,
    List<AuditFinding> notices) {

  /** Copies the lists. */
  public AuditReport {
    Objects.requireNonNull(checkpoint, "checkpoint");
    findings = List.copyOf(findings);
    notices = List.copyOf(notices);
  }

  /** Whether nothing is wrong. */
  public boolean clean() {
    return findings.isEmpty();
  }
}
