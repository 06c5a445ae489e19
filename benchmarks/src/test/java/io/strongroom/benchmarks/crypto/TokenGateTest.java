package io.strongroom.benchmarks.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.strongroom.crypto.token.PackedColumn;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class TokenGateTest {
  private static final UnaryOperator<String> SAME = UnaryOperator.identity();

  private final PackedColumn numbers =
      PackedColumn.of(List.of("4111111111111111", "0000000000000000", "9999999999999999"));
  private final List<TokenContender> real = TokenContenders.all();
  private final TokenContender right = real.get(0);

  @Test
  void theRealContendersPass() {
    assertThatCode(() -> TokenGate.check(real, numbers)).doesNotThrowAnyException();
    assertThat(real.stream().map(TokenContender::name))
        .containsExactly("strongroom", "bouncycastle", "limit");
    assertThat(real.stream().filter(TokenContender::tokenizes).map(TokenContender::name))
        .containsExactly("strongroom", "bouncycastle");
  }

  @Test
  void contendersUnderAnotherKeyAreRefused() {
    assertRefused(
        List.of(right, TokenContenders.all().get(1)),
        "bouncycastle makes other tokens than the first");
  }

  @Test
  void aContenderWithoutTheRightTokensIsRefused() {
    assertRefused(
        List.of(new Changed(right, token -> token.substring(1), SAME, SAME)),
        "changed makes tokens of another length");
    assertRefused(
        List.of(new Changed(right, SAME, TokenGateTest::withAnotherFirstDigit, SAME)),
        "changed makes other tokens in a column");
    assertRefused(
        List.of(new Changed(right, SAME, SAME, number -> "0" + number)),
        "changed does not turn tokens back");
  }

  @Test
  void aContenderThatLeavesNumbersAsTheyAreIsRefused() {
    TokenContender idle =
        new TokenContender() {
          @Override
          public String name() {
            return "idle";
          }

          @Override
          public boolean tokenizes() {
            return true;
          }

          @Override
          public String tokenize(String number) {
            return number;
          }

          @Override
          public String detokenize(String token) {
            return token;
          }

          @Override
          public void tokenize(PackedColumn values, PackedColumn tokens) {
            tokens.clear();
            values.toList().forEach(tokens::add);
          }
        };
    assertRefused(List.of(idle), "idle leaves numbers as they are");
  }

  private static String withAnotherFirstDigit(String token) {
    return (token.charAt(0) == '0' ? '1' : '0') + token.substring(1);
  }

  private void assertRefused(List<TokenContender> contenders, String message) {
    assertThatIllegalStateException()
        .isThrownBy(() -> TokenGate.check(contenders, numbers))
        .withMessage(message);
  }

  /** A contender with something wrong in its tokens, its columns or its way back. */
  private record Changed(
      TokenContender right,
      UnaryOperator<String> token,
      UnaryOperator<String> inColumn,
      UnaryOperator<String> back)
      implements TokenContender {

    @Override
    public String name() {
      return "changed";
    }

    @Override
    public boolean tokenizes() {
      return true;
    }

    @Override
    public String tokenize(String number) {
      return token.apply(right.tokenize(number));
    }

    @Override
    public String detokenize(String result) {
      return back.apply(right.detokenize(result));
    }

    @Override
    public void tokenize(PackedColumn values, PackedColumn tokens) {
      tokens.clear();
      values.toList().forEach(value -> tokens.add(inColumn.apply(right.tokenize(value))));
    }
  }
}
