package io.strongroom.crypto.guice;

import io.strongroom.base.ConfigReader;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of {@link KeyringModule}.
 *
 * @param file the keyring's document
 * @param rootDigest SHA-256 of the root key's public key, 64 lower-case hexadecimal digits
 * @param seenFile where the newest keyring is remembered, so that an older one is refused
 */
public record KeyringConfig(Path file, String rootDigest, Optional<Path> seenFile) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the digest has another form
   */
  public KeyringConfig {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(seenFile, "seenFile");
    if (!DIGEST.matcher(rootDigest).matches()) {
      throw new IllegalArgumentException("rootDigest must be 64 lower-case hexadecimal digits");
    }
  }

  /**
   * Settings without a memory of older keyrings.
   *
   * @throws IllegalArgumentException as the other constructor
   */
  public KeyringConfig(Path file, String rootDigest) {
    this(file, rootDigest, Optional.empty());
  }

  /**
   * Reads {@code crypto.keyring.file} and {@code crypto.keyring.root-digest}, which must be there,
   * and {@code crypto.keyring.seen-file}.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static KeyringConfig from(ConfigReader reader) {
    return new KeyringConfig(
        reader.requiredPath("crypto.keyring.file"), rootDigest(reader), seenFile(reader));
  }

  private static Optional<Path> seenFile(ConfigReader reader) {
    String key = "crypto.keyring.seen-file";
    return reader.optional(key).map(given -> reader.requiredPath(key));
  }

  /**
   * Reads {@code crypto.keyring.root-digest} alone, which must be there: for an application that
   * finds its keyring elsewhere than in a file and binds it itself.
   *
   * @param reader records problems; to be verified before the result is used
   * @return 64 lower-case hexadecimal digits
   */
  public static String rootDigest(ConfigReader reader) {
    String key = "crypto.keyring.root-digest";
    boolean given = reader.optional(key).isPresent();
    String digest = reader.required(key);
    if (DIGEST.matcher(digest).matches()) {
      return digest;
    }
    if (given) {
      reader.problem(key, "is not 64 lower-case hexadecimal digits");
    }
    return "0".repeat(64);
  }
}
