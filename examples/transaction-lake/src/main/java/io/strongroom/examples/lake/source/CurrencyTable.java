package io.strongroom.examples.lake.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The currencies that are accepted, each with its number of decimals.
 *
 * <p>Immutable. The decimals come from a table of ISO 4217 that ships with this application, so
 * that the same file gives the same rows on every Java runtime.
 */
public final class CurrencyTable {
  private static final String RESOURCE = "iso-4217.properties";

  private final SortedMap<String, Integer> decimals;

  private CurrencyTable(SortedMap<String, Integer> decimals) {
    this.decimals = decimals;
  }

  /**
   * Every currency of the shipped table.
   *
   * @return the table
   */
  public static CurrencyTable iso4217() {
    Properties properties = new Properties();
    try (InputStream resource = CurrencyTable.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("The resource " + RESOURCE + " is not in the jar");
      }
      properties.load(resource);
    } catch (IOException failed) {
      throw new IllegalStateException("The resource " + RESOURCE + " cannot be read", failed);
    }
    SortedMap<String, Integer> decimals = new TreeMap<>();
    for (String code : properties.stringPropertyNames()) {
      decimals.put(code, Integer.valueOf(properties.getProperty(code)));
    }
    return new CurrencyTable(decimals);
  }

  /**
   * The part of this table that an allow-list leaves.
   *
   * @param codes the allowed codes, each in this table
   * @return the smaller table
   * @throws IllegalArgumentException when a code is not in this table
   */
  public CurrencyTable only(Collection<String> codes) {
    SortedSet<String> unknown = new TreeSet<>(codes);
    unknown.removeAll(decimals.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no ISO 4217 code in use: " + String.join(", ", unknown));
    }
    SortedMap<String, Integer> left = new TreeMap<>(decimals);
    left.keySet().retainAll(codes);
    return new CurrencyTable(left);
  }

  /**
   * How many decimals amounts of a currency may have.
   *
   * @param code the code exactly as received
   * @return 0 to 3, or empty when the currency is not accepted
   */
  public OptionalInt decimals(String code) {
    Integer found = decimals.get(code);
    return found == null ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /**
   * A digest of the accepted codes and their decimals.
   *
   * @return SHA-256, hexadecimal
   */
  public String digest() {
    byte[] text = decimals.toString().getBytes(StandardCharsets.US_ASCII);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256", impossible);
    }
  }

  /**
   * The accepted codes with their decimals.
   *
   * @return an unmodifiable view
   */
  public Map<String, Integer> asMap() {
    return Map.copyOf(decimals);
  }
}
