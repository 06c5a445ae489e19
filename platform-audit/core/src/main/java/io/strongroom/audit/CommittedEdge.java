package io.strongroom.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree of all committed entries, of which only full tiles and bundles are read from the store.
 *
 * @param edge its right edge
 * @param full what is full and may not be stored yet
 */
record CommittedEdge(TreeEdge edge, FullTiles full) implements LogEdge {
  @Override
  public long size() {
    return edge.size();
  }

  @Override
  public byte @Nullable [] tile(TilePath path) {
    return path.isFull() ? full.get(path) : edge.hashes(path.level());
  }

  @Override
  public @Nullable List<byte[]> bundle(long number) {
    if (number == TilePath.fullTiles(TilePath.ENTRIES, size())) {
      return edge.entries();
    }
    byte[] held = full.get(TilePath.full(TilePath.ENTRIES, number));
    return held == null ? null : EntryBundle.decode(held, TilePath.FULL);
  }
}
