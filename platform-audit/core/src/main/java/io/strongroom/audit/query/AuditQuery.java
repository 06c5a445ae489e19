package io.strongroom.audit.query;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which entries of a log are asked for: those that fit everything that is stated. Compared are the
 * texts of an event, exactly; nothing is asked about its personal parts. Immutable.
 *
 * @param run run that the event states
 * @param actor who did it
 * @param action what was done
 * @param resource what it was done to
 * @param from earliest time of the event
 * @param until first time that is too late
 * @param firstIndex entries before this index are not asked for; from 0
 */
public record AuditQuery(
    Optional<String> run,
    Optional<String> actor,
    Optional<String> action,
    Optional<String> resource,
    Optional<Instant> from,
    Optional<Instant> until,
    long firstIndex) {

  private static final AuditQuery ALL =
      new AuditQuery(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0);

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException when the first index is negative
   */
  public AuditQuery {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(actor, "actor");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(until, "until");
    if (firstIndex < 0) {
      throw new IllegalArgumentException("an index is never negative");
    }
  }

  /** Every entry. */
  public static AuditQuery all() {
    return ALL;
  }

  /** Of these, those of a run. */
  public AuditQuery ofRun(String wanted) {
    return new AuditQuery(Optional.of(wanted), actor, action, resource, from, until, firstIndex);
  }

  /** Of these, those of an actor. */
  public AuditQuery byActor(String wanted) {
    return new AuditQuery(run, Optional.of(wanted), action, resource, from, until, firstIndex);
  }

  /** Of these, those of an action. */
  public AuditQuery ofAction(String wanted) {
    return new AuditQuery(run, actor, Optional.of(wanted), resource, from, until, firstIndex);
  }

  /** Of these, those about a resource. */
  public AuditQuery onResource(String wanted) {
    return new AuditQuery(run, actor, action, Optional.of(wanted), from, until, firstIndex);
  }

  /** Of these, those of a time and later. */
  public AuditQuery since(Instant earliest) {
    return new AuditQuery(run, actor, action, resource, Optional.of(earliest), until, firstIndex);
  }

  /** Of these, those before a time. */
  public AuditQuery before(Instant end) {
    return new AuditQuery(run, actor, action, resource, from, Optional.of(end), firstIndex);
  }

  /** Of these, those from an index on. */
  public AuditQuery fromIndex(long first) {
    return new AuditQuery(run, actor, action, resource, from, until, first);
  }

  /** Whether an entry is asked for. */
  public boolean matches(AuditEntry entry) {
    AuditEvent event = entry.event();
    return entry.index() >= firstIndex
        && (run.isEmpty() || run.equals(event.run()))
        && (actor.isEmpty() || actor.get().equals(event.actor()))
        && (action.isEmpty() || action.get().equals(event.action()))
        && (resource.isEmpty() || resource.get().equals(event.resource()))
        && (from.isEmpty() || !event.at().isBefore(from.get()))
        && (until.isEmpty() || event.at().isBefore(until.get()));
  }

  /**
   * Answers by reading the log from the first index to its end, as it is now.
   *
   * @param log the log
   * @return in the order of the log; sequential and lazy
   */
  public Stream<AuditEntry> scan(AuditLog log) {
    return log.entries(firstIndex).filter(this::matches);
  }
}
