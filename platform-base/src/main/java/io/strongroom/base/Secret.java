package io.strongroom.base;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that never print themselves. {@code toString} is {@code Secret[redacted]} and comparison
 * takes the same time wherever two secrets of one length differ.
 *
 * <p>Safe for use by several threads. Owns a copy of its bytes and zeroes it on {@link #close()}.
 */
public final class Secret implements AutoCloseable {
  private final byte[] bytes;
  private boolean closed;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A secret of characters, kept as UTF-8.
   *
   * @param characters copied; the caller should zero them
   * @return the secret
   * @throws IllegalArgumentException when the characters hold a lone surrogate
   */
  public static Secret of(char[] characters) {
    // At most three bytes a character: a surrogate pair has four.
    byte[] buffer = new byte[3 * characters.length];
    ByteBuffer encoded = ByteBuffer.wrap(buffer);
    CoderResult result =
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), encoded, true);
    byte[] copy = Arrays.copyOf(buffer, encoded.position());
    Arrays.fill(buffer, (byte) 0);
    if (result.isError()) {
      Arrays.fill(copy, (byte) 0);
      throw new IllegalArgumentException("the secret is not valid Unicode");
    }
    return new Secret(copy);
  }

  /**
   * A secret of bytes.
   *
   * @param bytes copied; the caller should zero them
   * @return the secret
   */
  public static Secret of(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /**
   * Lends a copy of the bytes to a function and zeroes the copy when the function ends.
   *
   * @param <T> what the function gives
   * @param function must not keep the array
   * @return what the function returned
   * @throws IllegalStateException when the secret is closed
   */
  public <T extends @Nullable Object> T use(Function<byte[], T> function) {
    Objects.requireNonNull(function, "function");
    byte[] copy = copy();
    try {
      return function.apply(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  private synchronized byte[] copy() {
    if (closed) {
      throw new IllegalStateException("the secret is closed");
    }
    return bytes.clone();
  }

  /** Zeroes the bytes. May be called more than once. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Compares in constant time; a closed secret equals only itself. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Secret that)) {
      return false;
    }
    byte @Nullable [] mine = copyIfOpen();
    byte @Nullable [] theirs = that.copyIfOpen();
    try {
      return mine != null && theirs != null && MessageDigest.isEqual(mine, theirs);
    } finally {
      zero(mine);
      zero(theirs);
    }
  }

  private synchronized byte @Nullable [] copyIfOpen() {
    return closed ? null : bytes.clone();
  }

  private static void zero(byte @Nullable [] array) {
    if (array != null) {
      Arrays.fill(array, (byte) 0);
    }
  }

  /** The same for every secret, so that it tells nothing. */
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return "Secret[redacted]";
  }
}
