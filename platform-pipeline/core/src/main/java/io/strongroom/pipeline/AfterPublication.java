package io.strongroom.pipeline;

import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What follows a publication and may be lost in a crash: its entry in the audit log and the derived
 * copies. Adding it again where it stands already does nothing. Two runners that miss an entry at
 * the same moment both add it, and the log then says the same thing twice.
 */
final class AfterPublication {
  static final long UNKNOWN = -1;

  private static final String PUBLICATION = "publication";

  private final DerivedCopies copies;
  private final RunAudit audit;

  AfterPublication(DerivedCopies copies, RunAudit audit) {
    this.copies = copies;
    this.audit = audit;
  }

  /**
   * Adds what is missing after the newest publication, and after those between it and an older one.
   *
   * @param completedSeq number of a publication up to which nothing is known to lack, 0 when there
   *     was none yet; {@link #UNKNOWN}: only the newest is looked at
   * @return whether something was missing
   */
  boolean complete(PublishedState state, long completedSeq) {
    Optional<Publication> head = state.head();
    if (head.isEmpty() || head.get().seq() == completedSeq) {
      return false;
    }
    boolean missing = false;
    List<Publication> promotions = promotionsSince(state, head.get(), completedSeq);
    Set<String> entered = promotions.isEmpty() ? Set.of() : entered(promotions.get(0));
    for (Publication promotion : promotions) {
      if (!entered.contains(promotion.digest())) {
        enter(promotion);
        missing = true;
      }
    }
    if (!copies.areWritten(state)) {
      copies.write(state);
      missing = true;
    }
    return missing;
  }

  /** Oldest first. */
  private static List<Publication> promotionsSince(
      PublishedState state, Publication head, long completedSeq) {
    List<Publication> since = new ArrayList<>();
    if (completedSeq == UNKNOWN || completedSeq == head.seq() - 1) {
      since.add(head);
    } else {
      for (Publication publication : state.history()) {
        if (publication.seq() <= completedSeq) {
          break;
        }
        since.add(publication);
      }
    }
    since.removeIf(publication -> publication.kind() != Publication.Kind.PROMOTE);
    Collections.reverse(since);
    return since;
  }

  /** The publications that the log has an entry of; it comes after the intent. */
  private Set<String> entered(Publication oldest) {
    Set<String> entered = new HashSet<>();
    audit
        .entries(oldest.intentIndex() + 1)
        .filter(entry -> entry.event().action().equals(RunAudit.PROMOTED))
        .map(entry -> entry.event().attributes().get(PUBLICATION))
        .forEach(entered::add);
    return entered;
  }

  private void enter(Publication promotion) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put(PUBLICATION, promotion.digest());
    attributes.put("seq", Long.toString(promotion.seq()));
    audit.append(
        promotion.actor(),
        RunAudit.PROMOTED,
        RunAudit.SUCCESS,
        promotion.run().orElseThrow(),
        promotion.reason(),
        attributes);
  }
}
