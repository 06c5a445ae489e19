package io.strongroom.storage;

import java.util.Objects;

/**
 * Names a dataset: a set of records in one layer.
 *
 * @param layer its layer
 * @param domain the business domain, {@code [a-z0-9][a-z0-9_-]{0,62}}
 * @param name its name, same form
 */
public record DatasetRef(Layer layer, String domain, String name) {

  /** Checks the form of both names. */
  public DatasetRef {
    Objects.requireNonNull(layer, "layer");
    Names.require("domain", domain);
    Names.require("dataset name", name);
  }

  /**
   * The key prefix of its objects, without a slash at the end: {@code
   * silver/payments/transactions}. Condemned rows lie beneath the quarantined ones: {@code
   * quarantine/payments/transactions/condemned}.
   */
  public String path() {
    return layer == Layer.CONDEMNED
        ? "quarantine/" + domain + "/" + name + "/condemned"
        : layer.id() + "/" + domain + "/" + name;
  }

  /**
   * Reads back what {@link #path} wrote.
   *
   * @throws IllegalArgumentException when it has another form
   */
  public static DatasetRef parse(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length == 3 && !parts[0].equals(Layer.CONDEMNED.id())) {
      return new DatasetRef(Layer.of(parts[0]), parts[1], parts[2]);
    }
    if (parts.length == 4
        && parts[0].equals(Layer.QUARANTINE.id())
        && parts[3].equals(Layer.CONDEMNED.id())) {
      return new DatasetRef(Layer.CONDEMNED, parts[1], parts[2]);
    }
    throw new IllegalArgumentException(
        "'" + path + "' is not the path of a dataset: layer/domain/name");
  }

  /** The {@link #path}. */
  @Override
  public String toString() {
    return path();
  }
}
