package io.strongroom.storage.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The type of a field. Its text form, {@link #text}, is the one that stands in documents: {@code
 * long}, {@code decimal(16,2)}, {@code list<string?>}, {@code record<street:string,zip:string?>}.
 * Immutable.
 */
public sealed interface FieldType {

  /** A type without parameters. */
  enum Scalar implements FieldType {
    /** True or false. */
    BOOLEAN,
    /** A whole number of 32 bits. */
    INT,
    /** A whole number of 64 bits. */
    LONG,
    /** A binary floating-point number of 32 bits. */
    FLOAT,
    /** A binary floating-point number of 64 bits. */
    DOUBLE,
    /** Text. */
    STRING,
    /** Bytes. */
    BYTES,
    /** A day. */
    DATE,
    /** A time of day in milliseconds. */
    TIME_MILLIS,
    /** A time of day in microseconds. */
    TIME_MICROS,
    /** A moment in milliseconds, UTC. */
    TIMESTAMP_MILLIS,
    /** A moment in microseconds, UTC. */
    TIMESTAMP_MICROS,
    /** A moment in nanoseconds, UTC. */
    TIMESTAMP_NANOS,
    /** Day and time of a place that is not said, in milliseconds. */
    LOCAL_TIMESTAMP_MILLIS,
    /** Day and time of a place that is not said, in microseconds. */
    LOCAL_TIMESTAMP_MICROS,
    /** Day and time of a place that is not said, in nanoseconds. */
    LOCAL_TIMESTAMP_NANOS,
    /** A UUID. */
    UUID;

    @Override
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A decimal number.
   *
   * @param precision digits in all, 1 to 38
   * @param scale digits behind the point, 0 to the precision
   */
  record Decimal(int precision, int scale) implements FieldType {
    /** Checks both. */
    public Decimal {
      if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "decimal(" + precision + "," + scale + ") has not 1 to 38 digits, scale among them");
      }
    }

    @Override
    public String text() {
      return "decimal(" + precision + "," + scale + ")";
    }
  }

  /**
   * So many bytes.
   *
   * @param size 1 to 65,536
   */
  record Fixed(int size) implements FieldType {
    /** Checks the size. */
    public Fixed {
      if (size < 1 || size > 65_536) {
        throw new IllegalArgumentException("fixed(" + size + ") is not 1 to 65536 bytes");
      }
    }

    @Override
    public String text() {
      return "fixed(" + size + ")";
    }
  }

  /**
   * One of some names.
   *
   * @param symbols the names, {@code [A-Za-z_][A-Za-z0-9_]*}, each once
   */
  record Enumeration(List<String> symbols) implements FieldType {
    /** Checks the names. */
    public Enumeration {
      symbols = List.copyOf(symbols);
      requireNames("enum", symbols);
    }

    @Override
    public String text() {
      return "enum<" + String.join(",", symbols) + ">";
    }
  }

  /**
   * Values in an order.
   *
   * @param element their type
   * @param nullable whether one of them may be missing
   */
  record ListOf(FieldType element, boolean nullable) implements FieldType {
    @Override
    public String text() {
      return "list<" + element.text() + (nullable ? "?>" : ">");
    }
  }

  /**
   * Values by names.
   *
   * @param value their type
   * @param nullable whether one of them may be missing
   */
  record MapOf(FieldType value, boolean nullable) implements FieldType {
    @Override
    public String text() {
      return "map<" + value.text() + (nullable ? "?>" : ">");
    }
  }

  /**
   * Fields of their own.
   *
   * @param members the fields, each of another name
   */
  record RecordOf(List<Member> members) implements FieldType {
    /** Checks the names. */
    public RecordOf {
      members = List.copyOf(members);
      requireNames("record", members.stream().map(Member::name).toList());
    }

    @Override
    public String text() {
      return members.stream()
          .map(one -> one.name() + ":" + one.type().text() + (one.nullable() ? "?" : ""))
          .collect(Collectors.joining(",", "record<", ">"));
    }
  }

  /**
   * A field of a record within a field.
   *
   * @param name {@code [A-Za-z_][A-Za-z0-9_]*}
   * @param type its type
   * @param nullable whether it may be missing
   */
  record Member(String name, FieldType type, boolean nullable) {}

  /** The text form, which {@link #parse} reads. */
  String text();

  /**
   * Reads a text form.
   *
   * @throws IllegalArgumentException when it is none, or not the one that {@link #text} gives
   */
  static FieldType parse(String text) {
    return FieldTypeText.parse(text);
  }

  private static void requireNames(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      SchemaField.requireName(name);
      if (!seen.add(name)) {
        throw new IllegalArgumentException("a " + what + " names '" + name + "' twice");
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a " + what + " is empty");
    }
  }
}
