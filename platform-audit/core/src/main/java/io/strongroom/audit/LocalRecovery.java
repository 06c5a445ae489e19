package io.strongroom.audit;

import io.strongroom.storage.journal.Journal;
import io.strongroom.storage.journal.JournalRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds out what a local log was left with, and mends what a crash left half-done. */
final class LocalRecovery {
  private LocalRecovery() {}

  /**
   * The state of a log that was opened.
   *
   * @param edge the edge of the signed tree
   * @param published the checkpoint of it
   * @param unforced its full tiles and bundles that may not be on disk
   */
  record State(TreeEdge edge, Checkpoint published, Set<String> unforced) {}

  /**
   * What a log was left with. The files of the signed tree that may not be on disk are written
   * anew.
   *
   * @param objects the log's objects
   * @param signed the checkpoint that is there
   * @throws AuditException LOG_INCONSISTENT when full tiles and journal do not lead to the signed
   *     root; OBJECT_DAMAGED when a full tile is missing or malformed, or a waiting entry is no
   *     event
   */
  static State recover(Journal journal, LogObjects objects, LogFiles files, Checkpoint signed)
      throws IOException {
    long released = journal.released();
    if (signed.size() > journal.last()) {
      throw LogGrowth.inconsistent(
          LogObjects.CHECKPOINT, "it covers entries that the journal does not have");
    }
    if (signed.size() < released || released % TilePath.FULL != 0) {
      throw LogGrowth.inconsistent(
          LogObjects.CHECKPOINT, "it does not cover what the journal has let go of");
    }
    TreeEdge edge;
    try {
      edge = TreeEdge.ofFullTiles(released, path -> objects.require(path.name()));
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
    }
    deleteLeftOverEdges(objects, files, released, journal.last(), signed.size());
    Set<String> unforced = new LinkedHashSet<>();
    while (edge.size() < signed.size()) {
      List<byte[]> entries = new ArrayList<>();
      int limit = (int) Math.min(LocalPublisher.ROUND_ENTRIES, signed.size() - edge.size());
      journal.read(edge.size(), limit).forEach(record -> entries.add(record.content()));
      TreeEdge.Growth growth = edge.append(entries);
      for (TreeEdge.Tile tile : growth.tiles()) {
        if (tile.path().standing(signed.size()) == TilePath.Standing.NEEDED) {
          files.put(tile.path().name(), tile.bytes());
          if (tile.path().isFull()) {
            unforced.add(tile.path().name());
          }
        }
      }
      edge = growth.edge();
    }
    if (!Arrays.equals(edge.root(), signed.root())) {
      throw LogGrowth.inconsistent(
          LogObjects.CHECKPOINT, "tiles and journal do not lead to the root that was signed");
    }
    requireEvents(journal, signed.size());
    return new State(edge, signed, unforced);
  }

  /**
   * Deletes partial tiles, of trees since the last release, that a crash kept from being deleted.
   */
  private static void deleteLeftOverEdges(
      LogObjects objects, LogFiles files, long released, long last, long signed)
      throws IOException {
    for (int level = TilePath.ENTRIES; level < TilePath.LEVELS; level++) {
      long first = Math.max(0, TilePath.fullTiles(level, released) - 1);
      for (long index = first; index <= TilePath.fullTiles(level, last); index++) {
        List<String> left = new ArrayList<>();
        objects.forEach(
            TilePath.full(level, index).name() + TilePath.PARTIAL,
            name ->
                TilePath.parse(name)
                    .filter(path -> path.standing(signed) != TilePath.Standing.NEEDED)
                    .ifPresent(path -> left.add(name)));
        for (String name : left) {
          files.delete(name);
          if (index < TilePath.fullTiles(level, signed)) {
            files.deleteFolder(TilePath.full(level, index).name() + TilePath.PARTIAL);
          }
        }
      }
    }
  }

  private static void requireEvents(Journal journal, long signed) {
    long after = signed;
    while (after < journal.last()) {
      for (JournalRecord waiting : journal.read(after, LocalPublisher.ROUND_ENTRIES)) {
        AuditEvent.requireEvent(waiting.content(), "journal record " + waiting.number());
        after = waiting.number();
      }
    }
  }
}
