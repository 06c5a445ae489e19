package io.strongroom.pipeline;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Writes what the runner decides into the audit log. */
final class RunAudit {
  static final String STARTED = "RUN_STARTED";
  static final String PROMOTED = "RUN_PROMOTED";
  static final String ABORTED = "RUN_ABORTED";
  static final String HELD = "RUN_HELD";
  static final String SUCCESS = "success";
  static final String DENIED = "denied";

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

  void append(
      String actor,
      String action,
      String outcome,
      RunId run,
      String reason,
      SortedMap<String, String> attributes) {
    log.append(
        AuditEvent.of(actor, action, pipeline.path(), outcome, clock.instant())
            .withRun(run.value())
            .withReason(reason)
            .withAttributes(attributes));
  }
}
