package io.strongroom.storage.publication;

import java.util.Optional;

/**
 * The log in which it stands who is about to publish what, before it happens. The audit library
 * implements it. Without an entry nothing is published.
 *
 * <p>Implementations are safe for use by several threads and processes.
 */
public interface IntentLog {

  /**
   * Appends an intent. The entry is durable when this returns. Two calls with one intent may leave
   * two entries.
   *
   * @throws RuntimeException when the entry is not known to be durable; then nothing is published
   */
  IntentReceipt append(Intent intent);

  /**
   * Finds an entry of an intent appended earlier, also by another process.
   *
   * @param intentId {@link Intent#id}
   * @return any one of its entries; empty when none is known, which costs a second entry and
   *     nothing else
   */
  Optional<IntentReceipt> find(String intentId);

  /**
   * Whether the entry at the receipt's index has the receipt's leaf hash and is the entry of this
   * intent.
   *
   * @param receipt where the entry should stand
   * @param intentId {@link Intent#id} that it should have
   */
  boolean holds(IntentReceipt receipt, String intentId);
}
