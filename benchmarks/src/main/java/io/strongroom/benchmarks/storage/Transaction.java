package io.strongroom.benchmarks.storage;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row as an application has it in hand.
 *
 * @param amount two decimals
 * @param at whole microseconds
 */
record Transaction(
    String transactionId,
    String account,
    long customerId,
    BigDecimal amount,
    String currency,
    Instant at,
    String country,
    @Nullable String merchantCategory,
    @Nullable String description) {

  static final String AVRO =
      """
      {"type":"record","name":"transaction","namespace":"io.strongroom.benchmarks","fields":[
        {"name":"transaction_id","type":"string"},
        {"name":"account","type":"string"},
        {"name":"customer_id","type":"long"},
        {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":2}},
        {"name":"currency","type":"string"},
        {"name":"ts","type":{"type":"long","logicalType":"timestamp-micros"}},
        {"name":"country","type":"string"},
        {"name":"merchant_category","type":["null","string"]},
        {"name":"description","type":["null","string"]}]}
      """;

  long micros() {
    return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
  }
}
