package io.strongroom.crypto.awskms;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Amazon Resource Name of a KMS key or of an alias.
 *
 * @param partition such as {@code aws}
 * @param region such as {@code eu-central-1}
 * @param account 12 digits
 * @param resource {@code key/<id>} or {@code alias/<name>}
 */
public record KeyArn(String partition, String region, String account, String resource) {
  private static final Pattern FORM =
      Pattern.compile(
          "arn:(aws[a-z-]{0,30}):kms:([a-z0-9-]{1,40}):([0-9]{12})"
              + ":((?:key/[a-zA-Z0-9-]{1,128})|(?:alias/[a-zA-Z0-9/_-]{1,250}))");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the parts make no ARN of a key or an alias
   */
  public KeyArn {
    Objects.requireNonNull(partition, "partition");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(resource, "resource");
    if (!FORM.matcher(text(partition, region, account, resource)).matches()) {
      throw new IllegalArgumentException("not the ARN of a KMS key or alias");
    }
  }

  /**
   * Reads an ARN.
   *
   * @param text {@code arn:<partition>:kms:<region>:<account>:key/<id>}, or the same with an alias
   * @return the ARN, or empty when the text is none
   */
  public static Optional<KeyArn> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(new KeyArn(parts.group(1), parts.group(2), parts.group(3), parts.group(4)))
        : Optional.empty();
  }

  /**
   * Whether this names a key and no alias.
   *
   * @return true for a key
   */
  public boolean isKey() {
    return resource.startsWith("key/");
  }

  /**
   * Whether this names a multi-Region key, which has the same id in each of its Regions.
   *
   * @return true for a key id that begins with {@code mrk-}
   */
  public boolean isMultiRegion() {
    return resource.startsWith("key/mrk-");
  }

  /**
   * Whether two ARNs name the same key, or replicas of the same multi-Region key.
   *
   * @param other another ARN
   * @return true when they are equal, or differ in nothing but the Region and are multi-Region keys
   */
  public boolean isReplicaOf(KeyArn other) {
    return equals(other) || (isMultiRegion() && equals(other.in(region)));
  }

  /**
   * The same resource in a Region.
   *
   * @param otherRegion the Region
   * @return the ARN with that Region
   */
  public KeyArn in(String otherRegion) {
    return new KeyArn(partition, otherRegion, account, resource);
  }

  private static String text(String partition, String region, String account, String resource) {
    return "arn:" + partition + ":kms:" + region + ":" + account + ":" + resource;
  }

  /** The ARN as text. */
  @Override
  public String toString() {
    return text(partition, region, account, resource);
  }
}
