package io.strongroom.audit;

import io.strongroom.base.ErrorCategory;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Moves the head of one log.
 *
 * <p>Holds the edge of the tree that the head named when it was last seen. That tree was grown from
 * one that was signed, entry by entry; so whatever this instance puts behind it continues what was
 * signed. An append puts down a journal object and moves the head: two requests, as long as no
 * other writer does. A loser of that race grows its tree by what the others added and starts again.
 *
 * <p>Not safe for use by several threads: its owner holds a lock around every call.
 */
final class LogCommitter {
  private static final int MAX_RACES = 1_000;
  private static final int MAX_READS = 1_000;
  private static final int MAX_WRITES = 6;

  /**
   * Where the log ends.
   *
   * @param edge edge of the tree of all committed entries
   * @param head what named it; null for an empty log
   * @param headEtag tag of the head
   */
  record State(TreeEdge edge, @Nullable Head head, @Nullable String headEtag) {
    long size() {
      return edge.size();
    }

    Head.Range unsettled() {
      return head == null ? Head.Range.NONE : head.unsettled();
    }
  }

  /**
   * What became of an attempt to move the head.
   *
   * @param etag tag of the head that was written; null when it was not
   * @param cause why it is not known whether it was; null when it is known
   */
  private record Move(@Nullable String etag, @Nullable Exception cause) {}

  private final LogObjects objects;
  private final String origin;
  private final CheckpointSigner signer;
  private final CheckpointTrust trust;
  private final FullTiles full;
  private final LogGrowth growth;

  /** The newest state that was seen; null before the first one. */
  private @Nullable State state;

  /** Whether nothing speaks against the head being still where it was seen. */
  private boolean current;

  /** Those of the head's unsettled entries that this instance has settled. */
  private Head.Range settled = Head.Range.NONE;

  LogCommitter(
      LogObjects objects,
      String origin,
      CheckpointSigner signer,
      CheckpointTrust trust,
      FullTiles full) {
    this.objects = objects;
    this.origin = origin;
    this.signer = signer;
    this.trust = trust;
    this.full = full;
    this.growth = new LogGrowth(objects, origin);
  }

  /** Reads where the log ends. */
  State refresh() {
    for (int tries = 0; ; tries++) {
      State known = state;
      boolean fresh = known == null || known.head() == null;
      // Before the head, so that the head is not behind it.
      Optional<StoredObject> note = fresh ? objects.get(LogObjects.CHECKPOINT) : Optional.empty();
      Optional<StoredObject> head = objects.get(Head.NAME);
      if (known != null && known.head() != null && isAt(known, head)) {
        current = true;
        return known;
      }
      try {
        State now = known == null || fresh ? load(note, head) : follow(known, head);
        state = now;
        current = true;
        return now;
      } catch (AuditException failure) {
        // Objects that other writers let go of while they were read look damaged.
        if (failure.category() != ErrorCategory.INTEGRITY
            || tries >= MAX_READS
            || (Objects.equals(etag(objects.get(Head.NAME)), etag(head))
                && (!fresh
                    || Objects.equals(etag(objects.get(LogObjects.CHECKPOINT)), etag(note))))) {
          throw failure;
        }
      }
      LogObjects.pause(tries);
    }
  }

  private static boolean isAt(State known, Optional<StoredObject> head) {
    return Objects.equals(known.headEtag(), etag(head));
  }

  /** The state as it was last seen; reads it where it never was. */
  State known() {
    State known = state;
    return known == null ? refresh() : known;
  }

  /** Tells that these unsettled entries lie in the inbox no more. */
  void settled(Head.Range range) {
    settled = range;
  }

  /** Whether {@link #settled} told so of these. */
  boolean hasSettled(Head.Range range) {
    return range.equals(settled);
  }

