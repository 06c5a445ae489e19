package io.strongroom.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a hash tile or entry bundle in the layout of C2SP tlog-tiles.
 *
 * @param level 0 to 7, or {@link #ENTRIES} for a bundle of entries
 * @param index position among the tiles of the level, from 0
 * @param width number of hashes or entries, 1 to {@link #FULL}
 */
record TilePath(int level, long index, int width) {
  static final int ENTRIES = -1;
  static final int FULL = 256;
  static final int HEIGHT = 8;

  /** What follows the name of a full tile in the name of the folder of its partial ones. */
  static final String PARTIAL = ".p/";

  /**
   * Seven levels of tiles hold 2^56 leaves, more than the largest size that JSON integers state.
   */
  static final int LEVELS = 7;

  private static final Pattern NAME =
      Pattern.compile("tile/(entries|[0-6])/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  /** Where a tile stands as seen from a tree of some size. */
  enum Standing {
    /** The tree consists of it. */
    NEEDED,
    /** The tree has a wider tile in its place. */
    SUPERSEDED,
    /** Only a larger tree has it. */
    BEYOND
  }

  static TilePath full(int level, long index) {
    return new TilePath(level, index, FULL);
  }

  /** The tile at the right edge of a level in a tree of this size, if it is partial. */
  static Optional<TilePath> partial(int level, long size) {
    int width = edgeWidth(level, size);
    return width == 0
        ? Optional.empty()
        : Optional.of(new TilePath(level, fullTiles(level, size), width));
  }

  /** All partial tiles, and the partial bundle, of a tree of this size. */
  static List<TilePath> partials(long size) {
    List<TilePath> paths = new ArrayList<>();
    for (int level = ENTRIES; level < LEVELS; level++) {
      partial(level, size).ifPresent(paths::add);
    }
    return paths;
  }

  /** Number of full tiles of a level. */
  static long fullTiles(int level, long size) {
    return size >>> (HEIGHT * (Math.max(level, 0) + 1));
  }

  /** Number of hashes or entries right of the last full tile of a level. */
  static int edgeWidth(int level, long size) {
    return (int) (size >>> (HEIGHT * Math.max(level, 0))) & (FULL - 1);
  }

  static Optional<TilePath> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches() || matcher.group(2).length() > 6 * 5) {
      return Optional.empty();
    }
    int level = matcher.group(1).equals("entries") ? ENTRIES : Integer.parseInt(matcher.group(1));
    long index = Long.parseLong(matcher.group(2).replaceAll("[x/]", ""));
    int width = matcher.group(3) == null ? FULL : Integer.parseInt(matcher.group(3));
    TilePath path = new TilePath(level, index, width);
    return (width < FULL || matcher.group(3) == null) && path.name().equals(name)
        ? Optional.of(path)
        : Optional.empty();
  }

  boolean isBundle() {
    return level == ENTRIES;
  }

  boolean isFull() {
    return width == FULL;
  }

  Standing standing(long size) {
    long edge = fullTiles(level, size);
    if (isFull()) {
      return index < edge ? Standing.NEEDED : Standing.BEYOND;
    }
    int edgeWidth = edgeWidth(level, size);
    if (index == edge && width == edgeWidth) {
      return Standing.NEEDED;
    }
    return index < edge || (index == edge && width < edgeWidth)
        ? Standing.SUPERSEDED
        : Standing.BEYOND;
  }

  /** The name of the folder that a partial tile stands in. */
  String folder() {
    return full(level, index).name() + PARTIAL;
  }

  /** The name below the log's prefix. */
  String name() {
    StringBuilder name = new StringBuilder(32).append("tile/");
    if (isBundle()) {
      name.append("entries");
    } else {
      name.append(level);
    }
    name.append('/').append(threeDigitGroups(index));
    if (!isFull()) {
      name.append(PARTIAL).append(width);
    }
    return name.toString();
  }

  private static String threeDigitGroups(long index) {
    StringBuilder groups = new StringBuilder(6 * 5);
    long unit = 1;
    while (index / unit >= 1_000) {
      unit *= 1_000;
    }
    for (; unit > 0; unit /= 1_000) {
      int group = (int) (index / unit % 1_000);
      groups.append(unit > 1 ? "x" : "");
      groups.append((char) ('0' + group / 100));
      groups.append((char) ('0' + group / 10 % 10));
      groups.append((char) ('0' + group % 10));
      groups.append(unit > 1 ? "/" : "");
    }
    return groups.toString();
  }
}
