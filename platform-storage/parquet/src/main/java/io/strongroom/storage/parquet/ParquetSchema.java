package io.strongroom.storage.parquet;

import io.strongroom.storage.KeyClass;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a file, or those of it that are to be read: an Avro record of {@code boolean},
 * {@code int}, {@code long}, {@code float}, {@code double}, {@code string}, {@code enum}, {@code
 * bytes}, {@code fixed} and their logical types {@code date}, {@code time-millis}, {@code
 * time-micros}, {@code timestamp-} and {@code local-timestamp-} in {@code millis}, {@code micros}
 * and {@code nanos}, {@code uuid} and {@code decimal} (precision 1 to 38), and of records, arrays
 * and maps of these and of each other, each also nullable as a union with {@code null}. A logical
 * type that is not named here is its plain type.
 *
 * <p>The Parquet types are those that parquet-avro gives (with {@code
 * parquet.avro.write-parquet-uuid} and without {@code parquet.avro.write-old-list-structure}),
 * except that a decimal over {@code bytes} is an INT64 up to 18 digits and a fixed byte array
 * beyond, and that times in nanoseconds carry their logical type. Immutable.
 */
public final class ParquetSchema {
  static final int INT64_DIGITS = 18;
  private static final int MAX_DIGITS = 38;

  private final Schema avro;
  private final String name;
  private final List<SchemaColumn> columns;
  private final Map<String, KeyClass> keyClasses;
  private final Map<String, BloomFilterSize> bloomFilters;
  private final Map<String, Integer> indexes = new HashMap<>();

  private ParquetSchema(
      Schema avro,
      String name,
      List<SchemaColumn> columns,
      Map<String, KeyClass> keyClasses,
      Map<String, BloomFilterSize> bloomFilters) {
    this.avro = avro;
    this.name = name;
    this.columns = List.copyOf(columns);
    this.keyClasses = Map.copyOf(keyClasses);
    this.bloomFilters = Map.copyOf(bloomFilters);
    for (int index = 0; index < columns.size(); index++) {
      indexes.put(columns.get(index).name(), index);
    }
  }

