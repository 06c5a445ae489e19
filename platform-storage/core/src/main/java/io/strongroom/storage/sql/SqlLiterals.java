package io.strongroom.storage.sql;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.FieldType.Scalar;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;

/** Identifiers and values in SQL, and the values of partitions. */
final class SqlLiterals {
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

  private SqlLiterals() {}

  /** An identifier of DuckDB and of Athena's queries. */
  static String name(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** A text. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** Refuses a type that no partition has, and a value that is not of the type. */
  static void requireValue(DatasetRef dataset, String column, FieldType type, String value) {
    boolean fits;
    try {
      if (type == Scalar.INT) {
        fits = WHOLE.matcher(value).matches() && new BigInteger(value).bitLength() < Integer.SIZE;
      } else if (type == Scalar.LONG) {
        fits = WHOLE.matcher(value).matches();
      } else if (type == Scalar.DATE) {
        fits = LocalDate.parse(value).toString().equals(value);
      } else if (type == Scalar.STRING) {
        fits = true;
      } else {
        throw PublishedTable.refused(
            dataset, "cannot be partitioned by '" + column + "' as " + type.text());
      }
    } catch (DateTimeException e) {
      fits = false;
    }
    if (!fits) {
      throw PublishedTable.refused(
          dataset, "has a value in partition column '" + column + "' that is no " + type.text());
    }
  }

  /** Compares two values of a partition column. */
  static int compare(FieldType type, String one, String other) {
    return type == Scalar.INT || type == Scalar.LONG
        ? new BigInteger(one).compareTo(new BigInteger(other))
        : one.compareTo(other);
  }
}
