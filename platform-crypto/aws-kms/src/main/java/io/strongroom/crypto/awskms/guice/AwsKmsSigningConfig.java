package io.strongroom.crypto.awskms.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.awskms.AwsKmsPatience;
import io.strongroom.crypto.awskms.KeyArn;
import io.strongroom.crypto.signing.KeyPurpose;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of {@link AwsKmsSigningModule}.
 *
 * @param keys the signing key of each purpose that is signed here, at least one; no two the same
 * @param patience timeouts and retries
 */
public record AwsKmsSigningConfig(Map<KeyPurpose, KeyArn> keys, AwsKmsPatience patience) {
  private static final String KEY = "crypto.aws-kms.signing-key.";
  private static final KeyArn PLACEHOLDER = new KeyArn("aws", "unset", "000000000000", "key/unset");

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException when there is no key, one is an alias, or one has two purposes
   */
  public AwsKmsSigningConfig {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there is no signing key");
    }
    keys = Collections.unmodifiableMap(new EnumMap<>(keys));
    Objects.requireNonNull(patience, "patience");
    if (!keys.values().stream().allMatch(KeyArn::isKey)) {
      throw new IllegalArgumentException("a signing key is an alias");
    }
    if (new HashSet<>(keys.values()).size() < keys.size()) {
      throw new IllegalArgumentException("a signing key has two purposes");
    }
  }

  /**
   * Reads {@code crypto.aws-kms.signing-key.<purpose>}, of which at least one must be there, and
   * the timeouts and retries that {@link AwsKmsConfig} reads too.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static AwsKmsSigningConfig from(ConfigReader reader) {
    Map<KeyPurpose, KeyArn> keys = new EnumMap<>(KeyPurpose.class);
    boolean given = false;
    for (KeyPurpose purpose : KeyPurpose.values()) {
      String setting = KEY + purpose.id();
      Optional<String> text = reader.optional(setting);
      if (text.isEmpty()) {
        continue;
      }
      given = true;
      Optional<KeyArn> arn = text.flatMap(KeyArn::parse).filter(KeyArn::isKey);
      if (arn.isEmpty()) {
        reader.problem(setting, "is not a key ARN");
      } else if (keys.containsValue(arn.get())) {
        reader.problem(setting, "names a key that has another purpose");
      } else {
        keys.put(purpose, arn.get());
      }
    }
    if (!given) {
      reader.problem(KEY + KeyPurpose.MANIFEST.id(), "is missing, and so is that of every purpose");
    }
    AwsKmsPatience patience = AwsKmsConfig.patience(reader);
    return new AwsKmsSigningConfig(
        keys.isEmpty() ? Map.of(KeyPurpose.MANIFEST, PLACEHOLDER) : keys, patience);
  }
}