  /**
   * Makes entries durable at the end of the log.
   *
   * @return index of the first of them
   */
  long commit(List<byte[]> entries) {
    for (int races = 0; races < MAX_RACES; races++) {
      State base = state;
      OptionalLong index = attempt(base == null || !current ? refresh() : base, entries, false);
      if (index.isPresent()) {
        return index.getAsLong();
      }
      LogObjects.pause(races);
    }
    throw new AuditException(
        AuditErrorCode.CONTENDED, "other writers moved the head " + MAX_RACES + " times in a row");
  }

  /**
   * Makes entries from the inbox durable behind a state, or does not: nothing but the head of that
   * state tells that they are not in the log already.
   *
   * @return index of the first of them; empty when another writer was faster
   */
  OptionalLong commitSubmitted(State base, List<byte[]> entries) {
    return attempt(base, entries, true);
  }

  private OptionalLong attempt(State base, List<byte[]> entries, boolean submitted) {
    TreeEdge.Growth grown = base.edge().append(entries);
    long size = grown.edge().size();
    byte[] root = grown.edge().root();
    Head.Range open = base.unsettled().equals(settled) ? Head.Range.NONE : base.unsettled();
    long stored = Math.max(full.stored(), base.head() == null ? 0 : base.head().base());
    Head head =
        new Head(
            origin,
            Math.min(stored, base.size() / TilePath.FULL * TilePath.FULL),
            size,
            root,
            submitted ? new Head.Range(base.size(), size) : open);
    signer.requireMaySign(size);
    if (base.head() == null && !begin()) {
      current = false;
      return OptionalLong.empty();
    }
    JournalObject journal =
        new JournalObject(origin, base.size(), base.edge().root(), size, root, entries);
    objects.keep(journal.name(), journal.encode());

    Move move = move(base, head);
    if (move.etag() != null) {
      full.add(grown.tiles(), size, true);
      state = new State(grown.edge(), head, move.etag());
      return OptionalLong.of(base.size());
    }
    current = false;
    if (submitted) {
      // Another writer may have committed the same entries, so neither an entry nor the name of the
      // journal object tells whose they are. What the head calls unsettled does, and the notes.
      return OptionalLong.empty();
    }
    if (stands(entries.get(0), base.size(), move.cause())) {
      return OptionalLong.of(base.size());
    }
    // The tag that this attempt was conditioned on is gone for good, so it can never succeed.
    forget(journal.name());
    return OptionalLong.empty();
  }

  /**
   * Signs the empty tree, so that there is no log without a checkpoint: one whose checkpoint was
   * taken away is not taken for a new one.
   *
   * @return false when the log has begun meanwhile
   */
  private boolean begin() {
    for (int tries = 0; tries < MAX_WRITES; tries++) {
      Optional<StoredObject> there = objects.get(LogObjects.CHECKPOINT);
      if (there.isPresent()) {
        return trust.verify(there.get().content()).size() == 0;
      }
      Checkpoint empty = new Checkpoint(origin, 0, MerkleProofs.emptyRoot(), new byte[0]);
      byte[] note;
      synchronized (signer) {
        note = signer.sign(empty, 0, MerkleProofs.emptyRoot()).note();
      }
      if (objects.create(LogObjects.CHECKPOINT, note) instanceof WriteResult.Won) {
        return true;
      }
      LogObjects.pause(tries);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED, "the first checkpoint was neither kept nor refused");
  }

  static @Nullable String etag(Optional<StoredObject> object) {
    return object.map(StoredObject::etag).orElse(null);
  }

  /** Grows the tree that was signed to that of the head. */
  private State load(Optional<StoredObject> note, Optional<StoredObject> stored) {
    Checkpoint signed = note.isEmpty() ? null : trust.verify(note.get().content());
    if (stored.isEmpty()) {
      if ((signed != null && signed.size() > 0) || objects.hasAny("tile/")) {
        throw LogObjects.damaged(Head.NAME, "it is missing although the log has entries");
      }
      return new State(TreeEdge.empty(), null, null);
    }
    if (signed == null) {
      throw LogObjects.damaged(LogObjects.CHECKPOINT, "it is missing although the log has a head");
    }
    return grown(edge(signed), decode(stored.get()), stored.get().etag());
  }

