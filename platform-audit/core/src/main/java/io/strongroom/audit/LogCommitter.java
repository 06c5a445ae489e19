package io.strongroom.audit;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the end of one log.
 *
 * <p>The store is in one of two states. Published: head and checkpoint name the same tree, and all
 * its tiles are there. Committed: the head is ahead of the checkpoint, and the journal object that
 * it names holds the entries between them. Only the published state lets a writer move the head, so
 * the head is never more than one journal object ahead; whoever finds the committed state writes
 * the tiles and the checkpoint first, whoever's entries they are.
 *
 * <p>Not safe for use by several threads: its owner holds a lock around every call.
 */
final class LogCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(LogCommitter.class);
  private static final int MAX_RACES = 1_000;
  private static final int MAX_READS = 1_000;
  private static final int MAX_WRITES = 6;

  /** The published state as this instance last saw it. */
  record Published(
      TreeEdge edge,
      @Nullable String headEtag,
      @Nullable String checkpointEtag,
      Checkpoint checkpoint) {
    long size() {
      return edge.size();
    }
  }

  /** From which size to which a journal object leads. */
  private record Span(long base, long size) {}

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

  /** The state that the next commit builds on; null when it must be read first. */
  private @Nullable Published published;

  /** The newest checkpoint that this instance has verified; the log never goes behind it. */
  private @Nullable Checkpoint seen;

  /** Partial tiles that this instance wrote and has not deleted. */
  private final Set<TilePath> written = new HashSet<>();

  /** Journal objects that this instance wrote and has not deleted. */
  private final Map<String, Span> journals = new HashMap<>();

  LogCommitter(LogObjects objects, String origin, CheckpointSigners signers, Keyring keyring) {
    this.objects = objects;
    this.origin = origin;
    this.signer = new CheckpointSigner(origin, signers, keyring);
    this.trust = new CheckpointTrust(origin, keyring, null);
  }

  /** Reads where the log is and, where a writer stopped half-way, finishes its work. */
  Published refresh() {
    for (int tries = 0; ; tries++) {
      Optional<StoredObject> checkpoint = objects.get(LogObjects.CHECKPOINT);
      Optional<StoredObject> head = objects.get(Head.NAME);
      Published known = published;
      if (known != null
          && Objects.equals(known.headEtag(), etag(head))
          && Objects.equals(known.checkpointEtag(), etag(checkpoint))) {
        return known;
      }
      published = null;
      try {
        Published now = read(checkpoint, head);
        if (now != null) {
          published = now;
          seen = now.checkpoint();
          return now;
        }
      } catch (AuditException failure) {
        // Objects that other writers replaced or deleted while they were read look damaged.
        if (failure.category() != ErrorCategory.INTEGRITY
            || tries >= MAX_READS
            || (Objects.equals(etag(objects.get(LogObjects.CHECKPOINT)), etag(checkpoint))
                && Objects.equals(etag(objects.get(Head.NAME)), etag(head)))) {
          throw failure;
        }
      }
      if (tries >= MAX_READS) {
        throw new AuditException(
            AuditErrorCode.CONTENDED, "other writers moved the log during every reading of it");
      }
      LogObjects.pause(tries);
    }
  }

  /**
   * Makes entries durable at the end of the log, and then tries to publish them.
   *
   * @return index of the first of them
   */
  long commit(List<byte[]> entries) {
    for (int races = 0; races < MAX_RACES; races++) {
      Published known = published;
      Published base = known == null ? refresh() : known;
      TreeEdge.Growth growth = base.edge().append(entries);
      Head head = new Head(origin, growth.edge().size(), growth.edge().root());
      signer.requireMaySign(head.size());
      JournalObject journal =
          new JournalObject(origin, base.size(), head.size(), head.root(), entries);
      journals.put(journal.name(), new Span(journal.base(), journal.size()));
      objects.keep(journal.name(), journal.encode());

      Move move = move(base, head);
      if (move.etag() != null) {
        publish(base.checkpoint(), growth, move.etag(), base.checkpointEtag());
        return base.size();
      }
      if (stands(entries.get(0), base.size(), move.cause())) {
        return base.size();
      }
      // The tag that this attempt was conditioned on is gone for good, so it can never succeed.
      forget(journal.name());
      LogObjects.pause(races);
    }
    throw new AuditException(
        AuditErrorCode.CONTENDED, "other writers moved the head " + MAX_RACES + " times in a row");
  }

  /** Deletes what the published tree no longer needs. */
  void clean() {
    Published now = published;
    if (now == null || now.size() == 0) {
      return;
    }
    try {
      Set<TilePath> obsolete = new LinkedHashSet<>(written);
      Set<String> done = new LinkedHashSet<>();
      objects.forEach(
          JournalObject.FOLDER,
          name -> {
            Span span = span(name);
            // One that starts at the end of the log may be about to be committed.
            if (span != null && span.base() < now.size()) {
              obsolete.addAll(TilePath.partials(span.base()));
              obsolete.addAll(TilePath.partials(span.size()));
              done.add(name);
            }
          });
      for (TilePath path : obsolete) {
        if (path.standing(now.size()) == TilePath.Standing.SUPERSEDED) {
          objects.delete(path.name());
          written.remove(path);
        }
      }
      // Last, because they are what tells the next writer that partial tiles may be left over.
      for (String name : done) {
        objects.delete(name);
        journals.remove(name);
      }
    } catch (RuntimeException failure) {
      LOG.atWarn()
          .addKeyValue("event", "audit.cleaning-delayed")
          .addKeyValue("origin", origin)
          .addKeyValue("code", code(failure))
          .log("superseded objects stay until the next append");
    }
  }

  /** Deletes every superseded tile there is; reads all names of the log. */
  int sweep() {
    long size = refresh().size();
    int[] deleted = {0};
    objects.forEach(
        "tile/",
        name -> {
          TilePath path = TilePath.parse(name).orElse(null);
          if (path != null && path.standing(size) == TilePath.Standing.SUPERSEDED) {
            objects.delete(name);
            deleted[0]++;
          }
        });
    clean();
    return deleted[0];
  }

  private static @Nullable String etag(Optional<StoredObject> object) {
    return object.map(StoredObject::etag).orElse(null);
  }

  /** The state that these two objects describe; null when another writer has moved it meanwhile. */
  private @Nullable Published read(Optional<StoredObject> note, Optional<StoredObject> stored) {
    Checkpoint signed =
        note.isEmpty()
            ? new Checkpoint(origin, 0, MerkleProofs.emptyRoot(), new byte[0])
            : trust.verify(note.get().content());
    requireContinuation(signed);
    if (stored.isEmpty()) {
      if (note.isPresent() || objects.hasAny("tile/")) {
        throw LogObjects.damaged(Head.NAME, "it is missing although the log has other objects");
      }
      return new Published(TreeEdge.empty(), null, null, signed);
    }
    String headEtag = stored.get().etag();
    Head head;
    try {
      head = Head.decode(stored.get().content(), origin);
    } catch (IllegalArgumentException malformed) {
      throw damaged(Head.NAME, malformed);
    }
    if (head.size() < signed.size()) {
      throw inconsistent(Head.NAME, "it is behind the signed checkpoint");
    }
    if (head.size() == signed.size()) {
      if (!Arrays.equals(head.root(), signed.root())) {
        throw inconsistent(Head.NAME, "it names another tree than the signed checkpoint");
      }
      return new Published(edge(signed), headEtag, etag(note), signed);
    }
    String journalName = head.journalName();
    JournalObject journal = readJournal(journalName);
    if (journal == null) {
      throw LogObjects.damaged(journalName, "it is missing and the head names it");
    }
    if (journal.base() != signed.size()) {
      throw inconsistent(Head.NAME, "its journal does not start at the signed checkpoint");
    }
    for (byte[] entry : journal.entries()) {
      AuditEvent.requireEvent(entry, journalName + ": an entry");
    }
    TreeEdge.Growth growth = edge(signed).append(journal.entries());
    if (growth.edge().size() != head.size() || !Arrays.equals(growth.edge().root(), head.root())) {
      throw inconsistent(journalName, "it does not lead from the signed checkpoint to the head");
    }
    return finish(signed, growth, headEtag, etag(note));
  }

  private @Nullable JournalObject readJournal(String name) {
    Optional<StoredObject> stored = objects.get(name);
    if (stored.isEmpty()) {
      return null;
    }
    try {
      return JournalObject.decode(name, stored.get().content(), origin);
    } catch (IllegalArgumentException malformed) {
      throw damaged(name, malformed);
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
      throw inconsistent("tile/", "the partial tiles do not lead to the signed root");
    }
    return edge;
  }

  /** Refuses a signed tree that does not continue the one that this instance saw before. */
  private void requireContinuation(Checkpoint signed) {
    Checkpoint before = seen;
    if (before != null && signed.size() < before.size()) {
      throw inconsistent(LogObjects.CHECKPOINT, "it is older than one that was there before");
    }
    Checkpoint last = signer.last();
    // What was seen continues what was signed last, unless that was not published then.
    if (last != null
        && last.size() <= signed.size()
        && (before == null || last.size() > before.size())) {
      before = last;
    }
    if (before == null || before.size() == 0) {
      return;
    }
    List<byte[]> proof =
        MerkleProofs.consistency(
            before.size(), signed.size(), new TileNodes(objects, signed.size()));
    if (!MerkleProofs.verifyConsistency(
        before.size(), before.root(), signed.size(), signed.root(), proof)) {
      throw inconsistent(LogObjects.CHECKPOINT, "it does not continue one that was there before");
    }
  }

  private Move move(Published base, Head head) {
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
      Optional<StoredObject> now;
      try {
        now = objects.get(Head.NAME);
      } catch (RuntimeException failure) {
        if (doubt == null && thrown == null) {
          throw failure;
        }
        published = null;
        throw unknown(head, thrown == null ? failure : thrown);
      }
      if (now.isPresent() && Arrays.equals(now.get().content(), bytes)) {
        return new Move(now.get().etag(), null);
      }
      if (!Objects.equals(etag(now), base.headEtag())) {
        return new Move(null, doubt == null ? thrown : doubt);
      }
      if (thrown != null) {
        if (doubt == null) {
          throw thrown;
        }
        published = null;
        throw unknown(head, thrown);
      }
      LogObjects.pause(tries);
    }
    published = null;
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
    published = null;
    byte[] hash = MerkleProofs.leafHash(entry);
    try {
      for (int tries = 0; ; tries++) {
        long size = refresh().size();
        if (size <= index) {
          return false;
        }
        try {
          return Arrays.equals(new TileNodes(objects, size).node(0, index), hash);
        } catch (AuditException failure) {
          if (tries >= MAX_READS || refresh().size() == size) {
            throw failure;
          }
        }
      }
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

  /** The entries are durable: what fails here and passes is left to the next call. */
  private void publish(
      Checkpoint base, TreeEdge.Growth growth, String headEtag, @Nullable String checkpointEtag) {
    published = null;
    try {
      Published now = finish(base, growth, headEtag, checkpointEtag);
      if (now == null) {
        refresh();
      } else {
        published = now;
        seen = now.checkpoint();
      }
    } catch (RuntimeException failure) {
      if (failure instanceof PlatformException known
          && known.category() == ErrorCategory.INTEGRITY) {
        throw failure;
      }
      LOG.atWarn()
          .addKeyValue("event", "audit.publishing-delayed")
          .addKeyValue("origin", origin)
          .addKeyValue("size", growth.edge().size())
          .addKeyValue("code", code(failure))
          .log("entries are durable; the next call publishes them");
    }
  }

  /** Writes tiles, signs and replaces the checkpoint; null when another writer went further. */
  private @Nullable Published finish(
      Checkpoint base, TreeEdge.Growth growth, String headEtag, @Nullable String checkpointEtag) {
    for (TreeEdge.Tile tile : growth.tiles()) {
      if (!tile.path().isFull()) {
        written.add(tile.path());
      }
      objects.keep(tile.path().name(), tile.bytes());
    }
    TreeEdge edge = growth.edge();
    Checkpoint checkpoint = signer.sign(base, edge.size(), edge.root());
    byte[] note = checkpoint.note();
    for (int tries = 0; tries < MAX_WRITES; tries++) {
      WriteResult result = objects.write(LogObjects.CHECKPOINT, note, checkpointEtag);
      if (result instanceof WriteResult.Won won) {
        return new Published(edge, headEtag, won.etag(), checkpoint);
      }
      Optional<StoredObject> now = objects.get(LogObjects.CHECKPOINT);
      if (now.isPresent() && Arrays.equals(now.get().content(), note)) {
        return new Published(edge, headEtag, now.get().etag(), checkpoint);
      }
      if (!Objects.equals(etag(now), checkpointEtag)) {
        return null;
      }
      LogObjects.pause(tries);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED,
        "the checkpoint was neither replaced nor another one there");
  }

  private @Nullable Span span(String name) {
    Span known = journals.get(name);
    if (known != null) {
      return known;
    }
    try {
      JournalObject journal = readJournal(name);
      return journal == null ? null : new Span(journal.base(), journal.size());
    } catch (AuditException damaged) {
      // What cannot be read is no leftover of a crash: it stays, and the verifier names it.
      return null;
    }
  }

  private void forget(String journalName) {
    try {
      objects.delete(journalName);
      journals.remove(journalName);
    } catch (RuntimeException failure) {
      LOG.atWarn()
          .addKeyValue("event", "audit.cleaning-delayed")
          .addKeyValue("origin", origin)
          .addKeyValue("code", code(failure))
          .log("a journal object stays until the next append");
    }
  }

  private static String code(RuntimeException failure) {
    return failure instanceof PlatformException known
        ? known.code().id()
        : failure.getClass().getName();
  }

  private static AuditException damaged(String name, IllegalArgumentException why) {
    return new AuditException(AuditErrorCode.OBJECT_DAMAGED, name + ": " + why.getMessage(), why);
  }

  static AuditException inconsistent(String name, String problem) {
    return new AuditException(AuditErrorCode.LOG_INCONSISTENT, name + ": " + problem);
  }
}
