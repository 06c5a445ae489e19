package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.token.DetokenizationScope;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.balances.Balance;
import io.strongroom.examples.lake.balances.PublishedBalances;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.sql.DuckDbSql;
import io.strongroom.storage.sql.PublishedTable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB, given the keys of the runs, reads what two runs over two files published. */
@Tag("verify")
class DuckDbTest {
  /** What a source file must look like to be valid, said once more in SQL. */
  private static final String VALID =
      """
      SELECT tid, cid, CAST(amount AS DECIMAL(18,3)) AS amount, currency,
             CAST(timezone('UTC', CAST(CASE WHEN regexp_matches(ts, '(Z|[+]02:00)$') THEN ts
                                            ELSE ts || 'Z' END AS TIMESTAMPTZ)) AS TIMESTAMP) AS t
      FROM (SELECT *, string_split(line, ',') AS f, f[1] AS tid, f[2] AS cid, f[3] AS amount,
                   f[4] AS currency, f[5] AS ts
            FROM (SELECT column0 AS line FROM read_csv(%s, sep = '\\x01', quote = '', escape = '',
                    header = false, skip = 1, columns = {'column0': 'VARCHAR'})))
      WHERE len(f) = 5
        AND regexp_full_match(tid, 'TX-[0-9]+') AND regexp_full_match(cid, 'C[0-9]+')
        AND currency IN ('EUR', 'USD', 'GBP', 'CHF', 'JPY', 'KRW', 'KWD', 'BHD')
        AND regexp_full_match(amount, CASE WHEN currency IN ('JPY', 'KRW') THEN '-?[0-9]+'
              WHEN currency IN ('KWD', 'BHD') THEN '-?[0-9]+([.][0-9]{1,3})?'
              ELSE '-?[0-9]+([.][0-9]{1,2})?' END)
        AND regexp_full_match(ts, '2026-0[1-7]-[0-9T:]+(Z|[+]02:00)?')
        AND try_cast(ts[1:10] AS DATE) IS NOT NULL AND len(ts) >= 19
      """;

  @TempDir static Path folder;
  private static TestLake lake;
  private static Injector injector;
  private static Connection duckDb;
  private static String sources;

  @BeforeAll
  static void twoRunsOverTwoFiles() throws SQLException {
    lake = new TestLake(folder.resolve("lake"));
    lake.done();
    String second = folder.resolve("second.csv").toString();
    assertThat(lake.runExactly(List.of("generate", "3000", "99", second)).exitCode()).isZero();
    lake.done("run", second);
    sources = "['" + TestLake.SAMPLE + "', '" + second + "']";
    injector = lake.open();
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET TimeZone = 'UTC'");
    published("silver", LakeDatasets.TRANSACTIONS, LakeDatasets.SILVER.ref());
    published("quarantine", LakeDatasets.TRANSACTIONS, LakeDatasets.QUARANTINE.ref());
    published("condemned", LakeDatasets.TRANSACTIONS, LakeDatasets.CONDEMNED.ref());
    published("gold", LakeDatasets.BALANCES, LakeDatasets.gold(Protection.SEALED).ref());
  }

  @AfterAll
  static void close() throws SQLException {
    duckDb.close();
  }

  @Test
  void silverHoldsWhatTheSourceFilesHold() throws SQLException {
    // The lowest row wins among duplicates; the generator's duplicates stand below their originals.
    String expected =
        "SELECT currency, strftime(t, '%Y-%m') m, count(*) n, sum(amount) s, count(DISTINCT cid) c"
            + " FROM (SELECT DISTINCT ON (tid) * FROM ("
            + VALID
                .formatted(sources)
                .replace("SELECT tid,", "SELECT row_number() OVER () AS r, tid,")
            + ") ORDER BY r) GROUP BY ALL ORDER BY ALL";
    String actual =
        "SELECT currency, strftime(tx_date, '%Y-%m') m, count(*) n, sum(amount) s,"
            + " count(DISTINCT account_id) c FROM silver GROUP BY ALL ORDER BY ALL";
    assertThat(lines(actual)).isEqualTo(lines(expected)).hasSizeGreaterThan(40);
  }

