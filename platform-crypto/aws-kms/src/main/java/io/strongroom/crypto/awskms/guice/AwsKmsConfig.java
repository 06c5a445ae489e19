package io.strongroom.crypto.awskms.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.awskms.AwsKmsPatience;
import io.strongroom.crypto.awskms.AwsKmsTrust;
import io.strongroom.crypto.awskms.KeyArn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of {@link AwsKmsModule}.
 *
 * @param regions where clients are made, at least one; the first is where names without an ARN are
 *     looked up
 * @param trust which keys may be used
 * @param patience timeouts and retries
 */
public record AwsKmsConfig(List<String> regions, AwsKmsTrust trust, AwsKmsPatience patience) {
  private static final String KEYS = "crypto.aws-kms.keys";
  private static final String ACCOUNTS = "crypto.aws-kms.discovery-accounts";
  private static final String PARTITION = "crypto.aws-kms.discovery-partition";
  private static final String REGIONS = "crypto.aws-kms.regions";
  private static final String CALL_TIMEOUT = "crypto.aws-kms.call-timeout";
  private static final String TOTAL_TIMEOUT = "crypto.aws-kms.total-timeout";
  private static final String ATTEMPTS = "crypto.aws-kms.attempts";
  private static final String FIRST_WAIT = "crypto.aws-kms.first-wait";
  private static final String GRANT_WAIT = "crypto.aws-kms.grant-wait";
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
  private static final AwsKmsTrust PLACEHOLDER =
      AwsKmsTrust.accounts("aws", Set.of("000000000000"));

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException when there is no Region
   */
  public AwsKmsConfig {
    regions = List.copyOf(new LinkedHashSet<>(regions));
    Objects.requireNonNull(trust, "trust");
    Objects.requireNonNull(patience, "patience");
    if (regions.isEmpty()) {
      throw new IllegalArgumentException("there is no Region");
    }
  }

  /**
   * Reads the settings that begin with {@code crypto.aws-kms}. Either {@code keys} or {@code
   * discovery-accounts} must be there, and with the latter alone {@code regions}.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static AwsKmsConfig from(ConfigReader reader) {
    List<KeyArn> keys = keys(reader);
    Set<String> accounts = accounts(reader);
    String partition = reader.string(PARTITION, "aws");
    List<String> regions = regions(reader, keys);
    AwsKmsPatience patience = patience(reader);
    boolean nothing = reader.optional(KEYS).isEmpty() && reader.optional(ACCOUNTS).isEmpty();
    if (nothing) {
      reader.problem(KEYS, "is missing, and so is " + ACCOUNTS);
    } else if (regions.isEmpty() && reader.optional(REGIONS).isEmpty()) {
      reader.problem(REGIONS, "is missing, and no key says where to look");
    }
    return new AwsKmsConfig(
        regions.isEmpty() ? List.of("unset") : regions,
        keys.isEmpty() && accounts.isEmpty()
            ? PLACEHOLDER
            : new AwsKmsTrust(keys, partition, accounts),
        patience);
  }

  private static List<KeyArn> keys(ConfigReader reader) {
    List<KeyArn> keys = new ArrayList<>();
    for (String text : list(reader, KEYS)) {
      Optional<KeyArn> key = KeyArn.parse(text).filter(KeyArn::isKey);
      if (key.isEmpty()) {
        reader.problem(KEYS, "is not a list of key ARNs, separated by commas");
        return List.of();
      }
      keys.add(key.get());
    }
    return keys;
  }

  private static Set<String> accounts(ConfigReader reader) {
    List<String> accounts = list(reader, ACCOUNTS);
    if (!accounts.stream().allMatch(account -> ACCOUNT.matcher(account).matches())) {
      reader.problem(ACCOUNTS, "is not a list of accounts of 12 digits, separated by commas");
      return Set.of();
    }
    return Set.copyOf(new LinkedHashSet<>(accounts));
  }

  private static List<String> regions(ConfigReader reader, List<KeyArn> keys) {
    List<String> given = list(reader, REGIONS);
    if (!given.stream().allMatch(region -> REGION.matcher(region).matches())) {
      reader.problem(REGIONS, "is not a list of Regions, separated by commas");
      return List.of();
    }
    Set<String> regions = new LinkedHashSet<>(given);
    keys.forEach(key -> regions.add(key.region()));
    return List.copyOf(regions);
  }

  private static List<String> list(ConfigReader reader, String key) {
    return reader
        .optional(key)
        .map(text -> Arrays.stream(text.split(",", -1)).map(String::strip).toList())
        .orElse(List.of());
  }

  static AwsKmsPatience patience(ConfigReader reader) {
    AwsKmsPatience usual = AwsKmsPatience.DEFAULT;
    Duration call = duration(reader, CALL_TIMEOUT, usual.callTimeout(), Duration.ofMillis(1));
    Duration total = duration(reader, TOTAL_TIMEOUT, usual.totalTimeout(), Duration.ofMillis(1));
    int attempts = (int) reader.integer(ATTEMPTS, usual.attempts(), 1, 100);
    Duration firstWait = duration(reader, FIRST_WAIT, usual.firstWait(), Duration.ofMillis(10));
    Duration grantWait = duration(reader, GRANT_WAIT, usual.grantWait(), Duration.ZERO);
    if (total.compareTo(call) < 0) {
      reader.problem(TOTAL_TIMEOUT, "is shorter than " + CALL_TIMEOUT);
      return usual;
    }
    return new AwsKmsPatience(call, total, attempts, firstWait, grantWait);
  }

  private static Duration duration(
      ConfigReader reader, String key, Duration usual, Duration shortest) {
    Duration given = reader.duration(key, usual);
    if (given.compareTo(shortest) < 0 || given.compareTo(Duration.ofHours(1)) > 0) {
      reader.problem(key, "is not from " + shortest.toMillis() + "ms to 1h");
      return usual;
    }
    return given;
  }
}
