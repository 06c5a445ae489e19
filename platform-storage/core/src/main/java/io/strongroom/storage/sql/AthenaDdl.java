package io.strongroom.storage.sql;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.sql.PublishedTable.TableFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that make a {@link PublishedTable} a table of Amazon Athena in the AWS Glue Data
 * Catalog, and a view of the same columns over it.
 *
 * <p>Athena reads every object of a folder. So each folder of a live run is named as a partition of
 * its own, with the run as one more partition column, and a folder in which anything else lies is
 * refused. The table is named after the publication; the view is replaced at last, so that whoever
 * asks the view sees one publication.
 *
 * <p>Immutable.
 */
public final class AthenaDdl {
  /** The partition column that tells the runs of a partition apart. */
  public static final String RUN_COLUMN = "strongroom_run";

  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,128}");
  private static final Pattern LITERAL = Pattern.compile("[^'\"`\\\\;\\p{Cntrl}]*");
  private static final int PARTITIONS_A_STATEMENT = 100;
  private static final int PAGE = 1000;

  private final PublishedTable table;
  private final String database;
  private final String name;
  private final UnaryOperator<String> locations;
  private final Map<Folder, Set<String>> folders = new LinkedHashMap<>();

  private record Folder(SortedMap<String, String> partition, String run, String path) {}

  AthenaDdl(
      PublishedTable table,
      ObjectStore store,
      String database,
      String name,
      UnaryOperator<String> locations) {
    this.table = table;
    this.database = database;
    this.name = name;
    this.locations = locations;
    requireName("database", database);
    requireName("table", name);
    requireName("table", name + "_p" + table.publication());
    for (TableFile file : table.tableFiles()) {
      DatasetOutput output = file.live().output();
      if (output.spec().protection() != Protection.ENGINE_READABLE) {
        throw unreadable("has encrypted files of run " + file.live().manifest().run());
      }
      requireSameTypes(file);
      int slash = file.path().lastIndexOf('/');
      Folder folder =
          new Folder(
              file.live().file().partition(),
              file.live().manifest().run().value(),
              file.path().substring(0, slash + 1));
      folders.computeIfAbsent(folder, key -> new HashSet<>()).add(file.path());
    }
    if (table.schema().field(RUN_COLUMN).isPresent()
        || table.partitions().containsKey(RUN_COLUMN)) {
      throw refused("has a column '" + RUN_COLUMN + "'");
    }
    Set<Object> partitions = new HashSet<>();
    folders.forEach(
        (folder, files) -> {
          if (!partitions.add(List.of(folder.partition(), folder.run()))) {
            throw refused("has files of one partition and run in two folders: " + folder.path());
          }
          requireNothingElse(store, folder.path(), files);
        });
  }

  private void requireName(String what, String value) {
    if (!NAME.matcher(value).matches()) {
      throw refused("cannot be a table: the name of the " + what + " is not " + NAME.pattern());
    }
  }

  /** Athena turns nothing into the newest schema: older files must hold it as it is. */
  private void requireSameTypes(TableFile file) {
    for (SchemaField field : table.schema().fields()) {
      Optional<SchemaField> written = file.field(field.name());
      boolean same =
          written.isPresent()
              ? written.get().type().equals(field.type())
              : field.defaultValue().isEmpty();
      if (!same) {
        throw unreadable(
            "has another type or a default of field '"
                + field.name()
                + "' in files of run "
                + file.live().manifest().run());
      }
    }
  }

  private void requireNothingElse(ObjectStore store, String folder, Set<String> files) {
    @Nullable String after = null;
    while (true) {
      List<ObjectInfo> page = store.list(folder, after, PAGE);
      for (ObjectInfo info : page) {
        after = info.key();
        String last = after.substring(after.lastIndexOf('/') + 1);
        boolean hidden = last.startsWith("_") || last.startsWith(".");
        if (!hidden && !files.contains(after)) {
          throw refused("has an object among its files that is none of them: " + after);
        }
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  /** The statements, in the order in which they are run; without semicolons. */
  public List<String> statements() {
    List<String> statements = new ArrayList<>();
    statements.add(create());
    List<String> added = folders.keySet().stream().map(this::partition).toList();
    for (int from = 0; from < added.size(); from += PARTITIONS_A_STATEMENT) {
      statements.add(
          "ALTER TABLE "
              + table()
              + " ADD IF NOT EXISTS\n"
              + String.join(
                  "\n",
                  added.subList(from, Math.min(added.size(), from + PARTITIONS_A_STATEMENT))));
    }
    statements.add(view());
    return List.copyOf(statements);
  }

  private String table() {
    return quoted(database) + "." + quoted(name + "_p" + table.publication());
  }

  private String create() {
    String columns =
        table.schema().fields().stream()
            .map(field -> "  " + quoted(field.name()) + " " + type(field.name(), field.type()))
            .collect(Collectors.joining(",\n"));
    StringBuilder partitions = new StringBuilder();
    table
        .partitions()
        .forEach(
            (column, type) ->
                partitions
                    .append(quoted(column))
                    .append(' ')
                    .append(type(column, type))
                    .append(", "));
    return "CREATE EXTERNAL TABLE IF NOT EXISTS "
        + table()
        + " (\n"
        + columns
        + "\n)\nPARTITIONED BY ("
        + partitions
        + quoted(RUN_COLUMN)
        + " string)\nSTORED AS PARQUET\nLOCATION "
        + literal("location", locations.apply(table.dataset().path() + "/"));
  }

  private String partition(Folder folder) {
    StringBuilder values = new StringBuilder();
    table
        .partitions()
        .forEach(
            (column, type) -> {
              String value = folder.partition().getOrDefault(column, "");
              boolean number = type == FieldType.Scalar.INT || type == FieldType.Scalar.LONG;
              values
                  .append(quoted(column))
                  .append(" = ")
                  .append(number ? value : literal("partition column " + column, value))
                  .append(", ");
            });
    return "  PARTITION ("
        + values
        + quoted(RUN_COLUMN)
        + " = "
        + literal("run", folder.run())
        + ") LOCATION "
        + literal("location", locations.apply(folder.path()));
  }

  private String view() {
    List<String> columns = new ArrayList<>();
    table.schema().fields().forEach(field -> columns.add(lower(field.name())));
    table.partitions().keySet().forEach(column -> columns.add(lower(column)));
    return "CREATE OR REPLACE VIEW "
        + SqlLiterals.name(database)
        + "."
        + SqlLiterals.name(name)
        + " AS\nSELECT "
        + columns.stream().map(SqlLiterals::name).collect(Collectors.joining(", "))
        + "\nFROM "
        + SqlLiterals.name(database)
        + "."
        + SqlLiterals.name(name + "_p" + table.publication());
  }

  private String quoted(String identifier) {
    return "`" + lower(identifier).replace("`", "``") + "`";
  }

  private static String lower(String identifier) {
    return identifier.toLowerCase(Locale.ROOT);
  }

  private String literal(String what, String value) {
    if (!LITERAL.matcher(value).matches()) {
      throw refused("has a " + what + " that cannot stand in a statement of Athena");
    }
    return "'" + value + "'";
  }

  private String type(String field, FieldType type) {
    if (type instanceof FieldType.Decimal decimal) {
      return "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    if (type instanceof FieldType.Fixed) {
      return "binary";
    }
    if (type instanceof FieldType.Enumeration) {
      return "string";
    }
    if (type instanceof FieldType.ListOf list) {
      return "array<" + type(field, list.element()) + ">";
    }
    if (type instanceof FieldType.MapOf map) {
      return "map<string," + type(field, map.value()) + ">";
    }
    if (type instanceof FieldType.RecordOf record) {
      return record.members().stream()
          .map(member -> quoted(member.name()) + ":" + type(field, member.type()))
          .collect(Collectors.joining(",", "struct<", ">"));
    }
    return switch ((FieldType.Scalar) type) {
      case BOOLEAN -> "boolean";
      case INT -> "int";
      case LONG -> "bigint";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case STRING -> "string";
      case BYTES -> "binary";
      case DATE -> "date";
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, LOCAL_TIMESTAMP_MILLIS, LOCAL_TIMESTAMP_MICROS ->
          "timestamp";
      case TIME_MILLIS, TIME_MICROS, TIMESTAMP_NANOS, LOCAL_TIMESTAMP_NANOS, UUID ->
          throw refused(
              "has a field '" + field + "' of type " + type.text() + ", unknown to Athena");
    };
  }

  private StorageException refused(String problem) {
    return PublishedTable.refused(table.dataset(), problem);
  }

  private StorageException unreadable(String problem) {
    return new StorageException(
        StorageErrorCode.NOT_READABLE_BY_ENGINE,
        "Athena cannot read dataset " + table.dataset() + ": it " + problem);
  }
}
