package io.strongroom.benchmarks.storage;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Invented transactions with the types, cardinalities and skews of a bank's: nine columns, the same
 * rows for the same number of them, for ever.
 */
final class Transactions {
  private static final int ACCOUNTS = 200_000;
  private static final long FIRST_MICROS =
      Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000;
  private static final String[] COUNTRIES =
      ("DE FR NL ES BE IT LT AT IE PT FI SK LU GR EE CY GB US CH PL SE DK NO CZ HU RO BG HR SI LV "
              + "MT IS LI TR UA JP CN IN BR CA AU NZ SG ZA MX")
          .split(" ");
  private static final int[] ACCOUNT_DIGITS = {
    18, 23, 18, 24, 14, 20, 23, 17, 20, 24, 11, 14, 20, 18, 24, 20
  };
  private static final String[] CURRENCIES =
      "EUR USD GBP CHF PLN SEK DKK NOK CZK HUF JPY CAD".split(" ");
  private static final String[] TRADES =
      ("PHARMACY GROCERY FUEL RESTAURANT HOTEL AIRLINE CLOTHING HARDWARE TELECOM INSURANCE BOOKS "
              + "TAXI FURNITURE ELECTRONICS")
          .split(" ");
  private static final String[] FIRST_WORDS =
      ("NORTH SOUTH EAST WEST GREEN BLUE RED SILVER GOLDEN OLD NEW CITY RIVER LAKE HILL FOREST "
              + "HARBOUR CASTLE CAFÉ BÄCKEREI")
          .split(" ");
  private static final String[] SECOND_WORDS =
      ("MARKET STORE SHOP BAKERY GARAGE PHARMACY STUDIO CENTRE HOUSE POINT CORNER GALLERY GARDEN "
              + "KITCHEN TRAVEL MEDIA FASHION SPORTS TOYS TOOLS")
          .split(" ");
  private static final String[] LAST_WORDS =
      "LTD GMBH SA BV SRL AB OY AS PLC INC KG SPA NV".split(" ");

  private final SplittableRandom random = new SplittableRandom(7);
  private final String[] accounts = new String[ACCOUNTS];
  private final long[] customers = new long[ACCOUNTS];
  private final String[] categories = new String[280];
  private final String[] merchants = new String[5_000];
  private long micros = FIRST_MICROS;

  private Transactions() {
    SplittableRandom fixed = new SplittableRandom(42);
    long customer = 10_000_000;
    for (int i = 0; i < ACCOUNTS; i++) {
      int country = skew(fixed, 16);
      StringBuilder account = new StringBuilder(COUNTRIES[country]);
      account.append(10 + fixed.nextInt(89));
      for (int digit = 0; digit < ACCOUNT_DIGITS[country]; digit++) {
        account.append((char) ('0' + fixed.nextInt(10)));
      }
      accounts[i] = account.toString();
      customer += fixed.nextInt(3) < 2 ? 7 : 0;
      customers[i] = customer;
    }
    for (int i = 0; i < categories.length; i++) {
      categories[i] =
          (3_000 + 25 * i) + " " + TRADES[i % TRADES.length] + " " + (char) ('A' + i % 9);
    }
    for (int i = 0; i < merchants.length; i++) {
      merchants[i] =
          FIRST_WORDS[i % 20] + " " + SECOND_WORDS[i / 20 % 20] + " " + LAST_WORDS[i / 400];
    }
  }

  /** So many rows, with objects of their own for what differs from row to row. */
  static List<Transaction> rows(int count) {
    Transactions source = new Transactions();
    List<Transaction> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(source.next());
    }
    return rows;
  }

  private Transaction next() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    String id = new UUID(high, low).toString();
    double q = random.nextDouble();
    int account = (int) (ACCOUNTS * q * q);
    BigDecimal amount = amount();
    micros += random.nextInt(80_000);
    String currency = CURRENCIES[skew(random, CURRENCIES.length)];
    String country = COUNTRIES[skew(random, COUNTRIES.length)];
    String category = categories[skew(random, categories.length)];
    boolean uncategorized = random.nextInt(50) == 0;
    String description = description();
    return new Transaction(
        id,
        accounts[account],
        customers[account],
        amount,
        currency,
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L),
        country,
        uncategorized ? null : category,
        description);
  }

  private BigDecimal amount() {
    double sum = 0;
    for (int i = 0; i < 6; i++) {
      sum += random.nextDouble();
    }
    long cents = Math.max(1, (long) Math.exp(8 + 1.6 * (sum - 3) * 1.414));
    boolean negative = random.nextInt(5) == 0;
    if (random.nextInt(4) == 0) {
      cents = cents / 100 * 100 + 99;
    }
    return BigDecimal.valueOf(negative ? -cents : cents, 2);
  }

  private @Nullable String description() {
    int kind = random.nextInt(10);
    String merchant = merchants[skew(random, merchants.length)];
    String reference =
        random.nextInt(10) < 6
            ? String.format(Locale.ROOT, " REF %08d", random.nextInt(100_000_000))
            : "";
    if (random.nextInt(100) == 0) {
      return null;
    }
    String what = kind < 5 ? "CARD PAYMENT " : kind < 8 ? "DIRECT DEBIT " : "SEPA TRANSFER ";
    return what + merchant + reference;
  }

  private static int skew(SplittableRandom random, int n) {
    double u = random.nextDouble();
    return (int) (n * u * u * u);
  }
}
