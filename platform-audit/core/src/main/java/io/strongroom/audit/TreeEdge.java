package io.strongroom.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The right edge of a tree: its partial tiles, its partial bundle and the hashes of its largest
 * complete subtrees. It is all that a writer must hold to append. Immutable.
 */
final class TreeEdge {

  /** A tile or bundle and its bytes. */
  // Never handed out and never changed.
  @SuppressWarnings("ArrayRecordComponent")
  record Tile(TilePath path, byte[] bytes) {}

  /**
   * A larger tree.
   *
   * @param edge its edge
   * @param tiles the tiles and bundles that it has and the smaller tree had not
   */
  record Growth(TreeEdge edge, List<Tile> tiles) {}

  private final CompactRange range;
  private final byte[][] hashes;
  private final List<byte[]> entries;

  private TreeEdge(CompactRange range, byte[][] hashes, List<byte[]> entries) {
    this.range = range;
    this.hashes = hashes;
    this.entries = entries;
  }

  static TreeEdge empty() {
    byte[][] none = new byte[TilePath.LEVELS][0];
    return new TreeEdge(new CompactRange(), none, List.of());
  }

  /**
   * The edge of a tree of some size.
   *
   * @param partial the bytes of each partial tile, and of the partial bundle
   * @throws IllegalArgumentException starting with the name of the object that does not fit
   */
  static TreeEdge of(long size, Function<TilePath, byte[]> partial) {
    byte[][] hashes = new byte[TilePath.LEVELS][0];
    CompactRange range = new CompactRange();
    for (int level = TilePath.LEVELS - 1; level >= 0; level--) {
      TilePath path = TilePath.partial(level, size).orElse(null);
      if (path == null) {
        continue;
      }
      byte[] tile = partial.apply(path);
      requireTile(path, tile);
      hashes[level] = tile;
      for (int i = 0; i < path.width(); i++) {
        range.append(TilePath.HEIGHT * level, hash(tile, i));
      }
    }
    List<byte[]> entries = List.of();
    TilePath bundle = TilePath.partial(TilePath.ENTRIES, size).orElse(null);
    if (bundle != null) {
      entries = decodeBundle(bundle, partial.apply(bundle));
      for (int i = 0; i < entries.size(); i++) {
        if (!Arrays.equals(MerkleProofs.leafHash(entries.get(i)), hash(hashes[0], i))) {
          throw new IllegalArgumentException(
              bundle.name() + ": its entries do not hash to the tile beside it");
        }
      }
    }
    return new TreeEdge(range, hashes, entries);
  }

  /**
   * The edge of a tree that ends with a full bundle, from full tiles alone: what stands in the
   * partial tiles of the levels above follows from the full tiles below them.
   *
   * @param size a multiple of the entries of a bundle
   * @param full the bytes of each full tile
   * @throws IllegalArgumentException starting with the name of the object that does not fit
   */
  static TreeEdge ofFullTiles(long size, Function<TilePath, byte[]> full) {
    byte[][] hashes = new byte[TilePath.LEVELS][0];
    CompactRange range = new CompactRange();
    for (int level = TilePath.LEVELS - 1; level > 0; level--) {
      TilePath edge = TilePath.partial(level, size).orElse(null);
      if (edge == null) {
        continue;
      }
      byte[] tile = new byte[edge.width() * MerkleProofs.HASH_BYTES];
      for (int i = 0; i < edge.width(); i++) {
        TilePath below = TilePath.full(level - 1, edge.index() * TilePath.FULL + i);
        byte[] bytes = full.apply(below);
        requireTile(below, bytes);
        byte[] hash = MerkleProofs.foldHashes(bytes, 0, TilePath.FULL);
        System.arraycopy(hash, 0, tile, i * MerkleProofs.HASH_BYTES, hash.length);
        range.append(TilePath.HEIGHT * level, hash);
      }
      hashes[level] = tile;
    }
    return new TreeEdge(range, hashes, List.of());
  }

  static void requireTile(TilePath path, byte[] tile) {
    if (tile.length != path.width() * MerkleProofs.HASH_BYTES) {
      throw new IllegalArgumentException(
          path.name() + ": it has " + tile.length + " bytes, not " + path.width() + " hashes");
    }
  }

  static List<byte[]> decodeBundle(TilePath path, byte[] bundle) {
    try {
      return EntryBundle.decode(bundle, path.width());
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(path.name() + ": " + malformed.getMessage(), malformed);
    }
  }

  static byte[] hash(byte[] tile, int index) {
    int from = index * MerkleProofs.HASH_BYTES;
    return Arrays.copyOfRange(tile, from, from + MerkleProofs.HASH_BYTES);
  }

  long size() {
    return range.size();
  }

  byte[] root() {
    return range.root();
  }

  /** The entries right of the last full bundle; the list and its arrays are not to be changed. */
  List<byte[]> entries() {
    return entries;
  }

