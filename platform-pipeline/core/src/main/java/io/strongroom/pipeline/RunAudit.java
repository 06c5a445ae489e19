package io.strongroom.pipeline;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.RunTrail;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes what the runner decides into the audit log. */
final class RunAudit {
  static final String STARTED = "RUN_STARTED";
  static final String PROMOTED = "RUN_PROMOTED";
  static final String ABORTED = "RUN_ABORTED";
  static final String HELD = "RUN_HELD";
  static final String STEP_FINISHED = "STEP_FINISHED";
  static final String SUCCESS = "success";
  static final String DENIED = "denied";

  /** How a trail ends: what was written waits for its manifest, or the run was aborted. */
  static final String STAGED = "staged";

  static final String ABORTED_OUTCOME = "aborted";

  private final AuditLog log;
  private final PipelineRef pipeline;
  private final InstantSource clock;

  RunAudit(AuditLog log, PipelineRef pipeline, InstantSource clock) {
    this.log = log;
    this.pipeline = pipeline;
    this.clock = clock;
  }

  Stream<AuditEntry> entries(long from) {
    return log.entries(from);
  }

  RunTrail trail(RunId run) {
    return new RunTrail(log, run.value());
  }

  void append(
      String actor,
      String action,
      String outcome,
      RunId run,
      String reason,
      SortedMap<String, String> attributes) {
    log.append(event(actor, action, outcome, run, reason, attributes));
  }

  /**
   * An event of a run at this moment.
   *
   * @param reason may be empty
   */
  AuditEvent event(
      String actor,
      String action,
      String outcome,
      RunId run,
      String reason,
      SortedMap<String, String> attributes) {
    AuditEvent event =
        AuditEvent.of(actor, action, pipeline.path(), outcome, clock.instant())
            .withRun(run.value())
            .withAttributes(attributes);
    return reason.isEmpty() ? event : event.withReason(reason);
  }

  static SortedMap<String, String> abortAttributes(String code) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put("code", code);
    return attributes;
  }
}
