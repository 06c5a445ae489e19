package io.strongroom.examples.lake.balances;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The balance of each account and currency at the end of each month, in UTC.
 *
 * <p>The balance is the sum of all movements up to the month's end, whenever they happened; a month
 * without movement carries the balance forward; before the first movement there is none. Since a
 * balance is a sum, the order of the movements does not matter.
 *
 * <p>Memory grows with accounts times months, not with movements. Not for several threads.
 */
public final class MonthEndBalances {
  /** Decimals of every balance. */
  public static final int SCALE = 3;

  private static final long MICROS_A_DAY = 86_400_000_000L;
  private static final long LARGEST = 999_999_999_999_999_999L;

  private record Account(String token, String currency) implements Comparable<Account> {
    @Override
    public int compareTo(Account other) {
      int byToken = token.compareTo(other.token);
      return byToken != 0 ? byToken : currency.compareTo(other.currency);
    }
  }

  private final Map<Account, TreeMap<YearMonth, Long>> movements = new HashMap<>();
  private @Nullable YearMonth first;
  private @Nullable YearMonth last;
  private long lastEpochDay = Long.MIN_VALUE;
  private YearMonth lastMonth = YearMonth.of(1970, 1);

  /** Without any movement. */
  public MonthEndBalances() {}

  /**
   * Adds one movement.
   *
   * @param token the account
   * @param currency the currency
   * @param micros when, in microseconds since 1970 UTC
   * @param amount how much, at most {@value #SCALE} decimals
   * @throws LakeException BALANCE_TOO_LARGE when the month's sum leaves DECIMAL(18,3)
   */
  public void add(String token, String currency, long micros, BigDecimal amount) {
    YearMonth month = monthOf(micros);
    first = first == null || month.isBefore(first) ? month : first;
    last = last == null || month.isAfter(last) ? month : last;
    long thousandths = amount.setScale(SCALE).unscaledValue().longValueExact();
    movements
        .computeIfAbsent(new Account(token, currency), account -> new TreeMap<>())
        .merge(month, thousandths, (a, b) -> sum(a, b, month));
  }

  /**
   * The month of the latest movement.
   *
   * @return the month, or empty without movements
   */
  public Optional<YearMonth> lastMonth() {
    return Optional.ofNullable(last);
  }

  /**
   * Gives every balance from the month of the first movement of all accounts to the month asked
   * for, ordered by account, currency and month. Movements after that month do not count, and
   * accounts without an earlier one are left out.
   *
   * @param asOf the last month
   * @param sink gets the balances one by one
   * @throws LakeException BALANCE_TOO_LARGE when a balance leaves DECIMAL(18,3)
   */
  public void forEach(YearMonth asOf, Consumer<Balance> sink) {
    YearMonth from = first;
    if (from == null || from.isAfter(asOf)) {
      return;
    }
    List<Account> accounts = new ArrayList<>(movements.keySet());
    accounts.sort(null);
    for (Account account : accounts) {
      TreeMap<YearMonth, Long> sums = movements.getOrDefault(account, new TreeMap<>());
      if (sums.firstKey().isAfter(asOf)) {
        continue;
      }
      Long balance = null;
      for (YearMonth month = from; !month.isAfter(asOf); month = month.plusMonths(1)) {
        Long moved = sums.get(month);
        if (moved != null) {
          balance = balance == null ? moved : sum(balance, moved, month);
        }
        Optional<BigDecimal> value =
            balance == null ? Optional.empty() : Optional.of(BigDecimal.valueOf(balance, SCALE));
        sink.accept(new Balance(account.token(), account.currency(), month, asOf, value));
      }
    }
  }

  private YearMonth monthOf(long micros) {
    long day = Math.floorDiv(micros, MICROS_A_DAY);
    if (day != lastEpochDay) {
      lastEpochDay = day;
      lastMonth = YearMonth.from(LocalDate.ofEpochDay(day));
    }
    return lastMonth;
  }

  private static long sum(long a, long b, YearMonth month) {
    // Both are below 10^18, so the sum cannot overflow 64 bits.
    long sum = a + b;
    if (sum > LARGEST || sum < -LARGEST) {
      throw new LakeException(
          LakeErrorCode.BALANCE_TOO_LARGE, "a balance of month " + month + " is out of range");
    }
    return sum;
  }
}
