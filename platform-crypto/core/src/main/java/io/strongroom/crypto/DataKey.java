package io.strongroom.crypto;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * A data key in clear beside its wrapped form. Owns a copy of the key and zeroes it on {@link
 * #close()}. Safe for use by several threads.
 */
public final class DataKey implements AutoCloseable {
  /** The length of every data key that is written, in bytes. */
  public static final int LENGTH = 32;

  private final byte[] plaintext;
  private final WrappedDataKey wrapped;
  private final LongConsumer meter;
  private boolean closed;

  /**
   * A data key.
   *
   * @param plaintext 32 bytes; 16 or 24 in messages of format version 1; copied, the caller should
   *     zero them
   * @param wrapped the same key, wrapped
   * @throws IllegalArgumentException when the key does not have 16, 24 or 32 bytes
   */
  public DataKey(byte[] plaintext, WrappedDataKey wrapped) {
    this(plaintext, wrapped, unmetered -> {});
  }

  /** A data key that tells a meter of its use. */
  DataKey(byte[] plaintext, WrappedDataKey wrapped, LongConsumer meter) {
    if (!hasLength(plaintext.length)) {
      throw new IllegalArgumentException(
          "a data key has 32 bytes, in old messages 16 or 24, not " + plaintext.length);
    }
    this.plaintext = plaintext.clone();
    this.wrapped = Objects.requireNonNull(wrapped, "wrapped");
    this.meter = meter;
  }

  /** Whether data keys of this length exist. */
  static boolean hasLength(int bytes) {
    return bytes == LENGTH || bytes == 24 || bytes == 16;
  }

  /**
   * The key in clear.
   *
   * @return a copy, which the caller zeroes
   * @throws IllegalStateException when closed
   */
  public synchronized byte[] plaintext() {
    if (closed) {
      throw new IllegalStateException("the data key is closed");
    }
    return plaintext.clone();
  }

  /**
   * The wrapped form.
   *
   * @return the wrapped key; usable after {@link #close()} too
   */
  public WrappedDataKey wrapped() {
    return wrapped;
  }

  /**
   * Tells that bytes are being encrypted under the key. A {@link CachingKeyService} counts them;
   * for any other key this does nothing.
   *
   * @param bytes of plaintext, not negative; may be told after {@link #close()} too
   */
  public void used(long bytes) {
    meter.accept(bytes);
  }

  /** What {@link #used(long)} tells. */
  LongConsumer meter() {
    return meter;
  }

  /** Whether no byte of the key is left. */
  synchronized boolean zeroed() {
    return Arrays.equals(plaintext, new byte[plaintext.length]);
  }

  /** Zeroes the key. May be called more than once. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(plaintext, (byte) 0);
  }

  @Override
  public String toString() {
    return "DataKey[redacted]";
  }
}