  @Test
  void rejectedRowsHoldTheirTextAndReasons() throws SQLException {
    assertThat(lines("SELECT primary_reason, count(*) FROM quarantine GROUP BY ALL ORDER BY ALL"))
        .containsExactly(
            "CURRENCY_ERROR|13",
            "NULL_VALUE_ERROR|13",
            "SCHEMA_ERROR|13",
            "TIMESTAMP_ERROR|10",
            "TYPE_ERROR|16");
    assertThat(
            lines("SELECT DISTINCT reasons FROM quarantine WHERE reasons LIKE '%,%' ORDER BY ALL"))
        .containsExactly("TYPE_ERROR,TIMESTAMP_ERROR");
    assertThat(lines("SELECT DISTINCT reasons, attempt_count FROM condemned"))
        .containsExactly("DUPLICATE_TRANSACTION|1");
    // Row numbers and texts are those of the files.
    assertThat(
            lines(
                "SELECT count(*) FROM quarantine q JOIN (SELECT row_number() OVER () + 1 AS n, line"
                    + " FROM (SELECT column0 AS line FROM read_csv('"
                    + TestLake.SAMPLE
                    + "', sep = '\\x01', quote = '', escape = '', header = false, skip = 1,"
                    + " columns = {'column0': 'VARCHAR'}))) s"
                    + " ON q.source_row_number = s.n AND q.raw_text = s.line"))
        .containsExactly("40");
  }

  @Test
  void goldIsTheMonthEndBalanceOfSilver() throws SQLException {
    String expected =
        """
        WITH months AS (SELECT unnest(range(date '2026-01-01', date '2026-07-01', INTERVAL 1 MONTH)) AS m),
             accounts AS (SELECT DISTINCT account_id, currency FROM silver)
        SELECT account_id, currency, strftime(m, '%Y-%m') AS month,
               (SELECT sum(amount) FROM silver s WHERE s.account_id = a.account_id
                  AND s.currency = a.currency AND s.tx_date < m + INTERVAL 1 MONTH) AS balance
        FROM accounts a, months ORDER BY ALL
        """;
    List<String> gold = lines("SELECT account_id, currency, month, balance FROM gold ORDER BY ALL");
    assertThat(gold).isEqualTo(lines(expected)).hasSizeGreaterThan(500);
    assertThat(lines("SELECT DISTINCT as_of_month FROM gold")).containsExactly("2026-06");
  }

  @Test
  void goldByTheProgramIsGoldByDuckDb() throws SQLException {
    List<Balance> balances =
        injector
            .getInstance(PublishedBalances.class)
            .read(injector.getInstance(PublishedLake.class).read(LakeDatasets.BALANCES), b -> true);
    assertThat(lines("SELECT account_id, currency, month, balance FROM gold"))
        .containsExactlyInAnyOrderElementsOf(
            balances.stream()
                .map(
                    balance ->
                        balance.account()
                            + "|"
                            + balance.currency()
                            + "|"
                            + balance.month()
                            + "|"
                            + balance.balance().map(BigDecimal::toPlainString).orElse("null"))
                .toList());
  }

  @Test
  void tokensTurnedBackAreTheCustomersOfTheFiles() throws SQLException {
    Tokenizer customers = injector.getInstance(Tokenizer.class);
    DetokenizationScope scope = injector.getInstance(DetokenizationScope.class);
    TreeSet<String> turnedBack =
        lines("SELECT DISTINCT account_id FROM silver").stream()
            .map(token -> customers.detokenize(token, scope))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(turnedBack)
        .containsExactlyElementsOf(
            lines("SELECT DISTINCT cid FROM (" + VALID.formatted(sources) + ") ORDER BY cid"));
  }

  /** The generated SQL, with the keys of the runs: each file is read once. */
  private static void published(String name, PipelineRef pipeline, DatasetRef dataset)
      throws SQLException {
    ObjectStore store = injector.getInstance(ObjectStore.class);
    PublishedTable table =
        PublishedTable.of(store, injector.getInstance(PublishedLake.class).read(pipeline), dataset);
    DuckDbSql sql = table.duckDb(key -> lake.folder().store().resolve(key).toString());
    execute(sql.setUp());
    execute(sql.addKeys(store, injector.getInstance(KeyService.class)));
    execute("CREATE TABLE " + name + " AS " + sql.query());
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> lines(String sql) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringJoiner line = new StringJoiner("|");
        for (int column = 1; column <= columns; column++) {
          line.add(String.valueOf(rows.getString(column)));
        }
        lines.add(line.toString());
      }
      return lines;
    }
  }
}
