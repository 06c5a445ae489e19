package io.strongroom.pipeline;

import org.slf4j.event.Level;

/** Everything that this library logs. Values logged with an event are ids, names and counts. */
enum RunEvent {
  RUN_STARTED(Level.INFO, "run started"),
  RUN_PLANNED(Level.INFO, "run planned"),
  STEP_FINISHED(Level.INFO, "step finished"),
  PARTITION_FINISHED(Level.DEBUG, "partition finished"),
  PARTITION_RETRIED(Level.WARN, "partition failed and is tried again"),
  GATE_WARNED(Level.WARN, "gate warned"),
  BREAKER_OPENED(Level.ERROR, "breaker opened"),
  RUN_COMMITTED(Level.INFO, "run committed"),
  RUN_PROMOTED(Level.INFO, "run promoted"),
  RUN_RECOVERED(Level.INFO, "run of an earlier process promoted"),
  RUN_ALREADY_LIVE(Level.INFO, "a run of this key is live already"),
  RUN_HELD(Level.WARN, "run held"),
  RUN_ABORTED(Level.WARN, "run aborted"),
  RUN_TAKEN_OVER(Level.WARN, "dead run of another process aborted"),
  RUN_FAILED(Level.ERROR, "run failed"),
  ABORT_FAILED(Level.ERROR, "failed run could not be aborted"),
  PUBLICATION_MADE_UP(Level.WARN, "what was missing after a publication is made up");

  private final Level level;
  private final String message;

  RunEvent(Level level, String message) {
    this.level = level;
    this.message = message;
  }

  Level level() {
    return level;
  }

  String message() {
    return message;
  }
}
