package io.strongroom.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RowRulesTest {
  private static final RejectReason NULL = RejectReason.quarantine("NULL_VALUE_ERROR");
  private static final RejectReason TYPE = RejectReason.quarantine("TYPE_ERROR");
  private static final RejectReason DUPLICATE = RejectReason.condemned("DUPLICATE_FAILURE");

  private static RowRule<String> rejectsWhen(String part, RejectReason reason) {
    return row -> row.contains(part) ? RowVerdict.rejected(reason, part) : RowVerdict.accepted();
  }

  private static final RowRules<String> RULES =
      RowRules.<String>builder()
          .rule("null", rejectsWhen("n", NULL))
          .rule("type", rejectsWhen("t", TYPE))
          .rule("duplicate", rejectsWhen("d", DUPLICATE))
          .build();

  @Test
  void acceptedRowHasNoReason() {
    Rejections none = RULES.judge("x");

    assertThat(none.isEmpty()).isTrue();
    assertThat(none).isSameAs(Rejections.none());
    assertThatIllegalStateException().isThrownBy(none::primary);
    assertThatIllegalStateException().isThrownBy(none::destination);
  }

  @Test
  void rowKeepsAllReasonsInTheOrderOfTheRulesAndTheFirstIsPrimary() {
    Rejections rejections = RULES.judge("tn");

    assertThat(rejections.codes()).containsExactly("NULL_VALUE_ERROR", "TYPE_ERROR");
    assertThat(rejections.primary()).isEqualTo(NULL);
    assertThat(rejections.all().get(1).field()).isEqualTo("t");
    assertThat(rejections.destination()).isEqualTo(Destination.QUARANTINE);
  }

  @Test
  void reasonThatCondemnsWinsWhateverItsPrecedence() {
    Rejections rejections = RULES.judge("dn");

    assertThat(rejections.primary()).isEqualTo(NULL);
    assertThat(rejections.destination()).isEqualTo(Destination.CONDEMNED);
  }

  @Test
  void reasonAddedLaterHasTheLowestPrecedence() {
    assertThat(RULES.judge("t").and(DUPLICATE, "id").codes())
        .containsExactly("TYPE_ERROR", "DUPLICATE_FAILURE");
    assertThat(Rejections.none().and(DUPLICATE, "id"))
        .isEqualTo(new Rejections(List.of(RowVerdict.rejected(DUPLICATE, "id"))));
    assertThat(Rejections.of(DUPLICATE).primary()).isEqualTo(DUPLICATE);
  }

  @Test
  void ruleThatThrowsIsAnErrorOfTheRuleWhichNamesItAndHidesTheMessage() {
    RowRules<String> broken = RowRules.<String>builder().rule("parses", row -> parsed(row)).build();

    assertThatExceptionOfType(PipelineException.class)
        .isThrownBy(() -> broken.judge("planted-value"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(PipelineErrorCode.RULE_FAILED);
              assertThat(e).hasMessageContaining("'parses'");
              StringWriter trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString())
                  .contains("NumberFormatException")
                  .contains("RowRulesTest.parsed")
                  .doesNotContain("planted-value");
            });
  }

  private static RowVerdict parsed(String row) {
    return Long.parseLong(row) > 0 ? RowVerdict.accepted() : RowVerdict.rejected(TYPE, "row");
  }

  @Test
  void platformErrorInARuleKeepsItsCategory() {
    StorageException failure = new StorageException(StorageErrorCode.STORE_UNAVAILABLE, "lookup");
    RowRules<String> looksUp =
        RowRules.<String>builder()
            .rule(
                "looks-up",
                row -> {
                  throw failure;
                })
            .build();

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> looksUp.judge("x"))
        .isSameAs(failure);
  }

  @Test
  void twoRulesCannotHaveOneName() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RowRules.<String>builder()
                    .rule("same", rejectsWhen("a", NULL))
                    .rule("same", rejectsWhen("b", TYPE)))
        .withMessageContaining("same");
  }

  @Test
  void reasonCodesAreUpperCaseNames() {
    assertThatIllegalArgumentException().isThrownBy(() -> RejectReason.quarantine("type error"));
    assertThatIllegalArgumentException().isThrownBy(() -> RejectReason.condemned(""));
  }

  @Test
  void tallyCountsEveryRowOnceAndOnlyPrimaryReasons() {
    RowTally tally = new RowTally();
    for (String row : new String[] {"x", "n", "tn", "d", "dn", "x", "t"}) {
      tally.count(RULES.judge(row));
    }

    assertThat(tally.input()).isEqualTo(7);
    assertThat(tally.valid()).isEqualTo(2);
    assertThat(tally.quarantined()).isEqualTo(3);
    assertThat(tally.condemned()).isEqualTo(2);
    assertThat(tally.reasons())
        .isEqualTo(Map.of("NULL_VALUE_ERROR", 3L, "TYPE_ERROR", 1L, "DUPLICATE_FAILURE", 1L));
  }
}
