package io.strongroom.pipeline;

import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What follows a publication and may be lost in a crash: its entry in the audit log and the derived
 * copies. Adding it again where it stands already does nothing.
 */
final class AfterPublication {
  private static final String PUBLICATION = "publication";

  private final RunServices services;
  private final RunAudit audit;
  private final RunLog log;

  AfterPublication(RunServices services, RunAudit audit, RunLog log) {
    this.services = services;
    this.audit = audit;
    this.log = log;
  }

  /** Adds what is missing after the newest publication; logs when something was. */
  void makeUp(PublishedState state) {
    if (complete(state)) {
      log.log(RunEvent.PUBLICATION_MADE_UP, "publication", state.head().orElseThrow().digest());
    }
  }

  /** Adds what is missing after the newest publication; whether something was. */
  boolean complete(PublishedState state) {
    if (state.head().isEmpty()) {
      return false;
    }
    Publication head = state.head().get();
    boolean missing = false;
    if (head.kind() == Publication.Kind.PROMOTE && !entryStands(head)) {
      SortedMap<String, String> attributes = new TreeMap<>();
      attributes.put(PUBLICATION, head.digest());
      attributes.put("seq", Long.toString(head.seq()));
      audit.append(
          head.actor(),
          RunAudit.PROMOTED,
          RunAudit.SUCCESS,
          head.run().orElseThrow(),
          head.reason(),
          attributes);
      missing = true;
    }
    if (!copiesStand(head)) {
      new DerivedCopies(services.store()).write(state);
      missing = true;
    }
    return missing;
  }

  /** The entry comes after the intent, which the publication names. */
  private boolean entryStands(Publication head) {
    return audit
        .entries(head.intentIndex() + 1)
        .anyMatch(
            entry ->
                entry.event().action().equals(RunAudit.PROMOTED)
                    && head.digest().equals(entry.event().attributes().get(PUBLICATION)));
  }

  /** The copy beside a dataset is written last and names the publication. */
  private boolean copiesStand(Publication head) {
    return head.generations().keySet().stream()
        .allMatch(
            dataset ->
                services
                    .store()
                    .get(dataset + "/_LATEST.json")
                    .map(copy -> new String(copy.content(), StandardCharsets.UTF_8))
                    .filter(copy -> copy.contains(head.digest()))
                    .isPresent());
  }
}
