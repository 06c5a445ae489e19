package io.strongroom.crypto.awskms;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which keys may be used. A data key that names another one is never sent to KMS, and an answer for
 * another one is refused: what a message's header says decides nothing.
 *
 * @param keys key ARNs, no aliases; a multi-Region key stands for its replicas too
 * @param partition the partition of discovery; without accounts it means nothing
 * @param accounts the accounts whose keys are all trusted; empty for none, which is discovery off
 */
public record AwsKmsTrust(List<KeyArn> keys, String partition, Set<String> accounts) {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException when nothing is trusted, a key is an alias or an account has
   *     not 12 digits
   */
  public AwsKmsTrust {
    keys = List.copyOf(keys);
    Objects.requireNonNull(partition, "partition");
    accounts = Set.copyOf(new TreeSet<>(accounts));
    if (keys.isEmpty() && accounts.isEmpty()) {
      throw new IllegalArgumentException("neither a key nor an account is trusted");
    }
    if (!keys.stream().allMatch(KeyArn::isKey)) {
      throw new IllegalArgumentException("a key that is trusted is no key ARN");
    }
    if (!accounts.stream().allMatch(account -> ACCOUNT.matcher(account).matches())) {
      throw new IllegalArgumentException("an account has not 12 digits");
    }
  }

  /**
   * These keys and their replicas alone.
   *
   * @param keys key ARNs, at least one
   * @return the trust
   */
  public static AwsKmsTrust keys(List<KeyArn> keys) {
    return new AwsKmsTrust(keys, "aws", Set.of());
  }

  /**
   * Every key of some accounts: discovery.
   *
   * @param partition such as {@code aws}
   * @param accounts at least one
   * @return the trust
   */
  public static AwsKmsTrust accounts(String partition, Set<String> accounts) {
    return new AwsKmsTrust(List.of(), partition, accounts);
  }

  boolean allows(KeyArn key) {
    return keys.stream().anyMatch(key::isReplicaOf)
        || (key.partition().equals(partition) && accounts.contains(key.account()));
  }
}
