package io.strongroom.crypto.rewrap;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Records in the files of one folder, {@code <id>.json}. For one machine: a process has the folder
 * to itself while it is open, by a lock on the file {@code .lock} in it.
 *
 * <p>A record is replaced at once and is on the disk when {@link #put} or {@link #replace} returns;
 * a crash leaves the old or the new one, and perhaps a file {@code .<id>.json.new}, which the next
 * replacement of the record takes away. Safe for use by several threads.
 */
public final class KeyRecordFolder implements KeyRecordStore, AutoCloseable {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final String SUFFIX = ".json";
  private static final int STRIPES = 64;

  private final Path folder;
  private final FileChannel lockFile;
  private final Object[] stripes = new Object[STRIPES];

  private KeyRecordFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
    Arrays.setAll(stripes, unused -> new Object());
  }

  /**
   * Opens a folder.
   *
   * @param folder must exist
   * @return the records in it; closed by the caller
   * @throws CryptoException FILE_UNUSABLE when the folder cannot be used, or another process or
   *     object has it open
   */
  public static KeyRecordFolder open(Path folder) {
    return new KeyRecordFolder(folder, lock(folder.resolve(".lock")));
  }

  /** Locks a file for as long as the channel is open. */
  static FileChannel lock(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        FileLock lock = channel.tryLock();
        locked = lock != null;
      } catch (OverlappingFileLockException here) {
        throw new IOException("held in this process", here);
      } finally {
        if (!locked) {
          channel.close();
        }
      }
      if (!locked) {
        throw new IOException("held by another process");
      }
      return channel;
    } catch (IOException failure) {
      throw unusable(file, failure);
    }
  }

  /**
   * Adds a record, or replaces it whatever it is.
   *
   * @param id 1 to 128 of {@code A-Z a-z 0-9 . _ -}, not beginning with a dot
   * @param epoch at least 1
   * @param keys at least one
   * @throws CryptoException FILE_UNUSABLE when the folder cannot be written to
   */
  public void put(String id, long epoch, List<RecordedKey> keys) {
    byte[] content = content(id, epoch, keys);
    Path file = file(id);
    synchronized (stripe(id)) {
      write(file, content);
    }
  }

  private static byte[] content(String id, long epoch, List<RecordedKey> keys) {
    return KeyRecord.stored(id, new KeyRecord(id, epoch, keys, "").epoch(), keys);
  }

  @Override
  public Stream<String> ids(Optional<String> after) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .filter(id -> ID.matcher(id).matches())
          .filter(id -> after.isEmpty() || id.compareTo(after.get()) > 0)
          .sorted()
          .toList()
          .stream();
    } catch (IOException failure) {
      throw unusable(folder, failure);
    }
  }

  @Override
  public Optional<KeyRecord> read(String id) {
    Path file = file(id);
    try {
      byte[] content = Files.readAllBytes(file);
      return Optional.of(KeyRecord.parse(id, content, revision(content)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException failure) {
      throw unusable(file, failure);
    }
  }

  @Override
  public boolean replace(KeyRecord seen, long epoch, List<RecordedKey> keys) {
    byte[] content = content(seen.id(), epoch, keys);
    Path file = file(seen.id());
    synchronized (stripe(seen.id())) {
      try {
        if (!revision(Files.readAllBytes(file)).equals(seen.revision())) {
          return false;
        }
      } catch (NoSuchFileException gone) {
        return false;
      } catch (IOException failure) {
        throw unusable(file, failure);
      }
      write(file, content);
      return true;
    }
  }

  private Object stripe(String id) {
    return stripes[Math.floorMod(id.hashCode(), STRIPES)];
  }

  private Path file(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("a record's id is no name of a file here");
    }
    return folder.resolve(id + SUFFIX);
  }

  private static String revision(byte[] content) {
    return HexFormat.of().formatHex(sha256(content));
  }

  static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Replaces a file at once and durably. */
  static void write(Path file, byte[] content) {
    Path name = file.getFileName();
    Path temporary = file.resolveSibling("." + name + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel opened =
          FileChannel.open(file.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ)) {
        opened.force(true);
      }
    } catch (IOException failure) {
      throw unusable(file, failure);
    }
  }

  static CryptoException unusable(Path file, IOException cause) {
    return new CryptoException(
        CryptoErrorCode.FILE_UNUSABLE,
        "file " + file + " cannot be read or written: " + cause.getClass().getSimpleName(),
        cause);
  }

  /** Lets go of the folder. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException failure) {
      throw unusable(folder, failure);
    }
  }
}
