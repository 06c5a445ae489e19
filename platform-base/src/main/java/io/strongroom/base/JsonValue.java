package io.strongroom.base;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A JSON value of the subset that has one canonical form: objects, arrays, strings of valid
 * Unicode, integers within 2<sup>53</sup>-1 of zero, booleans and null. A fraction or an exponent
 * is refused: decimals are strings.
 *
 * <p>Values are immutable and safe for use by several threads. {@code toString} shows names and
 * sizes and no content. Sources: RFC 8259 (reading), RFC 8785 (canonical form).
 */
public sealed interface JsonValue {
  /** The deepest nesting of objects and arrays that is read or written. */
  int MAX_DEPTH = 64;

  /** The longest document, in bytes, that is read or written. */
  int MAX_BYTES = 64 * 1024 * 1024;

  /** The largest number; its negative is the smallest. */
  long MAX_INTEGER = (1L << 53) - 1;

  /**
   * Reads one value.
   *
   * @param utf8 the whole document
   * @return the value
   * @throws JsonException JSON_MALFORMED for anything but one JSON value of the subset: invalid
   *     UTF-8, a byte order mark, duplicate members, lone surrogates, fractions, negative zero,
   *     trailing bytes; JSON_TOO_LARGE for depth over 64 or length over 64 MiB
   */
  static JsonValue parse(byte[] utf8) {
    return new JsonParser(utf8).parse();
  }

  /**
   * Reads one object.
   *
   * @param utf8 the whole document
   * @return the object
   * @throws JsonException as {@link #parse(byte[])}, and JSON_MEMBER_TYPE for another value
   */
  static JsonObject parseObject(byte[] utf8) {
    if (parse(utf8) instanceof JsonObject object) {
      return object;
    }
    throw new JsonException(BaseErrorCode.JSON_MEMBER_TYPE, "the document is not an object");
  }

  /**
   * Reads one object and refuses bytes that are not its canonical form.
   *
   * @param utf8 the whole document
   * @return the object
   * @throws JsonException as {@link #parseObject(byte[])}, and JSON_NOT_CANONICAL
   */
  static JsonObject parseCanonicalObject(byte[] utf8) {
    JsonObject object = parseObject(utf8);
    if (!Arrays.equals(object.canonicalBytes(), utf8)) {
      throw new JsonException(
          BaseErrorCode.JSON_NOT_CANONICAL, "the document is not in canonical form");
    }
    return object;
  }

