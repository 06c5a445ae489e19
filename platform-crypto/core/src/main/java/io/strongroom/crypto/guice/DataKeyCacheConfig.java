package io.strongroom.crypto.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.DataKeyLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * The settings of {@link DataKeyCacheModule}.
 *
 * @param limits how long and for how much a data key is used
 */
public record DataKeyCacheConfig(DataKeyLimits limits) {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Refuses null. */
  public DataKeyCacheConfig {
    Objects.requireNonNull(limits, "limits");
  }

  /**
   * Reads {@code crypto.cache.max-age}, {@code crypto.cache.max-messages} and {@code
   * crypto.cache.max-bytes}, which must be there, and {@code crypto.cache.max-entries}, {@code
   * crypto.cache.refresh-ahead}, {@code crypto.cache.unwrapped-max-age} and {@code
   * crypto.cache.unwrapped-max-entries}, for which {@link DataKeyLimits#of} has defaults.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static DataKeyCacheConfig from(ConfigReader reader) {
    Duration maxAge = requiredAge(reader);
    reader.required("crypto.cache.max-messages");
    long messages = reader.integer("crypto.cache.max-messages", 1, 1, DataKeyLimits.MOST_MESSAGES);
    DataKeyLimits limits =
        DataKeyLimits.of(maxAge, messages, maxBytes(reader))
            .withEntries(
                entries(reader, "crypto.cache.max-entries"),
                entries(reader, "crypto.cache.unwrapped-max-entries"))
            .withUnwrappedMaxAge(age(reader, "crypto.cache.unwrapped-max-age", maxAge));
    return new DataKeyCacheConfig(limits.withRefreshAhead(refreshAhead(reader, limits)));
  }

  private static Duration requiredAge(ConfigReader reader) {
    String key = "crypto.cache.max-age";
    reader.required(key);
    return age(reader, key, SHORTEST);
  }

  private static Duration age(ConfigReader reader, String key, Duration fallback) {
    Duration age = reader.duration(key, fallback);
    if (age.compareTo(SHORTEST) < 0 || age.compareTo(DataKeyLimits.LONGEST_AGE) > 0) {
      reader.problem(key, "is not a duration from 1ms to 24h");
      return fallback;
    }
    return age;
  }

  private static long maxBytes(ConfigReader reader) {
    String key = "crypto.cache.max-bytes";
    reader.required(key);
    long bytes = reader.size(key, 1);
    if (bytes < 1 || bytes > DataKeyLimits.MOST_BYTES) {
      reader.problem(key, "is not a size from 1B to 1024TiB");
      return 1;
    }
    return bytes;
  }

  private static int entries(ConfigReader reader, String key) {
    return (int) reader.integer(key, DataKeyLimits.DEFAULT_ENTRIES, 1, DataKeyLimits.MOST_ENTRIES);
  }

  private static Duration refreshAhead(ConfigReader reader, DataKeyLimits limits) {
    String key = "crypto.cache.refresh-ahead";
    Duration ahead = reader.duration(key, limits.refreshAhead());
    if (ahead.compareTo(limits.maxAge()) >= 0) {
      reader.problem(key, "is not shorter than crypto.cache.max-age");
      return limits.refreshAhead();
    }
    return ahead;
  }
}
