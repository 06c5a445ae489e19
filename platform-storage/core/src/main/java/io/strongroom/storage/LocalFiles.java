package io.strongroom.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The folders and files below a store's root: what stands where, and what of it is on disk. */
final class LocalFiles {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final String WANTED = "unix:mode,ino,size,lastModifiedTime";
  private static final int TYPE = 0170000;
  private static final int FILE = 0100000;
  private static final int FOLDER = 0040000;

  private final Path root;

  /** Folders whose entry in their parent this process has forced to disk. */
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  LocalFiles(Path root) {
    this.root = root;
  }

  /** What stands at a path. */
  record Status(boolean folder, long inode, long size, Instant modified) {}

  /**
   * Looks at a path below the root and follows no link. Null when nothing stands there, also when a
   * file stands where a folder of the path would.
   */
  @Nullable Status status(String key, Path path) throws IOException {
    Path at = root;
    Status found = null;
    for (Path name : root.relativize(path)) {
      if (found != null && !found.folder()) {
        return null;
      }
      at = at.resolve(name);
      found = lookAt(key, at);
      if (found == null) {
        return null;
      }
    }
    return found;
  }

  private static @Nullable Status lookAt(String key, Path path) throws IOException {
    Map<String, Object> read;
    try {
      read = Files.readAttributes(path, WANTED, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
    int type = attribute(read, "mode", Integer.class) & TYPE;
    if (type != FILE && type != FOLDER) {
      throw new StorageException(
          StorageErrorCode.PATH_ESCAPES_STORE,
          "'" + key + "': " + path + " is neither a regular file nor a folder");
    }
    return new Status(
        type == FOLDER,
        attribute(read, "ino", Long.class),
        attribute(read, "size", Long.class),
        attribute(read, "lastModifiedTime", FileTime.class).toInstant());
  }

  private static <T> T attribute(Map<String, Object> read, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(read.get(name), name));
  }

  /** Device and number of a folder: the same by whichever path it is reached. */
  static String identityOf(Path folder) throws IOException {
    Map<String, Object> read = Files.readAttributes(folder, "unix:dev,ino");
    return attribute(read, "dev", Long.class) + ":" + attribute(read, "ino", Long.class);
  }

  /** Makes a folder and those above it exist, on disk too. */
  void ensureFolder(String key, Path folder) throws IOException {
    Path at = root;
    for (Path name : root.relativize(folder)) {
      Path parent = at;
      at = at.resolve(name);
      if (lookAt(key, at) == null) {
        durable.remove(at);
        try {
          Files.createDirectory(at, OWNER_FOLDER);
        } catch (FileAlreadyExistsException e) {
          // Somebody else created it, or a file of that name, meanwhile: seen below.
          durable.remove(at);
        }
      }
      Status status = lookAt(key, at);
      if (status == null) {
        throw new NoSuchFileException(at.toString());
      }
      if (!status.folder()) {
        throw new StorageException(
            StorageErrorCode.KEY_CONFLICT,
            "'" + key + "' needs a folder where an object stands: " + root.relativize(at));
      }
      if (!durable.contains(at)) {
        sync(parent);
        durable.add(at);
      }
    }
  }

  /** Forces a folder's entries to disk, even when the thread is interrupted. */
  static void sync(Path folder) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
