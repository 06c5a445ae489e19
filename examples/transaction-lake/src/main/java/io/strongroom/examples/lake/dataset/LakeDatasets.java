package io.strongroom.examples.lake.dataset;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;

/** The pipelines of the lake and the datasets that they write. */
public final class LakeDatasets {
  /** The business domain of everything here. */
  public static final String DOMAIN = "payments";

  static final String SCHEMA_VERSION = "v1";

  /** From a received file to validated transactions. */
  public static final PipelineRef TRANSACTIONS = new PipelineRef(DOMAIN, "transactions");

  /** From published transactions to month-end balances. */
  public static final PipelineRef BALANCES = new PipelineRef(DOMAIN, "account-balances");

  /** The files exactly as received. */
  public static final DatasetSpec BRONZE = appended(Layer.BRONZE, ConflictRule.NONE);

  /**
   * The valid transactions. Two runs that write the same month exclude each other, because each
   * looks for duplicates in what the other has not published yet.
   */
  public static final DatasetSpec SILVER = appended(Layer.SILVER, ConflictRule.PARTITION);

  /** The rejected rows that wait for a correction. */
  public static final DatasetSpec QUARANTINE = appended(Layer.QUARANTINE, ConflictRule.NONE);

  /** The rejected rows that get no further attempt. */
  public static final DatasetSpec CONDEMNED = appended(Layer.CONDEMNED, ConflictRule.NONE);

  private LakeDatasets() {}

  /**
   * The balances: each run replaces the one before.
   *
   * @param protection SEALED, or ENGINE_READABLE where the store encrypts
   * @return the dataset
   */
  public static DatasetSpec gold(Protection protection) {
    return new DatasetSpec(
        new DatasetRef(Layer.GOLD, DOMAIN, BALANCES.name()),
        DatasetMode.SNAPSHOT,
        protection,
        ConflictRule.PARTITION,
        SCHEMA_VERSION);
  }

  private static DatasetSpec appended(Layer layer, ConflictRule conflicts) {
    return new DatasetSpec(
        new DatasetRef(layer, DOMAIN, TRANSACTIONS.name()),
        DatasetMode.APPEND,
        Protection.SEALED,
        conflicts,
        SCHEMA_VERSION);
  }
}
