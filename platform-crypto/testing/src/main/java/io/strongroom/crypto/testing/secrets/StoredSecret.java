package io.strongroom.crypto.testing.secrets;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A secret with its versions and the stages that point at them. Guarded by {@link SecretsActions}.
 */
final class StoredSecret {
  static final String CURRENT = "AWSCURRENT";
  static final String PREVIOUS = "AWSPREVIOUS";

  /** Text or the Base64 of bytes, as the request held it. */
  record Value(boolean binary, String content) {}

  final String arn;
  final String name;
  final Instant created = Instant.now();
  final Map<String, Value> versions = new LinkedHashMap<>();
  final Map<String, String> stages = new TreeMap<>();
  @Nullable Instant deleted;

  StoredSecret(String arn, String name) {
    this.arn = arn;
    this.name = name;
  }

  /** Adds a version once; the same token with the same value is the same version. */
  void add(String token, Value value) {
    Value known = versions.putIfAbsent(token, value);
    if (known != null && !known.equals(value)) {
      throw new SecretsError(
          "ResourceExistsException", 400, "The version exists with another value.");
    }
  }

  /** Points a stage at a version; what was the current version becomes the previous one. */
  void stage(String stage, String token) {
    String before = stages.put(stage, token);
    if (stage.equals(CURRENT) && before != null && !before.equals(token)) {
      stages.put(PREVIOUS, before);
    }
  }

  Optional<String> version(String stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  void requireUsable() {
    if (deleted != null) {
      throw SecretsError.invalid(
          "You can't perform this operation on the secret because it was marked for deletion.");
    }
  }
}
