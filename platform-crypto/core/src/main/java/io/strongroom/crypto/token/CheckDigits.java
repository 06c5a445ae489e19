package io.strongroom.crypto.token;

/** What the check digits of a token say. */
public enum CheckDigits {
  /** They are wrong: nobody who checks them takes a token for a real number. The safe choice. */
  INVALID,
  /**
   * They are right: a token passes for a real number, and may be one of somebody else's. Only for
   * test systems that refuse anything else.
   */
  VALID
}
