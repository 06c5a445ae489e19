package io.strongroom.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The full tiles and bundles of the committed tree that may not be stored yet, in the order in
 * which they became full. Safe for use by several threads.
 */
final class FullTiles {
  private static final int MOST_TILES = 256;
  private static final long MOST_BYTES = 32L << 20;

  // Never handed out and never changed.
  @SuppressWarnings("ArrayRecordComponent")
  private record Waiting(byte[] bytes, boolean mine) {}

  private final Map<TilePath, Waiting> waiting = new LinkedHashMap<>();
  private long bytes;

  /** The tiles that were full at this size have been added, or were stored before. */
  private long added;

  /**
   * Takes the tiles that a tree got as it grew.
   *
   * @param grown size of the tree
   * @param mine whether this process moved the head and so is the one to store them first
   */
  synchronized void add(List<TreeEdge.Tile> tiles, long grown, boolean mine) {
    for (TreeEdge.Tile tile : tiles) {
      if (tile.path().isFull() && waiting.get(tile.path()) == null) {
        waiting.put(tile.path(), new Waiting(tile.bytes(), mine));
        bytes += tile.bytes().length;
      }
    }
    added = Math.max(added, fullAt(grown));
  }

  synchronized byte @Nullable [] get(TilePath path) {
    Waiting held = waiting.get(path);
    return held == null ? null : held.bytes();
  }

  /** Tells that all that is full in a tree of this size is stored. */
  synchronized void storedTo(long size) {
    added = Math.max(added, fullAt(size));
    new ArrayList<>(waiting.keySet())
        .stream()
            .filter(path -> path.standing(size) == TilePath.Standing.NEEDED)
            .forEach(this::stored);
  }

  /** Tells that one is stored. */
  synchronized void stored(TilePath path) {
    Waiting gone = waiting.remove(path);
    if (gone != null) {
      bytes -= gone.bytes().length;
    }
  }

  /** Of so many entries all that is full is stored; a multiple of 256. */
  synchronized long stored() {
    return waiting.keySet().stream()
        .findFirst()
        .map(first -> filledAt(first) - TilePath.FULL)
        .orElse(added);
  }

  /** Those that are full in a tree of this size and that this process is to store. */
  synchronized List<TreeEdge.Tile> mine() {
    return list(true, Long.MAX_VALUE);
  }

  /** Those that are full in a tree of this size. */
  synchronized List<TreeEdge.Tile> upTo(long size) {
    return list(false, size);
  }

  private List<TreeEdge.Tile> list(boolean onlyMine, long size) {
    List<TreeEdge.Tile> tiles = new ArrayList<>();
    waiting.forEach(
        (path, held) -> {
          if ((held.mine() || !onlyMine) && path.standing(size) == TilePath.Standing.NEEDED) {
            tiles.add(new TreeEdge.Tile(path, held.bytes()));
          }
        });
    return tiles;
  }

  /** Whether so much waits that nothing more is to be committed before some of it is stored. */
  synchronized boolean isFull() {
    return waiting.size() >= MOST_TILES || bytes >= MOST_BYTES;
  }

  /** The size at which a tree has a tile whole. */
  private static long filledAt(TilePath path) {
    int height = TilePath.HEIGHT * (Math.max(path.level(), 0) + 1);
    return (path.index() + 1) << height;
  }

  private static long fullAt(long size) {
    return size / TilePath.FULL * TilePath.FULL;
  }
}
