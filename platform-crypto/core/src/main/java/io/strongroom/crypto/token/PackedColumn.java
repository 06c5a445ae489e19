package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column, packed one behind the other as UTF-8: the shape in which columnar files
 * hold text. Meant to be used again and again: {@link #clear} keeps the memory, so that filling it
 * anew leaves no garbage.
 *
 * <p>There are no nulls: a column's nulls are left out, as in a Parquet page.
 *
 * <p>Not safe for use by several threads at once. {@code toString} shows no value.
 */
public final class PackedColumn {
  private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

  private byte[] bytes;
  private int[] offsets;
  private int size;
  private boolean borrowed;

  /** A column without values. */
  public PackedColumn() {
    this.bytes = new byte[256];
    this.offsets = new int[17];
  }

  private PackedColumn(byte[] bytes, int[] offsets, int size) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.size = size;
    this.borrowed = true;
  }

  /**
   * A column that holds copies of some texts.
   *
   * @param values the texts, in this order
   * @return a new column
   * @throws IllegalArgumentException when a text is not valid Unicode
   * @throws NullPointerException when there is a null among them
   */
  public static PackedColumn of(Collection<String> values) {
    PackedColumn column = new PackedColumn();
    values.forEach(column::add);
    return column;
  }

  /**
   * A column over arrays that the caller has, without a copy. They are never written to: a column
   * made so copies them when it is changed.
   *
   * @param bytes UTF-8; the caller leaves it as it is for as long as the column is used
   * @param offsets where each value begins, and behind the last one where it ends: {@code size + 1}
   *     positions that never decrease
   * @param size number of values
   * @return a new column
   * @throws IndexOutOfBoundsException when a position lies outside the bytes or before the one in
   *     front of it
   */
  public static PackedColumn over(byte[] bytes, int[] offsets, int size) {
    Objects.checkFromIndexSize(0, size + 1, offsets.length);
    for (int i = 0; i < size; i++) {
      Objects.checkFromToIndex(offsets[i], offsets[i + 1], bytes.length);
    }
    return new PackedColumn(bytes, offsets, size);
  }

  /** Number of values. */
  public int size() {
    return size;
  }

  /**
   * The array that holds the values, to be read between {@link #start} and {@link #end}.
   *
   * @return the array itself, not a copy; it may be replaced when the column changes
   */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Where a value begins in {@link #bytes}.
   *
   * @throws IndexOutOfBoundsException when there is no such value
   */
  public int start(int value) {
    return offsets[Objects.checkIndex(value, size)];
  }

  /**
   * Where a value ends in {@link #bytes}, exclusive.
   *
   * @throws IndexOutOfBoundsException when there is no such value
   */
  public int end(int value) {
    return offsets[Objects.checkIndex(value, size) + 1];
  }

  /**
   * A value as text.
   *
   * @return a new string; what is not UTF-8 in it is U+FFFD
   * @throws IndexOutOfBoundsException when there is no such value
   */
  public String get(int value) {
    return new String(bytes, start(value), end(value) - start(value), UTF_8);
  }

  /** A value as text, or null when it is not UTF-8. */
  @Nullable String strict(int value) {
    try {
      return UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, start(value), end(value) - start(value)))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Whether a value is UTF-8. */
  boolean isUtf8(int value) {
    int end = end(value);
    for (int i = start(value); i < end; i++) {
      if (bytes[i] < 0) {
        return strict(value) != null;
      }
    }
    return true;
  }

  /** All values as text. */
  public List<String> toList() {
    List<String> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(get(i));
    }
    return values;
  }

  /**
   * Adds a text behind the last value.
   *
   * @throws IllegalArgumentException when the text is not valid Unicode; nothing is added
   * @throws NullPointerException when it is null; nothing is added
   * @throws IllegalStateException when the column would pass 2 GiB; nothing is added
   */
  public void add(String value) {
    Objects.requireNonNull(value, "a column has no nulls: they are left out");
    byte[] into = room(3L * value.length());
    int at = offsets[size];
    for (int i = 0; i < value.length(); i++) {
      int c = value.charAt(i);
      if (c < 0x80) {
        into[at++] = (byte) c;
      } else if (c < 0x800) {
        into[at++] = (byte) (0xc0 | c >> 6);
        into[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isSurrogate((char) c)) {
        int point = value.codePointAt(i);
        if (point == c || Character.isLowSurrogate((char) c)) {
          throw new IllegalArgumentException("a text with half a surrogate pair is no Unicode");
        }
        i++;
        into[at++] = (byte) (0xf0 | point >> 18);
        into[at++] = (byte) (0x80 | (point >> 12 & 0x3f));
        into[at++] = (byte) (0x80 | (point >> 6 & 0x3f));
        into[at++] = (byte) (0x80 | (point & 0x3f));
      } else {
        into[at++] = (byte) (0xe0 | c >> 12);
        into[at++] = (byte) (0x80 | (c >> 6 & 0x3f));
        into[at++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    offsets[++size] = at;
  }

  /**
   * Adds bytes behind the last value.
   *
   * @param source UTF-8; copied
   * @throws IndexOutOfBoundsException when the range lies outside the array
   * @throws IllegalStateException when the column would pass 2 GiB; nothing is added
   */
  public void add(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    byte[] into = room(length);
    System.arraycopy(source, from, into, offsets[size], length);
    offsets[size + 1] = offsets[size] + length;
    size++;
  }

  /** Takes all values out. Memory is kept. */
  public void clear() {
    if (borrowed) {
      bytes = new byte[256];
      offsets = new int[17];
      borrowed = false;
    }
    offsets[0] = 0;
    size = 0;
  }

  /** Takes all values out and overwrites the memory that this column has for them with zeros. */
  public void wipe() {
    if (!borrowed) {
      Arrays.fill(bytes, (byte) 0);
    }
    clear();
  }

  /** Becomes a copy of another column. Returns the array to change. */
  byte[] copy(PackedColumn other) {
    clear();
    int shift = other.offsets[0];
    int length = other.offsets[other.size] - shift;
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    if (offsets.length <= other.size) {
      offsets = new int[other.size + 1];
    }
    System.arraycopy(other.bytes, shift, bytes, 0, length);
    for (int i = 0; i <= other.size; i++) {
      offsets[i] = other.offsets[i] - shift;
    }
    size = other.size;
    return bytes;
  }

  /** Room for one value more; returns the array to write to, from {@code offsets[size]} on. */
  byte[] room(long length) {
    long needed = offsets[size] + length;
    if (needed > MAX_BYTES) {
      throw new IllegalStateException("a column holds at most 2 GiB");
    }
    if (borrowed || needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * bytes.length)));
    }
    if (borrowed || size + 2 > offsets.length) {
      offsets = Arrays.copyOf(offsets, Math.max(size + 2, 2 * offsets.length));
    }
    borrowed = false;
    return bytes;
  }

  /** Ends the value that was written into {@link #room}. */
  void written(int length) {
    offsets[size + 1] = offsets[size] + length;
    size++;
  }

  @Override
  public String toString() {
    return "PackedColumn[" + size + " values]";
  }
}
