package io.strongroom.crypto;

import java.util.Objects;

/**
 * What a key is wanted for.
 *
 * @param tenant whose data it is
 * @param domain the domain of the dataset
 * @param dataset the name of the dataset
 * @param layer the layer of the dataset, in lower case
 * @param purpose what is encrypted, such as {@code object} or {@code parquet}
 */
public record KeyScope(String tenant, String domain, String dataset, String layer, String purpose) {

  /** Refuses null. */
  public KeyScope {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(layer, "layer");
    Objects.requireNonNull(purpose, "purpose");
  }
}
