package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.token.PackedColumn;

/** Something that makes tokens of card numbers of 16 digits by FF1, in one thread. */
interface TokenContender {

  /** Its name among the benchmark's parameters. */
  String name();

  /** Whether it makes tokens; the limit only does the AES that they need. */
  boolean tokenizes();

  /** The token of a card number. */
  String tokenize(String number);

  /** The card number of a token. */
  String detokenize(String token);

  /**
   * The tokens of a column of card numbers.
   *
   * @param tokens is cleared and given the tokens
   */
  void tokenize(PackedColumn numbers, PackedColumn tokens);
}
