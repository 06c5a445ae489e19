package io.strongroom.examples.lake.source;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Makes transaction files: the same number of rows and seed give the same bytes, always.
 *
 * <p>All chance comes from one {@link SplittableRandom} whose {@code nextLong} is reduced by hand.
 * Rows run in order of time through the first six months of 2026, about sixty a customer. A
 * customer has one currency of eight (with 0, 2 and 3 decimals), one in four has a second one.
 * Amounts are salaries now and then, payments otherwise. A few rows are wrong on purpose, the same
 * number for each reason: one in six hundred rows, at most {@value #MOST_WRONG_ROWS_A_REASON}, so
 * that a file of millions of rows still passes the breaker. Transaction ids hold four digits of the
 * seed: files of two seeds share none.
 *
 * <p>Constant memory. Not for several threads.
 */
public final class TransactionGenerator {
  /** The most rows that are wrong for one reason. */
  public static final int MOST_WRONG_ROWS_A_REASON = 60;

  /** The rows of the sample that ships with this application. */
  public static final long SAMPLE_ROWS = 4_800;

  /** The seed of the sample that ships with this application. */
  public static final long SAMPLE_SEED = 2026;

  private static final int ROWS_A_WRONG_ROW = 600;
  private static final int ROWS_A_CUSTOMER = 60;
  private static final String[] CURRENCIES = {
    "EUR", "USD", "GBP", "CHF", "JPY", "KRW", "KWD", "BHD"
  };
  private static final int[] DECIMALS = {2, 2, 2, 2, 0, 0, 3, 3};
  private static final long[] UNITS = {1, 1, 1, 1, 150, 1_400, 1, 1};
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
  private static final long END = Instant.parse("2026-07-01T00:00:00Z").getEpochSecond();

  /** What is wrong with a row. */
  private enum Flaw {
    SCHEMA,
    NULL_VALUE,
    TYPE,
    CURRENCY,
    TIMESTAMP,
    DUPLICATE
  }

  private record Row(String id, String customer, String amount, String currency, String timestamp) {
    String line() {
      return String.join(",", id, customer, amount, currency, timestamp);
    }
  }

  private final long rows;
  private final long seed;
  private final SplittableRandom random;
  private final long customers;
  private final SortedMap<Long, Flaw> flaws = new TreeMap<>();
  private final Map<Flaw, Integer> made = new EnumMap<>(Flaw.class);

  private TransactionGenerator(long rows, long seed) {
    this.rows = rows;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.customers = Math.max(4, rows / ROWS_A_CUSTOMER);
  }

  /**
   * Writes a whole file, header first.
   *
   * @param rows how many rows, from 1
   * @param seed which file
   * @param sink gets the bytes; flushed, not closed
   * @throws IOException when writing fails
   */
  public static void write(long rows, long seed, OutputStream sink) throws IOException {
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1");
    }
    new TransactionGenerator(rows, seed).write(sink);
  }

  private void write(OutputStream sink) throws IOException {
    placeFlaws();
    BufferedOutputStream out = new BufferedOutputStream(sink, 1 << 16);
    StringBuilder header = new StringBuilder();
    for (SourceColumn column : SourceColumn.values()) {
      header.append(header.length() == 0 ? "" : ",").append(column.header());
    }
    out.write(header.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    Row lastGood = row(0);
    for (long i = 0; i < rows; i++) {
      Flaw flaw = flaws.get(i);
      Row row = row(i);
      String line = flaw == null ? row.line() : flawed(flaw, row, lastGood);
      lastGood = flaw == null ? row : lastGood;
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
  }

  /** Chooses the wrong rows, none of them the first. */
  private void placeFlaws() {
    long each = Math.min(MOST_WRONG_ROWS_A_REASON, rows / ROWS_A_WRONG_ROW);
    Set<Long> taken = new HashSet<>();
    for (Flaw flaw : Flaw.values()) {
      for (long n = 0; n < each; n++) {
        long at = 1 + below(rows - 1);
        while (!taken.add(at)) {
          at = 1 + below(rows - 1);
        }
        flaws.put(at, flaw);
      }
    }
  }

  private Row row(long index) {
    long customer = below(customers);
    int currency = currencyOf(customer);
    long step = (END - START) / rows;
    long second = START + index * (END - START) / rows + below(Math.max(1, step));
    return new Row(
        String.format(Locale.ROOT, "TX-%04d%011d", Math.floorMod(seed, 10_000L), index + 1),
        String.format(Locale.ROOT, "C%08d", 10_000_000 + customer * 37),
        amount(currency),
        CURRENCIES[currency],
        timestamp(second));
  }

  private int currencyOf(long customer) {
    int main = (int) (customer * 5 % CURRENCIES.length);
    boolean second = customer % 4 == 3 && below(5) == 0;
    return second ? (main + 1) % CURRENCIES.length : main;
  }

  private String amount(int currency) {
    long whole;
    boolean incoming = below(12) == 0;
    if (incoming) {
      whole = 900 + below(2_600);
    } else {
      whole = 1 + below(40) * below(40) / 8;
    }
    whole *= UNITS[currency];
    String sign = incoming ? "" : "-";
    int decimals = DECIMALS[currency];
    if (decimals == 0) {
      return sign + whole;
    }
    long fraction = decimals == 2 ? below(100) : 5 * below(200);
    return sign + whole + "." + String.format(Locale.ROOT, "%0" + decimals + "d", fraction);
  }

  /** Mostly UTC with Z, sometimes another offset or none. */
  private String timestamp(long second) {
    Instant instant = Instant.ofEpochSecond(second);
    long form = below(20);
    if (form == 0) {
      OffsetDateTime shifted = instant.atOffset(ZoneOffset.ofHours(2));
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(shifted);
    }
    if (form == 1) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
    return DateTimeFormatter.ISO_INSTANT.format(instant);
  }

  private String flawed(Flaw flaw, Row row, Row earlier) {
    int variant = made.merge(flaw, 1, Integer::sum) - 1;
    return switch (flaw) {
      case SCHEMA -> schemaFlaw(variant, row);
      case NULL_VALUE -> nullFlaw(variant, row);
      case TYPE -> typeFlaw(variant, row);
      case CURRENCY -> currencyFlaw(variant, row);
      case TIMESTAMP -> timestampFlaw(variant, row);
      case DUPLICATE -> duplicate(variant, earlier);
    };
  }

  private static String schemaFlaw(int variant, Row row) {
    return switch (variant % 4) {
      case 0 -> String.join(",", row.id(), row.customer(), row.amount(), row.currency());
      case 1 -> row.line() + ",";
      case 2 -> String.join(",", "\"" + row.id(), row.customer(), row.amount());
      default -> row.line().replace("C", "\"C\"x");
    };
  }

  private static String nullFlaw(int variant, Row row) {
    String[] fields = {row.id(), row.customer(), row.amount(), row.currency(), row.timestamp()};
    fields[variant % fields.length] = "";
    return String.join(",", fields);
  }

  private static String typeFlaw(int variant, Row row) {
    String amount =
        switch (variant % 5) {
          case 0 -> "\"1,250.00\"";
          case 1 -> "12.5E3";
          case 2 -> row.amount() + (row.amount().contains(".") ? "7255" : ".5");
          case 3 -> "n/a";
          default -> row.amount();
        };
    String id = variant % 5 == 4 ? "TX-PENDING" : row.id();
    return new Row(id, row.customer(), amount, row.currency(), row.timestamp()).line();
  }

  private static String currencyFlaw(int variant, Row row) {
    String[] wrong = {"eur", "EURO", "XXX", "$", "DEM"};
    String currency = wrong[variant % wrong.length];
    return new Row(row.id(), row.customer(), "-19.90", currency, row.timestamp()).line();
  }

  private static String timestampFlaw(int variant, Row row) {
    String[] wrong = {
      "2026-02-30T10:15:00Z", "15/03/2026 10:15", "2026-03-15", "1926-03-15T10:15:00Z", "yesterday"
    };
    String timestamp = wrong[variant % wrong.length];
    // Every fourth has a second error: all errors of a row are kept.
    String amount = variant % 4 == 3 ? "n/a" : row.amount();
    return new Row(row.id(), row.customer(), amount, row.currency(), timestamp).line();
  }

  /** The earlier row once more: to the letter, or with another amount. */
  private static String duplicate(int variant, Row earlier) {
    String amount = variant % 2 == 0 ? earlier.amount() : "-" + (variant + 1);
    return new Row(
            earlier.id(), earlier.customer(), amount, earlier.currency(), earlier.timestamp())
        .line();
  }

  private long below(long bound) {
    return (random.nextLong() >>> 1) % bound;
  }
}
