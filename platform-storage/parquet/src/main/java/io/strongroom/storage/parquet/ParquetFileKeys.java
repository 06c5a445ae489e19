package io.strongroom.storage.parquet;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.run.ModuleKey;
import io.strongroom.storage.run.RunKeys;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of encrypted files: one AES key for the footer and every column of no class, one for
 * each key class, and the references to them that stand in each file.
 *
 * <p>Thread-safe. Keys stay in memory until they are collected; the text form hides them.
 */
public final class ParquetFileKeys {
  private static final int MAX_KEY_ID_BYTES = 1024;

  /** Where keys come from. */
  private interface Source {
    /** The key of new files. */
    ModuleKey current(KeyClass keyClass);

    /** The key of a class that a file names. */
    Optional<ModuleKey> find(KeyClass keyClass, String reference);

    SortedSet<KeyClass> classes();
  }

  /** Keys that were given. */
  private record Given(SortedMap<KeyClass, ModuleKey> keys) implements Source {
    @Override
    public ModuleKey current(KeyClass keyClass) {
      return Objects.requireNonNull(keys.get(keyClass));
    }

    @Override
    public Optional<ModuleKey> find(KeyClass keyClass, String reference) {
      return Optional.of(current(keyClass)).filter(key -> key.reference().equals(reference));
    }

    @Override
    public SortedSet<KeyClass> classes() {
      return new TreeMap<>(keys).navigableKeySet();
    }
  }

  /** The keys of a run. */
  private record OfRun(RunKeys run, DatasetRef dataset) implements Source {
    @Override
    public ModuleKey current(KeyClass keyClass) {
      return run.moduleKey(dataset, keyClass);
    }

    @Override
    public Optional<ModuleKey> find(KeyClass keyClass, String reference) {
      return run.findModuleKey(dataset, keyClass, reference);
    }

    @Override
    public SortedSet<KeyClass> classes() {
      SortedSet<KeyClass> classes = run.keyClasses(dataset);
      classes.add(KeyClass.DEFAULT);
      return classes;
    }
  }

  private final Source source;
  private final byte @Nullable [] aadPrefix;

  private ParquetFileKeys(Source source, byte @Nullable [] aadPrefix) {
    this.source = source;
    this.aadPrefix = aadPrefix;
  }

  /**
   * A key and its reference.
   *
   * @param footerKey 32 bytes; 16 or 24 are taken for reading the files of others, and refused by
   *     the writer. Copied
   * @param keyId says which key it is, is no secret, and is stored in the file as UTF-8; a reader
   *     refuses a file with another reference, but takes one without. At most 1,024 bytes
   * @throws ParquetFileException {@link ParquetErrorCode#KEY_REFUSED}
   */
  public static ParquetFileKeys of(byte[] footerKey, String keyId) {
    SortedMap<KeyClass, ModuleKey> keys = new TreeMap<>();
    keys.put(KeyClass.DEFAULT, checked(footerKey, keyId));
    return new ParquetFileKeys(new Given(keys), null);
  }

