package io.strongroom.examples.lake.balances;

import io.strongroom.crypto.KeyService;
import io.strongroom.examples.lake.dataset.DatasetFiles;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.RunKeys;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the published balances. Thread-safe. */
public final class PublishedBalances {
  private final ObjectStore store;
  private final KeyService keys;

  /**
   * Prepares to read.
   *
   * @param store where the lake is
   * @param keys unwraps the keys of runs
   */
  public PublishedBalances(ObjectStore store, KeyService keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * The balances that are wanted, in the order of account, currency and month.
   *
   * @param state what the pipeline of balances has published
   * @param wanted which balances
   * @return the balances
   */
  public List<Balance> read(PublishedState state, Predicate<Balance> wanted) {
    List<Balance> balances = new ArrayList<>();
    ParquetSchema columns = LakeSchemas.GOLD;
    int value = columns.index("balance");
    try (DatasetFiles files =
        new DatasetFiles(store, manifest -> RunKeys.open(store, manifest, keys))) {
      for (LiveFile file : state.liveFiles(LakeDatasets.gold(Protection.SEALED).ref())) {
        try (ParquetRowReader rows = files.open(file, columns)) {
          while (rows.next()) {
            Balance balance =
                new Balance(
                    rows.getString(columns.index("account_id")),
                    rows.getString(columns.index("currency")),
                    YearMonth.parse(rows.getString(columns.index("month"))),
                    YearMonth.parse(rows.getString(columns.index("as_of_month"))),
                    rows.isNull(value) ? Optional.empty() : Optional.of(rows.getDecimal(value)));
            if (wanted.test(balance)) {
              balances.add(balance);
            }
          }
        }
      }
    }
    return balances;
  }
}
