package io.strongroom.crypto.rewrap;

import java.util.List;

/**
 * What a campaign did in one pass over the records, before and after interruptions together; for a
 * dry run, what it would do. A record is counted in exactly one of the first five; one that was
 * replaced after the last checkpoint before an interruption is counted as done.
 *
 * @param rewrapped records that were replaced
 * @param done records that were of this epoch, or a later one, already
 * @param notConcerned records that hold no key that the plan is about
 * @param vanished records that were removed while the campaign ran
 * @param failed records that could not be read, wrapped anew or replaced; they are as they were
 * @param wrappedKeys the wrapped keys in the records that were replaced: as many calls succeeded
 * @param failures the first hundred of those that failed
 * @param finished whether the pass went over all records
 */
public record RewrapReport(
    long rewrapped,
    long done,
    long notConcerned,
    long vanished,
    long failed,
    long wrappedKeys,
    List<Failure> failures,
    boolean finished) {
  static final RewrapReport NOTHING = new RewrapReport(0, 0, 0, 0, 0, 0, List.of(), false);

  /**
   * A record that failed.
   *
   * @param id the record
   * @param code the id of the error's code
   */
  public record Failure(String id, String code) {}

  /** Copies the failures. */
  public RewrapReport {
    failures = List.copyOf(failures);
  }

  /** How many records the pass has seen. */
  public long records() {
    return rewrapped + done + notConcerned + vanished + failed;
  }
}
