package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads entries and proofs from the published objects of a log that grows meanwhile. */
final class LogReader {
  private final LogObjects objects;
  private final LongSupplier newestSize;
  private volatile long knownSize;

  /**
   * A reader.
   *
   * @param newestSize reads the size of the newest checkpoint
   */
  LogReader(LogObjects objects, LongSupplier newestSize) {
    this.objects = objects;
    this.newestSize = newestSize;
  }

  private long refresh() {
    long size = newestSize.getAsLong();
    knownSize = size;
    return size;
  }

  /** Tells that a checkpoint of this size was seen. */
  void saw(long size) {
    knownSize = size;
  }

  Optional<AuditEntry> entry(long index) {
    requireIndex(index);
    long size = knownSize;
    if (index >= size) {
      size = refresh();
    }
    return index < size ? Optional.of(entry(index, bundle(index, size))) : Optional.empty();
  }

  Stream<AuditEntry> entries(long from) {
    requireIndex(from);
    return StreamSupport.stream(new Entries(from, refresh()), false);
  }

  List<byte[]> inclusionProof(long index, long size) {
    if (index < 0 || index >= size) {
      throw new AuditException(
          AuditErrorCode.NO_SUCH_ENTRY, "a tree of " + size + " has no entry " + index);
    }
    return prove(size, now -> MerkleProofs.inclusion(index, size, new TileNodes(objects, now)));
  }

  List<byte[]> subsetProof(long[] indexes, long size) {
    if (!SubsetProofs.isAscending(indexes, size)) {
      throw new AuditException(
          AuditErrorCode.NO_SUCH_ENTRY,
          "a tree of " + size + " has no such entries in ascending order");
    }
    long[] wanted = indexes.clone();
    return prove(size, now -> SubsetProofs.make(wanted, size, new TileNodes(objects, now)));
  }

  List<byte[]> consistencyProof(long from, long to) {
    if (from < 1 || from > to) {
      throw new AuditException(
          AuditErrorCode.NO_SUCH_ENTRY, "no proof leads from size " + from + " to size " + to);
    }
    return prove(to, now -> MerkleProofs.consistency(from, to, new TileNodes(objects, now)));
  }

  private List<byte[]> prove(long size, LongFunction<List<byte[]>> proof) {
    long now = knownSize;
    if (size > now) {
      now = refresh();
    }
    while (true) {
      if (size > now) {
        throw new AuditException(
            AuditErrorCode.NO_SUCH_ENTRY, "the log has " + now + " entries, not " + size);
      }
      try {
        return proof.apply(now);
      } catch (AuditException failure) {
        // A partial tile is deleted once the log has grown.
        long grown = refresh();
        if (grown == now) {
          throw failure;
        }
        now = grown;
      }
    }
  }

  /** The entries of the bundle that an index below the size falls into. */
  private List<byte[]> bundle(long index, long size) {
    long number = index / TilePath.FULL;
    long now = size;
    while (true) {
      TilePath path =
          number < TilePath.fullTiles(TilePath.ENTRIES, now)
              ? TilePath.full(TilePath.ENTRIES, number)
              : TilePath.partial(TilePath.ENTRIES, now).orElseThrow();
      Optional<StoredObject> stored = objects.get(path.name());
      if (stored.isPresent()) {
        try {
          return TreeEdge.decodeBundle(path, stored.get().content());
        } catch (IllegalArgumentException malformed) {
          throw new AuditException(
              AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
        }
      }
      long grown = refresh();
      if (grown == now) {
        throw LogObjects.damaged(path.name(), "it is missing");
      }
      now = grown;
    }
  }

  private static AuditEntry entry(long index, List<byte[]> bundle) {
    try {
      return AuditEntry.of(index, bundle.get((int) (index % TilePath.FULL)));
    } catch (AuditException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED,
          "the stored bytes of entry " + index + " are no event",
          malformed);
    }
  }

  private static void requireIndex(long index) {
    if (index < 0) {
      throw new AuditException(AuditErrorCode.NO_SUCH_ENTRY, "an index is never negative");
    }
  }

  /** Reads a bundle when its first entry is wanted. */
  private final class Entries extends Spliterators.AbstractSpliterator<AuditEntry> {
    private final long size;
    private long next;
    private @Nullable List<byte[]> bundle;

    Entries(long from, long size) {
      super(Math.max(0, size - from), Spliterator.ORDERED | Spliterator.NONNULL);
      this.next = from;
      this.size = size;
    }

    @Override
    public boolean tryAdvance(Consumer<? super AuditEntry> action) {
      if (next >= size) {
        return false;
      }
      List<byte[]> current = bundle;
      if (current == null || next % TilePath.FULL == 0) {
        current = bundle(next, size);
        bundle = current;
      }
      AuditEntry entry = entry(next, current);
      next++;
      action.accept(entry);
      return true;
    }
  }
}
