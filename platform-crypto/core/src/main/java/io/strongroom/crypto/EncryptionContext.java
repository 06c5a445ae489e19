package io.strongroom.crypto;

import io.strongroom.base.JsonValue.JsonObject;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pairs that are authenticated with every encryption and stand in clear in the message and in the
 * key service's log: never personal data, never a path. Immutable and safe for use by several
 * threads.
 *
 * <p>Source: AWS Encryption SDK Specification, structures, encryption context.
 */
public final class EncryptionContext {
  /** The longest serialization, in bytes, that every official Encryption SDK reads. */
  public static final int MAX_BYTES = 32_767;

  private static final String RESERVED = "aws-crypto-";
  private static final EncryptionContext EMPTY = new EncryptionContext(new TreeMap<>());

  private final SortedMap<String, String> pairs;
  private final byte[] serialized;

  private EncryptionContext(SortedMap<String, String> pairs) {
    this.pairs = Collections.unmodifiableSortedMap(pairs);
    this.serialized = serialize(pairs);
  }

  private EncryptionContext(SortedMap<String, String> pairs, byte[] serialized) {
    this.pairs = Collections.unmodifiableSortedMap(pairs);
    this.serialized = serialized;
  }

  /**
   * A context of any pairs.
   *
   * @param pairs copied; neither a key nor a value may be empty
   * @return the context
   * @throws IllegalArgumentException when a key or value is empty or no valid Unicode, a key begins
   *     with the reserved {@code aws-crypto-}, or the whole is longer than {@link #MAX_BYTES}
   */
  public static EncryptionContext of(Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return EMPTY;
    }
    SortedMap<String, String> copy = new TreeMap<>(pairs);
    for (Map.Entry<String, String> pair : copy.entrySet()) {
      if (pair.getKey().isEmpty() || pair.getValue().isEmpty()) {
        throw new IllegalArgumentException("a context key or value is empty");
      }
      if (pair.getKey().startsWith(RESERVED)) {
        throw new IllegalArgumentException(
            "context keys that begin with " + RESERVED + " are reserved");
      }
    }
    return new EncryptionContext(copy).withinLimit();
  }

  private EncryptionContext withinLimit() {
    if (serialized.length > MAX_BYTES) {
      throw new IllegalArgumentException("the context is longer than " + MAX_BYTES + " bytes");
    }
    return this;
  }

  /**
   * A builder of the pairs that Strongroom uses, version 1.
   *
   * @return a builder that holds {@code strongroom:v} = {@code 1}
   */
  public static Builder strongroom() {
    return new Builder();
  }

  /**
   * The pairs.
   *
   * @return sorted by key; unmodifiable
   */
  public SortedMap<String, String> pairs() {
    return pairs;
  }

  /**
   * Whether every pair of another context stands in this one.
   *
   * @param expected the pairs asked for
   * @return true when none is missing or different
   */
  public boolean contains(EncryptionContext expected) {
    return missing(expected) == null;
  }

  /** The key of the first expected pair that is missing or different, or null. */
  @Nullable String missing(EncryptionContext expected) {
    for (Map.Entry<String, String> pair : expected.pairs.entrySet()) {
      if (!pair.getValue().equals(pairs.get(pair.getKey()))) {
        return pair.getKey();
      }
    }
    return null;
  }

  /** This context and one pair more, whose key may be a reserved one. */
  EncryptionContext with(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(pairs);
    more.put(key, value);
    return new EncryptionContext(more).withinLimit();
  }

  /** This context and the pairs of another, which win. */
  EncryptionContext and(EncryptionContext other) {
    SortedMap<String, String> more = new TreeMap<>(pairs);
    more.putAll(other.pairs);
    return new EncryptionContext(more);
  }

  /** The pairs of some keys, or of all others. */
  EncryptionContext filtered(Predicate<String> wanted) {
    SortedMap<String, String> some = new TreeMap<>(pairs);
    some.keySet().removeIf(wanted.negate());
    return new EncryptionContext(some);
  }

  /**
   * The serialization of the message format: the count, then each pair in the order of the keys'
   * UTF-8 bytes; zero bytes for the empty context.
   *
   * @return a copy
   */
  public byte[] serialize() {
    return serialized.clone();
  }

  /**
   * The JSON form: one member a pair.
   *
   * @return an object of strings
   */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    pairs.forEach(json::put);
    return json.build();
  }

  /**
   * Reads the JSON form.
   *
   * @param json an object of strings
   * @return the context
   * @throws io.strongroom.base.JsonException when a member is no string
   * @throws IllegalArgumentException as {@link #of(Map)}
   */
  public static EncryptionContext fromJson(JsonObject json) {
    Map<String, String> pairs = new TreeMap<>();
    json.members().keySet().forEach(name -> pairs.put(name, json.string(name)));
    return of(pairs);
  }

  private static byte[] serialize(SortedMap<String, String> pairs) {
    if (pairs.isEmpty()) {
      return new byte[0];
    }
    List<byte[][]> encoded = new ArrayList<>();
    int length = 2;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      byte[][] bytes = {utf8(pair.getKey()), utf8(pair.getValue())};
      length = Math.addExact(length, 4 + bytes[0].length + bytes[1].length);
      encoded.add(bytes);
    }
    return serialize(encoded, length);
  }

  private static byte[] serialize(List<byte[][]> encoded, int length) {
    encoded.sort((left, right) -> Arrays.compareUnsigned(left[0], right[0]));
    ByteBuffer out = ByteBuffer.allocate(length);
    out.putShort((short) encoded.size());
    for (byte[][] pair : encoded) {
      for (byte[] part : pair) {
        out.putShort((short) part.length);
        out.put(part);
      }
    }
    return out.array();
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (encoded.remaining() > MAX_BYTES) {
        throw new IllegalArgumentException("a context key or value is too long");
      }
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException loneSurrogate) {
      throw new IllegalArgumentException(
          "a context key or value is not valid Unicode", loneSurrogate);
    }
  }

  /**
   * Reads a serialization from a header, or gives null when it is malformed: wrong lengths, a key
   * twice, invalid UTF-8. The pairs may stand in any order, because one official implementation
   * appends the public key of signed messages; what is wrapped with a data key is sorted all the
   * same.
   */
  static @Nullable EncryptionContext parse(byte[] serialized) {
    if (serialized.length == 0) {
      return EMPTY;
    }
    ByteBuffer in = ByteBuffer.wrap(serialized);
    if (in.remaining() < 2) {
      return null;
    }
    int count = in.getShort() & 0xffff;
    SortedMap<String, String> pairs = new TreeMap<>();
    List<byte[][]> encoded = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte @Nullable [] key = field(in);
      byte @Nullable [] value = key == null ? null : field(in);
      if (key == null || value == null) {
        return null;
      }
      encoded.add(new byte[][] {key, value});
      try {
        pairs.put(text(key), text(value));
      } catch (CharacterCodingException notUtf8) {
        return null;
      }
    }
    return in.hasRemaining() || count == 0 || pairs.size() < count
        ? null
        : new EncryptionContext(pairs, serialize(encoded, serialized.length));
  }

  private static byte @Nullable [] field(ByteBuffer in) {
    if (in.remaining() < 2) {
      return null;
    }
    int length = in.getShort() & 0xffff;
    if (in.remaining() < length) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncryptionContext that && pairs.equals(that.pairs);
  }

  @Override
  public int hashCode() {
    return pairs.hashCode();
  }

  @Override
  public String toString() {
    return "EncryptionContext" + pairs.keySet();
  }

  /** Collects the pairs that Strongroom uses. Not safe for use by several threads. */
  public static final class Builder {
    private final Map<String, String> pairs = new TreeMap<>(Map.of("strongroom:v", "1"));

    private Builder() {}

    /**
     * Whose data it is.
     *
     * @param tenant the tenant
     * @return this builder
     */
    public Builder tenant(String tenant) {
      return put("tenant", tenant);
    }

    /**
     * The domain of the dataset.
     *
     * @param domain the domain
     * @return this builder
     */
    public Builder domain(String domain) {
      return put("domain", domain);
    }

    /**
     * The dataset's name.
     *
     * @param dataset the name
     * @return this builder
     */
    public Builder dataset(String dataset) {
      return put("dataset", dataset);
    }

    /**
     * The dataset's layer.
     *
     * @param layer the layer in lower case
     * @return this builder
     */
    public Builder layer(String layer) {
      return put("layer", layer);
    }

    /**
     * The run that writes.
     *
     * @param run the run's id
     * @return this builder
     */
    public Builder run(String run) {
      return put("run", run);
    }

    /**
     * What is encrypted.
     *
     * @param purpose such as {@code object}
     * @return this builder
     */
    public Builder purpose(String purpose) {
      return put("purpose", purpose);
    }

    private Builder put(String name, String value) {
      pairs.put("strongroom:" + name, value);
      return this;
    }

    /**
     * The context.
     *
     * @return a new context of the pairs so far
     * @throws IllegalArgumentException as {@link EncryptionContext#of(Map)}
     */
    public EncryptionContext build() {
      return of(pairs);
    }
  }
}