  /**
   * The schema of an Avro record.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED}, names the column
   */
  public static ParquetSchema of(Schema record) {
    if (record.getType() != Schema.Type.RECORD || record.getFields().isEmpty()) {
      throw refused("the schema is not a record with at least one column");
    }
    MessageType parquet;
    try {
      parquet = new AvroSchemaConverter(asParquetAvro()).convert(record);
    } catch (UnsupportedOperationException | IllegalArgumentException failed) {
      throw new ParquetFileException(
          ParquetErrorCode.SCHEMA_REFUSED,
          "the schema of record '" + record.getName() + "' has no equivalent in Parquet",
          failed);
    }
    List<SchemaColumn> columns = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      if (!parquet.containsField(field.name())) {
        throw refused("column '" + field.name() + "' is always null");
      }
      columns.add(column(parquet.getType(field.name()), field.schema()));
    }
    return new ParquetSchema(record, parquet.getName(), columns, Map.of(), Map.of());
  }

  private static PlainParquetConfiguration asParquetAvro() {
    return new PlainParquetConfiguration(
        Map.of(
            AvroWriteSupport.WRITE_PARQUET_UUID,
            "true",
            AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE,
            "false"));
  }

  /** The type of what is there when a value is not null. */
  static Schema present(Schema type) {
    if (type.isUnion()) {
      for (Schema branch : type.getTypes()) {
        if (branch.getType() != Schema.Type.NULL) {
          return branch;
        }
      }
    }
    return type;
  }

  /**
   * The schema of an Avro record in its JSON form.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED}, names the column
   */
  public static ParquetSchema parse(String avroJson) {
    Schema record;
    try {
      record = new Schema.Parser().parse(avroJson);
    } catch (AvroRuntimeException failed) {
      throw new ParquetFileException(
          ParquetErrorCode.SCHEMA_REFUSED, "the text is not an Avro schema", failed);
    }
    return of(record);
  }

  private static SchemaColumn column(Type type, Schema avro) {
    return type.isPrimitive()
        ? leaf(type, present(avro), type.getName())
        : new SchemaColumn(
            type.getName(),
            ColumnKind.NESTED,
            type.isRepetition(Type.Repetition.OPTIONAL),
            true,
            NestedTypes.stored(type, avro, type.getName()),
            false,
            Set.of());
  }

  /**
   * A column that is not nested, or a leaf of one that is.
   *
   * @param type as parquet-avro has it
   * @param name in messages
   */
  static SchemaColumn leaf(Type type, Schema avro, String name) {
    PrimitiveType stored = type.asPrimitiveType();
    ColumnKind kind = kind(avro);
    if (kind == ColumnKind.DECIMAL) {
      stored = decimal(stored);
    } else if (kind == ColumnKind.TIMESTAMP_NANOS || kind == ColumnKind.LOCAL_TIMESTAMP_NANOS) {
      stored = nanos(stored, kind == ColumnKind.TIMESTAMP_NANOS);
    }
    return new SchemaColumn(
        name,
        kind,
        type.isRepetition(Type.Repetition.OPTIONAL),
        true,
        stored,
        false,
        kind == ColumnKind.ENUM ? Set.copyOf(avro.getEnumSymbols()) : Set.of());
  }

  /** A leaf of an Avro type alone. */
  static SchemaColumn leaf(Schema avro, String name) {
    Schema field = Schema.createRecord("leaf", null, null, false);
    field.setFields(List.of(new Schema.Field("leaf", avro)));
    return leaf(new AvroSchemaConverter(asParquetAvro()).convert(field).getType(0), avro, name);
  }

  static ParquetFileException refused(String column, String what) {
    return refused("column '" + column + "' " + what);
  }

  /** What is held by a column of a type that parquet-avro stores as a primitive one. */
  private static ColumnKind kind(Schema type) {
    LogicalType logical = type.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal) {
      return ColumnKind.DECIMAL;
    }
    if (logical instanceof LogicalTypes.Uuid) {
      return ColumnKind.UUID;
    }
    return switch (type.getType()) {
      case BOOLEAN -> ColumnKind.BOOLEAN;
      case INT ->
          logical instanceof LogicalTypes.Date
              ? ColumnKind.DATE
              : logical instanceof LogicalTypes.TimeMillis
                  ? ColumnKind.TIME_MILLIS
                  : ColumnKind.INT;
      case LONG -> logical == null ? ColumnKind.LONG : time(logical);
      case FLOAT -> ColumnKind.FLOAT;
      case DOUBLE -> ColumnKind.DOUBLE;
      case STRING -> ColumnKind.STRING;
      case ENUM -> ColumnKind.ENUM;
      case BYTES -> ColumnKind.BYTES;
      case FIXED -> ColumnKind.FIXED;
      case RECORD, ARRAY, MAP, UNION, NULL ->
          throw new IllegalArgumentException("an Avro " + type.getType() + " is no value");
    };
  }

  private static ColumnKind time(LogicalType logical) {
    return switch (logical.getName()) {
      case "time-micros" -> ColumnKind.TIME_MICROS;
      case "timestamp-millis" -> ColumnKind.TIMESTAMP_MILLIS;
      case "timestamp-micros" -> ColumnKind.TIMESTAMP_MICROS;
      case "timestamp-nanos" -> ColumnKind.TIMESTAMP_NANOS;
      case "local-timestamp-millis" -> ColumnKind.LOCAL_TIMESTAMP_MILLIS;
      case "local-timestamp-micros" -> ColumnKind.LOCAL_TIMESTAMP_MICROS;
      case "local-timestamp-nanos" -> ColumnKind.LOCAL_TIMESTAMP_NANOS;
      default -> ColumnKind.LONG;
    };
  }

  private static PrimitiveType nanos(PrimitiveType type, boolean utc) {
    return Types.primitive(PrimitiveTypeName.INT64, type.getRepetition())
        .as(LogicalTypeAnnotation.timestampType(utc, TimeUnit.NANOS))
        .named(type.getName());
  }

  private static PrimitiveType decimal(PrimitiveType type) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    int precision = ((DecimalLogicalTypeAnnotation) annotation).getPrecision();
    if (precision > MAX_DIGITS) {
      throw refused(
          "column '" + type.getName() + "' has " + precision + " digits, more than " + MAX_DIGITS);
    }
    if (type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
      return type;
    }
    Types.PrimitiveBuilder<PrimitiveType> stored =
        precision <= INT64_DIGITS
            ? Types.primitive(PrimitiveTypeName.INT64, type.getRepetition())
            : Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, type.getRepetition())
                .length(bytesFor(precision));
    return stored.as(annotation).named(type.getName());
  }

  private static int bytesFor(int precision) {
    return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / Byte.SIZE + 1;
  }

  private static ParquetFileException refused(String message) {
    return new ParquetFileException(ParquetErrorCode.SCHEMA_REFUSED, message);
  }

  /**
   * The position of a column, for setters and getters.
   *
   * @return 0 for the first
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when there is none
   */
  public int index(String column) {
    Integer index = indexes.get(column);
    if (index == null) {
      throw refused("record '" + name + "' has no column '" + column + "'");
    }
    return index;
  }

  /** The names of the columns, in their order. */
  public List<String> columns() {
    return columns.stream().map(SchemaColumn::name).toList();
  }

  /**
   * Some of the columns, in the order given, for a reader that needs no others.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when one does not exist,
   *     is named twice, or none is named
   */
  public ParquetSchema select(String... names) {
    List<Schema.Field> fields = new ArrayList<>();
    List<SchemaColumn> selected = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String column : names) {
      selected.add(columns.get(index(column)));
      if (!seen.add(column)) {
        throw refused("column '" + column + "' is selected twice");
      }
      Schema.Field field = Objects.requireNonNull(avro.getField(column));
      fields.add(new Schema.Field(field, field.schema()));
    }
    if (selected.isEmpty()) {
      throw refused("no column of record '" + name + "' is selected");
    }
    Schema record =
        Schema.createRecord(avro.getName(), avro.getDoc(), avro.getNamespace(), false, fields);
    Map<String, KeyClass> classes = new HashMap<>(keyClasses);
    classes.keySet().retainAll(seen);
    Map<String, BloomFilterSize> filters = new HashMap<>(bloomFilters);
    filters.keySet().retainAll(seen);
    return new ParquetSchema(record, name, selected, classes, filters);
  }

  /**
   * The same columns, of which some leave no smallest and largest values in a file. Texts leave
   * only their first 16 bytes anyway; a column of personal data in a file that is not encrypted
   * should leave nothing.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when one does not exist
   */
  public ParquetSchema withoutStatistics(String... names) {
    List<SchemaColumn> changed = new ArrayList<>(columns);
    for (String column : names) {
      int index = index(column);
      changed.set(index, changed.get(index).withoutStatistics());
    }
    return new ParquetSchema(avro, name, changed, keyClasses, bloomFilters);
  }

  /**
   * The same columns, of which one gets a bloom filter in each row group: whoever looks for a few
   * of many different values then reads only the row groups that may hold them. A file in the clear
   * does not take one for a column {@link #withoutStatistics}.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when there is no such
   *     column, or it is a {@code boolean} or nested
   */
  public ParquetSchema withBloomFilter(String column, BloomFilterSize size) {
    ColumnKind kind = columns.get(index(column)).kind();
    if (kind == ColumnKind.BOOLEAN || kind == ColumnKind.NESTED) {
      throw refused("column '" + column + "' is a " + kind + " and gets no bloom filter");
    }
    Map<String, BloomFilterSize> filters = new HashMap<>(bloomFilters);
    filters.put(column, size);
    return new ParquetSchema(avro, name, columns, keyClasses, filters);
  }

  /** The bloom filter that was asked for, or null. */
  @Nullable BloomFilterSize bloomFilter(String column) {
    return bloomFilters.get(column);
  }

  /**
   * The same columns, of which some are written under the key of a class. A file without keys does
   * not take them; a reader without the key of that class reads the others.
   *
   * @param keyClass {@link KeyClass#DEFAULT} takes a column out of its class
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when one does not exist
   */
  public ParquetSchema withKeyClass(KeyClass keyClass, String... names) {
    Map<String, KeyClass> classes = new HashMap<>(keyClasses);
    for (String column : names) {
      index(column);
      classes.remove(column);
      if (!keyClass.equals(KeyClass.DEFAULT)) {
        classes.put(column, keyClass);
      }
    }
    return new ParquetSchema(avro, name, columns, classes, bloomFilters);
  }

  /** The key classes of columns, without {@link KeyClass#DEFAULT}. */
  public SortedSet<KeyClass> keyClasses() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(keyClasses.values()));
  }

  /** The key class of a column. */
  KeyClass keyClass(String column) {
    return keyClasses.getOrDefault(column, KeyClass.DEFAULT);
  }

  /**
   * The same columns, of which some may be encoded as BYTE_STREAM_SPLIT, where a sample of their
   * values shows that this makes the file smaller. parquet-java, DuckDB, pyarrow and this library
   * read it; the vectorized reader of Spark 3.5 does not, so that this is for files that it does
   * not read.
   *
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when one does not exist or
   *     is no {@code float} or {@code double}
   */
  public ParquetSchema withByteStreamSplit(String... names) {
    List<SchemaColumn> changed = new ArrayList<>(columns);
    for (String column : names) {
      int index = index(column);
      ColumnKind kind = changed.get(index).kind();
      if (kind != ColumnKind.FLOAT && kind != ColumnKind.DOUBLE) {
        throw refused(column, "is no floating-point number");
      }
      changed.set(index, changed.get(index).splitting());
    }
    return new ParquetSchema(avro, name, changed, keyClasses, bloomFilters);
  }

  /** The Avro record. */
  public Schema avro() {
    return avro;
  }

  List<SchemaColumn> schemaColumns() {
    return columns;
  }

  MessageType messageType() {
    List<Type> types = new ArrayList<>();
    columns.forEach(column -> types.add(column.stored()));
    return new MessageType(name, Collections.unmodifiableList(types));
  }

  @Override
  public String toString() {
    return "ParquetSchema[" + name + ": " + String.join(", ", columns()) + "]";
  }
}
