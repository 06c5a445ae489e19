package io.strongroom.storage.sql;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.RegisteredSchema;
import io.strongroom.storage.schema.SchemaChange;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import io.strongroom.storage.schema.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A dataset as of one publication, seen as a table: the columns of its newest schema and those that
 * it is partitioned by. It names the files that are live in that publication and no others,
 * whatever else lies beside them.
 *
 * <p>Immutable. Holds the names of the files, none of their content and no key. The schema of a
 * file is the one that its run names; a run that names none is taken to have the newest.
 */
public final class PublishedTable {
  private final ObjectStore store;
  private final DatasetRef dataset;
  private final long publication;
  private final DatasetSchema schema;
  private final List<TableFile> files;
  private final SortedMap<String, FieldType> partitions;

  private PublishedTable(
      ObjectStore store,
      DatasetRef dataset,
      long publication,
      DatasetSchema schema,
      List<TableFile> files,
      SortedMap<String, FieldType> partitions) {
    this.store = store;
    this.dataset = dataset;
    this.publication = publication;
    this.schema = schema;
    this.files = List.copyOf(files);
    this.partitions = partitions;
  }

  /**
   * The table of a dataset. Its partition columns are texts until {@link #partitionType} says
   * otherwise; one that is also a field of the schema is read from the files.
   *
   * @param store where the control objects are
   * @param state as of which publication
   * @param dataset the dataset
   * @throws StorageException {@link StorageErrorCode#SQL_REFUSED} when the dataset has no
   *     registered schema, a live run names one that is not registered or that the newest broke
   *     with, or its files are partitioned by different columns; and what reading the state throws
   */
  public static PublishedTable of(ObjectStore store, PublishedState state, DatasetRef dataset) {
    Map<String, DatasetSchema> known = new HashMap<>();
    List<RegisteredSchema> all = new SchemaHistory(store, state.pipeline()).all(dataset);
    if (all.isEmpty()) {
      throw refused(dataset, "has no registered schema");
    }
    all.forEach(one -> known.put(one.schema().fingerprint(), one.schema()));
    DatasetSchema newest = all.get(all.size() - 1).schema();
    Map<String, DatasetSchema> readable = new HashMap<>();
    List<TableFile> files = new ArrayList<>();
    SortedMap<String, FieldType> partitions = new TreeMap<>();
    for (LiveFile live : state.liveFiles(dataset)) {
      String fingerprint = live.output().schema().orElseGet(newest::fingerprint);
      DatasetSchema written =
          readable.computeIfAbsent(
              fingerprint,
              named -> readable(dataset, live, Optional.ofNullable(known.get(named)), newest));
      DataFile file = live.file();
      if (files.isEmpty()) {
        file.partition().keySet().forEach(name -> partitions.put(name, Scalar.STRING));
      } else if (!file.partition().keySet().equals(partitions.keySet())) {
        throw refused(
            dataset, "is partitioned by other columns in file " + file.path() + " than before it");
      }
      files.add(new TableFile(live, written));
    }
    newest.fields().forEach(field -> partitions.keySet().removeIf(field.name()::equalsIgnoreCase));
    long seq = state.head().map(head -> head.seq()).orElse(0L);
    return new PublishedTable(store, dataset, seq, newest, files, partitions);
  }

  private static DatasetSchema readable(
      DatasetRef dataset, LiveFile live, Optional<DatasetSchema> written, DatasetSchema newest) {
    String run = "run " + live.manifest().run();
    if (written.isEmpty()) {
      throw refused(dataset, "has a schema in " + run + " that is not registered");
    }
    if (SchemaChange.between(written.get(), newest).verdict() == Verdict.BREAKING) {
      throw refused(
          dataset,
          "was written by "
              + run
              + " under version "
              + written.get().version()
              + ", which version "
              + newest.version()
              + " broke with");
    }
    return written.get();
  }

  /**
   * The same table with a partition column of another type.
   *
   * @param column one that the dataset is partitioned by
   * @param type {@code string}, {@code int}, {@code long} or {@code date}
   * @throws StorageException {@link StorageErrorCode#SQL_REFUSED} when there is no such column, the
   *     type is another, or a file's value is not of the type
   */
  public PublishedTable partitionType(String column, FieldType type) {
    requirePartition(column);
    for (TableFile file : files) {
      SqlLiterals.requireValue(dataset, column, type, file.partition(column));
    }
    SortedMap<String, FieldType> changed = new TreeMap<>(partitions);
    changed.put(column, type);
    return new PublishedTable(store, dataset, publication, schema, files, changed);
  }

