package io.strongroom.storage.publication;

import io.strongroom.storage.run.internal.ControlJson;

/**
 * Where an intent stands in the log.
 *
 * @param index of the entry, from 0
 * @param leafHash the entry's leaf hash in the log's tree, 64 hexadecimal digits
 */
public record IntentReceipt(long index, String leafHash) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException when the index is negative or the hash not 64 digits
   */
  public IntentReceipt {
    ControlJson.requireCount("index", index);
    ControlJson.requireDigest("leafHash", leafHash);
  }
}
