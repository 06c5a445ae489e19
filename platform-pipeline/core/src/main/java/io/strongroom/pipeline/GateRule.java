package io.strongroom.pipeline;

/** The rules of a gate policy, in the order in which they are evaluated. */
public enum GateRule {
  /** How many rows one code may reject. */
  ERRORS_OF_ONE_CODE("errors-of-one-code"),
  /** How large a share of the judged rows may be quarantined. */
  QUARANTINE_RATE("quarantine-rate"),
  /** How many rows a run is expected to judge. */
  VOLUME("volume");

  private final String id;

  GateRule(String id) {
    this.id = id;
  }

  /** The name in results, manifests and logs. */
  public String id() {
    return id;
  }
}
