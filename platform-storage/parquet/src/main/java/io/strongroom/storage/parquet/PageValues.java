package io.strongroom.storage.parquet;

import org.apache.parquet.format.Encoding;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The values of one page that are not null, in one encoding. Numbers go as they are stored into
 * {@link ColumnVector#longs}, a {@code float} or {@code double} as its bits; everything else as
 * ranges of {@link ColumnVector#data}, which may be the page itself and is good until the next page
 * is loaded.
 *
 * <p>Bytes that make no sense end in a {@link DamagedPageException}; nothing is allocated for what
 * they state.
 */
abstract class PageValues {

  /** Decodes the next values into the first places of a vector. */
  abstract void read(ColumnVector into, int count);

  /** Passes over the next values. */
  abstract void skip(int count);

  /**
   * Starts at the first value of a page.
   *
   * @param most how many values there can be
   * @param dictionary the entries, where the chunk has them
   * @return null when a column of this type does not have this encoding
   */
  static @Nullable PageValues of(
      Encoding encoding,
      PrimitiveType type,
      byte[] bytes,
      int from,
      int to,
      long most,
      @Nullable ColumnVector dictionary) {
    PrimitiveTypeName name = type.getPrimitiveTypeName();
    int width = width(type);
    boolean number = number(name);
    return switch (encoding) {
      case PLAIN -> plain(type, bytes, from, to);
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
        if (dictionary == null) {
          throw new DamagedPageException("ids without a dictionary");
        }
        yield new DictionaryValues(bytes, from, to, dictionary);
      }
      case RLE -> name == PrimitiveTypeName.BOOLEAN ? runs(bytes, from, to) : null;
      case DELTA_BINARY_PACKED ->
          number && name != PrimitiveTypeName.FLOAT && name != PrimitiveTypeName.DOUBLE
              ? new DeltaValues.Numbers(
                  new DeltaDecoder(bytes, from, to, most), name == PrimitiveTypeName.INT32)
              : null;
      case DELTA_LENGTH_BYTE_ARRAY ->
          name == PrimitiveTypeName.BINARY ? new DeltaValues.Texts(bytes, from, to, most) : null;
      case DELTA_BYTE_ARRAY ->
          name == PrimitiveTypeName.BINARY
              ? new DeltaValues.SharedTexts(bytes, from, to, most, -1)
              : name == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                  ? new DeltaValues.SharedTexts(bytes, from, to, most, width)
                  : null;
      case BYTE_STREAM_SPLIT ->
          number
              ? new SplitValues.Numbers(bytes, from, to, width)
              : name == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                  ? new SplitValues.Fixed(bytes, from, to, width)
                  : null;
      case BIT_PACKED -> null;
    };
  }

  /** The values of a plain page, or of a dictionary. */
  static PageValues plain(PrimitiveType type, byte[] bytes, int from, int to) {
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> new PlainValues.Booleans(bytes, from, to);
      case INT32, INT64, FLOAT, DOUBLE -> new PlainValues.Numbers(bytes, from, to, width(type));
      case BINARY -> new PlainValues.Texts(bytes, from, to);
      case FIXED_LEN_BYTE_ARRAY, INT96 -> new PlainValues.Fixed(bytes, from, to, width(type));
    };
  }

  private static PageValues runs(byte[] bytes, int from, int to) {
    int length = to - from < Integer.BYTES ? -1 : LittleEndian.int32(bytes, from);
    int start = from + Integer.BYTES;
    if (length < 0 || length > to - start) {
      throw new DamagedPageException("the runs end too early");
    }
    return new PlainValues.BooleanRuns(new RunDecoder(bytes, start, start + length, 1, "values"));
  }

  private static boolean number(PrimitiveTypeName name) {
    return switch (name) {
      case INT32, INT64, FLOAT, DOUBLE -> true;
      case BOOLEAN, BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> false;
    };
  }

  /** Bytes of a plain value; 0 where that varies. */
  static int width(PrimitiveType type) {
    return switch (type.getPrimitiveTypeName()) {
      case INT32, FLOAT -> Integer.BYTES;
      case INT64, DOUBLE -> Long.BYTES;
      case INT96 -> 12;
      case FIXED_LEN_BYTE_ARRAY -> type.getTypeLength();
      case BINARY, BOOLEAN -> 0;
    };
  }
}
