package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the end of a log in an object store: what is committed and not yet signed, and the
 * journal objects of what is signed and not yet in full bundles.
 */
final class TailVerification {
  /** Takes what is found. */
  interface Findings {
    void wrong(String name, String problem);
  }

  private final Function<String, Optional<StoredObject>> get;
  private final Function<TilePath, Optional<StoredObject>> edgeObject;
  private final Findings findings;

  /**
   * A verification.
   *
   * @param get reads an object that never changes
   * @param edgeObject the partial tiles and bundles, as they were at one moment
   */
  TailVerification(
      Function<String, Optional<StoredObject>> get,
      Function<TilePath, Optional<StoredObject>> edgeObject,
      Findings findings) {
    this.get = get;
    this.edgeObject = edgeObject;
    this.findings = findings;
  }

  /**
   * Follows full bundles and journal objects from the signed tree to the head.
   *
   * @param base size of the signed tree
   * @param root its root; null when nothing says so
   * @return whether they lead there
   */
  boolean replay(long base, byte @Nullable [] root, Head head, JournalChain chain) {
    TreeEdge edge;
    try {
      edge = TreeEdge.of(base, path -> edgeObject.apply(path).orElseThrow().content());
    } catch (IllegalArgumentException | NoSuchElementException alreadyFound) {
      return false;
    }
    if (root != null && !Arrays.equals(edge.root(), root)) {
      return false; // What is wrong with the edge has been found already.
    }
    compare(edge, chain);
    while (edge.size() < head.base()) {
      TilePath path = TilePath.full(TilePath.ENTRIES, edge.size() / TilePath.FULL);
      List<byte[]> entries;
      try {
        entries = TreeEdge.decodeBundle(path, get.apply(path.name()).orElseThrow().content());
      } catch (NoSuchElementException missing) {
        findings.wrong(path.name(), "it is missing");
        return false;
      } catch (IllegalArgumentException malformed) {
        findings.wrong(path.name(), String.valueOf(malformed.getMessage()));
        return false;
      }
      int known = (int) (edge.size() % TilePath.FULL);
      edge = add(edge, entries.subList(known, TilePath.FULL), path.name(), head);
    }
    for (JournalObject journal : chain.journals()) {
      if (journal.size() <= edge.size()) {
        continue;
      }
      int known = (int) (edge.size() - journal.base());
      edge =
          add(
              edge,
              journal.entries().subList(known, journal.entries().size()),
              journal.name(),
              head);
      if (!Arrays.equals(edge.root(), journal.root())) {
        findings.wrong(journal.name(), "it does not lead from the signed tree to the head");
        return false;
      }
    }
    if (!Arrays.equals(edge.root(), head.root())) {
      findings.wrong(Head.NAME, "it names another root than the stored entries lead to");
      return false;
    }
    return true;
  }

  /** Compares what journal objects hold of the signed tree's last bundle. */
  private void compare(TreeEdge signed, JournalChain chain) {
    long first = signed.size() - signed.entries().size();
    for (JournalObject journal : chain.journals()) {
      long to = Math.min(journal.size(), signed.size());
      for (long i = Math.max(first, journal.base()); i < to; i++) {
        if (!Arrays.equals(
            signed.entries().get((int) (i - first)),
            journal.entries().get((int) (i - journal.base())))) {
          findings.wrong(journal.name(), "it holds other entries than were signed");
          break;
        }
      }
    }
  }

  private TreeEdge add(TreeEdge edge, List<byte[]> entries, String name, Head head) {
    for (byte[] entry : entries) {
      try {
        AuditEvent.decode(entry);
      } catch (AuditException malformed) {
        findings.wrong(name, "an entry is no event: " + malformed.getMessage());
      }
    }
    TreeEdge.Growth growth = edge.append(entries);
    for (TreeEdge.Tile tile : growth.tiles()) {
      TilePath path = tile.path();
      if (!path.isFull() && growth.edge().size() != head.size()) {
        continue;
      }
      Optional<StoredObject> stored =
          path.isFull() ? get.apply(path.name()) : edgeObject.apply(path);
      if (stored.isEmpty()) {
        if (path.standing(head.base()) == TilePath.Standing.NEEDED && path.isFull()) {
          findings.wrong(path.name(), "it is missing");
        }
      } else if (!Arrays.equals(stored.get().content(), tile.bytes())) {
        findings.wrong(path.name(), "it holds other bytes than the committed entries lead to");
      }
    }
    return growth.edge();
  }
}
