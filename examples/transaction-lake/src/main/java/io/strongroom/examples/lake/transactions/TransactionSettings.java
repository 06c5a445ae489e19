package io.strongroom.examples.lake.transactions;

import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.source.CurrencyTable;
import io.strongroom.examples.lake.source.SourceLimits;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What decides over the rows of a file.
 *
 * @param limits which files are read at all
 * @param currencies the accepted currencies
 * @param timestamps the accepted timestamps
 * @param customers turns customer numbers into account tokens
 * @param rowHashes makes a row hash for one thread
 */
public record TransactionSettings(
    SourceLimits limits,
    CurrencyTable currencies,
    TimestampRule timestamps,
    Tokenizer customers,
    Supplier<RowHash> rowHashes) {

  RowHash newRowHash() {
    return rowHashes.get();
  }

  /** The settings that change which rows are valid, as parameters of the run key. */
  SortedMap<String, String> parameters() {
    SortedMap<String, String> parameters = new TreeMap<>();
    parameters.put("currencies", currencies.digest());
    parameters.put("customer-id-policy", customers.policy().name());
    parameters.put("timestamps-from", timestamps.earliest().toString());
    parameters.put("timestamps-until", timestamps.latest().toString());
    parameters.put("timestamps-zone-required", Boolean.toString(timestamps.zoneRequired()));
    return parameters;
  }
}
