package io.strongroom.pipeline;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs the events of one pipeline as key-value pairs. */
final class RunLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(PipelineRunner.class);

  private final String pipeline;

  RunLog(String pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * Logs an event.
   *
   * @param namesAndIds alternately the name of a value and the value: an id, a name or a count
   */
  void log(RunEvent event, Object... namesAndIds) {
    LoggingEventBuilder builder =
        LOGGER
            .atLevel(event.level())
            .addKeyValue("event", event.name())
            .addKeyValue("pipeline", pipeline);
    for (int i = 0; i < namesAndIds.length; i += 2) {
      builder = builder.addKeyValue((String) namesAndIds[i], namesAndIds[i + 1]);
    }
    builder.log(event.message());
  }
}
