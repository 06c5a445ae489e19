package io.strongroom.storage;

import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeChannel;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.EnvelopeOutputStream;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.WrappingKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * Objects whose bytes are envelope-encrypted before they reach the store, of any size and in
 * constant memory, and that are still read anywhere.
 *
 * <p>An object is one message of the encryptor's format, so any official AWS Encryption SDK reads
 * it. Conditions, tags and outcomes of writes are those of the store. What is read is authenticated
 * and of the expected context; {@link #head} alone is not. The key is no part of what is
 * authenticated, so that copies can be read: whoever can write to the store can put one object in
 * the place of another of the same context.
 *
 * <p>Thread-safe when the store is. Owns neither the store nor the encryptor.
 *
 * <p>Failures: those of the store ({@link StorageException}); {@link
 * io.strongroom.crypto.KeyUnavailableException} when a wrapping key cannot be used; {@link
 * DecryptionFailedException} when an object is not authentic, cut short, continued, or of another
 * context. A write that threw had no effect.
 */
public final class EnvelopedObjects {
  private static final int ATTEMPTS = 10;

  private final ObjectStore store;
  private final EnvelopeEncryptor encryptor;

  /** Puts an encryptor before a store; closes neither. */
  public EnvelopedObjects(ObjectStore store, EnvelopeEncryptor encryptor) {
    this.store = Objects.requireNonNull(store, "store");
    this.encryptor = Objects.requireNonNull(encryptor, "encryptor");
  }

  /**
   * The same objects behind the interface of a store, for code that knows nothing of encryption.
   *
   * <p>It keeps the contract of {@link ObjectStore}, with lengths of plaintext. A message must fit
   * into {@link ObjectStore#MAX_WHOLE_OBJECT} where an object is read or written in one piece, so
   * the plaintext is a little shorter. It costs more requests: describing an object takes three,
   * each object of a listing two, a range four; {@link #channel} is cheaper for many ranges. Every
   * object in it must be an unsigned message: a listing that meets another one fails.
   *
   * @param wrapping wrap the data key of every object that is written
   * @param context of every object that is written, and expected of those that are read
   */
  public ObjectStore under(WrappingKeys wrapping, EncryptionContext context) {
    return new EnvelopedStore(store, this, wrapping, context);
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
    return upload(key, WrappingKeys.of(wrapping), context);
  }

  /**
   * Starts an object that each of several keys opens, as {@link #upload(String, KeyId,
   * EncryptionContext)} does.
   */
  public ObjectUpload upload(String key, WrappingKeys wrapping, EncryptionContext context) {
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
   * Encrypts and creates an object.
   *
   * @param plaintext not changed; the message must fit into {@link ObjectStore#MAX_WHOLE_OBJECT}
   * @return {@link WriteResult.Lost} when the key was taken; its object is unchanged
   */
  public WriteResult putIfAbsent(
      String key, byte[] plaintext, WrappingKeys wrapping, EncryptionContext context) {
    return store.putIfAbsent(key, sealed(key, plaintext, wrapping, context));
  }

  /**
   * Encrypts and replaces the object that has this entity tag.
   *
   * @param plaintext not changed; the message must fit into {@link ObjectStore#MAX_WHOLE_OBJECT}
   * @return {@link WriteResult.Lost} when the object has another tag or is missing; it is unchanged
   */
  public WriteResult putIfMatch(
      String key, byte[] plaintext, String etag, WrappingKeys wrapping, EncryptionContext context) {
    return store.putIfMatch(key, sealed(key, plaintext, wrapping, context), etag);
  }

  /** Encrypts and creates or replaces an object, whatever stands there. */
  public WriteResult put(
      String key, byte[] plaintext, WrappingKeys wrapping, EncryptionContext context) {
    return store.put(key, sealed(key, plaintext, wrapping, context));
  }

  private byte[] sealed(
      String key, byte[] plaintext, WrappingKeys wrapping, EncryptionContext context) {
    ObjectKeys.require(key);
    if (plaintext.length > ObjectStore.MAX_WHOLE_OBJECT) {
      throw new StorageException(
          StorageErrorCode.OBJECT_TOO_LARGE,
          "object '" + key + "' has " + plaintext.length + " bytes of plaintext");
    }
    return encryptor.encrypt(plaintext, wrapping, context);
  }

  /**
   * Reads the plaintext of a whole small object.
   *
   * @param expected every pair must stand in the object's context
   * @return the plaintext and the tag of the stored object; empty when there is none
   */
  public Optional<StoredObject> get(String key, EncryptionContext expected) {
    return store
        .get(key)
        .map(
            stored ->
                new StoredObject(encryptor.decrypt(stored.content(), expected), stored.etag()));
  }

  /**
   * Opens an object for reading its plaintext from its start. The caller closes the stream.
   *
   * @param key the object's key in the store
   * @param expected every pair must stand in the object's context
   * @return nothing that is not authenticated; a wrong context, or an object that was changed or
   *     cut short, is a {@link DecryptionFailedException} of its {@code read}
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   */
  public InputStream open(String key, EncryptionContext expected) {
    return encryptor.decrypting(store.open(key), expected);
  }

  /**
   * Opens an object that is never replaced for reading its plaintext anywhere. Header and end are
   * authenticated here, so that the length is right and an object that was cut short is refused;
   * frames when they are read. Only the frames asked for, and some ahead of a sequential reader,
   * are requested and decrypted.
   *
   * <p>Opening takes three requests, a read that is not in the channel's memory one.
   *
   * @param expected every pair must stand in the object's context
   * @return a channel and {@link io.strongroom.crypto.RangedSource} that the caller closes
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object
   * @throws DecryptionFailedException when it is not authentic or cut short; MESSAGE_KIND_REFUSED
   *     when it is signed or has no frames: {@link #open} reads it
   */
  public EnvelopeChannel channel(String key, EncryptionContext expected) {
    return encryptor.open(ObjectSource.of(store, key), expected);
  }

  /**
   * Reads {@code length} bytes of plaintext from {@code offset}, fewer when it ends earlier. An
   * object that is replaced meanwhile is read as it was or as it is.
   *
   * @param expected every pair must stand in the object's context
   * @throws IllegalArgumentException when {@code offset} or {@code length} is negative
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING} when there is no such object;
   *     {@link StorageErrorCode#STORE_UNAVAILABLE} when it is replaced again and again
   */
  public byte[] range(String key, long offset, int length, EncryptionContext expected) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset " + offset + " or length " + length + " is negative");
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      ObjectInfo before = existing(key);
      try (EnvelopeChannel channel = encryptor.open(ObjectSource.of(store, before), expected)) {
        byte[] into = new byte[(int) Math.max(0, Math.min(length, channel.length() - offset))];
        channel.read(offset, into, 0, into.length);
        return into;
      } catch (DecryptionFailedException | StorageException e) {
        if (existing(key).etag().equals(before.etag())) {
          throw e;
        }
      }
    }
    throw replacedTooOften(key);
  }

  private ObjectInfo existing(String key) {
    return store
        .head(key)
        .orElseThrow(
            () ->
                new StorageException(
                    StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist"));
  }

  private static StorageException replacedTooOften(String key) {
    return new StorageException(
        StorageErrorCode.STORE_UNAVAILABLE,
        "object '" + key + "' was replaced " + ATTEMPTS + " times while it was read");
  }

  /**
   * Describes an object, with the length of its plaintext in place of its own.
   *
   * <p>The length is computed from the message's header and the stored object's length. No key is
   * used and nothing is authenticated: whoever can write to the store decides what this says. The
   * length of {@link #channel} is authenticated.
   *
   * @return empty when there is no such object
   * @throws DecryptionFailedException when the object is no message, is signed or has no frames
   */
  public Optional<ObjectInfo> head(String key) {
    return store.head(key).flatMap(this::stated);
  }

  /** An object of the store with the stated length of its plaintext; empty when it is gone. */
  Optional<ObjectInfo> stated(ObjectInfo found) {
    ObjectInfo info = found;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long length = -1;
      RuntimeException failure = null;
      try {
        length = encryptor.statedPlaintextLength(ObjectSource.of(store, info));
      } catch (DecryptionFailedException | StorageException e) {
        failure = e;
      }
      Optional<ObjectInfo> now = store.head(info.key());
      if (now.isEmpty()) {
        return now;
      }
      if (now.get().etag().equals(info.etag())) {
        if (failure != null) {
          throw failure;
        }
        return Optional.of(new ObjectInfo(info.key(), length, info.etag(), info.modified()));
      }
      info = now.get();
    }
    throw replacedTooOften(info.key());
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
