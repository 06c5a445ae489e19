package io.strongroom.storage.journal;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectKeys;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A journal on an object store: each commit is one object that is created if absent under the next
 * number and never changed.
 *
 * <p>Any number of processes may append to one journal: of those that want the same number one
 * wins, and the others go on behind it. So {@link #last} is what this one has seen. A lost reply is
 * resolved by reading the object back and comparing it; the object holds a random tag, so that two
 * equal groups are told apart. After {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN} the group may
 * be in the journal or come into it later, before anything that is appended after it here.
 *
 * <p>A commit takes two requests: the object, and a look at the mark that tells whether the number
 * had been released before. The store's conditional writes must be proven ({@link
 * io.strongroom.storage.StoreProbe}).
 *
 * <p>Thread-safe; the caller closes it, which ends nothing but this instance.
 */
public final class StoredJournal implements Journal {
  private static final int PAGE = 1000;
  private static final int TRIES = 6;
  private static final long PAUSE_MILLIS = 5;

  private final ObjectStore store;
  private final String commitFolder;
  private final String markKey;
  private final SecureRandom random = new SecureRandom();
  private final GroupCommit commits;

  /** Where the next group is tried; used by the thread that commits. */
  private Position next;

  private @Nullable String seenMark;

  /** Why an earlier try to create the present commit is not known to have failed. */
  private @Nullable Exception doubt;

  private final AtomicLong last = new AtomicLong();
  private final AtomicLong released = new AtomicLong();

  private final Object reading = new Object();

  /** Where a read ended, so that the next one need not look for its place. */
  private Position place;

  private boolean closed;

  /** A commit and the number of its first record. */
  private record Position(long commit, long first) {}

  private record Batch(List<JournalRecord> records, Position behind) {}

  /** Says that commits were released while they were looked for. */
  private static final class MovedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Opens the journal under a prefix; it need not exist.
   *
   * @param store not closed
   * @param prefix begins the keys of all its objects; a {@code /} is added
   * @throws StorageException {@link StorageErrorCode#JOURNAL_DAMAGED}, {@link
   *     StorageErrorCode#KEY_REFUSED}, or what the store throws
   */
  public static StoredJournal open(ObjectStore store, String prefix) {
    return new StoredJournal(store, prefix);
  }

  private StoredJournal(ObjectStore store, String prefix) {
    this.store = Objects.requireNonNull(store, "store");
    this.commitFolder = ObjectKeys.require(prefix) + "/commits/";
    this.markKey = prefix + "/mark.json";
    this.commits = new GroupCommit(this::commit, false, "journal '" + prefix + "'");
    StoredMark mark = mark();
    this.place = new Position(mark.commit() + 1, mark.end() + 1);
    this.next = end();
  }

  private String key(long commit) {
    return commitFolder + "%020d".formatted(commit);
  }

  private StorageException damaged(String key, String what) {
    return new StorageException(
        StorageErrorCode.JOURNAL_DAMAGED, "journal object '" + key + "' " + what);
  }

  private StoredMark mark() {
    StoredMark mark =
        StoredMark.parse(store.get(markKey).orElse(null))
            .orElseThrow(() -> damaged(markKey, "is malformed"));
    released.accumulateAndGet(mark.through(), Math::max);
    last.accumulateAndGet(mark.through(), Math::max);
    return mark;
  }

  /** Finds the place behind the newest commit. */
  private Position end() {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      StoredMark mark = mark();
      seenMark = mark.etag();
      try {
        return behind(mark);
      } catch (MovedException moved) {
        pause(attempt);
      }
    }
    throw movedTooOften();
  }

  private StorageException movedTooOften() {
    return new StorageException(
        StorageErrorCode.STORE_UNAVAILABLE, "'" + markKey + "' was moved again and again");
  }

