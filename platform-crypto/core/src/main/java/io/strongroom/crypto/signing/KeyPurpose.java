package io.strongroom.crypto.signing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a signing key is for. A key has one purpose, and a signature counts only for that one. */
public enum KeyPurpose {
  /** Manifests of runs. */
  MANIFEST,
  /** Publications. */
  PUBLICATION,
  /** Checkpoints of the audit log. */
  CHECKPOINT,
  /** The second, post-quantum line of the same checkpoints. */
  COSIGNATURE,
  /** Decisions of approvers. */
  APPROVAL,
  /** Receipts for what was handed in. */
  RECEIPT;

  /** The purpose in stored documents: its name in lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The purpose of an id.
   *
   * @param id as {@link #id()} gives it
   * @return empty when no purpose has this id
   */
  public static Optional<KeyPurpose> of(String id) {
    return Arrays.stream(values()).filter(purpose -> purpose.id().equals(id)).findFirst();
  }
}
