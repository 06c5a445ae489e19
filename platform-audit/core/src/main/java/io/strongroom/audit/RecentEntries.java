package io.strongroom.audit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries of a journal and their leaf hashes, from those who appended them to the one
 * who publishes them, so that he need not read and hash them again. It may forget any of them. Safe
 * for use by several threads.
 */
final class RecentEntries {
  private static final int SLOTS = 1 << 15;
  private static final long MOST_BYTES = 16L << 20;

  /** An entry; its arrays are not to be changed. */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Recent(long number, byte[] entry, byte[] leafHash) {}

  private final AtomicReferenceArray<@Nullable Recent> slots = new AtomicReferenceArray<>(SLOTS);
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Remembers an entry, in the place of the one that was there a round of slots before.
   *
   * @param number its number in the journal
   */
  void add(long number, byte[] entry, byte[] leafHash) {
    boolean fits = bytes.addAndGet(entry.length) <= MOST_BYTES;
    if (!fits) {
      bytes.addAndGet(-entry.length);
    }
    Recent before =
        slots.getAndSet(slot(number), fits ? new Recent(number, entry, leafHash) : null);
    if (before != null) {
      bytes.addAndGet(-before.entry().length);
    }
  }

  /** Gives an entry and forgets it; null when it was not remembered. */
  @Nullable Recent take(long number) {
    Recent recent = slots.get(slot(number));
    if (recent == null
        || recent.number() != number
        || !slots.compareAndSet(slot(number), recent, null)) {
      return null;
    }
    bytes.addAndGet(-recent.entry().length);
    return recent;
  }

  private static int slot(long number) {
    return (int) (number & (SLOTS - 1));
  }
}
