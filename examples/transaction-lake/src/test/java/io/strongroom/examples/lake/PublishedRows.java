package io.strongroom.examples.lake;

import com.google.inject.Injector;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.token.DetokenizationScope;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.balances.PublishedBalances;
import io.strongroom.examples.lake.dataset.DatasetFiles;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.parquet.ParquetRowReader;
import io.strongroom.storage.parquet.ParquetSchema;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.RunKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Everything that is published in a lake, as text that is the same in every lake made from the same
 * files: tokens turned back, no run ids, no times of ingestion.
 */
final class PublishedRows {
  private final Injector injector;
  private final ObjectStore store;
  private final Tokenizer customers;
  private final DetokenizationScope scope;

  private PublishedRows(TestLake lake) {
    this.injector = lake.open();
    this.store = injector.getInstance(ObjectStore.class);
    this.customers = injector.getInstance(Tokenizer.class);
    this.scope = injector.getInstance(DetokenizationScope.class);
  }

  static SortedMap<String, List<String>> of(TestLake lake) {
    return new PublishedRows(lake).read();
  }

  private SortedMap<String, List<String>> read() {
    PublishedLake published = injector.getInstance(PublishedLake.class);
    PublishedState transactions = published.read(LakeDatasets.TRANSACTIONS);
    SortedMap<String, List<String>> rows = new TreeMap<>();
    rows.put(
        "silver",
        rows(
            transactions,
            LakeDatasets.SILVER.ref(),
            LakeSchemas.SILVER,
            row ->
                row.getLong(0)
                    + "|"
                    + row.getString(1)
                    + "|"
                    + customers.detokenize(row.getString(2), scope)
                    + "|"
                    + row.getDecimal(3)
                    + "|"
                    + row.getString(4)
                    + "|"
                    + row.getTimestampMicros(5)
                    + "|"
                    + row.getString(7)
                    + "|"
                    + row.getLong(8)
                    + "|"
                    + row.getInt(9)));
    for (DatasetRef rejected :
        List.of(LakeDatasets.QUARANTINE.ref(), LakeDatasets.CONDEMNED.ref())) {
      rows.put(
          rejected.layer().id(),
          rows(
              transactions,
              rejected,
              LakeSchemas.REJECTED,
              row ->
                  row.getString(0)
                      + "|"
                      + row.getLong(1)
                      + "|"
                      + row.getString(2)
                      + "|"
                      + row.getString(4)
                      + "|"
                      + row.getString(5)));
    }
    rows.put(
        "gold",
        injector
            .getInstance(PublishedBalances.class)
            .read(published.read(LakeDatasets.BALANCES), balance -> true)
            .stream()
            .map(
                balance ->
                    customers.detokenize(balance.account(), scope)
                        + "|"
                        + balance.currency()
                        + "|"
                        + balance.month()
                        + "|"
                        + balance.balance())
            .sorted()
            .toList());
    return rows;
  }

  private List<String> rows(
      PublishedState state,
      DatasetRef dataset,
      ParquetSchema schema,
      Function<ParquetRowReader, String> text) {
    KeyService keys = injector.getInstance(KeyService.class);
    List<String> rows = new ArrayList<>();
    try (DatasetFiles files =
        new DatasetFiles(store, manifest -> RunKeys.open(store, manifest, keys))) {
      for (LiveFile file : state.liveFiles(dataset)) {
        try (ParquetRowReader reader = files.open(file, schema)) {
          while (reader.next()) {
            rows.add(text.apply(reader));
          }
        }
      }
    }
    rows.sort(null);
    return rows;
  }
}
