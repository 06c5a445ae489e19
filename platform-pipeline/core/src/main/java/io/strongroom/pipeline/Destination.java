package io.strongroom.pipeline;

/** Where a rejected row goes. */
public enum Destination {
  /** It waits for a correction and may be replayed. */
  QUARANTINE,
  /** It gets no further attempt. */
  CONDEMNED
}
