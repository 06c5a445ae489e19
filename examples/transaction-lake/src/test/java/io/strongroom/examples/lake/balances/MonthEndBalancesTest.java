package io.strongroom.examples.lake.balances;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class MonthEndBalancesTest {
  private final MonthEndBalances balances = new MonthEndBalances();

  @Test
  void theTwoAccountSampleComesOut() {
    add("ACC001", "EUR", "2024-01-05T10:00:00Z", "500.00");
    add("ACC001", "EUR", "2024-01-20T10:00:00Z", "-174.00");
    add("ACC002", "EUR", "2024-02-10T10:00:00Z", "-25.50");
    add("ACC002", "EUR", "2024-03-31T23:59:59Z", "-100.00");
    assertThat(lines("2024-03"))
        .containsExactly(
            "ACC001 EUR 2024-01 326.000",
            "ACC001 EUR 2024-02 326.000",
            "ACC001 EUR 2024-03 326.000",
            "ACC002 EUR 2024-01 null",
            "ACC002 EUR 2024-02 -25.500",
            "ACC002 EUR 2024-03 -125.500");
  }

  @Test
  void monthsEndInUtc() {
    add("A", "EUR", "2026-01-31T23:59:59.999999Z", "1");
    add("A", "EUR", "2026-02-01T00:00:00Z", "10");
    assertThat(lines("2026-02")).containsExactly("A EUR 2026-01 1.000", "A EUR 2026-02 11.000");
  }

  @Test
  void currenciesOfOneAccountAreApart() {
    add("A", "USD", "2026-01-10T00:00:00Z", "1");
    add("A", "EUR", "2026-02-10T00:00:00Z", "2");
    assertThat(lines("2026-02"))
        .containsExactly(
            "A EUR 2026-01 null",
            "A EUR 2026-02 2.000",
            "A USD 2026-01 1.000",
            "A USD 2026-02 1.000");
  }

  @Test
  void movementsAfterTheLastMonthDoNotCountAndMonthsAfterTheLastMovementDo() {
    add("A", "EUR", "2026-01-10T00:00:00Z", "1");
    add("B", "EUR", "2026-03-10T00:00:00Z", "2");
    assertThat(lines("2026-02")).containsExactly("A EUR 2026-01 1.000", "A EUR 2026-02 1.000");
    assertThat(lines("2026-04")).contains("A EUR 2026-04 1.000", "B EUR 2026-04 2.000");
    assertThat(lines("2025-12")).isEmpty();
  }

  @Test
  void anOldMovementIsCarriedForwardWhateverCameBetween() {
    add("A", "EUR", "2019-06-10T00:00:00Z", "7");
    add("B", "EUR", "2026-01-10T00:00:00Z", "1");
    assertThat(lines("2026-01")).contains("A EUR 2026-01 7.000", "B EUR 2025-12 null");
  }

  @Test
  void manyMovementsInAnyOrderGiveTheSumsOfPlainArithmetic() {
    SplittableRandom random = new SplittableRandom(9);
    List<Instant> times = new ArrayList<>();
    List<BigDecimal> amounts = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      times.add(Instant.ofEpochSecond(random.nextLong(1_700_000_000L, 1_750_000_000L)));
      amounts.add(BigDecimal.valueOf(random.nextLong(-1_000_000, 1_000_000), 3));
      balances.add("A", "KWD", micros(times.get(i)), amounts.get(i));
    }
    balances.forEach(
        YearMonth.of(2025, 7),
        balance -> {
          Instant end =
              balance.month().plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
          BigDecimal sum = BigDecimal.ZERO.setScale(3);
          for (int i = 0; i < times.size(); i++) {
            sum = times.get(i).isBefore(end) ? sum.add(amounts.get(i)) : sum;
          }
          assertThat(balance.balance()).isEqualTo(Optional.of(sum));
        });
  }

  @Test
  void aBalanceThatDoesNotFitIsRefusedAndItsMonthNamed() {
    add("A", "EUR", "2026-01-10T00:00:00Z", "999999999999999.999");
    add("A", "EUR", "2026-02-10T00:00:00Z", "0.001");
    assertThatThrownBy(() -> lines("2026-02"))
        .isInstanceOfSatisfying(
            LakeException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(LakeErrorCode.BALANCE_TOO_LARGE))
        .hasMessageContaining("2026-02");
  }

  private void add(String account, String currency, String time, String amount) {
    balances.add(account, currency, micros(Instant.parse(time)), new BigDecimal(amount));
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  private List<String> lines(String asOf) {
    List<String> lines = new ArrayList<>();
    balances.forEach(
        YearMonth.parse(asOf),
        balance ->
            lines.add(
                balance.account()
                    + " "
                    + balance.currency()
                    + " "
                    + balance.month()
                    + " "
                    + balance.balance().map(BigDecimal::toPlainString).orElse("null")));
    return lines;
  }
}
