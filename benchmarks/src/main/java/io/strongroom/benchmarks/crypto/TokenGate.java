package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.token.PackedColumn;
import java.util.List;

/**
 * Refuses to time contenders that do not do the same work: all make the same tokens, one at a time
 * and in a column, no token is its number, and each turns back into it.
 */
final class TokenGate {
  private TokenGate() {}

  /**
   * Checks all contenders that make tokens with a column of numbers.
   *
   * @throws IllegalStateException that names the contender that disagrees
   */
  static void check(List<TokenContender> contenders, PackedColumn numbers) {
    List<TokenContender> tokenizing =
        contenders.stream().filter(TokenContender::tokenizes).toList();
    TokenContender first = tokenizing.get(0);
    for (TokenContender contender : tokenizing) {
      PackedColumn column = new PackedColumn();
      contender.tokenize(numbers, column);
      require(column.size() == numbers.size(), contender, "has another number of tokens");
      for (int row = 0; row < numbers.size(); row++) {
        String number = numbers.get(row);
        String token = contender.tokenize(number);
        require(token.length() == number.length(), contender, "makes tokens of another length");
        require(
            token.equals(first.tokenize(number)), contender, "makes other tokens than the first");
        require(token.equals(column.get(row)), contender, "makes other tokens in a column");
        require(contender.detokenize(token).equals(number), contender, "does not turn tokens back");
      }
      require(!column.toList().equals(numbers.toList()), contender, "leaves numbers as they are");
    }
  }

  private static void require(boolean holds, TokenContender contender, String problem) {
    if (!holds) {
      throw new IllegalStateException(contender.name() + " " + problem);
    }
  }
}
