package io.strongroom.storage.model;

import io.strongroom.storage.run.internal.ControlJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives equal byte strings one number, and every number its byte string back; keys likewise. */
final class Contents {
  private final Map<Bytes, Integer> numbers = new HashMap<>();
  private final List<byte[]> contents = new ArrayList<>();

  private final Map<String, Integer> keyNumbers = new HashMap<>();
  private final List<String> keys = new ArrayList<>();

  private static final class Bytes {
    private final byte[] value;
    private final int hash;

    Bytes(byte[] value) {
      this.value = value;
      this.hash = Arrays.hashCode(value);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  int number(byte[] content) {
    Integer known = numbers.get(new Bytes(content));
    if (known != null) {
      return known;
    }
    byte[] copy = content.clone();
    numbers.put(new Bytes(copy), contents.size());
    contents.add(copy);
    return contents.size() - 1;
  }

  /** The number of the content that has a digest, which must be known. */
  int find(String digest) {
    for (int i = 0; i < contents.size(); i++) {
      if (ControlJson.sha256(contents.get(i)).equals(digest)) {
        return i;
      }
    }
    throw new AssertionError("nothing has the digest " + digest);
  }

  byte[] content(int number) {
    return contents.get(number).clone();
  }

  int keyNumber(String key) {
    Integer known = keyNumbers.get(key);
    if (known != null) {
      return known;
    }
    keyNumbers.put(key, keys.size());
    keys.add(key);
    return keys.size() - 1;
  }

  String key(int number) {
    return keys.get(number);
  }

  static String etag(int number) {
    return "c" + number;
  }
}
