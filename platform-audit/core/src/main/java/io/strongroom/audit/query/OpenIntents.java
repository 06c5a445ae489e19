package io.strongroom.audit.query;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditFinding;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Pairs intents with their outcomes, and lists the intents that have none: what somebody announced
 * and did not do, did not finish, or has not entered.
 *
 * <p>An intent is an event with the outcome {@value #INTENDED} and the attribute {@value #INTENT}.
 * Its outcome is a later event with another outcome, the same resource and the same {@value
 * #INTENT}. A run is promoted at most once, whatever was announced and tried again in between: an
 * event {@code RUN_PROMOTED}, {@code RUN_HELD} or {@code RUN_ABORTED} of the same run and resource
 * is the outcome of every {@code RUN_PROMOTING} before it. An intent that is announced again, with
 * the same {@value #INTENT}, is one intent.
 */
public final class OpenIntents {
  /** Outcome of an event that announces something. */
  public static final String INTENDED = "intended";

  /** Attribute that an intent and its outcome share. */
  public static final String INTENT = "intent";

  private static final String PROMOTING = "RUN_PROMOTING";
  private static final Set<String> DECIDED = Set.of("RUN_PROMOTED", "RUN_HELD", "RUN_ABORTED");

  private final TreeMap<Long, AuditEntry> open = new TreeMap<>();
  private final Map<List<String>, Set<Long>> byKey = new HashMap<>();

  private OpenIntents() {}

  /**
   * The intents without an outcome among some entries. Holds the open ones in memory and nothing
   * else.
   *
   * @param entries in the order of the log; outcomes must be among them, so no query may have left
   *     them out
   * @return in the order of the log
   */
  public static List<AuditEntry> among(Stream<AuditEntry> entries) {
    OpenIntents intents = new OpenIntents();
    for (Iterator<AuditEntry> each = entries.iterator(); each.hasNext(); ) {
      intents.add(each.next());
    }
    return List.copyOf(intents.open.values());
  }

  /**
   * The intents without an outcome, as findings: who watches a log shows them to people.
   *
   * @param entries as of {@link #among}
   * @param before intents of this time and later may still be at work and are left out
   * @return one for each, named by its index; no text of the event but its action
   */
  public static List<AuditFinding> findings(Stream<AuditEntry> entries, Instant before) {
    Objects.requireNonNull(before, "before");
    return among(entries).stream()
        .filter(entry -> entry.event().at().isBefore(before))
        .map(
            entry ->
                new AuditFinding(
                    "entry " + entry.index(),
                    entry.event().action() + " was announced and has no outcome"))
        .toList();
  }

  private void add(AuditEntry entry) {
    AuditEvent event = entry.event();
    String id = event.attributes().get(INTENT);
    boolean decided = event.run().isPresent() && DECIDED.contains(event.action());
    if (event.outcome().equals(INTENDED)) {
      if (id != null) {
        List<String> key = key(event, id);
        if (!byKey.containsKey(key)) {
          open.put(entry.index(), entry);
          put(key, entry.index());
          if (event.action().equals(PROMOTING)) {
            event.run().ifPresent(run -> put(promotion(event, run), entry.index()));
          }
        }
      }
      return;
    }
    if (id != null) {
      close(key(event, id));
    }
    if (decided) {
      close(promotion(event, event.run().orElseThrow()));
    }
  }

  private void put(List<String> key, long index) {
    byKey.computeIfAbsent(key, unused -> new HashSet<>()).add(index);
  }

  private void close(List<String> key) {
    Set<Long> indexes = byKey.remove(key);
    if (indexes == null) {
      return;
    }
    for (long index : indexes) {
      AuditEntry intent = open.remove(index);
      if (intent != null) {
        AuditEvent event = intent.event();
        byKey.remove(key(event, Objects.requireNonNull(event.attributes().get(INTENT))));
        event.run().ifPresent(run -> forget(promotion(event, run), index));
      }
    }
  }

  private void forget(List<String> key, long index) {
    Set<Long> indexes = byKey.get(key);
    if (indexes != null && indexes.remove(index) && indexes.isEmpty()) {
      byKey.remove(key);
    }
  }

  private static List<String> key(AuditEvent event, String id) {
    return List.of("intent", event.resource(), id);
  }

  private static List<String> promotion(AuditEvent event, String run) {
    return List.of("promotion", event.resource(), run);
  }
}
