package io.strongroom.storage.sql;

import io.strongroom.crypto.KeyService;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.sql.PublishedTable.TableFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What DuckDB runs to read a {@link PublishedTable}: one {@code read_parquet} for the files that
 * have a key, a schema and the values of the partition columns in common, their union, and each
 * column as the newest schema has it.
 *
 * <p>Immutable. {@link #query}, {@link #view} and {@link #setUp} name keys and hold none; only
 * {@link #addKeys} prints keys, for whoever may unwrap them.
 */
public final class DuckDbSql {
  private static final String LAYOUT = "SINGLE_PAGE";
  private static final Pattern PATTERN = Pattern.compile("[*?\\[\\]{}\\p{Cntrl}]");

  private final PublishedTable table;
  private final Map<Branch, List<String>> branches = new LinkedHashMap<>();
  private final Map<String, Manifest> runsByKey = new LinkedHashMap<>();

  /** Files that one call reads; an empty key is that of files in the clear. */
  private record Branch(String keyId, DatasetSchema written, SortedMap<String, String> partition) {}

  DuckDbSql(PublishedTable table, UnaryOperator<String> locations) {
    this.table = table;
    for (TableFile file : table.tableFiles()) {
      DatasetOutput output = file.live().output();
      boolean sealed = output.spec().protection() == Protection.SEALED;
      if (sealed) {
        requireReadable(file, output);
        runsByKey.put(output.keyId(), file.live().manifest());
      }
      String location = locations.apply(file.path());
      if (PATTERN.matcher(location).find()) {
        throw PublishedTable.refused(
            table.dataset(),
            "has a file whose location DuckDB takes for a pattern: " + file.path());
      }
      branches
          .computeIfAbsent(
              new Branch(
                  sealed ? output.keyId() : "", file.written(), file.live().file().partition()),
              branch -> new ArrayList<>())
          .add(location);
    }
  }

  private void requireReadable(TableFile file, DatasetOutput output) {
    if (!output.spec().keyClasses().isEmpty()) {
      throw new StorageException(
          StorageErrorCode.NOT_READABLE_BY_ENGINE,
          "DuckDB reads no columns under keys of their own, as run "
              + file.live().manifest().run()
              + " wrote into dataset "
              + table.dataset());
    }
    if (!output.layout().equals(Optional.of(LAYOUT))) {
      throw new StorageException(
          StorageErrorCode.NOT_READABLE_BY_ENGINE,
          "DuckDB reads encrypted files only in the layout "
              + LAYOUT
              + ", and those that run "
              + file.live().manifest().run()
              + " wrote into dataset "
              + table.dataset()
              + output.layout().map(layout -> " are " + layout).orElse(" do not say theirs"));
    }
  }

  /**
   * What a session runs once before the query; empty when the files are in the clear. DuckDB cannot
   * yet filter encrypted files while it reads them.
   */
  public String setUp() {
    return runsByKey.isEmpty() ? "" : "SET disabled_optimizers = 'filter_pushdown';\n";
  }

  /** The names of the keys that the query needs, in the order of its calls. */
  public List<String> keyIds() {
    return List.copyOf(runsByKey.keySet());
  }

  /**
   * The statements that give the keys to a session: <strong>they are the keys themselves</strong>,
   * as base64, and belong into no file, log or history. DuckDB keeps them in memory until its
   * database is closed.
   *
   * @param store where the control objects are
   * @param keyService unwraps the data keys
   * @throws StorageException {@link StorageErrorCode#RUN_KEYS_INVALID} as {@link RunKeys#open}
   * @throws io.strongroom.crypto.KeyUnavailableException when the key service does not answer
   */
  public String addKeys(ObjectStore store, KeyService keyService) {
    StringBuilder sql = new StringBuilder();
    runsByKey.forEach(
        (keyId, run) -> {
          try (RunKeys keys = RunKeys.open(store, run, keyService, List.of(table.dataset()))) {
            byte[] key = keys.parquetFooterKey(table.dataset());
            sql.append("PRAGMA add_parquet_key(")
                .append(SqlLiterals.text(keyId))
                .append(", '")
                .append(Base64.getEncoder().encodeToString(key))
                .append("');\n");
            Arrays.fill(key, (byte) 0);
          }
        });
    return sql.toString();
  }

  /** The query, without a semicolon; rows are in no order. */
  public String query() {
    if (branches.isEmpty()) {
      return "SELECT "
          + table.schema().fields().stream()
              .map(field -> as("CAST(NULL AS " + type(field.type()) + ")", field.name()))
              .collect(Collectors.joining(", "))
          + table.partitions().entrySet().stream()
              .map(one -> ", " + as("CAST(NULL AS " + type(one.getValue()) + ")", one.getKey()))
              .collect(Collectors.joining())
          + " WHERE false";
    }
    return branches.entrySet().stream()
        .map(entry -> select(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining("\nUNION ALL BY NAME\n"));
  }

  /**
   * The statement that makes a view of the query for the time of a session.
   *
   * @param name of the view; any text
   */
  public String view(String name) {
    return "CREATE OR REPLACE TEMP VIEW " + SqlLiterals.name(name) + " AS\n" + query() + ";\n";
  }

  private String select(Branch branch, List<String> locations) {
    List<String> columns = new ArrayList<>();
    for (SchemaField field : table.schema().fields()) {
      columns.add(as(value(field, branch.written().field(field.name())), field.name()));
    }
    table
        .partitions()
        .forEach(
            (name, type) -> {
              String value = SqlLiterals.text(branch.partition().getOrDefault(name, ""));
              columns.add(as("CAST(" + value + " AS " + type(type) + ")", name));
            });
    String key =
        branch.keyId().isEmpty()
            ? ""
            : ", encryption_config = {footer_key: " + SqlLiterals.text(branch.keyId()) + "}";
    return "SELECT "
        + String.join(", ", columns)
        + "\nFROM read_parquet(["
        + locations.stream().map(SqlLiterals::text).collect(Collectors.joining(", "))
        + "], hive_partitioning = false"
        + key
        + ")";
  }

  /** A field as the newest schema has it, of files that may lack it. */
  private static String value(SchemaField field, Optional<SchemaField> written) {
    String type = type(field.type());
    if (written.isPresent()) {
      return "CAST(" + SqlLiterals.name(field.name()) + " AS " + type + ")";
    }
    return "CAST("
        + field.defaultValue().map(SqlLiterals::text).orElse("NULL")
        + " AS "
        + type
        + ")";
  }

  private static String as(String value, String name) {
    return value + " AS " + SqlLiterals.name(name);
  }

  private static String type(FieldType type) {
    if (type instanceof FieldType.Decimal decimal) {
      return "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    if (type instanceof FieldType.Fixed) {
      return "BLOB";
    }
    if (type instanceof FieldType.Enumeration) {
      return "VARCHAR";
    }
    if (type instanceof FieldType.ListOf list) {
      return type(list.element()) + "[]";
    }
    if (type instanceof FieldType.MapOf map) {
      return "MAP(VARCHAR, " + type(map.value()) + ")";
    }
    if (type instanceof FieldType.RecordOf record) {
      return record.members().stream()
          .map(member -> SqlLiterals.name(member.name()) + " " + type(member.type()))
          .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }
    return switch ((FieldType.Scalar) type) {
      case BOOLEAN -> "BOOLEAN";
      case INT -> "INTEGER";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case STRING -> "VARCHAR";
      case BYTES -> "BLOB";
      case DATE -> "DATE";
      case TIME_MILLIS, TIME_MICROS -> "TIME";
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> "TIMESTAMPTZ";
      case LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS -> "TIMESTAMP";
      case LOCAL_TIMESTAMP_NANOS -> "TIMESTAMP_NS";
      case TIMESTAMP_NANOS ->
          throw new StorageException(
              StorageErrorCode.SQL_REFUSED,
              "DuckDB has no moments in nanoseconds: type " + type.text() + " of a field");
      case UUID -> "UUID";
    };
  }

  @Override
  public String toString() {
    return "DuckDbSql[" + table + "]";
  }
}
