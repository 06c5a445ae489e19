package io.strongroom.storage.journal;

import java.util.Objects;

/**
 * A durable record of a journal.
 *
 * @param number its number: the first is 1, each next one more
 * @param content its bytes, the caller's own copy
 */
// An array in a record compares by identity: nobody compares records of a journal.
@SuppressWarnings("ArrayRecordComponent")
public record JournalRecord(long number, byte[] content) {
  /** Checks that there is content. */
  public JournalRecord {
    Objects.requireNonNull(content, "content");
  }
}
