package io.strongroom.storage.run;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that an attempt of a run writes. Closed without {@link #finish}, nothing of it remains.
 *
 * <p>For one thread at a time.
 */
public final class RunFile implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final ObjectStore store;
  private final String path;
  private final SortedMap<String, String> partition;
  private final OutputStream stream = new Content();
  private @Nullable ObjectUpload upload;
  private boolean over;
  private long bytes;

  RunFile(ObjectStore store, String path, Map<String, String> partition) {
    this.store = store;
    this.path = path;
    this.partition = new TreeMap<>(partition);
  }

  /** The path that the file will have. */
  public String path() {
    return path;
  }

  /** How many bytes were written so far. */
  public long bytes() {
    return bytes;
  }

  /** Where the content goes, the same stream each time. Closing it does nothing. */
  public OutputStream stream() {
    return stream;
  }

  /**
   * Stores the file, durably. May be called once.
   *
   * @param rows the rows in it
   * @param sha256 digest of all that was written, in hexadecimal
   * @param footerSha256 digest of its footer, for formats that have one
   * @return the file, for the manifest
   * @throws StorageException {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN} when it cannot be
   *     established that it is stored; it may stand there, and no manifest may name it
   */
  public DataFile finish(long rows, String sha256, Optional<String> footerSha256) {
    DataFile file = new DataFile(path, rows, bytes, sha256, footerSha256, partition);
    ObjectUpload ending = open();
    WriteResult result = ending.commit();
    over = true;
    if (!(result instanceof WriteResult.Won) && !standsThere(sha256)) {
      throw new StorageException(
          StorageErrorCode.WRITE_OUTCOME_UNKNOWN,
          "file " + path + " may have been written",
          result instanceof WriteResult.Unknown unknown ? unknown.cause() : null);
    }
    return file;
  }

  private ObjectUpload open() {
    if (over) {
      throw new IllegalStateException("file " + path + " was finished or closed");
    }
    ObjectUpload opened = upload;
    if (opened == null) {
      opened = store.upload(path);
      upload = opened;
    }
    return opened;
  }

  /** The path belongs to this attempt alone, so what stands there is what a lost reply stored. */
  private boolean standsThere(String sha256) {
    if (store.head(path).isEmpty()) {
      return false;
    }
    try (InputStream in = store.open(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest()).equals(sha256);
    } catch (IOException failed) {
      throw new StorageException(
          StorageErrorCode.WRITE_OUTCOME_UNKNOWN,
          "file " + path + " may have been written",
          failed);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Gives the file up unless it was finished; calling it again does nothing. */
  @Override
  public void close() {
    over = true;
    ObjectUpload open = upload;
    upload = null;
    if (open != null) {
      open.close();
    }
  }

  private final class Content extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      open().stream().write(from, offset, length);
      bytes += length;
    }

    @Override
    public void flush() throws IOException {
      if (upload != null) {
        upload.stream().flush();
      }
    }
  }
}
