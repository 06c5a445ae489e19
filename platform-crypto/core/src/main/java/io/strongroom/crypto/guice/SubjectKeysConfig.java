package io.strongroom.crypto.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.subject.SubjectKeys;
import java.time.Duration;
import java.util.Objects;

/**
 * The settings of {@link SubjectKeysModule}.
 *
 * @param keyId the key that wraps the keys of persons
 * @param tenant whose persons they are, 1 to 256 characters
 * @param maxAge how long a person's key is kept in clear, at most 24 hours; zero keeps none
 * @param maxSubjects the keys of how many persons are kept in clear, at most a million
 */
public record SubjectKeysConfig(KeyId keyId, String tenant, Duration maxAge, int maxSubjects) {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST = 1_000_000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public SubjectKeysConfig {
    Objects.requireNonNull(keyId, "keyId");
    if (tenant.isEmpty() || tenant.length() > 256) {
      throw new IllegalArgumentException("tenant must have 1 to 256 characters");
    }
    if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("maxAge must be at most 24 hours");
    }
    if (maxSubjects < 0 || maxSubjects > MOST) {
      throw new IllegalArgumentException("maxSubjects must be 0 to 1000000");
    }
  }

  /**
   * Reads {@code crypto.subjects.key-id} and {@code crypto.subjects.tenant}, which must be there,
   * and {@code crypto.subjects.max-age} and {@code crypto.subjects.max-cached}.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static SubjectKeysConfig from(ConfigReader reader) {
    return new SubjectKeysConfig(
        keyId(reader),
        tenant(reader),
        maxAge(reader),
        (int)
            reader.integer(
                "crypto.subjects.max-cached", SubjectKeys.DEFAULT_MAX_SUBJECTS, 0, MOST));
  }

  private static KeyId keyId(ConfigReader reader) {
    String key = "crypto.subjects.key-id";
    try {
      return new KeyId(reader.required(key));
    } catch (IllegalArgumentException malformed) {
      reader.problem(key, "is not a key id: " + malformed.getMessage());
      return new KeyId("unset");
    }
  }

  private static String tenant(ConfigReader reader) {
    String key = "crypto.subjects.tenant";
    String tenant = reader.required(key);
    if (tenant.isEmpty() || tenant.length() > 256) {
      reader.problem(key, "does not have 1 to 256 characters");
      return "unset";
    }
    return tenant;
  }

  private static Duration maxAge(ConfigReader reader) {
    String key = "crypto.subjects.max-age";
    Duration age = reader.duration(key, SubjectKeys.DEFAULT_MAX_AGE);
    if (age.compareTo(LONGEST) > 0) {
      reader.problem(key, "is longer than 24h");
      return SubjectKeys.DEFAULT_MAX_AGE;
    }
    return age;
  }

  /**
   * What every wrapped key of the store is bound to, as {@link SubjectKeys.Builder#context} takes
   * it: for whoever prepares the store.
   *
   * @return the context of the tenant
   */
  public EncryptionContext context() {
    return EncryptionContext.strongroom().tenant(tenant).build();
  }
}
