package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many tables of random types, nulls and repetition: what is written here parquet-java, DuckDB and
 * pyarrow read value by value, in every layout that each knows; what pyarrow writes is read here.
 */
@Tag("oracle")
class TableOraclesTest {
  private static final int TABLES = 200;
  private static final int FIRST = 1_000;

  @TempDir Path folder;

  private final Map<String, OracleCount> counts = new TreeMap<>();

  private void count(String oracle, String file, OracleCount.Reading reading) {
    counts.computeIfAbsent(oracle, OracleCount::new).run(file, reading);
  }

  @Test
  void everyReaderFindsEveryValueOfEveryTable() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    Map<Path, RandomTable> written = new TreeMap<>();
    StringBuilder list = new StringBuilder();
    try {
      for (int seed = FIRST; seed < FIRST + TABLES; seed++) {
        Random random = RandomTable.random(~seed);
        RandomTable table = new RandomTable(seed, 16, seed % 10 == 0 ? 30_000 : 2_000);
        ParquetLayout layout = List.of(ParquetLayout.values()).get(random.nextInt(2));
        Codec codec = List.of(Codec.values()).get(random.nextInt(3));
        ParquetFileKeys keys = random.nextBoolean() ? Samples.KEYS : null;
        int rowsPerGroup = 1 + random.nextInt(random.nextBoolean() ? 40_000 : 900);
        WriterSettings settings =
            Samples.small(layout, codec, Math.max(rowsPerGroup, table.rows / 50));
        byte[] bytes = table.write(keys, settings, new Workers(1 + random.nextInt(3), pool));
        String name = seed + "-" + layout + "-" + codec + (keys == null ? "" : "-sealed");
        Path path = Files.write(folder.resolve(name + ".parquet"), bytes);
        written.put(path, table);
        String sealed = keys == null ? "" : ", encrypted";
        list.append(path).append(keys == null ? " -\n" : " " + key() + "\n");
        count(
            "parquet-avro, " + layout + sealed,
            name,
            () -> RandomTablesTest.parquetJava(table, path, keys));
        if (keys == null || layout == ParquetLayout.SINGLE_PAGE) {
          count(
              "DuckDB, " + layout + sealed, name, () -> RandomTablesTest.duckDb(table, path, keys));
        }
      }
    } finally {
      pool.shutdown();
    }
    Pyarrow.run(folder, "read", Files.writeString(folder.resolve("list"), list).toString());
    written.forEach(
        (path, table) -> {
          String[] parts = path.getFileName().toString().replace(".parquet", "").split("-", -1);
          String sealed = parts.length > 3 ? ", encrypted" : "";
          count("pyarrow, " + parts[1] + sealed, parts[0], () -> pyarrowFound(path, table));
        });
    counts.values().forEach(OracleCount::report);
    assertThat(counts).hasSize(2 + 2 + 3 + 4);
  }

  private static void pyarrowFound(Path path, RandomTable table) throws Exception {
    Path error = Path.of(path + ".error");
    if (Files.exists(error)) {
      throw new AssertionError(Files.readString(error, StandardCharsets.UTF_8));
    }
    List<String> lines = Files.readAllLines(Path.of(path + ".rows"), StandardCharsets.US_ASCII);
    if (lines.size() != table.rows) {
      throw new AssertionError(lines.size() + " rows instead of " + table.rows);
    }
    for (int row = 0; row < table.rows; row++) {
      String[] found = lines.get(row).split("\t", -1);
      for (int column = 0; column < table.types.size(); column++) {
        Object value = table.get(row, column);
        RandomTable.Type type = table.types.get(column);
        boolean hex = type == RandomTable.Type.BYTES || type == RandomTable.Type.FIXED;
        String expected = hex && value != null ? "x" + value : text(value);
        if (!expected.equals(found[column])) {
          throw new AssertionError(
              "row " + row + ", column " + column + ": " + found[column] + " for " + expected);
        }
      }
    }
  }

  /** A value as the script has it. */
  private static String text(@Nullable Object value) {
    if (value == null) {
      return "~";
    }
    if (value instanceof Boolean bool) {
      return bool ? "1" : "0";
    }
    if (value instanceof Double real) {
      return HexFormat.of().toHexDigits(Double.doubleToRawLongBits(real));
    }
    if (value instanceof Float real) {
      return HexFormat.of().toHexDigits(Float.floatToRawIntBits(real));
    }
    if (value instanceof UUID uuid) {
      return "x" + uuid.toString().replace("-", "");
    }
    if (value instanceof byte[] bytes) {
      return "x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof CharSequence chars) {
      return "x" + HexFormat.of().formatHex(chars.toString().getBytes(StandardCharsets.UTF_8));
    }
    return value instanceof BigDecimal decimal
        ? decimal.unscaledValue().toString()
        : value.toString();
  }

  private static String key() {
    return HexFormat.of().formatHex(Samples.key(1));
  }

  @Test
  void everyValueOfTablesThatPyarrowWroteIsFound() throws Exception {
    Pyarrow.run(folder, "write", folder.toString(), "0", String.valueOf(TABLES), key());
    for (int seed = 0; seed < TABLES; seed++) {
      Path path = folder.resolve(seed + ".parquet");
      boolean sealed = !Files.readString(folder.resolve(seed + ".key")).equals("-");
      count(
          "written by pyarrow" + (sealed ? ", encrypted" : ""),
          path.toString(),
          () -> foundHere(path, sealed));
    }
    counts.values().forEach(OracleCount::report);
    assertThat(counts).hasSize(2);
  }

  private static void foundHere(Path path, boolean sealed) throws Exception {
    String name = path.toString().replace(".parquet", "");
    ParquetSchema schema = ParquetSchema.parse(Files.readString(Path.of(name + ".avsc")));
    List<String> lines = Files.readAllLines(Path.of(name + ".rows"), StandardCharsets.US_ASCII);
    try (ParquetRowReader in =
        new ParquetRowReader(
            BytesSource.of(Files.readAllBytes(path)), schema, sealed ? Samples.KEYS : null, null)) {
      for (String line : lines) {
        if (!in.next()) {
          throw new AssertionError("rows are missing");
        }
        String[] expected = line.split("\t", -1);
        for (int column = 0; column < expected.length; column++) {
          String found = in.isNull(column) ? "~" : text(value(in, schema, column));
          if (!expected[column].equals(found)) {
            throw new AssertionError(
                "column " + column + ": " + found + " instead of " + expected[column]);
          }
        }
      }
      if (in.next()) {
        throw new AssertionError("there are more rows than " + lines.size());
      }
    }
  }

  private static Object value(ParquetRowReader in, ParquetSchema schema, int column) {
    ColumnKind kind = schema.schemaColumns().get(column).kind();
    if (kind.ticks()) {
      return in.getTicks(column);
    }
    return switch (kind) {
      case BOOLEAN -> in.getBoolean(column);
      case INT -> in.getInt(column);
      case LONG -> in.getLong(column);
      case FLOAT -> in.getFloat(column);
      case DOUBLE -> in.getDouble(column);
      case STRING -> in.getString(column);
      case BYTES -> in.getBytes(column);
      case DATE -> in.getDate(column).toEpochDay();
      case DECIMAL -> in.getDecimal(column);
      default -> throw new AssertionError(kind);
    };
  }
}
