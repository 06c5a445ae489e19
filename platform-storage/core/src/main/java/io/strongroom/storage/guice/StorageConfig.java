package io.strongroom.storage.guice;

import io.strongroom.base.ConfigReader;
import java.time.Duration;

/**
 * Settings of runs on any object store.
 *
 * @param leaseTtl how long a run's lease may stay unchanged before others take the run for dead, 1
 *     s to 1 h; setting {@code storage.lease-ttl}, 10 s when it is missing
 */
public record StorageConfig(Duration leaseTtl) {
  private static final String LEASE_TTL = "storage.lease-ttl";
  private static final Duration LEASE_TTL_DEFAULT = Duration.ofSeconds(10);
  private static final Duration LEASE_TTL_MIN = Duration.ofSeconds(1);
  private static final Duration LEASE_TTL_MAX = Duration.ofHours(1);

  /** Checks the range. */
  public StorageConfig {
    if (!inRange(leaseTtl)) {
      throw new IllegalArgumentException(LEASE_TTL + " is not between 1s and 1h");
    }
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static StorageConfig from(ConfigReader reader) {
    Duration leaseTtl = reader.duration(LEASE_TTL, LEASE_TTL_DEFAULT);
    if (!inRange(leaseTtl)) {
      reader.problem(LEASE_TTL, "is not between 1s and 1h");
      leaseTtl = LEASE_TTL_DEFAULT;
    }
    return new StorageConfig(leaseTtl);
  }

  private static boolean inRange(Duration leaseTtl) {
    return leaseTtl.compareTo(LEASE_TTL_MIN) >= 0 && leaseTtl.compareTo(LEASE_TTL_MAX) <= 0;
  }
}
