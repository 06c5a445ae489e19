package io.strongroom.crypto;

/** What can be done with a key of a {@link KeyService} now. */
public enum KeyState {
  /** Wraps and unwraps. */
  ENABLED,
  /** Wraps, and never unwraps here: only its public half is held. */
  WRAP_ONLY,
  /** Refuses everything until somebody enables it. */
  DISABLED,
  /** Refuses everything and will be destroyed unless somebody cancels that. */
  PENDING_DELETION,
  /** Refuses everything for another reason of the key service, such as missing key material. */
  UNAVAILABLE
}
