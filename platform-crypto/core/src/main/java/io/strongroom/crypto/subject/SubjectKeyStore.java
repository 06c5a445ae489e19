package io.strongroom.crypto.subject;

import com.google.inject.RestrictedBindingSource;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.guice.SecurityPortPermit;
import java.util.List;
import java.util.Optional;

/**
 * The port to where wrapped subject keys, tombstones and receipts lie. What it holds is no secret
 * by itself, but whoever can write to it can take away a tombstone or a hold.
 *
 * <p>What a call did is durable when it returns, and seen by every later call of every process. A
 * call that throws may or may not have been done. Implementations are safe for use by several
 * threads and processes.
 */
@RestrictedBindingSource(
    explanation = SecurityPortPermit.EXPLANATION,
    permits = SecurityPortPermit.class)
public interface SubjectKeyStore {

  /**
   * Stores a version of a record unless it is there: whole or not at all.
   *
   * @param name the record
   * @param version from 1
   * @param content the bytes; at most 1 MiB
   * @return whether this call stored it
   * @throws SubjectKeyException when the store fails
   */
  boolean putIfAbsent(SubjectRecord name, int version, byte[] content);

  /**
   * Reads a version of a record.
   *
   * @param name the record
   * @param version from 1
   * @return the bytes, or empty when they are not there
   * @throws SubjectKeyException when the store fails
   */
  Optional<byte[]> get(SubjectRecord name, int version);

  /**
   * The versions of a record.
   *
   * @param name the record
   * @return ascending; empty when there are none
   * @throws SubjectKeyException when the store fails
   */
  List<Integer> versions(SubjectRecord name);

  /**
   * Deletes every version of a record, with whatever the storage beneath keeps of it: earlier
   * object versions, delete markers, files that a crash left half written. Does nothing when there
   * are none.
   *
   * @param name the record
   * @throws SubjectKeyException when the store fails; some versions may be gone then
   */
  void deleteAllVersions(SubjectRecord name);

  /**
   * All records of a kind, for backups and for completing erasures.
   *
   * @param kind the kind
   * @return in any order
   * @throws SubjectKeyException when the store fails
   */
  List<SubjectRecord> list(SubjectRecord.Kind kind);
}