  /** The bytes of the partial tile of a level, none when there is none; not to be changed. */
  byte[] hashes(int level) {
    return hashes[level];
  }

  /** The partial bundle and the partial tiles, in the order in which they are to be written. */
  List<Tile> partials() {
    List<Tile> tiles = new ArrayList<>();
    for (TilePath path : TilePath.partials(size())) {
      tiles.add(
          new Tile(path, path.isBundle() ? EntryBundle.encode(entries) : hashes[path.level()]));
    }
    return tiles;
  }

  /** The tree with these entries behind its own. */
  Growth append(List<byte[]> added) {
    byte[] leafHashes = new byte[added.size() * MerkleProofs.HASH_BYTES];
    int at = 0;
    for (byte[] entry : added) {
      MerkleProofs.leafHash(entry, 0, entry.length, leafHashes, at);
      at += MerkleProofs.HASH_BYTES;
    }
    return append(added, leafHashes);
  }

  /**
   * The tree with these entries behind its own.
   *
   * @param leafHashes their leaf hashes, one after another
   */
  Growth append(List<byte[]> added, byte[] leafHashes) {
    Growing growing = new Growing();
    int done = 0;
    while (growing.room() <= added.size() - done) {
      int taken = growing.room();
      growing.add(added.subList(done, done + taken), leafHashes, done);
      growing.closeBundle();
      done += taken;
    }
    growing.add(added.subList(done, added.size()), leafHashes, done);
    // The hashes of full tiles are known without those of the leaves in between.
    CompactRange grown = done == 0 ? new CompactRange(range) : growing.full;
    for (int i = done; i < added.size(); i++) {
      grown.append(hash(leafHashes, i));
    }
    return growing.finish(grown);
  }

  /** The tiles of a tree that grows. */
  private final class Growing {
    private final List<Tile> tiles = new ArrayList<>();
    private final List<byte[]> tail = new ArrayList<>(entries);
    private final byte[][] next = new byte[TilePath.LEVELS][];
    private final int[] widths = new int[TilePath.LEVELS];
    private final boolean[] changed = new boolean[TilePath.LEVELS];
    private final CompactRange full = range.complete(TilePath.HEIGHT);

    Growing() {
      for (int level = 0; level < TilePath.LEVELS; level++) {
        widths[level] = hashes[level].length / MerkleProofs.HASH_BYTES;
        next[level] = hashes[level];
      }
    }

    /** How many entries the bundle at the edge still takes. */
    int room() {
      return TilePath.FULL - widths[0];
    }

    void add(List<byte[]> more, byte[] leafHashes, int from) {
      put(0, leafHashes, from, more.size());
      tail.addAll(more);
    }

    private void put(int level, byte[] source, int from, int count) {
      if (count > 0) {
        if (!changed[level]) {
          next[level] = Arrays.copyOf(hashes[level], TilePath.FULL * MerkleProofs.HASH_BYTES);
          changed[level] = true;
        }
        System.arraycopy(
            source,
            from * MerkleProofs.HASH_BYTES,
            next[level],
            widths[level] * MerkleProofs.HASH_BYTES,
            count * MerkleProofs.HASH_BYTES);
        widths[level] += count;
      }
    }

    /** Closes the bundle at the edge, which is full, and every tile that is full then. */
    void closeBundle() {
      long index = full.size() / TilePath.FULL;
      tiles.add(new Tile(TilePath.full(TilePath.ENTRIES, index), EntryBundle.encode(tail)));
      tail.clear();
      byte[] root = MerkleProofs.foldHashes(next[0], 0, TilePath.FULL);
      full.append(TilePath.HEIGHT, root);
      close(0);
      for (int level = 1; ; level++) {
        put(level, root, 0, 1);
        if (widths[level] < TilePath.FULL) {
          return;
        }
        root = MerkleProofs.foldHashes(next[level], 0, TilePath.FULL);
        close(level);
      }
    }

    private void close(int level) {
      long index = TilePath.fullTiles(level, full.size()) - 1;
      tiles.add(new Tile(TilePath.full(level, index), next[level].clone()));
      widths[level] = 0;
    }

    Growth finish(CompactRange grown) {
      for (int level = 0; level < TilePath.LEVELS; level++) {
        next[level] = Arrays.copyOf(next[level], widths[level] * MerkleProofs.HASH_BYTES);
      }
      TilePath.partial(TilePath.ENTRIES, grown.size())
          .ifPresent(path -> tiles.add(new Tile(path, EntryBundle.encode(tail))));
      for (int level = 0; level < TilePath.LEVELS; level++) {
        if (changed[level]) {
          byte[] tile = next[level];
          TilePath.partial(level, grown.size()).ifPresent(path -> tiles.add(new Tile(path, tile)));
        }
      }
      return new Growth(new TreeEdge(grown, next, List.copyOf(tail)), tiles);
    }
  }
}
