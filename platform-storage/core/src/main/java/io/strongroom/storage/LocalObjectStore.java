package io.strongroom.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An object store in a folder of a POSIX file system, shared by any number of threads and processes
 * of one machine.
 *
 * <p>Every object is a file whose path reads like its key. It is written to a temporary file out of
 * sight, forced to disk, and then linked under its name if that is free, or renamed over it under a
 * lock of the operating system; then the folder is forced to disk, and those above it when they are
 * new. So a crash or a power failure leaves whole objects only, and what was acknowledged stays.
 *
 * <p>The entity tag of an object of at most 1 MiB is the SHA-256 of its content; that of a larger
 * one is made of the file's number, length and time in microseconds, which no two files that stood
 * at one key share: the number is used again only after the older file is gone.
 *
 * <p>It keeps no versions: a deleted or replaced object is gone, but for what the disk keeps of it.
 *
 * <p>Files and folders that it creates belong to their owner alone. It holds no open file between
 * calls and needs no closing. An interrupted thread gets {@link StorageErrorCode#STORE_UNAVAILABLE}
 * and keeps its interrupt flag; the write then had no effect. Links below the folder are refused
 * ({@link StorageErrorCode#PATH_ESCAPES_STORE}), as is a key that would have to be both an object
 * and a folder ({@link StorageErrorCode#KEY_CONFLICT}).
 */
public final class LocalObjectStore implements ObjectStore {

  /** Temporary files of dead processes live this long before the next opening removes them. */
  static final Duration LEFTOVER_AGE = Duration.ofHours(24);

  /** Up to here the entity tag is a hash of the content. */
  static final int HASHED = 1024 * 1024;

  /** The longest path of a root, in characters, that leaves room for the longest key. */
  private static final int MAX_ROOT = 900;

  private static final int ATTEMPTS = 100;
  private static final String OWN_FOLDER = ".strongroom";

  private final Path root;
  private final Path temporary;
  private final InstantSource clock;
  private final LocalFiles files;
  private final @Nullable LocalLocks locks;

  /**
   * Opens the store in this folder, which is created when it is missing, and removes what dead
   * processes left unfinished in it more than 24 hours ago. A folder that may only be read gives a
   * store that can only be read.
   *
   * @throws StorageException {@link StorageErrorCode#STORE_FOLDER_REFUSED} when the file system
   *     cannot link, does not tell upper from lower case, or is not POSIX
   */
  public LocalObjectStore(Path root) {
    this(root, Clock.systemUTC(), Files::isWritable);
  }

  /** Opens the store with another clock for the times of its objects and leftovers. */
  LocalObjectStore(Path root, InstantSource clock, Predicate<Path> writable) {
    this.clock = clock;
    Path absolute = root.toAbsolutePath().normalize();
    try {
      createRoot(absolute);
      this.root = absolute.toRealPath();
      this.temporary = this.root.resolve(OWN_FOLDER).resolve("tmp");
      this.files = new LocalFiles(this.root);
      if (this.root.toString().length() > MAX_ROOT) {
        throw folderRefused(absolute, "its path is longer than " + MAX_ROOT + " characters", null);
      }
      if (writable.test(this.root)) {
        Path lockFolder = this.root.resolve(OWN_FOLDER).resolve("locks");
        files.ensureFolder(OWN_FOLDER, temporary);
        files.ensureFolder(OWN_FOLDER, lockFolder);
        this.locks = new LocalLocks(lockFolder);
        proveFileSystem();
        removeLeftovers();
      } else {
        this.locks = null;
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw folderRefused(absolute, reason(e), e);
    }
  }

  @Override
  public Optional<StoredObject> get(String key) {
    Path path = path(key);
    try {
      return Optional.ofNullable(read(key, path));
    } catch (IOException e) {
      throw failure(key, "cannot be read", e);
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    Path path = path(key);
    try {
      return Optional.ofNullable(info(key, path));
    } catch (IOException e) {
      throw failure(key, "cannot be read", e);
    }
  }

  @Override
  public InputStream open(String key) {
    return Channels.newInputStream(openChannel(key));
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset " + offset + " or length " + length + " is negative");
    }
    try (FileChannel channel = openChannel(key)) {
      int available = (int) Math.max(0, Math.min(length, channel.size() - offset));
      byte[] bytes = new byte[available];
      fill(channel, ByteBuffer.wrap(bytes), offset);
      return bytes;
    } catch (IOException e) {
      throw failure(key, "cannot be read", e);
    }
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    Path path = path(key);
    requireWhole(key, content.length);
    try {
      if (standsAt(key, path)) {
        return lost(key, path);
      }
      Path file = writeTemporary(content);
      try {
        return link(key, path, file, etagOf(content, file));
      } finally {
        deleteQuietly(file);
      }
    } catch (IOException e) {
      throw failure(key, "cannot be written", e);
    }
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    Objects.requireNonNull(etag, "etag");
    return replace(key, content, etag);
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    return replace(key, content, null);
  }

  @Override
  public ObjectUpload upload(String key) {
    Path path = path(key);
    try {
      standsAt(key, path);
      return new Upload(key, path, newTemporary());
    } catch (IOException e) {
      throw failure(key, "cannot be written", e);
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    ObjectKeys.requirePrefix(prefix);
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is less than 1");
    }
    try {
      return new LocalListing(root, files, this::info, prefix, after, limit).run();
    } catch (IOException e) {
      throw failure(prefix, "cannot be listed", e);
    }
  }

  @Override
  public void delete(String key) {
    deleteAllVersions(key);
  }

  @Override
  public int deleteAllVersions(String key) {
    Path path = path(key);
    try {
      return holding(
          key,
          () -> {
            LocalFiles.Status status = files.status(key, path);
            boolean deleted = status != null && !status.folder() && Files.deleteIfExists(path);
            syncFolderOf(key, path);
            return deleted ? 1 : 0;
          });
    } catch (IOException e) {
      throw failure(key, "cannot be deleted", e);
    }
  }

  private Path path(String key) {
    return LocalNames.resolve(root, ObjectKeys.require(key));
  }

  private static void requireWhole(String key, long size) {
    if (size > MAX_WHOLE_OBJECT) {
      throw new StorageException(
          StorageErrorCode.OBJECT_TOO_LARGE,
          "object '" + key + "' has " + size + " bytes, more than " + MAX_WHOLE_OBJECT);
    }
  }

  /** Whether an object stands there; a folder there is refused. */
  private boolean standsAt(String key, Path path) throws IOException {
    LocalFiles.Status status = files.status(key, path);
    if (status != null && status.folder()) {
      throw new StorageException(
          StorageErrorCode.KEY_CONFLICT, "'" + key + "' is the folder of other objects");
    }
    return status != null;
  }

  private FileChannel openChannel(String key) {
    Path path = path(key);
    try {
      LocalFiles.Status status = files.status(key, path);
      if (status != null && !status.folder()) {
        return openForReading(path);
      }
    } catch (NoSuchFileException e) {
      // Deleted between the two calls: answered below.
      return missing(key);
    } catch (IOException e) {
      throw failure(key, "cannot be read", e);
    }
    return missing(key);
  }

  private static FileChannel missing(String key) {
    throw new StorageException(
        StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist");
  }

  private static FileChannel openForReading(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** Reads from a position until the buffer is full or the file ends. */
  private static void fill(FileChannel channel, ByteBuffer into, long offset) throws IOException {
    long at = offset;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw new IOException("the file was cut short");
      }
      at += read;
    }
  }

  private @Nullable StoredObject read(String key, Path path) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      LocalFiles.Status status = files.status(key, path);
      if (status == null || status.folder()) {
        return null;
      }
      requireWhole(key, status.size());
      byte[] content = contentOf(key, path, status);
      if (content != null) {
        return new StoredObject(
            content, content.length <= HASHED ? sha256(content) : identity(status));
      }
    }
    throw new IOException("it was replaced " + ATTEMPTS + " times while it was read");
  }

  private @Nullable ObjectInfo info(String key, Path path) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      LocalFiles.Status status = files.status(key, path);
      if (status == null || status.folder()) {
        return null;
      }
      if (status.size() > HASHED) {
        return new ObjectInfo(key, status.size(), identity(status), status.modified());
      }
      byte[] content = contentOf(key, path, status);
      if (content != null) {
        return new ObjectInfo(key, status.size(), sha256(content), status.modified());
      }
    }
    throw new IOException("it was replaced " + ATTEMPTS + " times while it was read");
  }

  /** The bytes of the very file that was looked at; null when another one stands there by now. */
  private byte @Nullable [] contentOf(String key, Path path, LocalFiles.Status status)
      throws IOException {
    byte[] content = new byte[(int) status.size()];
    try (FileChannel channel = openForReading(path)) {
      if (channel.size() == content.length) {
        fill(channel, ByteBuffer.wrap(content), 0);
        if (status.equals(files.status(key, path))) {
          return content;
        }
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    return null;
  }

  private @Nullable String currentEtag(String key, Path path) throws IOException {
    ObjectInfo info = info(key, path);
    return info == null ? null : info.etag();
  }

  private String etagOf(byte[] content, Path file) throws IOException {
    return content.length <= HASHED ? sha256(content) : identity(statusOf(file));
  }

  private LocalFiles.Status statusOf(Path file) throws IOException {
    LocalFiles.Status status = files.status(OWN_FOLDER, file);
    if (status == null) {
      throw new NoSuchFileException(file.toString());
    }
    return status;
  }

  private static String identity(LocalFiles.Status status) {
    Instant modified = status.modified();
    return "f"
        + Long.toHexString(status.inode())
        + "-"
        + status.size()
        + "-"
        + (TimeUnit.SECONDS.toMicros(modified.getEpochSecond())
            + TimeUnit.NANOSECONDS.toMicros(modified.getNano()));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private WriteResult replace(String key, byte[] content, @Nullable String etag) {
    Path path = path(key);
    requireWhole(key, content.length);
    try {
      standsAt(key, path);
      if (etag != null && !etag.equals(currentEtag(key, path))) {
        return lost(key, path);
      }
      Path file = writeTemporary(content);
      try {
        return holding(key, () -> rename(key, path, file, content, etag));
      } finally {
        deleteQuietly(file);
      }
    } catch (IOException e) {
      throw failure(key, "cannot be written", e);
    }
  }

  private <T> T holding(String key, LocalLocks.Action<T> action) throws IOException {
    return locksOfWriter().holding(key, action);
  }

  private LocalLocks locksOfWriter() throws AccessDeniedException {
    if (locks == null) {
      throw new AccessDeniedException(
          root.toString(), null, "the folder may only be read by this process");
    }
    return locks;
  }

  private WriteResult rename(
      String key, Path path, Path file, byte[] content, @Nullable String etag) throws IOException {
    if (etag != null && !etag.equals(currentEtag(key, path))) {
      return lost(key, path);
    }
    String fresh = etagOf(content, file);
    files.ensureFolder(key, parent(path));
    standsAt(key, path);
    Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
    return won(path, fresh);
  }

  /** Gives a finished temporary file its name, unless the name is taken. */
  private WriteResult link(String key, Path path, Path file, String etag) throws IOException {
    files.ensureFolder(key, parent(path));
    try {
      Files.createLink(path, file);
    } catch (IOException e) {
      // A file system across a network may have done it and still say no.
      if (!isSame(path, file)) {
        if (e instanceof FileAlreadyExistsException) {
          standsAt(key, path);
          return lost(key, path);
        }
        throw e;
      }
    }
    return won(path, etag);
  }

  private static boolean isSame(Path path, Path file) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && Files.isSameFile(path, file);
  }

  /** The object is visible; whether it outlives a power failure only the folder can say. */
  private static WriteResult won(Path path, String etag) {
    try {
      LocalFiles.sync(parent(path));
      return new WriteResult.Won(etag);
    } catch (IOException e) {
      return new WriteResult.Unknown(e);
    }
  }

  /** Whoever learns that it lost may rely on what won: so that is forced to disk, too. */
  private WriteResult lost(String key, Path path) throws IOException {
    syncFolderOf(key, path);
    return new WriteResult.Lost();
  }

  private void syncFolderOf(String key, Path path) throws IOException {
    Path folder = parent(path);
    if (folder.equals(root) || files.status(key, folder) != null) {
      LocalFiles.sync(folder);
    }
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent(), "parent");
  }

  private Path newTemporary() throws AccessDeniedException {
    locksOfWriter();
    return temporary.resolve(OwnProcess.ID + "-" + UUID.randomUUID());
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        LocalFiles.OWNER_FILE);
  }

  private Path writeTemporary(byte[] content) throws IOException {
    Path file = newTemporary();
    boolean written = false;
    try (FileChannel channel = create(file)) {
      writeAll(channel, content, 0, content.length);
      finish(channel, file);
      written = true;
    } finally {
      if (!written) {
        deleteQuietly(file);
      }
    }
    return file;
  }

  private static void writeAll(FileChannel channel, byte[] from, int offset, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Gives a file its time, finer than a file system's own, and forces it to disk. */
  private void finish(FileChannel channel, Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    channel.force(true);
  }

  /** A temporary file that stays is out of sight, and removed when it is old. */
  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return;
    }
  }

  private static void createRoot(Path absolute) throws IOException {
    if (Files.isDirectory(absolute)) {
      return;
    }
    Path parent = absolute.getParent();
    if (parent == null || Files.exists(absolute)) {
      throw new NotDirectoryException(absolute.toString());
    }
    createRoot(parent);
    try {
      Files.createDirectory(absolute, LocalFiles.OWNER_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw e;
      }
    }
    LocalFiles.sync(parent);
  }

  private void proveFileSystem() throws IOException {
    String name = OwnProcess.ID + "-" + UUID.randomUUID() + "-probe";
    Path file = temporary.resolve(name);
    Path second = temporary.resolve(name + "-link");
    try (FileChannel channel = create(file)) {
      channel.force(true);
      if (Files.exists(temporary.resolve(name.toUpperCase(Locale.ROOT)))) {
        throw new IOException("its file system does not tell upper from lower case");
      }
      Files.createLink(second, file);
      statusOf(second);
    } finally {
      deleteQuietly(file);
      deleteQuietly(second);
    }
  }

  private void removeLeftovers() throws IOException {
    Instant oldest = clock.instant().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary)) {
      for (Path file : found) {
        LocalFiles.Status status = files.status(OWN_FOLDER, file);
        if (status != null
            && status.modified().isBefore(oldest)
            && !OwnProcess.mayLive(file.getFileName().toString())) {
          deleteQuietly(file);
        }
      }
    }
  }

  private static StorageException failure(String key, String what, IOException e) {
    StorageErrorCode code = StorageErrorCode.STORE_UNAVAILABLE;
    String reason = reason(e);
    if (reason.contains("No space left")
        || reason.contains("quota exceeded")
        || reason.contains("File too large")) {
      code = StorageErrorCode.STORE_FULL;
    } else if (e instanceof AccessDeniedException || reason.contains("Read-only file system")) {
      code = StorageErrorCode.STORE_FOLDER_REFUSED;
    }
    return new StorageException(code, "'" + key + "' " + what + ": " + reason, e);
  }

  private static StorageException folderRefused(Path folder, String why, @Nullable Exception e) {
    return new StorageException(
        StorageErrorCode.STORE_FOLDER_REFUSED, "folder " + folder + ": " + why, e);
  }

  private static String reason(Exception e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  private final class Upload implements ObjectUpload {
    private final String key;
    private final Path path;
    private final Path file;
    private final FileChannel channel;
    private final OutputStream stream = new Stream();
    private boolean streamClosed;
    private boolean broken;
    private boolean done;

    Upload(String key, Path path, Path file) throws IOException {
      this.key = key;
      this.path = path;
      this.file = file;
      this.channel = create(file);
    }

    @Override
    public OutputStream stream() {
      return stream;
    }

    @Override
    public WriteResult commit() {
      if (done || broken) {
        throw new IllegalStateException(
            "the upload of '" + key + "' " + (done ? "was committed or closed" : "failed before"));
      }
      done = true;
      try {
        finish(channel, file);
        LocalFiles.Status status = statusOf(file);
        String etag = identity(status);
        if (status.size() <= HASHED) {
          byte[] content = contentOf(OWN_FOLDER, file, status);
          if (content == null) {
            throw new IOException("its temporary file was changed");
          }
          etag = sha256(content);
        }
        return link(key, path, file, etag);
      } catch (IOException e) {
        throw failure(key, "cannot be written", e);
      } finally {
        close();
      }
    }

    @Override
    public void close() {
      done = true;
      try {
        channel.close();
      } catch (IOException e) {
        // Whatever it was, commit had forced the bytes to disk before, or nobody wants them.
        broken = true;
      }
      deleteQuietly(file);
    }

    private final class Stream extends OutputStream {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        if (streamClosed || done || broken) {
          throw new IOException("the upload of '" + key + "' is closed or failed before");
        }
        try {
          writeAll(channel, from, offset, length);
        } catch (IOException e) {
          broken = true;
          throw failure(key, "cannot be written", e);
        }
      }

      @Override
      public void close() {
        streamClosed = true;
      }
    }
  }
}
