package io.strongroom.crypto.signing;

import java.util.Locale;

/** What a signing key is for. A key has one purpose, and a signature counts only for that one. */
public enum KeyPurpose {
  /** Manifests of runs. */
  MANIFEST,
  /** Publications. */
  PUBLICATION,
  /** Checkpoints of the audit log. */
  CHECKPOINT,
  /** Decisions of approvers. */
  APPROVAL,
  /** Receipts for what was handed in. */
  RECEIPT;

  /** The purpose in stored documents: its name in lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
