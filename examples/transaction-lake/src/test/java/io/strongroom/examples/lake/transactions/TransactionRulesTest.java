package io.strongroom.examples.lake.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.token.Ff1Policy;
import io.strongroom.crypto.token.TokenKey;
import io.strongroom.crypto.token.TokenPolicy;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.source.CurrencyTable;
import io.strongroom.pipeline.Destination;
import io.strongroom.pipeline.RejectReason;
import io.strongroom.pipeline.Rejections;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class TransactionRulesTest {
  private static final String GOOD = "TX-0001,ACC001,-25.50,EUR,2026-01-31T23:59:59Z";
  private static final RowHash HASH = new RowHash(new byte[32]);
  private static final Tokenizer CUSTOMERS = customers();

  private static Tokenizer customers() {
    Ff1Policy policy = new Ff1Policy("customer-id", TokenPolicy.DIGITS_AND_CAPITALS, "-", 4, 16, 1);
    KeyService keys = new RawAesKeyService("test", "key", new byte[32], new SecureRandom());
    EncryptionContext context = EncryptionContext.strongroom().purpose("test").build();
    return TokenKey.open(
        TokenKey.create(keys, new KeyId("key"), context, policy), keys, context, policy);
  }

  @Test
  void aGoodRowIsAccepted() {
    assertThat(judge(GOOD).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"100,JPY", "-0,KRW", "1.5,EUR", "0.005,KWD", "12,BHD", "-3.10,USD"})
  void amountsWithTheDecimalsOfTheirCurrencyAreAccepted(String amountAndCurrency) {
    assertThat(judge("1,ACC001," + amountAndCurrency + ",2026-01-31T23:59:59").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"100.0,JPY", "1.005,EUR", "1.500,EUR", "0.0005,KWD"})
  void moreDecimalsThanTheCurrencyHasAreATypeError(String amountAndCurrency) {
    Rejections rejections = judge("1,ACC001," + amountAndCurrency + ",2026-01-31T23:59:59");
    assertThat(rejections.codes()).containsExactly("TYPE_ERROR");
    assertThat(rejections.all().get(0).field()).isEqualTo("TransactionAmount");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A,ACC001,1,EUR",
        "1,ACC,1,EUR",
        "1,acc001,1,EUR",
        "1,ACC 01,1,EUR",
        "1,ACC001,x,EUR"
      })
  void whatIsNotOfItsTypeIsATypeError(String fields) {
    assertThat(judge(fields + ",2026-01-31T23:59:59").codes()).containsExactly("TYPE_ERROR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eur", "DEM", "EURO", "XXX", "E"})
  void anUnknownCurrencyIsACurrencyError(String currency) {
    assertThat(judge("1,ACC001,1.00," + currency + ",2026-01-31T23:59:59").codes())
        .containsExactly("CURRENCY_ERROR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-02-30T00:00:00Z", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "today"})
  void whatIsNoTimestampInRangeIsATimestampError(String timestamp) {
    assertThat(judge("1,ACC001,1.00,EUR," + timestamp).codes()).containsExactly("TIMESTAMP_ERROR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",ACC001,1,EUR,2026-01-31T23:59:59",
        "1,,1,EUR,2026-01-31T23:59:59",
        "1,ACC001,,EUR,2026-01-31T23:59:59",
        "1,ACC001,1,,2026-01-31T23:59:59",
        "1,ACC001,1,EUR,"
      })
  void eachOfTheFiveFieldsIsRequired(String line) {
    assertThat(judge(line).codes()).containsExactly("NULL_VALUE_ERROR");
  }

  @Test
  void aRowThatCannotBeReadIsASchemaErrorAndNothingElse() {
    assertThat(judge("1,2,3,4").codes()).containsExactly("SCHEMA_ERROR");
    assertThat(judge("\"1,2,3,4,5").codes()).containsExactly("SCHEMA_ERROR");
    TransactionRow bytes =
        TransactionRow.of(
            RowsOfText.row("\u00E9,2,3,4,5", StandardCharsets.ISO_8859_1),
            "",
            TimestampRule.DEFAULT);
    assertThat(rules(Set.of()).judge(bytes, 0).codes()).containsExactly("SCHEMA_ERROR");
  }

  @Test
  void aRowKeepsAllItsErrorsInOrderOfPrecedence() {
    Rejections rejections = judge("x,,y,z,t");
    assertThat(rejections.codes())
        .containsExactly(
            "NULL_VALUE_ERROR", "TYPE_ERROR", "TYPE_ERROR", "CURRENCY_ERROR", "TIMESTAMP_ERROR");
    assertThat(rejections.primary()).isEqualTo(Reasons.NULL_VALUE_ERROR);
    assertThat(rejections.destination()).isEqualTo(Destination.QUARANTINE);
  }

  @Test
  void aRowThatFailedBeforeIsCondemnedWithItsOtherErrorsKept() {
    TransactionRow row = row("1,ACC001,x,EUR,2026-01-31T23:59:59");
    Rejections rejections = rules(Set.of(row.hash())).judge(row, 0);
    assertThat(rejections.codes()).containsExactly("DUPLICATE_FAILURE", "TYPE_ERROR");
    assertThat(rejections.destination()).isEqualTo(Destination.CONDEMNED);
  }

  @Test
  void theThirdFailureCondemns() {
    TransactionRow row = row("1,ACC001,x,EUR,2026-01-31T23:59:59");
    TransactionRules rules = rules(Set.of());
    assertThat(rules.judge(row, 1).codes()).containsExactly("TYPE_ERROR");
    assertThat(rules.judge(row, 2).codes()).containsExactly("MAX_ATTEMPTS", "TYPE_ERROR");
    assertThat(rules.judge(row(GOOD), 2).isEmpty()).isTrue();
    assertThat(rules(Set.of(row.hash())).judge(row, 2).codes())
        .containsExactly("DUPLICATE_FAILURE", "MAX_ATTEMPTS", "TYPE_ERROR");
  }

  @Test
  void thePrimaryReasonGoesWhereTheRowGoes() {
    List<String> condemning =
        Reasons.IN_ORDER.stream()
            .filter(reason -> reason.goesTo() == Destination.CONDEMNED)
            .map(RejectReason::code)
            .collect(Collectors.toList());
    assertThat(condemning)
        .containsExactly("DUPLICATE_FAILURE", "MAX_ATTEMPTS", "DUPLICATE_TRANSACTION");
    assertThat(Reasons.IN_ORDER)
        .hasSize(8)
        .startsWith(Reasons.DUPLICATE_FAILURE, Reasons.MAX_ATTEMPTS);
  }

  private static Rejections judge(String line) {
    return rules(Set.of()).judge(row(line), 0);
  }

  private static TransactionRow row(String line) {
    return TransactionRow.of(
        RowsOfText.row(line), HASH.of(RowsOfText.row(line)), TimestampRule.DEFAULT);
  }

  private static TransactionRules rules(Set<String> failedBefore) {
    return new TransactionRules(
        CurrencyTable.iso4217(), TimestampRule.DEFAULT, CUSTOMERS::accepts, failedBefore::contains);
  }
}
