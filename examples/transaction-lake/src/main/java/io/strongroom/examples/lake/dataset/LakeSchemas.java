package io.strongroom.examples.lake.dataset;

import io.strongroom.storage.parquet.ParquetSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of the lake's files, version 1.
 *
 * <p>Amounts and balances have three decimals because some currencies have; a currency with fewer
 * has zeros there. Times are microseconds since 1970 in UTC.
 */
public final class LakeSchemas {
  private static final String TEXT = "\"string\"";
  private static final String LONG = "\"long\"";
  private static final String INT = "\"int\"";
  private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
  private static final String DECIMAL =
      "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":18,\"scale\":3}";

  /** Valid transactions. */
  public static final ParquetSchema SILVER =
      new Columns("transaction")
          .add("id", LONG)
          .add("transaction_id", TEXT)
          .add("account_id", TEXT)
          .add("amount", DECIMAL)
          .add("currency", TEXT)
          .add("tx_date", MICROS)
          .add("row_hash", TEXT)
          .add("source_file_id", TEXT)
          .add("source_row_number", LONG)
          .add("attempt_count", INT)
          .add("ingestion_timestamp", MICROS)
          .add("first_run_id", TEXT)
          .build();

  /** What the check for duplicates reads of silver. */
  public static final ParquetSchema SILVER_IDENTITY = SILVER.select("transaction_id", "tx_date");

  /** What the balances read of silver. */
  public static final ParquetSchema SILVER_MOVEMENT =
      SILVER.select("account_id", "amount", "currency", "tx_date");

  /** Rejected rows, in quarantine and condemned. */
  public static final ParquetSchema REJECTED =
      new Columns("rejected_row")
          .add("source_file_id", TEXT)
          .add("source_row_number", LONG)
          .add("primary_reason", TEXT)
          .add("reasons", TEXT)
          .add("reason_details", TEXT)
          .add("raw_text", TEXT)
          .add("raw_encoding", TEXT)
          .add("row_hash", TEXT)
          .add("attempt_count", INT)
          .add("ingestion_timestamp", MICROS)
          .add("first_run_id", TEXT)
          .build();

  /** What the check for failed rows reads of quarantine. */
  public static final ParquetSchema REJECTED_IDENTITY = REJECTED.select("row_hash");

  /** Month-end balances. */
  public static final ParquetSchema GOLD =
      new Columns("account_balance")
          .add("account_id", TEXT)
          .add("currency", TEXT)
          .add("month", TEXT)
          .add("balance", "[\"null\"," + DECIMAL + "]")
          .add("as_of_month", TEXT)
          .build();

  private LakeSchemas() {}

  /** An Avro record schema in the making. */
  private static final class Columns {
    private final String name;
    private final List<String> fields = new ArrayList<>();

    Columns(String name) {
      this.name = name;
    }

    Columns add(String column, String type) {
      fields.add("{\"name\":\"" + column + "\",\"type\":" + type + "}");
      return this;
    }

    ParquetSchema build() {
      return ParquetSchema.parse(
          "{\"type\":\"record\",\"name\":\""
              + name
              + "\",\"namespace\":\"io.strongroom.examples.lake\",\"fields\":["
              + String.join(",", fields)
              + "]}");
    }
  }
}
