package io.strongroom.storage;

import java.util.Objects;

/** The three outcomes of a write. Anything else, a write that surely had no effect, is thrown. */
public sealed interface WriteResult {

  /**
   * The object is durable and visible.
   *
   * @param etag its entity tag
   */
  record Won(String etag) implements WriteResult {
    /** Checks that the tag is there. */
    public Won {
      Objects.requireNonNull(etag, "etag");
    }
  }

  /** The condition did not hold: somebody else's object, or none, stands there. */
  record Lost() implements WriteResult {}

  /**
   * The write may have happened or not, or may still happen. Read the object back and compare
   * before deciding anything; delete nothing.
   *
   * @param cause why the store's answer is not known
   */
  record Unknown(Exception cause) implements WriteResult {
    /** Checks that the cause is there. */
    public Unknown {
      Objects.requireNonNull(cause, "cause");
    }
  }
}
