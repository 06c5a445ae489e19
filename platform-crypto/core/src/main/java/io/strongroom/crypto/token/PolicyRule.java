package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenKeyException;

/** What holds of every policy, checked by their constructors. */
final class PolicyRule {
  private PolicyRule() {}

  static void nameAndVersion(String name, int keyVersion) {
    require(isName(name), "name", "must be 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
    require(keyVersion >= 1, "keyVersion", "of policy " + name + " must be at least 1");
  }

  static boolean isName(String text) {
    return !text.isEmpty() && text.length() <= 64 && text.chars().allMatch(PolicyRule::inName);
  }

  private static boolean inName(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }

  static void require(boolean holds, String component, String problem) {
    if (!holds) {
      throw new TokenKeyException(
          CryptoErrorCode.TOKEN_POLICY_INVALID, "token policy: " + component + " " + problem);
    }
  }
}
