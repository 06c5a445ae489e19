package io.strongroom.storage.publication;

import io.strongroom.base.ErrorCategory;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Finding.Kind;
import io.strongroom.storage.publication.Finding.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands findings on, each once and one after the other, and knows what is only on its way to a
 * replica. Safe for use by several threads.
 */
final class Findings {
  private final ObjectStore store;
  private final InstantSource clock;
  private final Optional<Duration> delay;
  private final Consumer<Finding> consumer;
  private final DigestSet told = new DigestSet();
  private final Map<Severity, Long> counts = new EnumMap<>(Severity.class);

  /**
   * Findings.
   *
   * @param store where the objects are
   * @param clock tells how old they are
   * @param delay how long after it was written an object may arrive; empty where the store is none
   *     that others are copied to
   * @param consumer gets every finding once
   */
  Findings(
      ObjectStore store,
      InstantSource clock,
      Optional<Duration> delay,
      Consumer<Finding> consumer) {
    this.store = store;
    this.clock = clock;
    this.delay = delay;
    this.consumer = consumer;
  }

  /** How many findings there were, of all severities. */
  synchronized long size() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized long size(Severity severity) {
    return counts.getOrDefault(severity, 0L);
  }

  /**
   * Something broken.
   *
   * @param written when what is missing was written at the latest; it may be on its way since
   */
  void broken(String key, @Nullable String problem, Severity severity, Optional<Instant> written) {
    boolean onItsWay =
        delay.isPresent()
            && written.isPresent()
            && clock.instant().isBefore(written.get().plus(delay.get()))
            && store.head(key).isEmpty();
    if (onItsWay) {
      tell(key, "is not here yet", Severity.NOTICE, Kind.NOT_YET, Optional.empty());
    } else {
      tell(key, String.valueOf(problem), severity, Kind.BROKEN, Optional.empty());
    }
  }

  /** Something broken that cannot be on its way. */
  void error(String key, String problem) {
    broken(key, problem, Severity.ERROR, Optional.empty());
  }

  /** An object that is older than others say; on a replica it may be the last to arrive. */
  void behind(String key, String problem, Severity severity, Instant written) {
    boolean onItsWay = delay.isPresent() && clock.instant().minus(delay.get()).isBefore(written);
    if (onItsWay) {
      tell(key, "is behind what is here", Severity.NOTICE, Kind.NOT_YET, Optional.empty());
    } else {
      tell(key, problem, severity, Kind.BROKEN, Optional.empty());
    }
  }

  /** An intent that is not in the log, or not yet in the copy of it that belongs to a replica. */
  void unannounced(String key, Instant written) {
    boolean onItsWay = delay.isPresent() && clock.instant().isBefore(written.plus(delay.get()));
    tell(
        key,
        "its intent does not stand in the log" + (onItsWay ? " yet" : ""),
        onItsWay ? Severity.NOTICE : Severity.ERROR,
        onItsWay ? Kind.NOT_YET : Kind.BROKEN,
        Optional.empty());
  }

  void notice(Kind kind, ObjectInfo info, String problem) {
    tell(info.key(), problem, Severity.NOTICE, kind, Optional.of(info));
  }

  void notice(Kind kind, String key, String problem) {
    tell(key, problem, Severity.NOTICE, kind, Optional.empty());
  }

  private synchronized void tell(
      String key, String problem, Severity severity, Kind kind, Optional<ObjectInfo> info) {
    if (told.add(severity + " " + key + " " + problem)) {
      counts.merge(severity, 1L, Long::sum);
      consumer.accept(
          new Finding(
              key,
              problem,
              severity,
              kind,
              info.isPresent() ? OptionalLong.of(info.get().size()) : OptionalLong.empty(),
              info.map(ObjectInfo::modified).map(this::age)));
    }
  }

  private Duration age(Instant since) {
    Duration age = Duration.between(since, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** What a reading returns; empty, and told, when what it reads is broken. */
  <T> Optional<T> guarded(String key, Optional<Instant> written, Supplier<T> reading) {
    return guarded(key, Severity.ERROR, written, reading);
  }

  <T> Optional<T> guarded(
      String key, Severity severity, Optional<Instant> written, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (StorageException e) {
      requireIntegrity(e);
      broken(key, e.getMessage(), severity, written);
      return Optional.empty();
    }
  }

  static void requireIntegrity(StorageException e) {
    if (e.category() != ErrorCategory.INTEGRITY) {
      throw e;
    }
  }
}
