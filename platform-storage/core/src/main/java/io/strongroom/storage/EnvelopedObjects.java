package io.strongroom.storage;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.EnvelopeOutputStream;
import io.strongroom.crypto.KeyId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Objects whose bytes are envelope-encrypted before they reach the store, of any size and in
 * constant memory.
 *
 * <p>An object is one message of the encryptor's format, so any official AWS Encryption SDK reads
 * it. Thread-safe when the store is.
 */
public final class EnvelopedObjects {
  private final ObjectStore store;
  private final EnvelopeEncryptor encryptor;

  /** Puts an encryptor before a store; closes neither. */
  public EnvelopedObjects(ObjectStore store, EnvelopeEncryptor encryptor) {
    this.store = Objects.requireNonNull(store, "store");
    this.encryptor = Objects.requireNonNull(encryptor, "encryptor");
  }

  /**
   * Starts an object; its stream takes plaintext. Without {@link ObjectUpload#commit} nothing
   * becomes visible.
   *
   * @param key the object's key in the store
   * @param wrapping wraps the object's data key
   * @param context is authenticated with the object and stands in it in clear
   * @throws io.strongroom.crypto.KeyUnavailableException when the wrapping key cannot be used
   */
  public ObjectUpload upload(String key, KeyId wrapping, EncryptionContext context) {
    ObjectUpload upload = store.upload(key);
    boolean started = false;
    try {
      EnvelopeOutputStream message = encryptor.encrypting(upload.stream(), wrapping, context);
      started = true;
      return new Enveloped(key, upload, message);
    } finally {
      if (!started) {
        upload.close();
      }
    }
  }

  /**
   * Opens an object for reading its plaintext. The caller closes the stream.
   *
   * @param key the object's key in the store
   * @param expected every pair must stand in the object's context
   * @return nothing that is not authenticated; a wrong context, or an object that was changed or
   *     cut short, is a {@link io.strongroom.crypto.DecryptionFailedException} of its {@code read}
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   */
  public InputStream open(String key, EncryptionContext expected) {
    return encryptor.decrypting(store.open(key), expected);
  }

  private static final class Enveloped implements ObjectUpload {
    private final String key;
    private final ObjectUpload upload;
    private final EnvelopeOutputStream message;
    private final OutputStream stream = new Plaintext();
    private boolean streamClosed;
    private boolean done;

    /** True while a write runs, so still true after one that threw. */
    private boolean broken;

    Enveloped(String key, ObjectUpload upload, EnvelopeOutputStream message) {
      this.key = key;
      this.upload = upload;
      this.message = message;
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
        message.finish();
      } catch (IOException e) {
        throw new StorageException(
            StorageErrorCode.STORE_UNAVAILABLE, "'" + key + "' cannot be written", e);
      }
      return upload.commit();
    }

    @Override
    public void close() {
      done = true;
      message.close();
      upload.close();
    }

    private final class Plaintext extends OutputStream {
      @Override
      public void write(int b) throws IOException {
        requireOpen();
        broken = true;
        message.write(b);
        broken = false;
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        requireOpen();
        broken = true;
        message.write(from, offset, length);
        broken = false;
      }

      @Override
      public void close() {
        streamClosed = true;
      }

      private void requireOpen() throws IOException {
        if (streamClosed || done || broken) {
          throw new IOException("the upload of '" + key + "' is closed or failed before");
        }
      }
    }
  }
}
