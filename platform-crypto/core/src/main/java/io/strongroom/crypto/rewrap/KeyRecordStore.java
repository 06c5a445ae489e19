package io.strongroom.crypto.rewrap;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The port to where wrapped data keys are kept: files, a table, the objects beside runs. Safe for
 * use by several threads.
 */
public interface KeyRecordStore {

  /**
   * The names of the records, in an order that never changes: sorted, or the order of insertion.
   *
   * @param after begins behind this record, which may be gone meanwhile; at the first when empty
   * @return each name once; closed by the caller
   */
  Stream<String> ids(Optional<String> after);

  /**
   * Reads a record.
   *
   * @param id its name
   * @return the record, or empty when there is none (any more)
   * @throws io.strongroom.crypto.CryptoException KEY_RECORD_MALFORMED when it is damaged
   */
  Optional<KeyRecord> read(String id);

  /**
   * Replaces a record, if it still is what was read. When this returns true, the new keys survive a
   * crash.
   *
   * @param seen what {@link #read} gave
   * @param epoch the new epoch
   * @param keys the new keys, in the order of those that were read
   * @return false when the record was changed or removed meanwhile; nothing was done then
   */
  boolean replace(KeyRecord seen, long epoch, List<RecordedKey> keys);
}