  /**
   * The canonical form of RFC 8785.
   *
   * @return a new array of UTF-8 bytes
   * @throws JsonException JSON_TOO_LARGE when {@link #parse(byte[])} would refuse the result
   */
  default byte[] canonicalBytes() {
    StringBuilder text = new StringBuilder(256);
    CanonicalJson.write(this, text, 0);
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new JsonException(
          BaseErrorCode.JSON_TOO_LARGE, "the document is longer than " + MAX_BYTES + " bytes");
    }
    return bytes;
  }

  /**
   * An object.
   *
   * @param members by name, sorted by UTF-16 code units; unmodifiable
   */
  record JsonObject(SortedMap<String, JsonValue> members) implements JsonValue {

    /**
     * Copies the members.
     *
     * @throws IllegalArgumentException when a name is not valid Unicode
     */
    public JsonObject {
      SortedMap<String, JsonValue> copy = new TreeMap<>();
      members.forEach(
          (name, value) -> {
            CanonicalJson.requireUnicode(name);
            copy.put(name, Objects.requireNonNull(value, name));
          });
      members = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * A new builder without members.
     *
     * @return not safe for use by several threads
     */
    public static Builder builder() {
      return new Builder();
    }

    /**
     * The string of a member.
     *
     * @param name the member
     * @return its value
     * @throws JsonException when it is missing or no string
     */
    public String string(String name) {
      return require(name, JsonString.class, "a string").value();
    }

    /**
     * The string of a member that may be missing.
     *
     * @param name the member
     * @return its value, or empty when the member is missing
     * @throws JsonException when it is no string
     */
    public Optional<String> optionalString(String name) {
      return has(name) ? Optional.of(string(name)) : Optional.empty();
    }

    /**
     * The number of a member.
     *
     * @param name the member
     * @return its value
     * @throws JsonException when it is missing or no number
     */
    public long integer(String name) {
      return require(name, JsonNumber.class, "an integer").value();
    }

    /**
     * The truth of a member.
     *
     * @param name the member
     * @return its value
     * @throws JsonException when it is missing or no boolean
     */
    public boolean flag(String name) {
      return require(name, JsonBoolean.class, "a boolean").value();
    }

    /**
     * The object of a member.
     *
     * @param name the member
     * @return its value
     * @throws JsonException when it is missing or no object
     */
    public JsonObject object(String name) {
      return require(name, JsonObject.class, "an object");
    }

    /**
     * The objects of a member that is an array.
     *
     * @param name the member
     * @return its items; unmodifiable
     * @throws JsonException when it is missing, no array, or an item is no object
     */
    public List<JsonObject> objects(String name) {
      return items(name, JsonObject.class, "an object");
    }

    /**
     * The strings of a member that is an array.
     *
     * @param name the member
     * @return its items; unmodifiable
     * @throws JsonException when it is missing, no array, or an item is no string
     */
    public List<String> strings(String name) {
      return items(name, JsonString.class, "a string").stream().map(JsonString::value).toList();
    }

    /**
     * Whether a member is there.
     *
     * @param name the member
     * @return true also when its value is null
     */
    public boolean has(String name) {
      return members.containsKey(name);
    }

    /**
     * This object without a member.
     *
     * @param name the member, which may be missing
     * @return a new object
     */
    public JsonObject without(String name) {
      SortedMap<String, JsonValue> rest = new TreeMap<>(members);
      rest.remove(name);
      return new JsonObject(rest);
    }

    private <T extends JsonValue> T require(String name, Class<T> type, String expected) {
      JsonValue value = members.get(name);
      if (value == null) {
        throw new JsonException(
            BaseErrorCode.JSON_MEMBER_MISSING,
            "member " + CanonicalJson.printable(name) + " is missing");
      }
      if (!type.isInstance(value)) {
        throw new JsonException(
            BaseErrorCode.JSON_MEMBER_TYPE,
            "member " + CanonicalJson.printable(name) + " is not " + expected);
      }
      return type.cast(value);
    }

    private <T extends JsonValue> List<T> items(String name, Class<T> type, String expected) {
      List<T> items = new ArrayList<>();
      for (JsonValue item : require(name, JsonArray.class, "an array").items()) {
        if (!type.isInstance(item)) {
          throw new JsonException(
              BaseErrorCode.JSON_MEMBER_TYPE,
              "member "
                  + CanonicalJson.printable(name)
                  + "["
                  + items.size()
                  + "] is not "
                  + expected);
        }
        items.add(type.cast(item));
      }
      return Collections.unmodifiableList(items);
    }

    @Override
    public String toString() {
      return "JsonObject" + members.keySet();
    }

    /** Collects members. Not safe for use by several threads. */
    public static final class Builder {
      private final SortedMap<String, JsonValue> members = new TreeMap<>();

      private Builder() {}

      /**
       * Adds a string.
       *
       * @param name the member
       * @param value its value
       * @return this builder
       * @throws IllegalArgumentException when the member is there already or the text is not valid
       *     Unicode
       */
      public Builder put(String name, String value) {
        return put(name, new JsonString(value));
      }

      /**
       * Adds an integer.
       *
       * @param name the member
       * @param value its value, within 2<sup>53</sup>-1 of zero
       * @return this builder
       * @throws IllegalArgumentException when the member is there already or the value out of range
       */
      public Builder put(String name, long value) {
        return put(name, new JsonNumber(value));
      }

      /**
       * Adds a boolean.
       *
       * @param name the member
       * @param value its value
       * @return this builder
       * @throws IllegalArgumentException when the member is there already
       */
      public Builder put(String name, boolean value) {
        return put(name, new JsonBoolean(value));
      }

      /**
       * Adds a value.
       *
       * @param name the member
       * @param value its value
       * @return this builder
       * @throws IllegalArgumentException when the member is there already
       */
      public Builder put(String name, JsonValue value) {
        CanonicalJson.requireUnicode(name);
        if (members.putIfAbsent(name, Objects.requireNonNull(value, name)) != null) {
          throw new IllegalArgumentException(
              "member " + CanonicalJson.printable(name) + " is there already");
        }
        return this;
      }

      /**
       * Adds an array of strings.
       *
       * @param name the member
       * @param values its items in order
       * @return this builder
       * @throws IllegalArgumentException when the member is there already or a text is not valid
       *     Unicode
       */
      public Builder putStrings(String name, Collection<String> values) {
        return put(name, JsonArray.of(values.stream().map(JsonString::new).toList()));
      }

      /**
       * Adds an array of objects.
       *
       * @param name the member
       * @param values its items in order
       * @return this builder
       * @throws IllegalArgumentException when the member is there already
       */
      public Builder putObjects(String name, Collection<JsonObject> values) {
        return put(name, JsonArray.of(values));
      }

      /**
       * Adds a string when there is one.
       *
       * @param name the member
       * @param value its value; when empty, nothing is added
       * @return this builder
       * @throws IllegalArgumentException when the member is there already or the text is not valid
       *     Unicode
       */
      public Builder putIfPresent(String name, Optional<String> value) {
        value.ifPresent(text -> put(name, text));
        return this;
      }

      /**
       * The object.
       *
       * @return a new object with the members so far
       */
      public JsonObject build() {
        return new JsonObject(members);
      }
    }
  }

  /**
   * An array.
   *
   * @param items in order; unmodifiable
   */
  record JsonArray(List<JsonValue> items) implements JsonValue {

    /** Copies the items. */
    public JsonArray {
      items = List.copyOf(items);
    }

    /**
     * An array of any values.
     *
     * @param items in order
     * @return the array
     */
    public static JsonArray of(Collection<? extends JsonValue> items) {
      return new JsonArray(List.copyOf(items));
    }

    @Override
    public String toString() {
      return "JsonArray[" + items.size() + " items]";
    }
  }

  /**
   * A string.
   *
   * @param value valid Unicode
   */
  record JsonString(String value) implements JsonValue {

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException when it holds a lone surrogate
     */
    public JsonString {
      CanonicalJson.requireUnicode(value);
    }

    @Override
    public String toString() {
      return "JsonString[" + value.length() + " characters]";
    }
  }

  /**
   * An integer.
   *
   * @param value within 2<sup>53</sup>-1 of zero
   */
  record JsonNumber(long value) implements JsonValue {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when the value is further than 2<sup>53</sup>-1 from zero
     */
    public JsonNumber {
      if (value > MAX_INTEGER || value < -MAX_INTEGER) {
        throw new IllegalArgumentException("a JSON integer must be within 2^53-1 of zero");
      }
    }

    @Override
    public String toString() {
      return "JsonNumber[]";
    }
  }

  /**
   * A boolean.
   *
   * @param value true or false
   */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** The value null. */
  record JsonNull() implements JsonValue {}
}
