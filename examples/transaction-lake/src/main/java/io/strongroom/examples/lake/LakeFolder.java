package io.strongroom.examples.lake;

import java.nio.file.Path;

/**
 * Where the parts of a lake lie in its folder.
 *
 * @param root the folder
 */
record LakeFolder(Path root) {
  /** The keyring, in the store. */
  static final String KEYRING = "control/keyring.json";

  /** The wrapped key of the account tokens, in the store. */
  static final String TOKEN_KEY = "control/keys/customer-id.json";

  /** The wrapped key of the row hashes, in the store. */
  static final String ROW_HASH_KEY = "control/keys/row-hash.json";

  /** The root of the object store. */
  Path store() {
    return root.resolve("store");
  }

  /** What must be backed up apart from the store. */
  Path keys() {
    return root.resolve("keys");
  }

  Path keyFile() {
    return keyFile(keys());
  }

  static Path keyFile(Path keys) {
    return keys.resolve("encryption-keys.json");
  }

  Path signingKeyFile() {
    return signingKeyFile(keys());
  }

  static Path signingKeyFile(Path keys) {
    return keys.resolve("signing-keys.json");
  }

  /** The configuration; its presence says that the set-up is complete. */
  Path properties() {
    return root.resolve("lake.properties");
  }

  /** Held by the process that sets the lake up. */
  Path setupLock() {
    return root.resolve(".setup.lock");
  }
}
