package io.strongroom.storage;

/**
 * Names a pipeline, the only writer of its datasets.
 *
 * @param domain the business domain, {@code [a-z0-9][a-z0-9_-]{0,62}}
 * @param name its name, same form
 */
public record PipelineRef(String domain, String name) {

  /** Checks the form of both names. */
  public PipelineRef {
    Names.require("domain", domain);
    Names.require("pipeline name", name);
  }

  /** {@code payments/transactions}. */
  public String path() {
    return domain + "/" + name;
  }

  /** The key prefix of its control objects: {@code control/payments/transactions/}. */
  public String control() {
    return "control/" + path() + "/";
  }

  /**
   * Reads back what {@link #path} wrote.
   *
   * @throws IllegalArgumentException when it has another form
   */
  public static PipelineRef parse(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "'" + path + "' is not the path of a pipeline: domain/name");
    }
    return new PipelineRef(parts[0], parts[1]);
  }

  /** The {@link #path}. */
  @Override
  public String toString() {
    return path();
  }
}
