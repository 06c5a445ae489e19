package io.strongroom.crypto.awssecrets.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.awssecrets.AwsSecretsPatience;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The settings of {@link AwsSecretsModule}.
 *
 * @param region where the secrets are
 * @param maxAge how long a secret is remembered at most, 1 second to 24 hours
 * @param patience timeouts and retries
 */
public record AwsSecretsConfig(String region, Duration maxAge, AwsSecretsPatience patience) {
  private static final String REGION = "crypto.aws-secrets.region";
  private static final String MAX_AGE = "crypto.aws-secrets.max-age";
  private static final String CALL_TIMEOUT = "crypto.aws-secrets.call-timeout";
  private static final String TOTAL_TIMEOUT = "crypto.aws-secrets.total-timeout";
  private static final String ATTEMPTS = "crypto.aws-secrets.attempts";
  private static final String FIRST_WAIT = "crypto.aws-secrets.first-wait";
  private static final Pattern REGION_FORM = Pattern.compile("[a-z0-9-]{1,40}");

  /** Refuses null. */
  public AwsSecretsConfig {
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(maxAge, "maxAge");
    Objects.requireNonNull(patience, "patience");
  }

  /**
   * Reads the settings that begin with {@code crypto.aws-secrets}; {@code region} must be there.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static AwsSecretsConfig from(ConfigReader reader) {
    String region = reader.required(REGION);
    if (!REGION_FORM.matcher(region).matches() && reader.optional(REGION).isPresent()) {
      reader.problem(REGION, "is not a Region");
    }
    Duration age =
        duration(
            reader, MAX_AGE, Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofHours(24));
    AwsSecretsPatience usual = AwsSecretsPatience.DEFAULT;
    Duration shortest = Duration.ofMillis(10);
    Duration longest = Duration.ofHours(1);
    Duration call = duration(reader, CALL_TIMEOUT, usual.callTimeout(), shortest, longest);
    Duration total = duration(reader, TOTAL_TIMEOUT, usual.totalTimeout(), shortest, longest);
    int attempts = (int) reader.integer(ATTEMPTS, usual.attempts(), 1, 100);
    Duration firstWait = duration(reader, FIRST_WAIT, usual.firstWait(), shortest, longest);
    if (total.compareTo(call) < 0) {
      reader.problem(TOTAL_TIMEOUT, "is shorter than " + CALL_TIMEOUT);
      return new AwsSecretsConfig(region, age, usual);
    }
    return new AwsSecretsConfig(
        region, age, new AwsSecretsPatience(call, total, attempts, firstWait));
  }

  private static Duration duration(
      ConfigReader reader, String key, Duration usual, Duration shortest, Duration longest) {
    Duration given = reader.duration(key, usual);
    if (given.compareTo(shortest) < 0 || given.compareTo(longest) > 0) {
      reader.problem(
          key, "is not from " + shortest.toMillis() + "ms to " + longest.toHours() + "h");
      return usual;
    }
    return given;
  }
}