  /** Grows the tree that was seen to that of the head. */
  private State follow(State known, Optional<StoredObject> stored) {
    if (stored.isEmpty()) {
      throw LogObjects.damaged(Head.NAME, "it is missing although the log has entries");
    }
    return grown(known.edge(), decode(stored.get()), stored.get().etag());
  }

  private State grown(TreeEdge from, Head head, String headEtag) {
    LogGrowth.Grown grown = growth.grow(from, head);
    full.add(grown.tiles(), head.size(), false);
    full.storedTo(head.base());
    return new State(grown.edge(), head, headEtag);
  }

  private Head decode(StoredObject stored) {
    try {
      return Head.decode(stored.content(), origin);
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, Head.NAME + ": " + malformed.getMessage(), malformed);
    }
  }

  /** The edge of the tree that was signed, checked against the signed root. */
  private TreeEdge edge(Checkpoint signed) {
    TreeEdge edge;
    try {
      edge = TreeEdge.of(signed.size(), path -> objects.require(path.name()));
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, String.valueOf(malformed.getMessage()), malformed);
    }
    if (!Arrays.equals(edge.root(), signed.root())) {
      throw LogGrowth.inconsistent("tile/", "the partial tiles do not lead to the signed root");
    }
    return edge;
  }

  private Move move(State base, Head head) {
    byte[] bytes = head.encode();
    Exception doubt = null;
    for (int tries = 0; tries < MAX_WRITES; tries++) {
      RuntimeException thrown = null;
      try {
        WriteResult result = objects.write(Head.NAME, bytes, base.headEtag());
        if (result instanceof WriteResult.Won won) {
          return new Move(won.etag(), null);
        }
        if (result instanceof WriteResult.Unknown unknown) {
          doubt = unknown.cause();
        }
      } catch (RuntimeException failure) {
        thrown = failure;
      }
      current = false;
      Optional<StoredObject> now;
      try {
        now = objects.get(Head.NAME);
      } catch (RuntimeException failure) {
        if (doubt == null && thrown == null) {
          throw failure;
        }
        throw unknown(head, thrown == null ? failure : thrown);
      }
      if (now.isPresent() && Arrays.equals(now.get().content(), bytes)) {
        current = true;
        return new Move(now.get().etag(), null);
      }
      if (!Objects.equals(etag(now), base.headEtag())) {
        return new Move(null, doubt == null ? thrown : doubt);
      }
      if (thrown != null) {
        if (doubt == null) {
          throw thrown;
        }
        throw unknown(head, thrown);
      }
      LogObjects.pause(tries);
    }
    if (doubt != null) {
      throw unknown(head, doubt);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED, "the head was neither replaced nor another one there");
  }

  /**
   * Whether an entry stands at an index, which tells whether an attempt that seemed to lose won:
   * every entry has a nonce, so no other writer makes the same.
   */
  private boolean stands(byte[] entry, long index, @Nullable Exception doubt) {
    try {
      State now = refresh();
      return index < now.size()
          && Arrays.equals(
              new TileNodes(objects, new CommittedEdge(now.edge(), full)).node(0, index),
              MerkleProofs.leafHash(entry));
    } catch (RuntimeException failure) {
      if (doubt == null) {
        throw failure;
      }
      throw new AuditException(
          AuditErrorCode.OUTCOME_UNKNOWN,
          "the entries from index " + index + " on may be in the log, or not",
          failure);
    }
  }

  private static AuditException unknown(Head head, Exception cause) {
    return new AuditException(
        AuditErrorCode.OUTCOME_UNKNOWN,
        "the head may have been moved to size " + head.size() + ", or not",
        cause);
  }

  private void forget(String journalName) {
    try {
      objects.delete(journalName);
    } catch (RuntimeException failure) {
      LogObjects.delayed("audit.cleaning-delayed", origin, failure);
    }
  }
}
