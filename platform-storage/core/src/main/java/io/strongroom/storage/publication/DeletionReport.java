package io.strongroom.storage.publication;

/**
 * What came of carrying out a deletion plan.
 *
 * @param objects how many objects are gone, now or since an earlier attempt
 * @param bytes how many bytes they had
 * @param held how many stay because of a legal hold; the plan is not done then
 */
public record DeletionReport(long objects, long bytes, long held) {
  /** Whether nothing of the plan is left to do. */
  public boolean isDone() {
    return held == 0;
  }
}
