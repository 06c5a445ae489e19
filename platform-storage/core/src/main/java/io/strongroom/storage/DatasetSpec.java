package io.strongroom.storage;

import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How a pipeline writes one of its datasets.
 *
 * @param ref which dataset
 * @param mode what a new run does to the older ones
 * @param protection how its files are protected
 * @param conflicts which concurrent runs exclude each other
 * @param schemaVersion the version of its schema, {@code [A-Za-z0-9][A-Za-z0-9._-]{0,31}}
 * @param keyClasses the classes of columns that have a key of their own, without {@link
 *     KeyClass#DEFAULT}; unmodifiable
 */
public record DatasetSpec(
    DatasetRef ref,
    DatasetMode mode,
    Protection protection,
    ConflictRule conflicts,
    String schemaVersion,
    SortedSet<KeyClass> keyClasses) {

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

  /**
   * Checks that nothing is missing and the version's form.
   *
   * @throws IllegalArgumentException also when the default is among the key classes, or they are
   *     those of a dataset that is not encrypted
   */
  public DatasetSpec {
    Objects.requireNonNull(ref, "ref");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(protection, "protection");
    Objects.requireNonNull(conflicts, "conflicts");
    requireVersion(schemaVersion);
    keyClasses = Collections.unmodifiableSortedSet(new TreeSet<>(keyClasses));
    if (keyClasses.contains(KeyClass.DEFAULT)) {
      throw new IllegalArgumentException("every dataset has the key class 'default'");
    }
    if (protection == Protection.ENGINE_READABLE && !keyClasses.isEmpty()) {
      throw new IllegalArgumentException(
          "dataset " + ref + " is ENGINE_READABLE, so it has no key classes");
    }
  }

  /**
   * Checks the form of a schema's version.
   *
   * @throws IllegalArgumentException when it has another form
   */
  public static void requireVersion(String schemaVersion) {
    if (!VERSION.matcher(schemaVersion).matches()) {
      throw new IllegalArgumentException(
          "schema version '" + schemaVersion + "' is not of the form " + VERSION.pattern());
    }
  }

  /** A dataset whose columns are all under one key. */
  public DatasetSpec(
      DatasetRef ref,
      DatasetMode mode,
      Protection protection,
      ConflictRule conflicts,
      String schemaVersion) {
    this(ref, mode, protection, conflicts, schemaVersion, Collections.emptySortedSet());
  }

  /** The same dataset, of which columns of these classes are each under a key of its own. */
  public DatasetSpec withKeyClasses(Collection<KeyClass> classes) {
    return new DatasetSpec(ref, mode, protection, conflicts, schemaVersion, new TreeSet<>(classes));
  }
}
