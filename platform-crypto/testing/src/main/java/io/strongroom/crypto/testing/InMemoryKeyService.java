package io.strongroom.crypto.testing;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key service that really wraps and unwraps, with keys that live as long as this object. Keys
 * have versions, can be taken away, and the whole service can be made unreachable. Counts its
 * calls. Safe for use by several threads.
 */
public final class InMemoryKeyService implements KeyService {
  private static final String NAMESPACE = "strongroom-in-memory";

  private final SecureRandom random = new SecureRandom();
  private final Map<KeyId, List<RawAesKeyService>> keys = new LinkedHashMap<>();
  private boolean reachable = true;
  private int generated;
  private int unwrapped;

  /**
   * A service of one version of each key.
   *
   * @param keys the keys it holds
   */
  public InMemoryKeyService(KeyId... keys) {
    for (KeyId key : keys) {
      addVersion(key);
    }
  }

  /**
   * Makes a new version of a key, or a new key. Earlier versions go on unwrapping.
   *
   * @param key the key
   */
  public synchronized void addVersion(KeyId key) {
    List<RawAesKeyService> versions = keys.computeIfAbsent(key, unused -> new ArrayList<>());
    byte[] material = new byte[32];
    random.nextBytes(material);
    String name = key.value() + "/v" + (versions.size() + 1);
    versions.add(new RawAesKeyService(NAMESPACE, name, material, random));
  }

  /**
   * Destroys a key with all its versions: what was wrapped under it is lost.
   *
   * @param key the key
   */
  public synchronized void destroy(KeyId key) {
    keys.remove(key);
  }

  /**
   * Lets every call fail with a TRANSIENT error, or stops doing so.
   *
   * @param reachable false to fail
   */
  public synchronized void reachable(boolean reachable) {
    this.reachable = reachable;
  }

  /**
   * How many data keys were generated.
   *
   * @return successful calls so far
   */
  public synchronized int generated() {
    return generated;
  }

  /**
   * How many data keys were unwrapped.
   *
   * @return successful calls so far
   */
  public synchronized int unwrapped() {
    return unwrapped;
  }

  @Override
  public synchronized DataKey generateDataKey(KeyId key, EncryptionContext context) {
    RawAesKeyService newest = newest(key);
    DataKey dataKey = newest.generateDataKey(keyId(key), context);
    generated++;
    return dataKey;
  }

  @Override
  public synchronized WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    return newest(key).wrap(dataKey, keyId(key), context);
  }

  @Override
  public synchronized boolean canUnwrap(WrappedDataKey wrapped) {
    return holder(wrapped).isPresent();
  }

  @Override
  public synchronized DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    requireReachable();
    DataKey dataKey =
        holder(wrapped)
            .orElseThrow(
                () ->
                    new KeyUnavailableException(
                        CryptoErrorCode.KEY_UNKNOWN,
                        "the data key was wrapped by no key held here"))
            .unwrap(wrapped, context);
    unwrapped++;
    return dataKey;
  }

  @Override
  public synchronized WrappedDataKey rewrap(
      WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
    try (DataKey dataKey = unwrap(wrapped, context)) {
      return newest(target).wrap(dataKey, keyId(target), context);
    }
  }

  @Override
  public synchronized KeyDescription describe(KeyId key) {
    newest(key);
    int versions = versions(key).size();
    return new KeyDescription(key, NAMESPACE, versions, versions);
  }

  private KeyId keyId(KeyId key) {
    return new KeyId(key.value() + "/v" + versions(key).size());
  }

  private RawAesKeyService newest(KeyId key) {
    requireReachable();
    List<RawAesKeyService> versions = versions(key);
    return versions.get(versions.size() - 1);
  }

  private List<RawAesKeyService> versions(KeyId key) {
    List<RawAesKeyService> versions = keys.get(key);
    if (versions == null) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN, "key " + key.value() + " is not held here");
    }
    return versions;
  }

  private Optional<RawAesKeyService> holder(WrappedDataKey wrapped) {
    return keys.values().stream()
        .flatMap(List::stream)
        .filter(key -> key.canUnwrap(wrapped))
        .findFirst();
  }

  private void requireReachable() {
    if (!reachable) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
          "the in-memory key service was made unreachable");
    }
  }
}
