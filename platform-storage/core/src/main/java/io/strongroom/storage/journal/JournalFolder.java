package io.strongroom.storage.journal;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The files of a local journal and its lock. Names and bytes are in FORMAT.md, "Journal". */
final class JournalFolder implements AutoCloseable {
  static final int SEGMENT_HEADER = 64;

  private static final byte[] MAGIC = {'S', 'R', 'J', 'S', 'E', 'G', '1', '\n'};
  private static final Pattern SEGMENT = Pattern.compile("([0-9]{20})\\.seg");
  private static final String MARK_FORMAT = "strongroom-journal-mark-v1";
  private static final String MARK = "mark";
  private static final String TEMPORARY = ".tmp";
  private static final int ZEROS = 1024 * 1024;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** A lock of the system is lost when the same process opens and closes the file once more. */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;

  private JournalFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  static JournalFolder open(Path asked) {
    Path folder;
    try {
      if (!Files.isDirectory(asked)) {
        createFolder(asked.toAbsolutePath());
      }
      folder = asked.toRealPath();
    } catch (IOException | UnsupportedOperationException e) {
      throw new StorageException(
          StorageErrorCode.STORE_FOLDER_REFUSED,
          "journal folder " + asked + ": " + e.getClass().getSimpleName(),
          e);
    }
    if (!OPEN.add(folder)) {
      throw inUse(folder, "this process");
    }
    FileChannel lock = null;
    boolean locked = false;
    try {
      lock =
          FileChannel.open(
              folder.resolve("lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OWNER_FILE);
      if (lock.tryLock() == null) {
        throw inUse(folder, "another process");
      }
      JournalFolder opened = new JournalFolder(folder, lock);
      opened.removeTemporary();
      locked = true;
      return opened;
    } catch (OverlappingFileLockException e) {
      throw inUse(folder, "this process");
    } catch (IOException e) {
      throw unavailable(folder, e);
    } finally {
      if (!locked) {
        OPEN.remove(folder);
        closeQuietly(lock);
      }
    }
  }

  private static void createFolder(Path folder) throws IOException {
    Path above = folder.getParent();
    if (above != null && !Files.isDirectory(above)) {
      createFolder(above);
    }
    try {
      Files.createDirectory(folder, OWNER_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    if (above != null) {
      force(above);
    }
  }

  private void removeTemporary() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + TEMPORARY)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static StorageException inUse(Path folder, String who) {
    return new StorageException(
        StorageErrorCode.JOURNAL_IN_USE, "journal folder " + folder + " is in use by " + who);
  }

  StorageException unavailable(IOException e) {
    return unavailable(folder, e);
  }

  private static StorageException unavailable(Path folder, IOException e) {
    return new StorageException(
        StorageErrorCode.STORE_UNAVAILABLE, "journal folder " + folder + " cannot be used", e);
  }

  StorageException damaged(String what) {
    return new StorageException(
        StorageErrorCode.JOURNAL_DAMAGED, "journal folder " + folder + ": " + what);
  }

  @Override
  public String toString() {
    return "journal folder " + folder;
  }

  /** The segments by the number of their first record. */
  NavigableMap<Long, Path> segments() throws IOException {
    NavigableMap<Long, Path> segments = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher name = SEGMENT.matcher(file.getFileName().toString());
        if (name.matches()) {
          if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw damaged(file.getFileName() + " is no file");
          }
          segments.put(Long.parseLong(name.group(1)), file);
        }
      }
    }
    return segments;
  }

  /**
   * Makes a segment that is zeros from end to end, so that writing to it changes no length, no
   * block list and nothing else that a file system would have to write beside the data.
   *
   * @throws IOException when there is no such segment afterwards
   */
  Path prepareSegment(byte[] tag, long first, long length) throws IOException {
    Path file = folder.resolve("%020d.seg%s".formatted(first, TEMPORARY));
    boolean complete = false;
    try {
      Files.deleteIfExists(file);
      Files.createFile(file, OWNER_FILE);
      try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
        out.write(segmentHeader(tag, first));
        byte[] zeros = new byte[ZEROS];
        for (long at = SEGMENT_HEADER; at < length; at += zeros.length) {
          out.write(zeros, 0, (int) Math.min(zeros.length, length - at));
        }
        out.getFD().sync();
      }
      complete = true;
      return file;
    } finally {
      if (!complete) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Gives a prepared segment its name. */
  Path publish(Path prepared) throws IOException {
    String name = prepared.getFileName().toString();
    Path file = folder.resolve(name.substring(0, name.length() - TEMPORARY.length()));
    Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE);
    force(folder);
    return file;
  }

  static byte[] segmentHeader(byte[] tag, long first) {
    ByteBuffer header = ByteBuffer.allocate(SEGMENT_HEADER);
    header.put(MAGIC).put(tag).putLong(first);
    header.putInt(SEGMENT_HEADER - 4, crc(header.array()));
    return header.array();
  }

  private static int crc(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, SEGMENT_HEADER - 4);
    return (int) crc.getValue();
  }

  /** Checks the header of a segment and gives the tag of its groups. */
  byte[] requireSegment(Path file, long first, byte[] header) {
    if (header.length >= SEGMENT_HEADER) {
      byte[] tag = Arrays.copyOfRange(header, MAGIC.length, MAGIC.length + GroupFrame.TAG);
      if (Arrays.equals(Arrays.copyOf(header, SEGMENT_HEADER), segmentHeader(tag, first))) {
        return tag;
      }
    }
    throw damaged("segment " + file.getFileName() + " has no valid header");
  }

  long readMark() throws IOException {
    byte[] stored;
    try {
      stored = Files.readAllBytes(folder.resolve(MARK));
    } catch (NoSuchFileException e) {
      return 0;
    }
    try {
      JsonObject mark = JsonValue.parseCanonicalObject(stored);
      if (mark.members().keySet().equals(Set.of("format", "through"))
          && mark.string("format").equals(MARK_FORMAT)
          && mark.integer("through") >= 0) {
        return mark.integer("through");
      }
    } catch (JsonException e) {
      throw damaged("its mark is malformed");
    }
    throw damaged("its mark is malformed");
  }

  /** Replaces the mark in one step, on disk when this returns. */
  void writeMark(long through) throws IOException {
    Path file = folder.resolve(MARK + TEMPORARY);
    byte[] mark =
        JsonObject.builder()
            .put("format", MARK_FORMAT)
            .put("through", through)
            .build()
            .canonicalBytes();
    Files.deleteIfExists(file);
    Files.createFile(file, OWNER_FILE);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(mark);
      out.getFD().sync();
    }
    Files.move(
        file,
        folder.resolve(MARK),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    force(folder);
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }

  @Override
  public void close() {
    OPEN.remove(folder);
    closeQuietly(lock);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it, and the lock goes with the process at the latest.
        return;
      }
    }
  }
}
