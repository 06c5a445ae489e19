package io.strongroom.storage.run;

import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One data key of a run and what is derived from it. The data key is unwrapped when it is first
 * needed. Safe for use by several threads.
 */
final class RunDataKey implements AutoCloseable {
  /**
   * After so many modules the next key begins: 64 processes that write under one data key stay
   * below {@link ModuleKey#MAX_MODULES} together.
   */
  static final long MODULES_IN_ONE_PROCESS = 1L << 25;

  private static final int MAX_GENERATION = 1_000_000;
  private static final String FOOTER = "strongroom/v1/parquet-footer";
  private static final String COLUMN = "strongroom/v1/parquet-column";
  private static final String COMMITMENT = "strongroom/v1/commitment";
  private static final String MAC = "strongroom/v1/keys-mac";
  private static final int LENGTH = 32;

  private final RunId run;
  private final DataKeyName name;
  private final Supplier<DataKey> unwrapping;
  private final Map<Integer, ModuleKey> moduleKeys = new HashMap<>();
  private @Nullable DataKey dataKey;
  private int generation = 1;
  private boolean closed;

  /**
   * A key.
   *
   * @param unwrapping gives the data key; asked once, and again when it fails
   */
  RunDataKey(RunId run, DataKeyName name, Supplier<DataKey> unwrapping) {
    this.run = run;
    this.name = name;
    this.unwrapping = unwrapping;
  }

  /** The reference to the first of its module keys. */
  String keyId() {
    return run.value() + "/" + name.dataset().path() + "/" + name.keyClass().name();
  }

  synchronized byte[] derive(String info) {
    return derive(run, open(), info);
  }

  /** Unwraps the data key where that was not done. */
  synchronized DataKey open() {
    if (closed) {
      throw new IllegalStateException("the keys of run " + run + " are closed");
    }
    DataKey known = dataKey;
    if (known == null) {
      known = unwrapping.get();
      dataKey = known;
    }
    return known;
  }

  private static byte[] derive(RunId run, DataKey from, String info) {
    byte[] plaintext = from.plaintext();
    try {
      return Hkdf.sha512(
          plaintext,
          run.value().getBytes(StandardCharsets.UTF_8),
          info.getBytes(StandardCharsets.UTF_8),
          LENGTH);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** The commitment to a data key. */
  static String commitment(RunId run, DataKey key) {
    return HexFormat.of().formatHex(derive(run, key, COMMITMENT));
  }

  String commitment() {
    return HexFormat.of().formatHex(derive(COMMITMENT));
  }

  /** The code of {@code keys.json} under a data key. */
  static String mac(RunId run, DataKey key, byte[] content) {
    return mac(derive(run, key, MAC), content);
  }

  String mac(byte[] content) {
    return mac(derive(MAC), content);
  }

  private static String mac(byte[] key, byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The key of new files. */
  synchronized ModuleKey moduleKey() {
    ModuleKey key = kept(generation);
    while (key.modules() >= MODULES_IN_ONE_PROCESS) {
      generation++;
      key = kept(generation);
    }
    return key;
  }

  private ModuleKey kept(int number) {
    ModuleKey known = moduleKeys.get(number);
    if (known == null) {
      known = made(number);
      moduleKeys.put(number, known);
    }
    return known;
  }

  private ModuleKey made(int number) {
    byte[] key = moduleKeyBytes(number);
    try {
      return ModuleKey.of(number == 1 ? keyId() : keyId() + "/" + number, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  byte[] moduleKeyBytes(int number) {
    String info = name.isDefault() ? FOOTER : COLUMN;
    return derive(number == 1 ? info : info + "/" + number);
  }

  /** The key that a reference names, or null when it is none of this one's. */
  @Nullable ModuleKey moduleKey(String reference) {
    int number = number(reference);
    if (number == 0) {
      return null;
    }
    ModuleKey known;
    synchronized (this) {
      known = moduleKeys.get(number);
    }
    return known == null ? made(number) : known;
  }

  private int number(String reference) {
    String first = keyId();
    if (reference.equals(first)) {
      return 1;
    }
    if (!reference.startsWith(first + "/")) {
      return 0;
    }
    String rest = reference.substring(first.length() + 1);
    if (!rest.matches("[1-9][0-9]{0,6}")) {
      return 0;
    }
    int number = Integer.parseInt(rest);
    return number > 1 && number <= MAX_GENERATION ? number : 0;
  }

  /** Zeroes the data key. Every later use but that of module keys that were given out fails. */
  @Override
  public synchronized void close() {
    closed = true;
    if (dataKey != null) {
      dataKey.close();
    }
  }
}
