package io.strongroom.crypto.subject;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SubjectKeyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A store of files that only their owner can read, one folder a record: {@code <folder>/<kind>/<the
 * id's first two digits>/<id>/<version>}. For one machine; several processes may share it.
 *
 * <p>A file appears whole and never changes; what a call did is on the disk when it returns. A
 * deleted file is overwritten first, which a file system that copies on write, a snapshot of it or
 * a solid-state disk may undo: the key that wraps must be out of reach of whoever reads raw disks.
 *
 * <p>Safe for use by several threads.
 */
public final class FileSubjectKeyStore implements SubjectKeyStore {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int ATTEMPTS = 100;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;

  /**
   * A store in a folder.
   *
   * @param folder made with its first record
   */
  public FileSubjectKeyStore(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  private Path folder(SubjectRecord name) {
    return folder.resolve(name.kind().id()).resolve(name.id().substring(0, 2)).resolve(name.id());
  }

  private static boolean isVersion(Path file) {
    Path name = file.getFileName();
    return name != null && name.toString().matches("[1-9][0-9]{0,8}");
  }

  @Override
  public boolean putIfAbsent(SubjectRecord name, int version, byte[] content) {
    if (version < 1 || content.length > MAX_BYTES) {
      throw new IllegalArgumentException("a version counts from 1 and has at most 1 MiB");
    }
    Path record = folder(name);
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return put(record, record.resolve(Integer.toString(version)), content);
        } catch (NoSuchFileException | FileAlreadyExistsException deletedMeanwhile) {
          if (attempt == ATTEMPTS) {
            throw deletedMeanwhile;
          }
        }
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw failed("cannot be written", e);
    }
  }

  /** A link is made only when the name is free, and makes the finished file appear at once. */
  private boolean put(Path record, Path file, byte[] content) throws IOException {
    Path last = Files.exists(folder) ? folder : folder.getParent();
    Files.createDirectories(record, OWNER_FOLDER);
    Path temporary = Files.createTempFile(record, ".", ".tmp", OWNER_FILE);
    boolean stored;
    try {
      write(temporary, ByteBuffer.wrap(content));
      Files.createLink(file, temporary);
      stored = true;
    } catch (FileAlreadyExistsException there) {
      stored = false;
    } finally {
      Files.deleteIfExists(temporary);
    }
    for (Path changed = record; changed != null; changed = changed.getParent()) {
      force(changed);
      if (changed.equals(last)) {
        break;
      }
    }
    return stored;
  }

  private static void write(Path file, ByteBuffer content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public Optional<byte[]> get(SubjectRecord name, int version) {
    try (InputStream in = Files.newInputStream(folder(name).resolve(Integer.toString(version)))) {
      return Optional.of(in.readNBytes(MAX_BYTES));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("cannot be read", e);
    }
  }

  @Override
  public List<Integer> versions(SubjectRecord name) {
    try {
      return listed(folder(name)).stream()
          .filter(FileSubjectKeyStore::isVersion)
          .map(file -> Integer.valueOf(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failed("cannot be listed", e);
    }
  }

  @Override
  public void deleteAllVersions(SubjectRecord name) {
    Path record = folder(name);
    try {
      if (Files.notExists(record)) {
        return;
      }
      for (Path file : listed(record)) {
        destroy(file);
      }
      force(record);
      Files.delete(record);
      Path parent = record.getParent();
      if (parent != null) {
        force(parent);
      }
    } catch (NoSuchFileException | DirectoryNotEmptyException nothingOrSomethingNew) {
      return;
    } catch (IOException e) {
      throw failed("cannot be deleted", e);
    }
  }

  /** A file that another process deletes at the same time is gone as well. */
  private static void destroy(Path file) throws IOException {
    try {
      write(file, ByteBuffer.allocate((int) Math.min(Files.size(file), MAX_BYTES)));
      Files.delete(file);
    } catch (NoSuchFileException gone) {
      return;
    }
  }

  @Override
  public List<SubjectRecord> list(SubjectRecord.Kind kind) {
    List<SubjectRecord> records = new ArrayList<>();
    try {
      for (Path start : listed(folder.resolve(kind.id()))) {
        for (Path record : listed(start)) {
          records.add(new SubjectRecord(kind, String.valueOf(record.getFileName())));
        }
      }
      return records;
    } catch (IOException | IllegalArgumentException e) {
      throw failed("cannot be listed", e);
    }
  }

  /** What is in a folder; nothing when it is not there or another process has just deleted it. */
  private static List<Path> listed(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.toList();
    } catch (NoSuchFileException absent) {
      return List.of();
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  private SubjectKeyException failed(String problem, Exception cause) {
    return new SubjectKeyException(
        CryptoErrorCode.SUBJECT_STORE_FAILED,
        "the store of subject keys in " + folder + " " + problem,
        cause);
  }
}
