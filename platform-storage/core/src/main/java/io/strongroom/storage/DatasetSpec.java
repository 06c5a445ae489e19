package io.strongroom.storage;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How a pipeline writes one of its datasets.
 *
 * @param ref which dataset
 * @param mode what a new run does to the older ones
 * @param protection how its files are protected
 * @param conflicts which concurrent runs exclude each other
 * @param schemaVersion the version of its schema, {@code [A-Za-z0-9][A-Za-z0-9._-]{0,31}}
 */
public record DatasetSpec(
    DatasetRef ref,
    DatasetMode mode,
    Protection protection,
    ConflictRule conflicts,
    String schemaVersion) {

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

  /** Checks that nothing is missing and the version's form. */
  public DatasetSpec {
    Objects.requireNonNull(ref, "ref");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(protection, "protection");
    Objects.requireNonNull(conflicts, "conflicts");
    if (!VERSION.matcher(schemaVersion).matches()) {
      throw new IllegalArgumentException(
          "schema version '" + schemaVersion + "' is not of the form " + VERSION.pattern());
    }
  }
}
