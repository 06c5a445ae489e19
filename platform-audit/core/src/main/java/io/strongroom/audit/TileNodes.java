package io.strongroom.audit;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hashes of complete subtrees of a tree, from the tiles that are held and those that are stored.
 */
final class TileNodes implements MerkleProofs.NodeSource {
  private static final int CACHED_TILES = 32;

  private final LogObjects objects;
  private final LogEdge edge;
  private final Map<TilePath, byte[]> tiles =
      new LinkedHashMap<>(CACHED_TILES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TilePath, byte[]> eldest) {
          return size() > CACHED_TILES;
        }
      };

  TileNodes(LogObjects objects, LogEdge edge) {
    this.objects = objects;
    this.edge = edge;
  }

  @Override
  public byte[] node(int height, long index) {
    int level = height / TilePath.HEIGHT;
    int within = height % TilePath.HEIGHT;
    long first = index << within;
    long tileIndex = first / TilePath.FULL;
    long size = edge.size();
    TilePath path =
        tileIndex < TilePath.fullTiles(level, size)
            ? TilePath.full(level, tileIndex)
            : TilePath.partial(level, size).orElseThrow();
    int offset = (int) (first % TilePath.FULL);
    int count = 1 << within;
    if (path.index() != tileIndex || offset + count > path.width()) {
      throw new IllegalArgumentException("the tree has no such complete subtree");
    }
    return MerkleProofs.foldHashes(tile(path), offset * MerkleProofs.HASH_BYTES, count);
  }

  private byte[] tile(TilePath path) {
    byte[] held = edge.tile(path);
    if (held != null) {
      return held;
    }
    byte[] cached = tiles.get(path);
    if (cached != null) {
      return cached;
    }
    byte[] tile = objects.require(path.name());
    try {
      TreeEdge.requireTile(path, tile);
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
    }
    tiles.put(path, tile);
    return tile;
  }
}
