package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Covers a text except for its end. */
final class MaskTokenizer extends TextTokenizer {
  private final MaskPolicy policy;

  MaskTokenizer(MaskPolicy policy) {
    super(TokenReference.of(policy, "", new byte[0]), policy);
    this.policy = policy;
  }

  @Override
  void tokenize(byte[] utf8, int from, int length, PackedColumn tokens) {
    String text = new String(utf8, from, length, UTF_8);
    int characters = text.codePointCount(0, text.length());
    int shown = characters > 2 * policy.keepLast() ? policy.keepLast() : 0;
    int covered = (policy.length() == 0 ? characters : policy.length()) - shown;
    String end = text.substring(text.offsetByCodePoints(text.length(), -shown));
    tokens.add(String.valueOf(policy.cover()).repeat(covered) + end);
  }
}