  /**
   * The keys of a dataset in a run. New files get the key that is to be used now, files that are
   * read the one that they name. The key of a class is opened when a file needs it: without access
   * to it everything else can be read.
   *
   * @param run stays the caller's, and open as long as files are opened with this
   * @param dataset one of its datasets
   */
  public static ParquetFileKeys of(RunKeys run, DatasetRef dataset) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(dataset, "dataset");
    return new ParquetFileKeys(new OfRun(run, dataset), null);
  }

  /**
   * These keys and that of one class more. What is encrypted through either object is counted
   * together.
   *
   * @param keyClass not {@link KeyClass#DEFAULT}, and none that these have
   * @param key as {@link #of(byte[], String)} takes it
   * @param keyId says which key it is; another reference than that of the other keys
   * @throws ParquetFileException {@link ParquetErrorCode#KEY_REFUSED}
   * @throws IllegalStateException when these are the keys of a run
   */
  public ParquetFileKeys with(KeyClass keyClass, byte[] key, String keyId) {
    if (!(source instanceof Given given)) {
      throw new IllegalStateException("a run has the keys that it has");
    }
    if (given.keys().containsKey(keyClass)
        || given.keys().values().stream().anyMatch(other -> other.reference().equals(keyId))) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "there is already a key of class '" + keyClass + "' or with reference '" + keyId + "'");
    }
    SortedMap<KeyClass, ModuleKey> more = new TreeMap<>(given.keys());
    more.put(keyClass, checked(key, keyId));
    return new ParquetFileKeys(new Given(more), aadPrefix);
  }

  /**
   * The same keys for files that are bound to an AAD prefix, such as a name that the application
   * gives them. A new file does not hold it, so that readers must state it; a file that is read
   * must be bound to it, whether it holds it or not. Without this, files that hold a prefix are
   * read and new ones have none. DuckDB does not read files with a prefix.
   *
   * @param prefix 1 to 1,024 bytes; copied
   * @throws IllegalArgumentException for another length
   */
  public ParquetFileKeys withAadPrefix(byte[] prefix) {
    if (prefix.length == 0 || prefix.length > MAX_KEY_ID_BYTES) {
      throw new IllegalArgumentException("an AAD prefix has 1 to 1024 bytes");
    }
    return new ParquetFileKeys(source, prefix.clone());
  }

  private static ModuleKey checked(byte[] key, String keyId) {
    Objects.requireNonNull(keyId, "keyId");
    if (key.length != 32 && key.length != 24 && key.length != 16) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "the key '" + keyId + "' of Parquet files has " + key.length + " bytes, not 32");
    }
    int length = keyId.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_KEY_ID_BYTES) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "the reference to a key of Parquet files has " + length + " bytes, not 1 to 1024");
    }
    return ModuleKey.of(keyId, key);
  }

  /**
   * How many modules (pages, headers, indexes, footers) were encrypted under the key of footers
   * that new files get now. The writer refuses more than 2^31 under a key that was given; an
   * application that makes several objects of one key, or uses it in several processes, adds their
   * counts. The keys of a run count by themselves and go on to the next key.
   */
  public long modules() {
    return modules(KeyClass.DEFAULT);
  }

  /**
   * The same for a key class.
   *
   * @throws IllegalArgumentException when there is no key of that class
   */
  public long modules(KeyClass keyClass) {
    if (!source.classes().contains(keyClass)) {
      throw new IllegalArgumentException("there is no key of class '" + keyClass + "'");
    }
    return source.current(keyClass).modules();
  }

  /** The reference to the key of footers that new files get now. */
  public String keyId() {
    return source.current(KeyClass.DEFAULT).reference();
  }

  /** The key classes, {@link KeyClass#DEFAULT} among them. */
  public SortedSet<KeyClass> keyClasses() {
    return Collections.unmodifiableSortedSet(source.classes());
  }

  /** The key under which a new file encrypts the columns of a class. */
  ModuleKey writing(KeyClass keyClass) {
    if (!source.classes().contains(keyClass)) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_CLASS_MISSING,
          "there is no key of class '" + keyClass + "' beside '" + keyId() + "'");
    }
    ModuleKey key = source.current(keyClass);
    if (key.length() != 32) {
      throw new ParquetFileException(
          ParquetErrorCode.KEY_REFUSED,
          "the key '" + key.reference() + "' has " + key.length() + " bytes, not 32");
    }
    return key;
  }

  /** The key of a class that a file names. */
  Optional<ModuleKey> find(KeyClass keyClass, String reference) {
    return source.find(keyClass, reference);
  }

  /** The key of a footer that names none. */
  ModuleKey unnamed() {
    return source.current(KeyClass.DEFAULT);
  }

  /** A copy of what files are bound to, or null. */
  byte @Nullable [] aadPrefix() {
    return aadPrefix == null ? null : aadPrefix.clone();
  }

  @Override
  public String toString() {
    return "ParquetFileKeys[" + keyId() + ", redacted]";
  }
}
