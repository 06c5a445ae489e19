package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads entries and proofs of a log that grows meanwhile. */
final class LogReader {
  private final LogObjects objects;
  private final Supplier<? extends LogEdge> newest;
  private volatile LogEdge known = LogEdge.stored(0);

  /**
   * A reader.
   *
   * @param newest finds out where the log ends now
   */
  LogReader(LogObjects objects, Supplier<? extends LogEdge> newest) {
    this.objects = objects;
    this.newest = newest;
  }

  private LogEdge refresh() {
    LogEdge edge = newest.get();
    known = edge;
    return edge;
  }

  /** Tells that the log was seen to end here. */
  void saw(LogEdge edge) {
    known = edge;
  }

  Optional<AuditEntry> entry(long index) {
    requireIndex(index);
    LogEdge edge = known;
    if (index >= edge.size()) {
      edge = refresh();
    }
    return index < edge.size() ? Optional.of(entry(index, bundle(index, edge))) : Optional.empty();
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
    return prove(size, nodes -> MerkleProofs.inclusion(index, size, nodes));
  }

  List<byte[]> subsetProof(long[] indexes, long size) {
    if (!SubsetProofs.isAscending(indexes, size)) {
      throw new AuditException(
          AuditErrorCode.NO_SUCH_ENTRY,
          "a tree of " + size + " has no such entries in ascending order");
    }
    long[] wanted = indexes.clone();
    return prove(size, nodes -> SubsetProofs.make(wanted, size, nodes));
  }

  List<byte[]> consistencyProof(long from, long to) {
    if (from < 1 || from > to) {
      throw new AuditException(
          AuditErrorCode.NO_SUCH_ENTRY, "no proof leads from size " + from + " to size " + to);
    }
    return prove(to, nodes -> MerkleProofs.consistency(from, to, nodes));
  }

  private List<byte[]> prove(long size, Function<TileNodes, List<byte[]>> proof) {
    LogEdge now = known;
    if (size > now.size()) {
      now = refresh();
    }
    while (true) {
      if (size > now.size()) {
        throw new AuditException(
            AuditErrorCode.NO_SUCH_ENTRY, "the log has " + now.size() + " entries, not " + size);
      }
      try {
        return proof.apply(new TileNodes(objects, now));
      } catch (AuditException failure) {
        // A partial tile is deleted once the log has grown.
        LogEdge grown = refresh();
        if (grown.size() == now.size()) {
          throw failure;
        }
        now = grown;
      }
    }
  }

  /** The entries of the bundle that an index below the size falls into. */
  private List<byte[]> bundle(long index, LogEdge edge) {
    long number = index / TilePath.FULL;
    LogEdge now = edge;
    while (true) {
      List<byte[]> held = now.bundle(number);
      if (held != null) {
        return held;
      }
      TilePath path =
          number < TilePath.fullTiles(TilePath.ENTRIES, now.size())
              ? TilePath.full(TilePath.ENTRIES, number)
              : TilePath.partial(TilePath.ENTRIES, now.size()).orElseThrow();
      Optional<StoredObject> stored = objects.get(path.name());
      if (stored.isPresent()) {
        try {
          return TreeEdge.decodeBundle(path, stored.get().content());
        } catch (IllegalArgumentException malformed) {
          throw new AuditException(
              AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
        }
      }
      LogEdge grown = refresh();
      if (grown.size() == now.size()) {
        throw missing(path);
      }
      now = grown;
    }
  }

  /** Why a bundle is missing: pruned, if the log itself says so, or lost. */
  private AuditException missing(TilePath path) {
    PrunedMark mark = PrunedMark.read(objects).orElse(null);
    if (mark != null && mark.act() >= mark.to() && path.index() < mark.to() / TilePath.FULL) {
      boolean acted =
          entry(mark.act())
              .filter(entry -> entry.leafHash().equals(mark.leaf()))
              .map(AuditEntry::event)
              .filter(event -> event.action().equals(PruningActs.PRUNING))
              .flatMap(PruningActs::to)
              .equals(Optional.of(mark.to()));
      if (acted) {
        return new AuditException(
            AuditErrorCode.ENTRY_PRUNED,
            "the contents of the entries before index " + mark.to() + " were pruned");
      }
    }
    return LogObjects.damaged(path.name(), "it is missing");
  }

  /** The receipt of the entry that stands where a submitted one should. */
  static Optional<AuditReceipt> resolved(Optional<AuditEntry> entry, SubmissionReceipt receipt) {
    if (entry.isPresent() && !entry.get().leafHash().equals(receipt.leafHash())) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED,
          "entry " + entry.get().index() + " is not the one that the receipt was given for");
    }
    return entry.map(there -> new AuditReceipt(there.index(), there.leafHash()));
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
    private final LogEdge edge;
    private long next;
    private @Nullable List<byte[]> bundle;

    Entries(long from, LogEdge edge) {
      super(Math.max(0, edge.size() - from), Spliterator.ORDERED | Spliterator.NONNULL);
      this.next = from;
      this.edge = edge;
    }

    @Override
    public boolean tryAdvance(Consumer<? super AuditEntry> action) {
      if (next >= edge.size()) {
        return false;
      }
      List<byte[]> current = bundle;
      if (current == null || next % TilePath.FULL == 0) {
        current = bundle(next, edge);
        bundle = current;
      }
      AuditEntry entry = entry(next, current);
      next++;
      action.accept(entry);
      return true;
    }
  }
}
