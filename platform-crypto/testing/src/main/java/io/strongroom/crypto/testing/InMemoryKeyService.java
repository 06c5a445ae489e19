package io.strongroom.crypto.testing;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A key service that really wraps and unwraps, with keys that live as long as this object. Keys
 * have versions, can be disabled, denied to the caller or destroyed; the whole service can be made
 * slow, throttled or unreachable. Keeps a log of its calls. Safe for use by several threads; slow
 * calls are slow side by side.
 */
public final class InMemoryKeyService implements KeyService {
  private static final String NAMESPACE = "strongroom-in-memory";

  /** The calls of a key service that are logged. */
  public enum Action {
    /** {@link KeyService#generateDataKey}. */
    GENERATE,
    /** {@link KeyService#wrap}. */
    WRAP,
    /** {@link KeyService#unwrap}. */
    UNWRAP,
    /** {@link KeyService#rewrap}. */
    REWRAP,
    /** {@link KeyService#describe}. */
    DESCRIBE
  }

  /**
   * A call that was made.
   *
   * @param action what was called
   * @param key the key that was asked for, or that the wrapped key names; empty when it names none
   *     that is held here
   * @param context the context that was given; empty when the call takes none
   * @param failure how the call failed, or empty when it did not
   */
  public record Call(
      Action action,
      Optional<KeyId> key,
      Optional<EncryptionContext> context,
      Optional<CryptoErrorCode> failure) {

    /** Refuses null. */
    public Call {
      Objects.requireNonNull(action, "action");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(context, "context");
      Objects.requireNonNull(failure, "failure");
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final Map<KeyId, List<RawAesKeyService>> keys = new LinkedHashMap<>();
  private final Set<KeyId> disabled = new LinkedHashSet<>();
  private final Set<KeyId> denied = new LinkedHashSet<>();
  private final List<Call> calls = new ArrayList<>();
  private boolean reachable = true;
  private int throttled;
  private Duration latency = Duration.ZERO;

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
   * Lets every use of a key fail with KEY_DISABLED until it is enabled. It is still described.
   *
   * @param key the key
   */
  public synchronized void disable(KeyId key) {
    disabled.add(key);
  }

  /**
   * Lets a disabled key be used again.
   *
   * @param key the key
   */
  public synchronized void enable(KeyId key) {
    disabled.remove(key);
  }

  /**
   * Lets every call about a key fail with KEY_ACCESS_DENIED until it is allowed.
   *
   * @param key the key
   */
  public synchronized void deny(KeyId key) {
    denied.add(key);
  }

  /**
   * Lets a denied key be used again.
   *
   * @param key the key
   */
  public synchronized void allow(KeyId key) {
    denied.remove(key);
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
   * Lets the next calls fail with a TRANSIENT error, and those behind them succeed.
   *
   * @param calls how many, at least 0
   */
  public synchronized void throttle(int calls) {
    if (calls < 0) {
      throw new IllegalArgumentException("calls must not be negative");
    }
    throttled = calls;
  }

  /**
   * Lets every call take this long before it does anything.
   *
   * @param latency not negative
   */
  public synchronized void latency(Duration latency) {
    if (latency.isNegative()) {
      throw new IllegalArgumentException("latency must not be negative");
    }
    this.latency = latency;
  }

  /**
   * The calls so far, in the order in which they ended, failed ones too. {@link #canUnwrap} is no
   * call.
   *
   * @return a copy
   */
  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /**
   * How many data keys were generated.
   *
   * @return successful calls so far
   */
  public int generated() {
    return succeeded(Action.GENERATE);
  }

  /**
   * How many data keys were unwrapped.
   *
   * @return successful calls so far
   */
  public int unwrapped() {
    return succeeded(Action.UNWRAP);
  }

  private synchronized int succeeded(Action action) {
    return (int)
        calls.stream().filter(call -> call.action() == action && call.failure().isEmpty()).count();
  }

  @Override
  public DataKey generateDataKey(KeyId key, EncryptionContext context) {
    return call(
        Action.GENERATE,
        Optional.of(key),
        Optional.of(context),
        () -> newest(key).generateDataKey(keyId(key), context));
  }

  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    return call(
        Action.WRAP,
        Optional.of(key),
        Optional.of(context),
        () -> newest(key).wrap(dataKey, keyId(key), context));
  }

  @Override
  public synchronized boolean canUnwrap(WrappedDataKey wrapped) {
    return named(wrapped).isPresent();
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    return call(
        Action.UNWRAP,
        named(wrapped),
        Optional.of(context),
        () -> holder(wrapped).unwrap(wrapped, context));
  }

  @Override
  public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
    return call(
        Action.REWRAP,
        Optional.of(target),
        Optional.of(context),
        () -> {
          try (DataKey dataKey = holder(wrapped).unwrap(wrapped, context)) {
            return newest(target).wrap(dataKey, keyId(target), context);
          }
        });
  }

  @Override
  public KeyDescription describe(KeyId key) {
    return call(
        Action.DESCRIBE,
        Optional.of(key),
        Optional.empty(),
        () -> {
          requireAllowed(key);
          int versions = versions(key).size();
          KeyState state = disabled.contains(key) ? KeyState.DISABLED : KeyState.ENABLED;
          return KeyDescription.versioned(key, NAMESPACE, state, versions, versions);
        });
  }

  private <T> T call(
      Action action, Optional<KeyId> key, Optional<EncryptionContext> context, Supplier<T> answer) {
    pause();
    synchronized (this) {
      try {
        requireReachable();
        T answered = answer.get();
        calls.add(new Call(action, key, context, Optional.empty()));
        return answered;
      } catch (CryptoException failed) {
        CryptoErrorCode code = (CryptoErrorCode) failed.code();
        calls.add(new Call(action, key, context, Optional.of(code)));
        throw failed;
      }
    }
  }

  private void pause() {
    Duration pause;
    synchronized (this) {
      pause = latency;
    }
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private KeyId keyId(KeyId key) {
    return new KeyId(key.value() + "/v" + versions(key).size());
  }

  private RawAesKeyService newest(KeyId key) {
    requireUsable(key);
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

  private RawAesKeyService holder(WrappedDataKey wrapped) {
    KeyId key =
        named(wrapped)
            .orElseThrow(
                () ->
                    new KeyUnavailableException(
                        CryptoErrorCode.KEY_UNKNOWN,
                        "the data key was wrapped by no key held here"));
    requireUsable(key);
    return versions(key).stream()
        .filter(version -> version.canUnwrap(wrapped))
        .findFirst()
        .orElseThrow();
  }

  private synchronized Optional<KeyId> named(WrappedDataKey wrapped) {
    return keys.entrySet().stream()
        .filter(key -> key.getValue().stream().anyMatch(version -> version.canUnwrap(wrapped)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void requireUsable(KeyId key) {
    requireAllowed(key);
    if (disabled.contains(key)) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_DISABLED, "key " + key.value() + " is disabled");
    }
  }

  private void requireAllowed(KeyId key) {
    if (denied.contains(key)) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_ACCESS_DENIED, "the use of key " + key.value() + " is denied");
    }
  }

  private void requireReachable() {
    if (!reachable) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
          "the in-memory key service was made unreachable");
    }
    if (throttled > 0) {
      throttled--;
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_SERVICE_UNREACHABLE, "the in-memory key service asks for patience");
    }
  }
}