  private Position behind(StoredMark mark) throws MovedException {
    long newest = mark.commit();
    while (true) {
      List<ObjectInfo> page = store.list(commitFolder, key(newest), PAGE);
      for (ObjectInfo info : page) {
        if (!info.key().equals(key(newest + 1))) {
          requireUnmoved(mark);
          throw damaged(key(newest + 1), "is missing: '" + info.key() + "' stands behind it");
        }
        newest++;
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    if (newest == mark.commit()) {
      return new Position(newest + 1, mark.end() + 1);
    }
    byte[] header;
    try {
      header = store.range(key(newest), 0, GroupFrame.HEADER);
    } catch (StorageException gone) {
      if (gone.code() == StorageErrorCode.OBJECT_MISSING) {
        requireUnmoved(mark);
      }
      throw gone;
    }
    GroupFrame group = GroupFrame.header(header, 0, null);
    if (group == null) {
      throw damaged(key(newest), "is no commit of a journal");
    }
    last.accumulateAndGet(group.next() - 1, Math::max);
    return new Position(newest + 1, group.next());
  }

  private void requireUnmoved(StoredMark mark) throws MovedException {
    if (mark().commit() != mark.commit()) {
      throw new MovedException();
    }
  }

  @Override
  public long append(byte[] record) {
    return commits.append(record);
  }

  @Override
  public CompletableFuture<Long> submit(byte[] record) {
    return commits.submit(record);
  }

  private long commit(List<byte[]> records) {
    byte[] tag = new byte[GroupFrame.TAG];
    random.nextBytes(tag);
    while (true) {
      Position here = next;
      byte[] group = GroupFrame.encode(tag, here.first(), records);
      if (isMine(here, group) && isLive(here)) {
        last.accumulateAndGet(here.first() + records.size() - 1, Math::max);
        next = new Position(here.commit() + 1, here.first() + records.size());
        return here.first();
      }
    }
  }

  /** Creates the object of a commit; false, and the next place, when another one stands there. */
  private boolean isMine(Position here, byte[] group) {
    doubt = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      try {
        WriteResult result = store.putIfAbsent(key(here.commit()), group);
        if (result instanceof WriteResult.Won) {
          return true;
        }
        if (result instanceof WriteResult.Unknown unknown) {
          doubt = unknown.cause();
        }
        Optional<StoredObject> stands = store.get(key(here.commit()));
        if (stands.isPresent()) {
          if (Arrays.equals(stands.get().content(), group)) {
            return true;
          }
          next = behind(here, stands.get().content());
          return false;
        }
        if (result instanceof WriteResult.Lost) {
          // Created and released since.
          return goOn(here);
        }
      } catch (StorageException e) {
        throw doubt == null ? e : unknown(here, e);
      }
      pause(attempt);
    }
    throw unknown(here, doubt);
  }

  /** Goes behind what was released; an earlier try of this group may have been among it. */
  private boolean goOn(Position here) {
    if (doubt != null) {
      throw unknown(here, doubt);
    }
    next = end();
    return false;
  }

  private Position behind(Position here, byte[] content) {
    GroupFrame other = GroupFrame.whole(content, 0, null);
    if (other == null || other.length() != content.length || other.first() != here.first()) {
      throw damaged(key(here.commit()), "is not the commit of record " + here.first());
    }
    last.accumulateAndGet(other.next() - 1, Math::max);
    return new Position(here.commit() + 1, other.next());
  }

  /**
   * Whether the number was free because nobody had used it: a number is free again when its commit
   * is released, and a reader does not look there any more. The mark moves before the object goes,
   * so a mark that is read after the object was created tells.
   */
  private boolean isLive(Position here) {
    try {
      String now = store.head(markKey).map(ObjectInfo::etag).orElse(null);
      if (Objects.equals(now, seenMark)) {
        return true;
      }
      StoredMark mark = mark();
      if (mark.commit() < here.commit()) {
        seenMark = mark.etag();
        return true;
      }
      store.delete(key(here.commit()));
      return goOn(here);
    } catch (StorageException e) {
      throw unknown(here, e);
    }
  }

  private StorageException unknown(Position here, @Nullable Exception cause) {
    return new StorageException(
        StorageErrorCode.WRITE_OUTCOME_UNKNOWN,
        "journal object '" + key(here.commit()) + "' was written or not",
        cause);
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep(PAUSE_MILLIS << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public long last() {
    return last.get();
  }

  @Override
  public long released() {
    return released.get();
  }

  @Override
  public List<JournalRecord> read(long after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is less than 1");
    }
    synchronized (reading) {
      requireOpen();
      for (int attempt = 0; attempt < TRIES; attempt++) {
        StoredMark mark = mark();
        Batch batch = null;
        StorageException failure = null;
        try {
          batch = read(mark, Math.max(after, mark.through()), limit);
        } catch (StorageException e) {
          failure = e;
        }
        String now = store.head(markKey).map(ObjectInfo::etag).orElse(null);
        if (Objects.equals(now, mark.etag())) {
          if (batch == null) {
            throw Objects.requireNonNull(failure);
          }
          place = batch.behind();
          return batch.records();
        }
      }
      throw movedTooOften();
    }
  }

  /** What is read while the mark stays where it was is what was appended there. */
  private Batch read(StoredMark mark, long from, int limit) {
    Position here = place;
    if (here.commit() <= mark.commit() || here.first() > from + 1) {
      here = new Position(mark.commit() + 1, mark.end() + 1);
    }
    List<JournalRecord> records = new ArrayList<>();
    long read = 0;
    while (records.size() < limit && read < GroupFrame.MOST) {
      byte[] content = store.get(key(here.commit())).map(StoredObject::content).orElse(null);
      if (content == null) {
        break;
      }
      Position following = behind(here, content);
      GroupFrame group = Objects.requireNonNull(GroupFrame.header(content, 0, null));
      records.addAll(group.records(content, 0, from, limit - records.size()));
      read += content.length;
      if (!records.isEmpty() && records.get(records.size() - 1).number() + 1 < following.first()) {
        break;
      }
      here = following;
    }
    return new Batch(records, here);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("journal '" + commitFolder + "' is closed");
    }
  }

  @Override
  public void release(long through) {
    synchronized (reading) {
      requireOpen();
      for (int attempt = 0; attempt < TRIES; attempt++) {
        StoredMark mark = mark();
        if (through <= mark.through()) {
          deleteReleased(mark);
          return;
        }
        try {
          StoredMark moved = moved(mark, through);
          WriteResult result =
              mark.etag() == null
                  ? store.putIfAbsent(markKey, moved.encode())
                  : store.putIfMatch(markKey, moved.encode(), mark.etag());
          if (!(result instanceof WriteResult.Won)) {
            pause(attempt);
          }
        } catch (MovedException overtaken) {
          pause(attempt);
        }
      }
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "'" + markKey + "' was not written");
    }
  }

