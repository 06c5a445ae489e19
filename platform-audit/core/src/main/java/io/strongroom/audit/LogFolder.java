package io.strongroom.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder of a local log's objects, laid out as {@link io.strongroom.storage.LocalObjectStore}
 * lays out its own. A file is written beside the folder and moved to its name, so a reader never
 * sees half of one. One thread puts and deletes; several may force meanwhile.
 */
final class LogFolder implements LogFiles {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int KNOWN_FOLDERS = 1_000;

  private final Path root;
  private final Path next;

  /** Folders that are there; forgotten when they are many. */
  private final Set<Path> known = new HashSet<>();

  /** Folders in which something changed that is not forced to disk. */
  private final Set<Path> changed = ConcurrentHashMap.newKeySet();

  /**
   * A folder of objects.
   *
   * @param root the folder, which exists
   * @param temporary folder on the same file system that is used by nobody else
   */
  LogFolder(Path root, Path temporary) throws IOException {
    this.root = root;
    if (!Files.isDirectory(temporary, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(temporary, OWNER_FOLDER);
    }
    this.next = temporary.resolve("next");
  }

  @Override
  public void put(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    ensureFolder(parent(file));
    Files.deleteIfExists(next);
    try (FileChannel out =
        FileChannel.open(
            next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_FILE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    changed.add(parent(file));
  }

  @Override
  public void delete(String name) throws IOException {
    Path file = root.resolve(name);
    Files.deleteIfExists(file);
  }

  @Override
  public void deleteFolder(String name) throws IOException {
    Path folder = root.resolve(name);
    try {
      Files.deleteIfExists(folder);
      known.remove(folder);
      changed.remove(folder);
    } catch (DirectoryNotEmptyException stillUsed) {
      return;
    }
  }

  @Override
  public void force(String name) throws IOException {
    try (FileChannel file = FileChannel.open(root.resolve(name), StandardOpenOption.WRITE)) {
      file.force(false);
    }
  }

  @Override
  public void forceNames() throws IOException {
    for (Path folder : List.copyOf(changed)) {
      changed.remove(folder);
      try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
        opened.force(true);
      } catch (NoSuchFileException deleted) {
        // With everything that stood in it.
      }
    }
  }

  private void ensureFolder(Path folder) throws IOException {
    if (known.contains(folder) || folder.equals(root)) {
      return;
    }
    ensureFolder(parent(folder));
    try {
      Files.createDirectory(folder, OWNER_FOLDER);
      changed.add(parent(folder));
    } catch (FileAlreadyExistsException there) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw there;
      }
    }
    if (known.size() >= KNOWN_FOLDERS) {
      known.clear();
    }
    known.add(folder);
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalStateException("a file of the log stands in no folder");
    }
    return parent;
  }
}
