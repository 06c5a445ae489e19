package io.strongroom.crypto;

import java.util.Objects;

/** Says which key protects what. Safe for use by several threads. */
@FunctionalInterface
public interface KeyResolver {

  /**
   * The key for new data of a scope. Data written earlier names its key itself.
   *
   * @param scope what the key is wanted for
   * @return the key's id; the same scope may give another key later
   */
  KeyId resolve(KeyScope scope);

  /**
   * One key for everything.
   *
   * @param key the key
   * @return a resolver that always gives it
   */
  static KeyResolver single(KeyId key) {
    Objects.requireNonNull(key, "key");
    return scope -> key;
  }
}
