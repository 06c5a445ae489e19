package io.strongroom.storage.journal;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A durable queue of records on its way to something slower: appended in groups, read in order,
 * released when the consumer is done.
 *
 * <p>Guarantees: a record whose number was given is durable and is read after every crash until it
 * is released. Numbers start at 1 and have no gaps; a number never denotes two records, and a
 * record is given by {@link #read} only when it is durable. A record whose append threw is not in
 * the journal, except after {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN}: then it may be. So a
 * producer that tries again may append twice; let records carry an id of their own. A consumer that
 * dies between its work and {@link #release} gets the records again, under the same numbers.
 *
 * <p>Threads that append at the same time share one write to the disk or store; a thread that
 * appends alone commits by itself, without a change of threads.
 *
 * <p>Thread-safe. The caller closes it.
 *
 * <p>Failures: {@link StorageException}. {@link StorageErrorCode#JOURNAL_RECORD_REFUSED} when a
 * record is too long, {@link StorageErrorCode#JOURNAL_DAMAGED} when what is stored is not what was
 * written; others where they are thrown.
 */
public interface Journal extends AutoCloseable {

  /** The longest record, in bytes. */
  int MAX_RECORD = 16 * 1024 * 1024;

  /**
   * Appends a record and waits until it is durable. An interrupt does not end the wait; the flag
   * stays set.
   *
   * @param record 0 to {@link #MAX_RECORD} bytes, not changed meanwhile
   * @return its number
   * @throws StorageException {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN} when the record may be
   *     in the journal or not; after any other it is not
   * @throws IllegalStateException when closed
   */
  long append(byte[] record);

  /**
   * Appends a record without waiting, except for room: while 64 MiB are on their way it blocks.
   *
   * @param record 0 to {@link #MAX_RECORD} bytes; copied
   * @return its number when it is durable, or what {@link #append} throws. Completed by a thread
   *     that commits: what hangs on it must be short
   * @throws StorageException {@link StorageErrorCode#JOURNAL_RECORD_REFUSED} when it is too long;
   *     {@link StorageErrorCode#STORE_UNAVAILABLE} when interrupted while it waits for room
   * @throws IllegalStateException when closed
   */
  CompletableFuture<Long> submit(byte[] record);

  /**
   * Reads durable records in order.
   *
   * @param after the number of the last record that the caller has; those through {@link #released}
   *     are never given
   * @param limit the most records to return, at least 1
   * @return the next records; fewer than {@code limit} do not mean the end, none does
   */
  List<JournalRecord> read(long after, int limit);

  /** The number of the newest record known to be durable; 0 when there is none. */
  long last();

  /** Records through this number are released; 0 at first. */
  long released();

  /**
   * Says that the consumer is done with all records through a number, durably, and frees what they
   * occupied as far as whole segments or objects are released. A lower number than before does
   * nothing.
   *
   * @param through at most the number of the newest durable record
   * @throws IllegalArgumentException when there is no such record yet
   * @throws StorageException {@link StorageErrorCode#STORE_UNAVAILABLE}; records are then released
   *     or not, and it may be tried again
   */
  void release(long through);

  /**
   * Waits for the records on their way, then lets go of the journal. May be called again, but not
   * by what hangs on a future of {@link #submit}: it would wait for itself.
   */
  @Override
  void close();
}
