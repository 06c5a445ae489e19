package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Grows a tree that is known to the tree that a head names, from what is stored: full bundles up to
 * the head's base, and behind it the journal objects that lead to the head. Nothing is believed:
 * the entries must be events, and the root must come out as the head says.
 */
final class LogGrowth {
  private final LogObjects objects;
  private final String origin;

  LogGrowth(LogObjects objects, String origin) {
    this.objects = objects;
    this.origin = origin;
  }

  /**
   * A larger tree.
   *
   * @param edge its edge
   * @param tiles the full tiles and bundles behind the head's base
   */
  record Grown(TreeEdge edge, List<TreeEdge.Tile> tiles) {}

  /**
   * Grows a tree.
   *
   * @param start the edge of a tree that the head's must continue
   * @throws AuditException OBJECT_DAMAGED or LOG_INCONSISTENT; also when other writers moved the
   *     head meanwhile and let go of what it named
   */
  Grown grow(TreeEdge start, Head head) {
    if (head.size() < start.size()) {
      throw inconsistent(Head.NAME, "it is older than the tree that was signed or seen before");
    }
    TreeEdge edge = start;
    while (edge.size() < head.base()) {
      TilePath path = TilePath.full(TilePath.ENTRIES, edge.size() / TilePath.FULL);
      List<byte[]> entries = bundle(path);
      edge =
          add(
                  edge,
                  entries.subList((int) (edge.size() % TilePath.FULL), TilePath.FULL),
                  path.name())
              .edge();
    }
    List<TreeEdge.Tile> tiles = new ArrayList<>();
    if (edge.size() < head.size()) {
      for (JournalObject journal : chain(head, edge.size())) {
        int known = (int) (edge.size() - journal.base());
        if (known == 0 && !Arrays.equals(journal.before(), edge.root())) {
          throw inconsistent(journal.name(), "it starts from another tree");
        }
        TreeEdge.Growth growth =
            add(edge, journal.entries().subList(known, journal.entries().size()), journal.name());
        edge = growth.edge();
        tiles.addAll(growth.tiles());
        if (!Arrays.equals(edge.root(), journal.root())) {
          throw inconsistent(journal.name(), "it does not lead to the root that it names");
        }
      }
    }
    if (!Arrays.equals(edge.root(), head.root())) {
      throw inconsistent(Head.NAME, "it names another root than the tree that was signed or seen");
    }
    return new Grown(edge, tiles);
  }

  /** The journal objects that lead to a head, from the one on that reaches beyond a size. */
  private Deque<JournalObject> chain(Head head, long size) {
    Deque<JournalObject> chain = new ArrayDeque<>();
    JournalObject journal = read(head.journalName());
    chain.addFirst(journal);
    while (journal.base() > size) {
      journal = read(journal.nameBefore());
      chain.addFirst(journal);
    }
    return chain;
  }

  private JournalObject read(String name) {
    Optional<StoredObject> stored = objects.get(name);
    if (stored.isEmpty()) {
      throw LogObjects.damaged(name, "it is missing and leads to the head");
    }
    try {
      return JournalObject.decode(name, stored.get().content(), origin);
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, name + ": " + malformed.getMessage(), malformed);
    }
  }

  private List<byte[]> bundle(TilePath path) {
    try {
      return TreeEdge.decodeBundle(path, objects.require(path.name()));
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static TreeEdge.Growth add(TreeEdge edge, List<byte[]> entries, String name) {
    for (byte[] entry : entries) {
      AuditEvent.requireEvent(entry, name + ": an entry");
    }
    return edge.append(entries);
  }

  static AuditException inconsistent(String name, String problem) {
    return new AuditException(AuditErrorCode.LOG_INCONSISTENT, name + ": " + problem);
  }
}
