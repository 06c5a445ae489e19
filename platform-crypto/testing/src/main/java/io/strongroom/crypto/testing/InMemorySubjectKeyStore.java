package io.strongroom.crypto.testing;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.subject.SubjectKeyStore;
import io.strongroom.crypto.subject.SubjectRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A store of subject keys that lives as long as this object. Can be made to crash at a call, and
 * stays down from there until it is restarted. Safe for use by several threads.
 */
public final class InMemorySubjectKeyStore implements SubjectKeyStore {

  /** Where in a call the store crashes. */
  public enum Moment {
    /** Nothing of the call was done. */
    BEFORE,
    /** A deletion has deleted the first version and no other; other calls did nothing. */
    HALFWAY,
    /** All of the call was done, and whoever called is not told. */
    AFTER
  }

  private final Map<SubjectRecord, SortedMap<Integer, byte[]>> records =
      new TreeMap<>(Comparator.comparing(SubjectRecord::kind).thenComparing(SubjectRecord::id));
  private long calls;
  private long crashAt = Long.MAX_VALUE;
  private Moment moment = Moment.BEFORE;

  /**
   * Crashes at a call to come.
   *
   * @param callsFromNow 1 for the next one
   * @param moment where in it
   */
  public synchronized void crashAt(int callsFromNow, Moment moment) {
    if (callsFromNow < 1) {
      throw new IllegalArgumentException("the next call is number 1");
    }
    this.crashAt = calls + callsFromNow;
    this.moment = moment;
  }

  /** Answers again, with all that was done before the crash. */
  public synchronized void restart() {
    crashAt = Long.MAX_VALUE;
  }

  /**
   * Whether the store is down.
   *
   * @return true from a crash to the restart
   */
  public synchronized boolean crashed() {
    return calls >= crashAt;
  }

  /**
   * The calls so far.
   *
   * @return how many, failed ones too
   */
  public synchronized long calls() {
    return calls;
  }

  /**
   * Everything in the store.
   *
   * @return copies, whatever they are
   */
  public synchronized List<byte[]> contents() {
    return records.values().stream()
        .flatMap(versions -> versions.values().stream())
        .map(byte[]::clone)
        .toList();
  }

  private synchronized <T> T call(Supplier<T> whole, Runnable half) {
    calls++;
    if (calls > crashAt || (calls == crashAt && moment != Moment.AFTER)) {
      if (calls == crashAt && moment == Moment.HALFWAY) {
        half.run();
      }
      throw crash();
    }
    T answer = whole.get();
    if (calls == crashAt) {
      throw crash();
    }
    return answer;
  }

  private static SubjectKeyException crash() {
    return new SubjectKeyException(
        CryptoErrorCode.SUBJECT_STORE_FAILED, "the in-memory store of subject keys has crashed");
  }

  private static void nothing() {}

  @Override
  public boolean putIfAbsent(SubjectRecord name, int version, byte[] content) {
    if (version < 1) {
      throw new IllegalArgumentException("a version counts from 1");
    }
    byte[] copy = content.clone();
    return call(
        () ->
            records.computeIfAbsent(name, unused -> new TreeMap<>()).putIfAbsent(version, copy)
                == null,
        InMemorySubjectKeyStore::nothing);
  }

  @Override
  public Optional<byte[]> get(SubjectRecord name, int version) {
    return call(
        () -> Optional.ofNullable(versionsOf(name).get(version)).map(byte[]::clone),
        InMemorySubjectKeyStore::nothing);
  }

  @Override
  public List<Integer> versions(SubjectRecord name) {
    return call(() -> List.copyOf(versionsOf(name).keySet()), InMemorySubjectKeyStore::nothing);
  }

  @Override
  public void deleteAllVersions(SubjectRecord name) {
    call(
        () -> records.remove(name) != null,
        () -> {
          SortedMap<Integer, byte[]> versions = versionsOf(name);
          if (!versions.isEmpty()) {
            versions.remove(versions.firstKey());
          }
        });
  }

  @Override
  public List<SubjectRecord> list(SubjectRecord.Kind kind) {
    return call(
        () -> {
          List<SubjectRecord> found = new ArrayList<>();
          records.forEach(
              (name, versions) -> {
                if (name.kind() == kind && !versions.isEmpty()) {
                  found.add(name);
                }
              });
          return found;
        },
        InMemorySubjectKeyStore::nothing);
  }

  private SortedMap<Integer, byte[]> versionsOf(SubjectRecord name) {
    SortedMap<Integer, byte[]> versions = records.get(name);
    return versions == null ? new TreeMap<>() : versions;
  }
}
