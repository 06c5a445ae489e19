package io.strongroom.pipeline;

import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.RunTrail;
import io.strongroom.storage.run.RunId;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The trail of a run, kept by the process that claimed it and by nobody else: numbered from its
 * start and closed before its manifest is written, so that every committed run has a closed one.
 * What decides about the run later, or in place of a dead process, has no number.
 */
final class RunRecord {
  private final RunAudit audit;
  private final RunTrail trail;
  private final RunId run;
  private final String actor;
  private boolean closed;

  RunRecord(RunAudit audit, RunId run, String actor) {
    this.audit = audit;
    this.trail = audit.trail(run);
    this.run = run;
    this.actor = actor;
  }

  void started(String reason, SortedMap<String, String> attributes) {
    trail.append(audit.event(actor, RunAudit.STARTED, RunAudit.SUCCESS, run, reason, attributes));
  }

  void stepFinished(String step, int partitions, PartitionOutcome totals) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put("step", step);
    attributes.put("partitions", Integer.toString(partitions));
    attributes.put("files", Integer.toString(totals.files().size()));
    attributes.put("input", Long.toString(totals.input()));
    attributes.put("valid", Long.toString(totals.valid()));
    attributes.put("quarantined", Long.toString(totals.quarantined()));
    attributes.put("condemned", Long.toString(totals.condemned()));
    trail.append(audit.event(actor, RunAudit.STEP_FINISHED, RunAudit.SUCCESS, run, "", attributes));
  }

  /** Closes the trail of a run that is about to be committed. */
  void staged() {
    close(RunAudit.STAGED, "everything is staged; the manifest decides");
  }

  /** Enters that the run was aborted by its own process; numbered as long as the trail is open. */
  void aborted(String reason, String code) {
    SortedMap<String, String> attributes = RunAudit.abortAttributes(code);
    if (!closed) {
      try {
        trail.append(
            audit.event(actor, RunAudit.ABORTED, RunAudit.SUCCESS, run, reason, attributes));
        close(RunAudit.ABORTED_OUTCOME, reason);
        return;
      } catch (AuditException failure) {
        if (failure.code() != AuditErrorCode.TRAIL_BROKEN) {
          throw failure;
        }
      }
    }
    audit.append(actor, RunAudit.ABORTED, RunAudit.SUCCESS, run, reason, attributes);
  }

  private void close(String outcome, String reason) {
    // Nothing is known to follow a failed attempt to close, so it counts as closed.
    closed = true;
    trail.close(audit.event(actor, RunTrail.CLOSED, outcome, run, reason, new TreeMap<>()));
  }
}