  /**
   * The same table with only some of its partitions: what is generated names no file of any other.
   * Values are compared by the column's type; texts by their characters.
   *
   * @param column one that the dataset is partitioned by
   * @param from the first value that is taken
   * @param to the last value that is taken
   * @throws StorageException {@link StorageErrorCode#SQL_REFUSED} when there is no such column, or
   *     a value is not of its type
   */
  public PublishedTable between(String column, String from, String to) {
    FieldType type = requirePartition(column);
    SqlLiterals.requireValue(dataset, column, type, from);
    SqlLiterals.requireValue(dataset, column, type, to);
    return new PublishedTable(
        store,
        dataset,
        publication,
        schema,
        files.stream()
            .filter(file -> SqlLiterals.compare(type, file.partition(column), from) >= 0)
            .filter(file -> SqlLiterals.compare(type, file.partition(column), to) <= 0)
            .toList(),
        partitions);
  }

  private FieldType requirePartition(String column) {
    FieldType type = partitions.get(column);
    if (type == null) {
      throw refused(dataset, "is not partitioned by '" + column + "'");
    }
    return type;
  }

  /**
   * The query of DuckDB that reads this table.
   *
   * @param locations the path or address at which DuckDB finds the object of a key
   * @throws StorageException {@link StorageErrorCode#NOT_READABLE_BY_ENGINE} naming dataset and run
   *     when files are encrypted in another layout than {@code SINGLE_PAGE}; {@link
   *     StorageErrorCode#SQL_REFUSED} when a location has a character that DuckDB takes for a
   *     pattern
   */
  public DuckDbSql duckDb(UnaryOperator<String> locations) {
    return new DuckDbSql(this, locations);
  }

  /**
   * The statements that make this table one of Amazon Athena. Lists the folders of the files.
   *
   * @param database of the Glue Data Catalog, {@code [a-z0-9_]{1,128}}
   * @param name of the table, same form
   * @param locations the address {@code s3://...} of an object's key
   * @throws StorageException {@link StorageErrorCode#NOT_READABLE_BY_ENGINE} when the files are
   *     encrypted, or a live run has a schema that Athena does not read as the newest; {@link
   *     StorageErrorCode#SQL_REFUSED} naming a field of a type that Athena lacks, an object that
   *     lies among the files and is none of them, a name of another form, or a partition whose
   *     value or location cannot stand in a statement
   */
  public AthenaDdl athena(String database, String name, UnaryOperator<String> locations) {
    return new AthenaDdl(this, store, database, name, locations);
  }

  /** Which dataset this is. */
  public DatasetRef dataset() {
    return dataset;
  }

  /** The columns, without those that it is partitioned by. */
  public DatasetSchema schema() {
    return schema;
  }

  /** The columns that it is partitioned by and that are no fields of the schema. */
  public SortedMap<String, FieldType> partitions() {
    return new TreeMap<>(partitions);
  }

  /** The keys of the files, in the order in which their runs were promoted. */
  public List<String> files() {
    return files.stream().map(TableFile::path).toList();
  }

  /** How many bytes the files have, as stored. */
  public long bytes() {
    return files.stream().mapToLong(file -> file.live().file().bytes()).sum();
  }

  /** The number of the publication that this is as of; 0 when nothing was published. */
  public long publication() {
    return publication;
  }

  @Override
  public String toString() {
    return "PublishedTable["
        + dataset
        + " as of publication "
        + publication
        + ", "
        + files.size()
        + " files]";
  }

  List<TableFile> tableFiles() {
    return files;
  }

  static StorageException refused(DatasetRef dataset, String problem) {
    return new StorageException(StorageErrorCode.SQL_REFUSED, "dataset " + dataset + " " + problem);
  }

  /** A live file and the schema that it has. */
  record TableFile(LiveFile live, DatasetSchema written) {
    String path() {
      return live.file().path();
    }

    String partition(String column) {
      return Objects.requireNonNull(live.file().partition().get(column));
    }

    Optional<SchemaField> field(String name) {
      return written.field(name);
    }
  }
}
