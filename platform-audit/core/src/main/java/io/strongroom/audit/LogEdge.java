package io.strongroom.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tree of some size, of which this process may hold what is not among the stored objects. */
interface LogEdge {
  /** Number of entries. */
  long size();

  /** A tile that is held, not to be changed; null when it is among the stored objects. */
  byte @Nullable [] tile(TilePath path);

  /** The entries of a bundle that is held, not to be changed; null when it is stored. */
  @Nullable List<byte[]> bundle(long number);

  /** A tree of this size whose every tile and bundle is stored. */
  static LogEdge stored(long size) {
    return new LogEdge() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public byte @Nullable [] tile(TilePath path) {
        return null;
      }

      @Override
      public @Nullable List<byte[]> bundle(long number) {
        return null;
      }
    };
  }
}
