package io.strongroom.crypto;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys that each wrap the data key of a message: any one of them opens it, all of them are
 * needed to write it. For a second Region, a recipient outside or a break-glass key.
 *
 * @param primary generates the data key
 * @param others wrap the same data key, in this order; copied
 */
public record WrappingKeys(KeyId primary, List<KeyId> others) {
  /** The most keys of one message: each may cost its reader a call to a key service. */
  public static final int MOST = 32;

  /**
   * Checks the keys.
   *
   * @throws IllegalArgumentException when a key stands twice or there are more than {@link #MOST}
   */
  public WrappingKeys {
    Objects.requireNonNull(primary, "primary");
    others = List.copyOf(others);
    if (!others.isEmpty()) {
      requireDistinct(primary, others);
    }
  }

  private static void requireDistinct(KeyId primary, List<KeyId> others) {
    Set<KeyId> distinct = new HashSet<>(others);
    distinct.add(primary);
    if (distinct.size() != others.size() + 1) {
      throw new IllegalArgumentException("a wrapping key stands twice");
    }
    if (distinct.size() > MOST) {
      throw new IllegalArgumentException(
          distinct.size() + " wrapping keys: a message has at most " + MOST);
    }
  }

  /**
   * One or several keys.
   *
   * @param primary generates the data key
   * @param others wrap the same data key
   * @return the keys
   * @throws IllegalArgumentException when a key stands twice or there are more than {@link #MOST}
   */
  public static WrappingKeys of(KeyId primary, KeyId... others) {
    return new WrappingKeys(primary, List.of(others));
  }

  /**
   * All keys.
   *
   * @return the primary, then the others
   */
  public List<KeyId> all() {
    return Stream.concat(Stream.of(primary), others.stream()).toList();
  }
}
