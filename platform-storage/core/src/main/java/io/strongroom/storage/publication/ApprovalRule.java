package io.strongroom.storage.publication;

/**
 * How many people must approve, and who does not count.
 *
 * @param approvals how many different people, 0 to 16
 * @param fourEyes whether the approval of whoever asked for the change does not count: of a run the
 *     actor of its manifest and the holder of the key that signed it, of a deletion plan its actor
 */
public record ApprovalRule(int approvals, boolean fourEyes) {

  /** Nobody is asked, and what somebody decided unasked does not count. */
  public static final ApprovalRule NONE = new ApprovalRule(0, false);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException when it is not within 0 and 16
   */
  public ApprovalRule {
    if (approvals < 0 || approvals > 16) {
      throw new IllegalArgumentException("the number of approvals is not within 0 and 16");
    }
  }
}
