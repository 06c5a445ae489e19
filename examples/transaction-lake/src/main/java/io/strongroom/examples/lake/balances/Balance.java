package io.strongroom.examples.lake.balances;

import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.Optional;

/**
 * What an account holds at the end of a month.
 *
 * @param account the account token
 * @param currency the ISO 4217 code
 * @param month the month, in UTC
 * @param asOfMonth the last month of the computation that this belongs to
 * @param balance the balance with three decimals, or empty before the account's first movement
 */
public record Balance(
    String account,
    String currency,
    YearMonth month,
    YearMonth asOfMonth,
    Optional<BigDecimal> balance) {}
