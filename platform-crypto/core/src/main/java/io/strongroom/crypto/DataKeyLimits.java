package io.strongroom.crypto;

import java.time.Duration;
import java.util.Objects;

/**
 * How long and for how much a {@link CachingKeyService} uses a data key. Nothing is unlimited.
 *
 * @param maxAge how long a data key encrypts: 1 ms to 24 hours
 * @param maxMessages how many messages a data key encrypts: 1 to 2<sup>32</sup>
 * @param maxBytes after how many bytes of plaintext no further message is begun under a data key: 1
 *     to 2<sup>50</sup>. A message that was begun is finished
 * @param maxEntries how many data keys for encryption are held: 1 to 1,000,000
 * @param refreshAhead how long before {@code maxAge} a data key in use is replaced in the
 *     background: shorter than {@code maxAge}, zero to never do so
 * @param unwrappedMaxAge how long an unwrapped data key decrypts: 1 ms to 24 hours
 * @param unwrappedMaxEntries how many data keys for decryption are held: 1 to 1,000,000
 */
public record DataKeyLimits(
    Duration maxAge,
    long maxMessages,
    long maxBytes,
    int maxEntries,
    Duration refreshAhead,
    Duration unwrappedMaxAge,
    int unwrappedMaxEntries) {
  /** How many data keys of each kind are held unless another number is given. */
  public static final int DEFAULT_ENTRIES = 1_000;

  /** The longest age. */
  public static final Duration LONGEST_AGE = Duration.ofHours(24);

  /** The most messages. */
  public static final long MOST_MESSAGES = 1L << 32;

  /** The most bytes. */
  public static final long MOST_BYTES = 1L << 50;

  /** The most entries. */
  public static final int MOST_ENTRIES = 1_000_000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the first limit that is out of its range
   */
  public DataKeyLimits {
    requireAge("maxAge", maxAge);
    require("maxMessages", maxMessages, MOST_MESSAGES);
    require("maxBytes", maxBytes, MOST_BYTES);
    require("maxEntries", maxEntries, MOST_ENTRIES);
    Objects.requireNonNull(refreshAhead, "refreshAhead");
    if (refreshAhead.isNegative() || refreshAhead.compareTo(maxAge) >= 0) {
      throw new IllegalArgumentException("refreshAhead must be shorter than maxAge");
    }
    requireAge("unwrappedMaxAge", unwrappedMaxAge);
    require("unwrappedMaxEntries", unwrappedMaxEntries, MOST_ENTRIES);
  }

  /**
   * Limits that replace a data key in the last eighth of its age, let an unwrapped one live as
   * long, and hold {@link #DEFAULT_ENTRIES} of each.
   *
   * @param maxAge how long a data key encrypts and decrypts
   * @param maxMessages how many messages a data key encrypts
   * @param maxBytes after how many bytes no further message is begun
   * @return the limits
   * @throws IllegalArgumentException when a limit is out of its range
   */
  public static DataKeyLimits of(Duration maxAge, long maxMessages, long maxBytes) {
    return new DataKeyLimits(
        maxAge,
        maxMessages,
        maxBytes,
        DEFAULT_ENTRIES,
        maxAge.dividedBy(8),
        maxAge,
        DEFAULT_ENTRIES);
  }

  /**
   * The same with another number of data keys.
   *
   * @param encrypting how many for encryption
   * @param decrypting how many for decryption
   * @return the limits
   * @throws IllegalArgumentException when a number is out of its range
   */
  public DataKeyLimits withEntries(int encrypting, int decrypting) {
    return new DataKeyLimits(
        maxAge, maxMessages, maxBytes, encrypting, refreshAhead, unwrappedMaxAge, decrypting);
  }

  /**
   * The same with another time of replacement.
   *
   * @param ahead how long before {@code maxAge}; zero for never
   * @return the limits
   * @throws IllegalArgumentException when it is not shorter than the age
   */
  public DataKeyLimits withRefreshAhead(Duration ahead) {
    return new DataKeyLimits(
        maxAge, maxMessages, maxBytes, maxEntries, ahead, unwrappedMaxAge, unwrappedMaxEntries);
  }

  /**
   * The same with another age of data keys for decryption.
   *
   * @param age how long one decrypts
   * @return the limits
   * @throws IllegalArgumentException when it is out of its range
   */
  public DataKeyLimits withUnwrappedMaxAge(Duration age) {
    return new DataKeyLimits(
        maxAge, maxMessages, maxBytes, maxEntries, refreshAhead, age, unwrappedMaxEntries);
  }

  private static void requireAge(String name, Duration age) {
    if (age.toMillis() < 1 || age.compareTo(LONGEST_AGE) > 0) {
      throw new IllegalArgumentException(name + " must be 1 ms to 24 hours");
    }
  }

  private static void require(String name, long number, long most) {
    if (number < 1 || number > most) {
      throw new IllegalArgumentException(name + " must be 1 to " + most);
    }
  }
}
