package io.strongroom.pipeline;

import io.strongroom.crypto.EnvelopeOutputStream;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.DataFile;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file that an attempt is writing. Closed without {@link #finish(long)}, nothing of it remains.
 *
 * <p>For one thread.
 */
public final class StagedUpload implements AutoCloseable {
  private final ObjectStore store;
  private final DatasetRef dataset;
  private final String path;
  private final Map<String, String> values;
  private final ObjectUpload upload;
  private final Digesting stored;
  private final @Nullable EnvelopeOutputStream envelope;
  private final OutputStream content;

  private StagedUpload(
      ObjectStore store,
      DatasetRef dataset,
      String path,
      Map<String, String> values,
      @Nullable Function<OutputStream, EnvelopeOutputStream> sealing) {
    this.store = store;
    this.dataset = dataset;
    this.path = path;
    this.values = Map.copyOf(values);
    this.upload = store.upload(path);
    this.stored = new Digesting(upload.stream());
    try {
      this.envelope = sealing == null ? null : sealing.apply(stored);
    } catch (RuntimeException e) {
      upload.close();
      throw e;
    }
    this.content = new Unclosed(envelope == null ? stored : envelope);
  }

  static StagedUpload plain(
      ObjectStore store, DatasetRef dataset, String path, Map<String, String> values) {
    return new StagedUpload(store, dataset, path, values, null);
  }

  static StagedUpload enveloped(
      ObjectStore store,
      DatasetRef dataset,
      String path,
      Map<String, String> values,
      Function<OutputStream, EnvelopeOutputStream> sealing) {
    return new StagedUpload(store, dataset, path, values, sealing);
  }

  /** The path that the file will have. */
  public String path() {
    return path;
  }

  /** Where the content goes, the same stream each time. Closing it only flushes it. */
  public OutputStream stream() {
    return content;
  }

  /**
   * Stores the file.
   *
   * @param rows the rows in it; 0 where rows have no meaning
   * @throws PipelineException FILE_UNCONFIRMED when it cannot be established that it is stored
   */
  public StagedFile finish(long rows) {
    return finish(rows, Optional.empty());
  }

  /**
   * Stores the file.
   *
   * @param rows the rows in it
   * @param footerSha256 the digest of its footer, for a Parquet file
   * @throws PipelineException FILE_UNCONFIRMED when it cannot be established that it is stored
   */
  public StagedFile finish(long rows, Optional<String> footerSha256) {
    try {
      if (envelope != null) {
        envelope.finish();
      }
      stored.flush();
    } catch (IOException e) {
      throw unconfirmed(e);
    }
    String sha256 = HexFormat.of().formatHex(stored.digest.digest());
    WriteResult result = upload.commit();
    if (!(result instanceof WriteResult.Won) && !standsThere(sha256)) {
      throw unconfirmed(result instanceof WriteResult.Unknown unknown ? unknown.cause() : null);
    }
    return new StagedFile(
        dataset,
        new DataFile(path, rows, stored.count, sha256, footerSha256, new TreeMap<>(values)));
  }

  /** Gives the file up unless it was finished. */
  @Override
  public void close() {
    if (envelope != null) {
      envelope.close();
    }
    upload.close();
  }

  /** The path belongs to this attempt alone, so what stands there is what a lost reply stored. */
  private boolean standsThere(String sha256) {
    if (store.head(path).isEmpty()) {
      return false;
    }
    MessageDigest digest = Sha256.digest();
    try (InputStream in = store.open(path)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw unconfirmed(e);
    }
    return HexFormat.of().formatHex(digest.digest()).equals(sha256);
  }

  private PipelineException unconfirmed(@Nullable Throwable cause) {
    return new PipelineException(PipelineErrorCode.FILE_UNCONFIRMED, "file " + path, cause);
  }

  /** Counts and digests what passes to the store. */
  private static final class Digesting extends FilterOutputStream {
    private final MessageDigest digest = Sha256.digest();
    private long count;

    Digesting(OutputStream sink) {
      super(sink);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      digest.update((byte) b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      digest.update(bytes, offset, length);
      count += length;
    }
  }

  /** Lets a step close its writers without ending the file. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream sink) {
      super(sink);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
