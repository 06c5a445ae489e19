package io.strongroom.storage.run;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A key under which parts of files are encrypted with random nonces, the reference to it that
 * stands in those files, and the count of what was encrypted through this object.
 *
 * <p>Thread-safe. Holds its own copy of the key until it is collected; the text form hides it.
 */
public final class ModuleKey {
  /** Half of what AES-GCM allows under one key with random nonces. */
  public static final long MAX_MODULES = 1L << 31;

  private final String reference;
  private final byte[] key;
  private final AtomicLong modules = new AtomicLong();

  private ModuleKey(String reference, byte[] key) {
    this.reference = reference;
    this.key = key;
  }

  /**
   * A key under which nothing was encrypted yet.
   *
   * @param reference says which key it is; no secret
   * @param key copied
   */
  public static ModuleKey of(String reference, byte[] key) {
    return new ModuleKey(Objects.requireNonNull(reference, "reference"), key.clone());
  }

  /** Says which key it is. */
  public String reference() {
    return reference;
  }

  /** A copy of the key, which the caller zeroes. */
  public byte[] copy() {
    return key.clone();
  }

  /** The length of the key in bytes. */
  public int length() {
    return key.length;
  }

  /** How much was encrypted. */
  public long modules() {
    return modules.get();
  }

  /**
   * Counts before something is encrypted.
   *
   * @param more how many encryptions
   * @return false when there would be more than {@link #MAX_MODULES}: encrypt nothing then
   */
  public boolean count(long more) {
    return modules.addAndGet(more) <= MAX_MODULES;
  }

  @Override
  public String toString() {
    return "ModuleKey[" + reference + ", redacted]";
  }
}