  private StoredMark moved(StoredMark mark, long through) throws MovedException {
    Position here = new Position(mark.commit() + 1, mark.end() + 1);
    while (here.first() <= through) {
      byte[] header;
      try {
        header = store.range(key(here.commit()), 0, GroupFrame.HEADER);
      } catch (StorageException missing) {
        if (missing.code() == StorageErrorCode.OBJECT_MISSING) {
          requireUnmoved(mark);
          throw new IllegalArgumentException(
              "record " + through + " cannot be released: it is not there", missing);
        }
        throw missing;
      }
      GroupFrame group = GroupFrame.header(header, 0, null);
      if (group == null || group.first() != here.first()) {
        requireUnmoved(mark);
        throw damaged(key(here.commit()), "is not the commit of record " + here.first());
      }
      if (group.next() > through + 1) {
        break;
      }
      here = new Position(here.commit() + 1, group.next());
    }
    return new StoredMark(here.commit() - 1, here.first() - 1, through, null);
  }

  /** Also what a crash left between the mark and the deletion. */
  private void deleteReleased(StoredMark mark) {
    while (true) {
      List<ObjectInfo> page = store.list(commitFolder, null, PAGE);
      boolean all = true;
      for (ObjectInfo info : page) {
        all &= info.key().compareTo(key(mark.commit())) <= 0;
        if (all) {
          store.delete(info.key());
        }
      }
      if (page.size() < PAGE || !all) {
        return;
      }
    }
  }

  @Override
  public void close() {
    if (commits.close()) {
      synchronized (reading) {
        closed = true;
      }
    }
  }
}
