package io.strongroom.examples.lake.dataset;

import static io.strongroom.storage.schema.Classification.INTERNAL;
import static io.strongroom.storage.schema.Classification.PERSONAL;
import static io.strongroom.storage.schema.Classification.SENSITIVE;
import static io.strongroom.storage.schema.FieldForm.TOKENIZED;
import static io.strongroom.storage.schema.FieldType.Scalar.INT;
import static io.strongroom.storage.schema.FieldType.Scalar.LONG;
import static io.strongroom.storage.schema.FieldType.Scalar.STRING;
import static io.strongroom.storage.schema.FieldType.Scalar.TIMESTAMP_MICROS;

import io.strongroom.pipeline.DatasetForm;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.DatasetSchemas;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.SchemaField;
import java.util.Optional;

/**
 * The fields of the lake's datasets, version 1: how sensitive each is and how it stands there.
 *
 * <p>Amounts and balances have three decimals because some currencies have; a currency with fewer
 * has zeros there. Times are microseconds since 1970 in UTC.
 */
public final class LakeSchemas {
  private static final Decimal MONEY = new Decimal(18, 3);

  /** Valid transactions: who it is stands there as a token. */
  public static final DatasetSchema TRANSACTION =
      DatasetSchema.of(
          LakeDatasets.SCHEMA_VERSION,
          SchemaField.required("id", LONG, INTERNAL),
          SchemaField.required("transaction_id", STRING, INTERNAL),
          SchemaField.required("account_id", STRING, PERSONAL).in(TOKENIZED),
          SchemaField.required("amount", MONEY, SENSITIVE),
          SchemaField.required("currency", STRING, INTERNAL),
          SchemaField.required("tx_date", TIMESTAMP_MICROS, INTERNAL),
          SchemaField.required("row_hash", STRING, INTERNAL),
          SchemaField.required("source_file_id", STRING, INTERNAL),
          SchemaField.required("source_row_number", LONG, INTERNAL),
          SchemaField.required("attempt_count", INT, INTERNAL),
          SchemaField.required("ingestion_timestamp", TIMESTAMP_MICROS, INTERNAL),
          SchemaField.required("first_run_id", STRING, INTERNAL));

  /** Rejected rows, in quarantine and condemned: their text as it was received. */
  public static final DatasetSchema REJECTED_ROW =
      DatasetSchema.of(
          LakeDatasets.SCHEMA_VERSION,
          SchemaField.required("source_file_id", STRING, INTERNAL),
          SchemaField.required("source_row_number", LONG, INTERNAL),
          SchemaField.required("primary_reason", STRING, INTERNAL),
          SchemaField.required("reasons", STRING, INTERNAL),
          SchemaField.required("reason_details", STRING, INTERNAL),
          SchemaField.required("raw_text", STRING, PERSONAL),
          SchemaField.required("raw_encoding", STRING, INTERNAL),
          SchemaField.required("row_hash", STRING, INTERNAL),
          SchemaField.required("attempt_count", INT, INTERNAL),
          SchemaField.required("ingestion_timestamp", TIMESTAMP_MICROS, INTERNAL),
          SchemaField.required("first_run_id", STRING, INTERNAL));

  /** Month-end balances. */
  public static final DatasetSchema BALANCE =
      DatasetSchema.of(
          LakeDatasets.SCHEMA_VERSION,
          SchemaField.required("account_id", STRING, PERSONAL).in(TOKENIZED),
          SchemaField.required("currency", STRING, INTERNAL),
          SchemaField.required("month", STRING, INTERNAL),
          SchemaField.nullable("balance", MONEY, SENSITIVE),
          SchemaField.required("as_of_month", STRING, INTERNAL));

  /** The columns of valid transactions. */
  public static final ParquetSchema SILVER =
      DatasetSchemas.columns(LakeDatasets.SILVER, TRANSACTION);

  /** What the check for duplicates reads of silver. */
  public static final ParquetSchema SILVER_IDENTITY = SILVER.select("transaction_id", "tx_date");

  /** What the balances read of silver. */
  public static final ParquetSchema SILVER_MOVEMENT =
      SILVER.select("account_id", "amount", "currency", "tx_date");

  /** The columns of rejected rows. */
  public static final ParquetSchema REJECTED =
      DatasetSchemas.columns(LakeDatasets.QUARANTINE, REJECTED_ROW);

  /** What the check for failed rows reads of quarantine. */
  public static final ParquetSchema REJECTED_IDENTITY = REJECTED.select("row_hash");

  /** The columns of month-end balances. */
  public static final ParquetSchema GOLD = gold(LakeDatasets.gold(Protection.SEALED));

  private LakeSchemas() {}

  /**
   * The columns of month-end balances as they are written.
   *
   * @param dataset gold; where its files are not encrypted, balances leave no smallest and largest
   *     value there
   */
  public static ParquetSchema gold(DatasetSpec dataset) {
    return DatasetSchemas.columns(dataset, BALANCE);
  }

  /**
   * What the pipelines say about files of a schema, all of which {@link DatasetFileWriter} writes.
   *
   * @param schema one of those above
   */
  public static DatasetForm form(DatasetSchema schema) {
    return new DatasetForm(schema, Optional.of(DatasetFileWriter.LAYOUT.name()));
  }
}
