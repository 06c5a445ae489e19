package io.strongroom.storage.publication;

import java.util.Objects;

/**
 * Something that the {@link LakeVerifier} noticed.
 *
 * @param object the key of the object that is wrong
 * @param problem what is wrong with it
 * @param severity how bad it is
 */
public record Finding(String object, String problem, Severity severity) {

  /** How bad a finding is. */
  public enum Severity {
    /** What is published is not what was signed, or parts of it are missing. */
    ERROR,
    /** Something that a crash explains as well as tampering does. */
    WARNING,
    /** Left over by a crash or a lost race; harmless. */
    NOTICE
  }

  /** Checks that nothing is missing. */
  public Finding {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(severity, "severity");
  }
}
