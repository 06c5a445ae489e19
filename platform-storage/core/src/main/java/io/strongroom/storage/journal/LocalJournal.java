package io.strongroom.storage.journal;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a folder of a local disk, for one process at a time: a lock of the operating system
 * keeps others out, and goes with the process.
 *
 * <p>Records lie in segments that are written full of zeros when they are made, so that a commit is
 * one write that returns when the data is on disk, and changes nothing else of the file. A group is
 * whole or not there: its checksum covers all of it. Opening cuts off a group that a crash left
 * unfinished; nobody was told that it is durable. It writes the last group anew, because what was
 * read back may be in memory only.
 *
 * <p>A write to the disk that failed poisons the journal: whether its data is on disk cannot be
 * known, and asking again would be answered wrongly. Its records fail with {@link
 * StorageErrorCode#WRITE_OUTCOME_UNKNOWN}, later ones with {@link
 * StorageErrorCode#JOURNAL_POISONED}; reading goes on. Close it and open it anew.
 *
 * <p>The folder is for this alone and on a POSIX file system that is not across a network. Files
 * belong to their owner. Thread-safe; the caller closes it.
 */
public final class LocalJournal implements Journal {

  /** The length of a segment in bytes, when no other is asked for. */
  public static final int DEFAULT_SEGMENT = 16 * 1024 * 1024;

  private static final int MIN_SEGMENT = 4096;
  private static final int MAX_SEGMENT = 256 * 1024 * 1024;

  private final JournalFolder folder;
  private final SegmentFile.Opening opening;
  private final int segmentLength;
  private final byte[] tag;
  private final GroupCommit commits;
  private final NavigableMap<Long, Path> segments = new ConcurrentSkipListMap<>();

  /** Where the next group goes; used by the thread that commits. */
  private SegmentFile file;

  private long fileLength;
  private long at;
  private volatile boolean poisoned;

  private volatile long last;
  private volatile long released;

  private final Object reading = new Object();

  /** Where a read ended, so that the next one need not look for its place. */
  private Place place = new Place(0, 0, 0);

  private boolean closed;

  /** A group in a segment. */
  private record Place(long segment, long at, long first) {}

  /**
   * Opens the journal in this folder, which is created when it is missing.
   *
   * @throws StorageException {@link StorageErrorCode#JOURNAL_IN_USE}, {@link
   *     StorageErrorCode#STORE_FOLDER_REFUSED}, {@link StorageErrorCode#JOURNAL_DAMAGED}, or {@link
   *     StorageErrorCode#STORE_UNAVAILABLE}
   */
  public static LocalJournal open(Path folder) {
    return open(folder, DEFAULT_SEGMENT);
  }

  /**
   * Opens the journal in this folder, which is created when it is missing. The last segment is read
   * into memory meanwhile.
   *
   * @param segmentLength of segments made from now on, in bytes: 4 KiB to 256 MiB. A longer group
   *     gets a segment of its own
   * @throws StorageException as {@link #open(Path)}
   */
  public static LocalJournal open(Path folder, int segmentLength) {
    return open(folder, segmentLength, SegmentFile::synchronous, LocalJournal::randomTag);
  }

  static LocalJournal open(
      Path folder, int segmentLength, SegmentFile.Opening opening, Supplier<byte[]> tags) {
    if (segmentLength < MIN_SEGMENT || segmentLength > MAX_SEGMENT) {
      throw new IllegalArgumentException(
          "a segment of " + segmentLength + " bytes is not 4 KiB to 256 MiB");
    }
    JournalFolder locked = JournalFolder.open(Objects.requireNonNull(folder, "folder"));
    boolean opened = false;
    try {
      LocalJournal journal = new LocalJournal(locked, segmentLength, opening, tags);
      opened = true;
      return journal;
    } catch (IOException e) {
      throw locked.unavailable(e);
    } finally {
      if (!opened) {
        locked.close();
      }
    }
  }

  private static byte[] randomTag() {
    byte[] tag = new byte[GroupFrame.TAG];
    new SecureRandom().nextBytes(tag);
    return tag;
  }

  private LocalJournal(
      JournalFolder folder, int segmentLength, SegmentFile.Opening opening, Supplier<byte[]> tags)
      throws IOException {
    this.folder = folder;
    this.segmentLength = segmentLength;
    this.opening = opening;
    this.commits = new GroupCommit(this::commit, true, folder.toString());
    this.released = folder.readMark();
    segments.putAll(folder.segments());
    if (segments.isEmpty()) {
      if (released > 0) {
        throw folder.damaged("it has a mark and no segment");
      }
      Path first = folder.publish(folder.prepareSegment(tags.get(), 1, segmentLength));
      segments.put(1L, first);
    }
    Map.Entry<Long, Path> newest = segments.lastEntry();
    byte[] bytes = Files.readAllBytes(newest.getValue());
    this.tag = folder.requireSegment(newest.getValue(), newest.getKey(), bytes);
    requireHeaders();
    this.file = opening.open(newest.getValue());
    boolean recovered = false;
    try {
      this.fileLength = bytes.length;
      recover(newest.getKey(), bytes);
      recovered = true;
    } finally {
      if (!recovered) {
        file.close();
      }
    }
    if (released > last) {
      file.close();
      throw folder.damaged("its mark is behind its last record");
    }
    deleteReleased();
  }

  private void requireHeaders() throws IOException {
    if (segments.firstKey() > released + 1) {
      throw folder.damaged("the segment of record " + (released + 1) + " is missing");
    }
    for (Map.Entry<Long, Path> segment : segments.entrySet()) {
      try (RandomAccessFile in = new RandomAccessFile(segment.getValue().toFile(), "r")) {
        byte[] header = new byte[(int) Math.min(JournalFolder.SEGMENT_HEADER, in.length())];
        in.readFully(header);
        byte[] found = folder.requireSegment(segment.getValue(), segment.getKey(), header);
        if (!Arrays.equals(found, tag)) {
          throw folder.damaged(
              "segment " + segment.getValue().getFileName() + " is of another journal");
        }
      }
    }
  }

  /** Finds the end, writes the last group anew and zeros over what lies behind it. */
  private void recover(long first, byte[] bytes) throws IOException {
    int end = JournalFolder.SEGMENT_HEADER;
    int newest = end;
    long next = first;
    GroupFrame group = GroupFrame.whole(bytes, end, tag);
    while (group != null && group.first() == next) {
      newest = end;
      end += group.length();
      next = group.next();
      group = GroupFrame.whole(bytes, end, tag);
    }
    requireNothingBehind(bytes, end, next);
    if (newest < end) {
      file.write(newest, Arrays.copyOfRange(bytes, newest, end));
    }
    if (!isZero(bytes, end)) {
      file.write(end, new byte[bytes.length - end]);
    }
    at = end;
    last = next - 1;
  }

  /**
   * A group is begun only when the one before it is on disk: an unfinished one is the last. So a
   * group behind the end means that one which was acknowledged is lost.
   */
  private void requireNothingBehind(byte[] bytes, int end, long next) {
    GroupFrame unfinished = GroupFrame.header(bytes, end, tag);
    if (unfinished != null && unfinished.first() != next) {
      throw folder.damaged("where record " + next + " belongs stands " + unfinished.first());
    }
    long from = end + (long) (unfinished == null ? GroupFrame.ALIGNMENT : unfinished.length());
    for (long behind = from; behind < bytes.length; behind += GroupFrame.ALIGNMENT) {
      GroupFrame later = GroupFrame.header(bytes, (int) behind, tag);
      if (later != null && later.first() > next) {
        throw folder.damaged(
            "record " + next + " is damaged: record " + later.first() + " stands behind it");
      }
    }
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
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
    if (poisoned) {
      throw new StorageException(
          StorageErrorCode.JOURNAL_POISONED,
          folder + ": an earlier write to the disk failed; nothing is taken until it is reopened");
    }
    long first = last + 1;
    byte[] group = GroupFrame.encode(tag, first, records);
    if (fileLength - at < group.length) {
      roll(first, group.length);
    }
    poisoned = true;
    try {
      file.write(at, group);
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.WRITE_OUTCOME_UNKNOWN,
          folder + ": writing records from " + first + " on to the disk failed",
          e);
    }
    poisoned = false;
    at += group.length;
    last = first + records.size() - 1;
    return first;
  }

  /** Goes on in a new segment. As long as that has no name, a failure changes nothing. */
  private void roll(long first, int group) {
    Path prepared;
    try {
      prepared =
          folder.prepareSegment(
              tag, first, Math.max(segmentLength, (long) JournalFolder.SEGMENT_HEADER + group));
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE,
          folder + ": no segment can be made for record " + first,
          e);
    }
    poisoned = true;
    try {
      Path segment = folder.publish(prepared);
      SegmentFile opened = opening.open(segment);
      SegmentFile former = file;
      file = opened;
      fileLength = Files.size(segment);
      at = JournalFolder.SEGMENT_HEADER;
      segments.put(first, segment);
      former.close();
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE,
          folder + ": the segment of record " + first + " cannot be used",
          e);
    }
    poisoned = false;
  }

  @Override
  public long last() {
    return last;
  }

  @Override
  public long released() {
    return released;
  }

  @Override
  public List<JournalRecord> read(long after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is less than 1");
    }
    synchronized (reading) {
      if (closed) {
        throw new IllegalStateException(folder + " is closed");
      }
      long from = Math.max(after, released);
      long until = last;
      if (from >= until) {
        return List.of();
      }
      try {
        return read(from, until, limit);
      } catch (IOException e) {
        throw folder.unavailable(e);
      }
    }
  }

  private List<JournalRecord> read(long after, long until, int limit) throws IOException {
    List<JournalRecord> records = new ArrayList<>();
    Map.Entry<Long, Path> segment = segments.floorEntry(after + 1);
    if (segment == null) {
      throw folder.damaged("the segment of record " + (after + 1) + " is missing");
    }
    try (RandomAccessFile in = new RandomAccessFile(segment.getValue().toFile(), "r")) {
      Long next = segments.higherKey(segment.getKey());
      long end = next == null ? until : Math.min(until, next - 1);
      Place here = place;
      if (here.segment() != segment.getKey() || here.first() > after + 1) {
        here = new Place(segment.getKey(), JournalFolder.SEGMENT_HEADER, segment.getKey());
      }
      long read = 0;
      while (here.first() <= end && records.size() < limit && read < GroupFrame.MOST) {
        byte[] header = bytes(in, here.at(), GroupFrame.HEADER);
        GroupFrame group = header == null ? null : GroupFrame.header(header, 0, tag);
        if (group == null || group.first() != here.first()) {
          throw damagedAt(segment.getValue(), here);
        }
        if (group.next() > after + 1) {
          byte[] bytes = bytes(in, here.at(), group.length());
          if (bytes == null || GroupFrame.whole(bytes, 0, tag) == null) {
            throw damagedAt(segment.getValue(), here);
          }
          records.addAll(group.records(bytes, 0, after, limit - records.size()));
          read += group.length();
          if (records.get(records.size() - 1).number() + 1 < group.next()) {
            break;
          }
        }
        here = new Place(here.segment(), here.at() + group.length(), group.next());
      }
      place = here;
    }
    return records;
  }

  private StorageException damagedAt(Path segment, Place here) {
    return folder.damaged(
        "record " + here.first() + " in segment " + segment.getFileName() + " is damaged");
  }

  private static byte @Nullable [] bytes(RandomAccessFile in, long at, int length)
      throws IOException {
    if (in.length() - at < length) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.seek(at);
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public void release(long through) {
    synchronized (reading) {
      if (closed) {
        throw new IllegalStateException(folder + " is closed");
      }
      if (through > last) {
        throw new IllegalArgumentException(
            "record " + through + " cannot be released: the last is " + last);
      }
      if (through <= released) {
        return;
      }
      try {
        folder.writeMark(through);
        released = through;
        deleteReleased();
      } catch (IOException e) {
        throw folder.unavailable(e);
      }
    }
  }

  /** Deletes the segments whose records are all released; the last one stays, it is written to. */
  private void deleteReleased() throws IOException {
    while (true) {
      Map.Entry<Long, Path> first = segments.firstEntry();
      Long next = segments.higherKey(first.getKey());
      if (next == null || next - 1 > released) {
        return;
      }
      Files.deleteIfExists(first.getValue());
      segments.remove(first.getKey());
    }
  }

  @Override
  public void close() {
    if (!commits.close()) {
      return;
    }
    synchronized (reading) {
      closed = true;
      try {
        file.close();
      } catch (IOException e) {
        throw folder.unavailable(e);
      } finally {
        folder.close();
      }
    }
  }
}
