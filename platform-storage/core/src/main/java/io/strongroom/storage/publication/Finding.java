package io.strongroom.storage.publication;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that {@link Fsck} or the {@link LakeVerifier} noticed.
 *
 * @param object the key of the object that is wrong
 * @param problem what is wrong with it
 * @param severity how bad it is
 * @param kind what it is
 * @param bytes the length of the object, where that matters
 * @param age how old the object is, where that matters; never negative
 */
public record Finding(
    String object,
    String problem,
    Severity severity,
    Kind kind,
    OptionalLong bytes,
    Optional<Duration> age) {

  /** How bad a finding is. */
  public enum Severity {
    /** What is published is not what was signed, or parts of it are missing. */
    ERROR,
    /** Something that a crash explains as well as tampering does. */
    WARNING,
    /** Left over by a crash or a lost race, or about to arrive; harmless. */
    NOTICE
  }

  /** What a finding is. */
  public enum Kind {
    /** An object is missing, altered, forged, or does not fit the others. */
    BROKEN,
    /** On a replica: an object is not there, and is not yet late. */
    NOT_YET,
    /** Nothing names it: a crash, a lost race or a lost attempt has left it. */
    LEFTOVER,
    /** Something was begun and not ended: a run, a deletion. */
    UNFINISHED,
    /** A derived copy or a mark is missing or old; it can be written again from what is signed. */
    DERIVED
  }

  /** Checks that nothing is missing. */
  public Finding {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(age, "age");
  }

  /**
   * A finding about something broken.
   *
   * @param object the key of the object that is wrong
   * @param problem what is wrong with it
   * @param severity how bad it is
   */
  public Finding(String object, String problem, Severity severity) {
    this(object, problem, severity, Kind.BROKEN, OptionalLong.empty(), Optional.empty());
  }
}
