package io.strongroom.crypto.testing.kms;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that goes wrong at {@link KmsWireDouble}: for every call, or for those that the methods
 * of this class narrow it to. Immutable and safe for use by several threads.
 */
public final class KmsFault {

  /** What a fault does. */
  enum Kind {
    ERROR,
    DELAY,
    CUT_BEFORE,
    CUT_WITHIN,
    OTHER_KEY
  }

  private record Effect(
      Kind kind, String type, int status, String message, Duration delay, String otherKey) {}

  private record Filter(
      Optional<String> action,
      Optional<String> region,
      Optional<String> key,
      OptionalInt times,
      boolean onlyWithoutGrantToken) {}

  private final Effect effect;
  private final Filter filter;

  private KmsFault(Effect effect, Filter filter) {
    this.effect = effect;
    this.filter = filter;
  }

  private static KmsFault always(Effect effect) {
    return new KmsFault(
        effect,
        new Filter(
            Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), false));
  }

  private static KmsFault error(String type, int status, String message) {
    return always(new Effect(Kind.ERROR, type, status, message, Duration.ZERO, ""));
  }

  private static KmsFault other(Kind kind, Duration delay, String otherKey) {
    return always(new Effect(kind, "", 500, "", delay, otherKey));
  }

  /**
   * Any error.
   *
   * @param type the error's type, such as {@code DependencyTimeoutException}
   * @param status the HTTP status, 400 or 500
   * @return the fault
   */
  public static KmsFault error(String type, int status) {
    return error(type, status, "A fault that a test asked for.");
  }

  /**
   * ThrottlingException.
   *
   * @return the fault
   */
  public static KmsFault throttled() {
    return error("ThrottlingException", 400, "Rate exceeded");
  }

  /**
   * KMSInternalException.
   *
   * @return the fault
   */
  public static KmsFault internalError() {
    return error("KMSInternalException", 500);
  }

  /**
   * AccessDeniedException.
   *
   * @return the fault
   */
  public static KmsFault accessDenied() {
    return error(
        "AccessDeniedException",
        400,
        "User is not authorized to perform this operation because no policy allows it");
  }

  /**
   * A late answer.
   *
   * @param delay how late
   * @return the fault
   */
  public static KmsFault delayed(Duration delay) {
    return other(Kind.DELAY, Objects.requireNonNull(delay, "delay"), "");
  }

  /**
   * A connection that is cut before the operation is done.
   *
   * @return the fault
   */
  public static KmsFault cutBeforeAnswer() {
    return other(Kind.CUT_BEFORE, Duration.ZERO, "");
  }

  /**
   * A connection that is cut in the middle of the answer: the operation was done.
   *
   * @return the fault
   */
  public static KmsFault cutWithinAnswer() {
    return other(Kind.CUT_WITHIN, Duration.ZERO, "");
  }

  /**
   * An answer that names another key.
   *
   * @param keyArn the key that the answer names in {@code KeyId}
   * @return the fault
   */
  public static KmsFault answeredForAnotherKey(String keyArn) {
    return other(Kind.OTHER_KEY, Duration.ZERO, Objects.requireNonNull(keyArn, "keyArn"));
  }

  /**
   * Only for one operation.
   *
   * @param onlyAction such as {@code Decrypt}
   * @return a narrower fault
   */
  public KmsFault on(String onlyAction) {
    return new KmsFault(
        effect,
        new Filter(
            Optional.of(onlyAction),
            filter.region,
            filter.key,
            filter.times,
            filter.onlyWithoutGrantToken));
  }

  /**
   * Only for calls in one Region.
   *
   * @param onlyRegion such as {@code eu-central-1}
   * @return a narrower fault
   */
  public KmsFault in(String onlyRegion) {
    return new KmsFault(
        effect,
        new Filter(
            filter.action,
            Optional.of(onlyRegion),
            filter.key,
            filter.times,
            filter.onlyWithoutGrantToken));
  }

  /**
   * Only for calls that name one key.
   *
   * @param onlyKey the key exactly as requests name it
   * @return a narrower fault
   */
  public KmsFault forKey(String onlyKey) {
    return new KmsFault(
        effect,
        new Filter(
            filter.action,
            filter.region,
            Optional.of(onlyKey),
            filter.times,
            filter.onlyWithoutGrantToken));
  }

  /**
   * Only for the next so many calls that it fits.
   *
   * @param calls at least 1
   * @return a narrower fault
   */
  public KmsFault times(int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("a fault happens at least once");
    }
    return new KmsFault(
        effect,
        new Filter(
            filter.action,
            filter.region,
            filter.key,
            OptionalInt.of(calls),
            filter.onlyWithoutGrantToken));
  }

  /**
   * Only for calls without a grant token: how a grant looks that was made a moment ago.
   *
   * @return a narrower fault
   */
  public KmsFault withoutGrantToken() {
    return new KmsFault(
        effect, new Filter(filter.action, filter.region, filter.key, filter.times, true));
  }

  Kind kind() {
    return effect.kind;
  }

  KmsError error() {
    return new KmsError(effect.type, effect.status, effect.message);
  }

  Duration delay() {
    return effect.delay;
  }

  String otherKey() {
    return effect.otherKey;
  }

  OptionalInt times() {
    return filter.times;
  }

  boolean fits(KmsCall call) {
    return filter.action.map(call.action()::equals).orElse(true)
        && filter.region.map(call.region()::equals).orElse(true)
        && filter.key.map(only -> call.key().equals(Optional.of(only))).orElse(true)
        && !(filter.onlyWithoutGrantToken && !call.grantTokens().isEmpty());
  }
}
