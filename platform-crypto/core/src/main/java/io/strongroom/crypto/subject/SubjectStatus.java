package io.strongroom.crypto.subject;

import io.strongroom.base.JsonException;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SubjectErasedException;
import io.strongroom.crypto.SubjectKeyException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that was decided about a person so far, in order. */
record SubjectStatus(List<StatusRecord> records) {

  /**
   * Reads a person's status.
   *
   * @throws SubjectKeyException when the store fails, or a record is malformed, was altered or is
   *     missing from the row
   */
  static SubjectStatus read(SubjectKeyStore store, LookupKey key, SubjectPseudonym subject) {
    SubjectRecord name = SubjectRecord.of(SubjectRecord.Kind.STATUS, subject);
    List<StatusRecord> records = new ArrayList<>();
    for (int version : store.versions(name)) {
      int sequence = records.size() + 1;
      Optional<byte[]> stored = version == sequence ? store.get(name, version) : Optional.empty();
      if (stored.isEmpty()) {
        throw malformed("is missing", null);
      }
      try {
        records.add(StatusRecord.parse(key, subject, sequence, stored.get()));
      } catch (JsonException | IllegalArgumentException e) {
        throw malformed("is malformed or was altered", e);
      }
    }
    return new SubjectStatus(List.copyOf(records));
  }

  private static SubjectKeyException malformed(String problem, @Nullable Exception cause) {
    return new SubjectKeyException(
        CryptoErrorCode.SUBJECT_RECORD_MALFORMED,
        "a record of a person's status " + problem,
        cause);
  }

  int next() {
    return records.size() + 1;
  }

  /** The tombstone, the last record that counts. */
  Optional<StatusRecord> tombstone() {
    return records.stream()
        .filter(record -> record.kind() == StatusRecord.Kind.TOMBSTONE)
        .findFirst();
  }

  void requireNotErased() {
    if (tombstone().isPresent()) {
      throw new SubjectErasedException(CryptoErrorCode.SUBJECT_ERASED, "the person was erased");
    }
  }

  /** The names of the holds that were not released, in the order in which they were placed. */
  List<String> holds() {
    Set<String> holds = new LinkedHashSet<>();
    for (StatusRecord record : records) {
      if (record.kind() == StatusRecord.Kind.HOLD) {
        record.hold().ifPresent(holds::add);
      } else {
        record.hold().ifPresent(holds::remove);
      }
    }
    return List.copyOf(holds);
  }
}
