package io.strongroom.audit;

import java.util.Objects;

/**
 * Something the verifier found.
 *
 * @param object the object's name below the log's prefix
 * @param problem what is wrong with it, in one sentence
 */
public record AuditFinding(String object, String problem) {

  /** Checks that both are there. */
  public AuditFinding {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(problem, "problem");
  }

  /** Name and problem on one line. */
  @Override
  public String toString() {
    return object + ": " + problem;
  }
}
