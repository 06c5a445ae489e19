package io.strongroom.crypto;

/** What a key of a {@link LocalKeyFile} is. */
public enum LocalKeyKind {
  /** AES-256-GCM. Authenticates the context with every wrapped key. */
  AES_256,
  /**
   * RSA of 3072 bits with OAEP, SHA-256 and MGF1 of SHA-256. Its public half wraps elsewhere. Does
   * not authenticate the context with the wrapped key; a message's header does.
   */
  RSA_OAEP_3072,
  /** As {@link #RSA_OAEP_3072} with 4096 bits. */
  RSA_OAEP_4096
}
