package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One verification of a log: the parts that writers replace are read first, as they were at one
 * moment; then the parts that never change; then all names.
 */
final class Verification {
  private static final int MAX_FINDINGS = 1_000;
  private static final int MAX_SNAPSHOTS = 50;
  private static final int FULL = TilePath.FULL;

  private final LogObjects objects;
  private final String origin;
  private final CheckpointTrust trust;
  private final Duration within;
  private final Instant now;
  private final Map<String, String> findings = new LinkedHashMap<>();
  private final Map<String, String> notices = new LinkedHashMap<>();

  /** What writers replace, as it was at one moment. */
  private static final class Snapshot {
    private @Nullable StoredObject head;
    private @Nullable StoredObject note;

    /** The partial tiles and the partial bundle that exist, of the signed and of the whole tree. */
    private final Map<TilePath, StoredObject> edge = new HashMap<>();

    private @Nullable Head decodedHead;
    private @Nullable Checkpoint checkpoint;

    /** The journal objects that lead to the head. */
    private JournalChain chain = JournalChain.none();

    /** Whether the end of the log is in a journal that is not among its objects. */
    private boolean local;

    /** Size of the tree whose tiles must all be there. */
    private long base;

    /** Size with the committed entries that wait for publication. */
    private long size;

    /** The root that decides. */
    private byte @Nullable [] root;

    private final Map<String, String> findings = new LinkedHashMap<>();

    void wrong(String name, String problem) {
      findings.putIfAbsent(name, problem);
    }

    Optional<StoredObject> read(TilePath path) {
      return Optional.ofNullable(edge.get(path));
    }
  }

  /** The tile of a level that is being computed again. */
  private static final class Level {
    private final byte[][] hashes = new byte[FULL][];
    private int count;
    private long index;

    /** The stored tile; null when it is missing or malformed, or not loaded yet. */
    private byte @Nullable [] stored;

    private boolean loaded;
  }

  /** Whether the stored partial tiles lead to the signed root. */
  private boolean edgeIsSigned;

  /** The largest size that the head was seen to name. */
  private long size;

  private final Level[] levels = new Level[TilePath.LEVELS];
  private final PrunedRule pruned;
  private final BundleCheck bundles;

  Verification(LogObjects objects, CheckpointTrust trust, Duration within, Instant now) {
    this.objects = objects;
    this.within = within;
    this.now = now;
    this.origin = trust.origin();
    this.trust = trust;
    this.pruned = new PrunedRule(objects, origin, trust.keyring());
    this.bundles = new BundleCheck(this::wrong, pruned);
    for (int level = 0; level < levels.length; level++) {
      levels[level] = new Level();
    }
  }

  AuditReport run() {
    Snapshot snapshot = snapshot();
    snapshot.findings.forEach(this::wrong);
    walk(snapshot);
    pruned.judge(index -> entry(index, snapshot), findings::containsKey, this::wrong);
    new WitnessedRule(objects, trust).judge(snapshot.checkpoint, this::wrong, this::notice);
    long entries = replayJournal(snapshot) ? snapshot.size : snapshot.base;
    judgeNames(snapshot);
    return new AuditReport(
        Optional.ofNullable(snapshot.checkpoint),
        entries,
        pruned.to(),
        list(findings),
        list(notices));
  }

  private static List<AuditFinding> list(Map<String, String> problems) {
    List<AuditFinding> list = new ArrayList<>();
    problems.forEach((object, problem) -> list.add(new AuditFinding(object, problem)));
    return list;
  }

  private void wrong(String name, String problem) {
    if (findings.size() < MAX_FINDINGS) {
      findings.putIfAbsent(name, problem);
    }
  }

  private void notice(String name, String problem) {
    if (notices.size() < MAX_FINDINGS) {
      notices.putIfAbsent(name, problem);
    }
  }

  /** Reads an object; one that is too large to be of a log is taken as one without bytes. */
  private Optional<StoredObject> get(String name) {
    try {
      return objects.get(name);
    } catch (AuditException tooLarge) {
      return Optional.of(new StoredObject(new byte[0], "too large"));
    }
  }

  // --- What writers replace.

  private Snapshot snapshot() {
    for (int tries = 0; ; tries++) {
      Snapshot snapshot = readSnapshot();
      if (tries == MAX_SNAPSHOTS
          || (snapshot.findings.isEmpty() && isEdgeWhole(snapshot))
          || (sameObject(snapshot.note, get(LogObjects.CHECKPOINT))
              && sameObject(snapshot.head, get(Head.NAME)))) {
        return snapshot;
      }
      LogObjects.pause(tries);
    }
  }

  /** Whether nothing was missing, which writers delete once they have replaced it. */
  private static boolean isEdgeWhole(Snapshot snapshot) {
    return snapshot.edge.keySet().containsAll(TilePath.partials(snapshot.base));
  }

  private static boolean sameObject(@Nullable StoredObject before, Optional<StoredObject> now) {
    return Objects.equals(
        before == null ? null : before.etag(), now.map(StoredObject::etag).orElse(null));
  }

  private Snapshot readSnapshot() {
    Snapshot snapshot = new Snapshot();
    snapshot.note = get(LogObjects.CHECKPOINT).orElse(null);
    snapshot.head = get(Head.NAME).orElse(null);
    if (snapshot.note != null) {
      try {
        snapshot.checkpoint = trust.verifyLog(snapshot.note.content()).checkpoint();
      } catch (AuditException untrusted) {
        snapshot.wrong(
            LogObjects.CHECKPOINT, untrusted.code().id() + ", " + untrusted.getMessage());
      }
    }
    snapshot.local =
        snapshot.head != null && Arrays.equals(snapshot.head.content(), LocalHead.encode(origin));
    if (snapshot.head != null && !snapshot.local) {
      try {
        snapshot.decodedHead = Head.decode(snapshot.head.content(), origin);
      } catch (IllegalArgumentException malformed) {
        snapshot.wrong(Head.NAME, String.valueOf(malformed.getMessage()));
      }
    }
    // A log begins with the signature of the empty tree.
    boolean begun = snapshot.checkpoint != null && snapshot.checkpoint.size() == 0;
    if (snapshot.head == null && ((snapshot.note != null && !begun) || objects.hasAny("tile/"))) {
      snapshot.wrong(Head.NAME, "it is missing");
    }
    decide(snapshot);
    readEdge(snapshot);
    return snapshot;
  }

  /** Finds out which tree must be there, and which entries wait in journal objects. */
  private void decide(Snapshot snapshot) {
    Head head = snapshot.decodedHead;
    Checkpoint checkpoint = snapshot.checkpoint;
    if (checkpoint != null) {
      snapshot.base = checkpoint.size();
      snapshot.root = checkpoint.root();
    } else {
      decideWithoutCheckpoint(snapshot);
    }
    snapshot.size = snapshot.base;
    if (head == null) {
      return;
    }
    if (head.size() < snapshot.base) {
      snapshot.wrong(Head.NAME, "it names " + head.size() + " entries, fewer than were signed");
      return;
    }
    if (head.size() == snapshot.base && !Arrays.equals(head.root(), snapshot.root)) {
      snapshot.wrong(Head.NAME, "it names another root than the signed checkpoint");
      return;
    }
    if (head.size() > snapshot.base && Arrays.equals(head.root(), snapshot.root)) {
      snapshot.wrong(Head.NAME, "it names more entries with the root of those that were signed");
      return;
    }
    snapshot.chain = JournalChain.read(this::get, origin, head, head.base());
    snapshot.chain.problems().forEach(snapshot::wrong);
    if (snapshot.chain.isWhole()) {
      snapshot.size = head.size();
    } else if (head.size() > snapshot.base) {
      snapshot.wrong(Head.NAME, "what it names is neither signed nor in journal objects");
    }
  }

  /** Without a checkpoint to believe, the head says how far the tiles must reach. */
  private void decideWithoutCheckpoint(Snapshot snapshot) {
    Head head = snapshot.decodedHead;
    if (head != null) {
      snapshot.base = head.size();
      snapshot.root = head.root();
      if (isEdgeMissing(head.size())) {
        // What was signed last must be one of the trees that journal objects start from.
        JournalChain chain = JournalChain.read(this::get, origin, head, head.base());
        for (JournalObject journal : chain.journals()) {
          if (!isEdgeMissing(journal.base())) {
            snapshot.base = journal.base();
            snapshot.root = null;
          }
        }
      }
    }
    if (snapshot.note == null && (snapshot.head != null || objects.hasAny("tile/"))) {
      snapshot.wrong(LogObjects.CHECKPOINT, "it is missing");
    }
  }

  private boolean isEdgeMissing(long size) {
    return TilePath.partials(size).stream().anyMatch(path -> get(path.name()).isEmpty());
  }

  private void readEdge(Snapshot snapshot) {
    List<TilePath> paths = new ArrayList<>(TilePath.partials(snapshot.base));
    if (snapshot.size > snapshot.base) {
      paths.addAll(TilePath.partials(snapshot.size));
    }
    for (TilePath path : paths) {
      get(path.name()).ifPresent(object -> snapshot.edge.put(path, object));
    }
  }

  // --- What never changes.

  private void walk(Snapshot snapshot) {
    if (snapshot.base == 0) {
      return;
    }
    long bundles = TilePath.fullTiles(TilePath.ENTRIES, snapshot.base);
    edgeIsSigned = snapshot.root != null && Arrays.equals(rootOfEdge(snapshot), snapshot.root);
    for (long index = 0; index < bundles; index++) {
      if (findings.size() >= MAX_FINDINGS) {
        return;
      }
      levels[0].index = index;
      pushUp(1, chooseFull(index, snapshot), snapshot);
    }
    byte[] root = closeEdge(snapshot);
    if (snapshot.root == null || (root != null && Arrays.equals(root, snapshot.root))) {
      return;
    }
    if (snapshot.checkpoint == null) {
      wrong(Head.NAME, "what it names is neither signed nor borne out by the stored entries");
    } else if (findings.isEmpty()) {
      wrong(
          LogObjects.CHECKPOINT,
          "its root is not that of the stored entries, which agree with all tiles: either it or"
              + " all of them were replaced");
    }
  }

  /** The root that the stored partial tiles lead to; null when one is missing or malformed. */
  private static byte @Nullable [] rootOfEdge(Snapshot snapshot) {
    CompactRange range = new CompactRange();
    for (int level = TilePath.LEVELS - 1; level >= 0; level--) {
      TilePath path = TilePath.partial(level, snapshot.base).orElse(null);
      if (path != null) {
        StoredObject stored = snapshot.edge.get(path);
        if (stored == null || stored.content().length != path.width() * MerkleProofs.HASH_BYTES) {
          return null;
        }
        appendAll(range, level, stored.content());
      }
    }
    return range.root();
  }

  /** Whether the stored form of the tile that a level is at is what the tiles above it say. */
  private boolean isTrusted(int level, byte[] stored, Snapshot snapshot) {
    if (!pathOf(level, snapshot).isFull()) {
      return edgeIsSigned;
    }
    byte[] above = storedHash(level + 1, levels[level].index, snapshot);
    return above != null && Arrays.equals(above, MerkleProofs.foldHashes(stored, 0, FULL));
  }

  /** The root over a full bundle, by the bundle or by its tile, whichever can be believed. */
  private byte @Nullable [] chooseFull(long index, Snapshot snapshot) {
    TilePath bundle = TilePath.full(TilePath.ENTRIES, index);
    TilePath tile = TilePath.full(0, index);
    byte[] believed =
        bundles.choose(
            bundle,
            get(bundle.name()),
            tile,
            checkTile(tile, get(tile.name())),
            hashes -> {
              byte[] above = storedHash(1, index, snapshot);
              return above != null
                  && Arrays.equals(above, MerkleProofs.foldHashes(hashes, 0, FULL));
            },
            "what the tiles say");
    return believed == null
        ? storedHash(1, index, snapshot)
        : MerkleProofs.foldHashes(believed, 0, FULL);
  }

  private byte @Nullable [] checkTile(TilePath path, Optional<StoredObject> stored) {
    if (stored.isEmpty()) {
      wrong(path.name(), "it is missing");
      return null;
    }
    byte[] tile = stored.get().content();
    if (tile.length != path.width() * MerkleProofs.HASH_BYTES) {
      wrong(path.name(), "it has " + tile.length + " bytes, not " + path.width() + " hashes");
      return null;
    }
    return tile;
  }

  /** What the stored tile of a level says about one of its hashes; null when it says nothing. */
  private byte @Nullable [] storedHash(int level, long position, Snapshot snapshot) {
    byte[] tile = storedTile(level, snapshot);
    return tile == null ? null : TreeEdge.hash(tile, (int) (position % FULL));
  }

  /** The stored form of the tile that a level is at. */
  private byte @Nullable [] storedTile(int level, Snapshot snapshot) {
    Level at = levels[level];
    if (!at.loaded) {
      TilePath path = pathOf(level, snapshot);
      at.stored = checkTile(path, path.isFull() ? get(path.name()) : snapshot.read(path));
      at.loaded = true;
    }
    return at.stored;
  }

  private TilePath pathOf(int level, Snapshot snapshot) {
    long index = levels[level].index;
    return index < TilePath.fullTiles(level, snapshot.base)
        ? TilePath.full(level, index)
        : TilePath.partial(level, snapshot.base).orElseThrow();
  }

  /** Adds the root of a full tile to the level above it, and closes that level's tile when full. */
  private void pushUp(int level, byte @Nullable [] root, Snapshot snapshot) {
    Level at = levels[level];
    at.hashes[at.count++] = root;
    if (at.count == FULL) {
      byte[] tile = closeTile(level, snapshot);
      byte[] next =
          tile == null
              ? storedHash(level + 1, at.index, snapshot)
              : MerkleProofs.foldHashes(tile, 0, FULL);
      at.count = 0;
      at.loaded = false;
      at.index++;
      pushUp(level + 1, next, snapshot);
    }
  }

  /** Compares a computed tile with the stored one; null when part of it is not known. */
  private byte @Nullable [] closeTile(int level, Snapshot snapshot) {
    Level at = levels[level];
    byte[] stored = storedTile(level, snapshot);
    byte[] tile = new byte[at.count * MerkleProofs.HASH_BYTES];
    boolean known = true;
    for (int i = 0; i < at.count; i++) {
      byte[] said = stored == null ? null : TreeEdge.hash(stored, i);
      byte[] hash = at.hashes[i] == null ? said : at.hashes[i];
      if (hash == null) {
        known = false;
        continue;
      }
      if (stored != null && said != null && !Arrays.equals(said, hash)) {
        if (isTrusted(level, stored, snapshot)) {
          wrongBelow(level, at.index * FULL + i);
          hash = said;
        } else {
          wrong(pathOf(level, snapshot).name(), "hash " + i + " is not that of the tile below it");
        }
      }
      System.arraycopy(hash, 0, tile, i * MerkleProofs.HASH_BYTES, MerkleProofs.HASH_BYTES);
    }
    return known ? tile : null;
  }

  private void wrongBelow(int level, long index) {
    String problem = "it agrees with what is below it and not with the signed tiles above it";
    wrong(TilePath.full(level - 1, index).name(), problem);
    if (level == 1) {
      wrong(TilePath.full(TilePath.ENTRIES, index).name(), problem);
    }
  }

  /** Closes the partial tiles; the root, or null when it is not known. */
  private byte @Nullable [] closeEdge(Snapshot snapshot) {
    boolean known = true;
    CompactRange full = new CompactRange();
    for (int level = TilePath.LEVELS - 1; level > 0; level--) {
      if (levels[level].count > 0) {
        byte[] tile = closeTile(level, snapshot);
        known &= tile != null;
        if (tile != null && known) {
          appendAll(full, level, tile);
        }
      }
    }
    TilePath tilePath = TilePath.partial(0, snapshot.base).orElse(null);
    TilePath bundlePath = TilePath.partial(TilePath.ENTRIES, snapshot.base).orElse(null);
    if (tilePath == null || bundlePath == null) {
      return known ? full.root() : null;
    }
    byte[] trusted = known ? snapshot.root : null;
    byte[] believed =
        bundles.choose(
            bundlePath,
            snapshot.read(bundlePath),
            tilePath,
            checkTile(tilePath, snapshot.read(tilePath)),
            hashes -> trusted != null && Arrays.equals(trusted, rootWith(full, hashes)),
            "what was signed");
    return believed == null || !known ? null : rootWith(full, believed);
  }

  private static byte[] rootWith(CompactRange full, byte[] leafHashes) {
    CompactRange whole = new CompactRange(full);
    appendAll(whole, 0, leafHashes);
    return whole.root();
  }

  private static void appendAll(CompactRange range, int level, byte[] tile) {
    for (int i = 0; i < tile.length / MerkleProofs.HASH_BYTES; i++) {
      range.append(TilePath.HEIGHT * level, TreeEdge.hash(tile, i));
    }
  }

  // --- What is committed and not yet published.

  /** Whether journal objects lead to the head, where there is anything to lead. */
  private boolean replayJournal(Snapshot snapshot) {
    Head head = snapshot.decodedHead;
    if (head == null || !snapshot.chain.isWhole()) {
      return true;
    }
    TailVerification tail = new TailVerification(this::get, snapshot::read, this::wrong);
    if (!tail.replay(snapshot.base, snapshot.root, head, snapshot.chain)) {
      return false;
    }
    if (snapshot.size > snapshot.base) {
      notice(
          Head.NAME,
          (snapshot.size - snapshot.base)
              + " entries are committed and no checkpoint covers them yet");
    }
    return true;
  }

  // --- All names.

  private void judgeNames(Snapshot snapshot) {
    boolean unknown = findings.containsKey(Head.NAME);
    size = Math.max(snapshot.size, currentSize());
    InboxRules inbox = inboxRules(snapshot);
    objects.forEach(
        "",
        (name, modified) -> {
          if (name.equals(Head.NAME)
              || name.equals(LogObjects.CHECKPOINT)
              || name.equals(WitnessedCheckpoints.NAME)) {
            return;
          }
          if (name.equals(PrunedMark.NAME)) {
            pruned.judgeMark(this::wrong, this::notice);
            return;
          }
          if (InboxRules.concern(name) && !snapshot.local) {
            if (name.startsWith(Inbox.SETTLED)) {
              size = Math.max(size, currentSize());
            }
            inbox.judge(name, modified, size);
            return;
          }
          if (name.startsWith(JournalObject.FOLDER)) {
            judgeJournal(name, snapshot);
            return;
          }
          TilePath path = TilePath.parse(name).orElse(null);
          if (path == null) {
            wrong(name, "it is no object of a log");
          } else if (pruned.isLeftOver(path)) {
            notice(
                name, "it is to be pruned, and still there; executing the plan again deletes it");
          } else if (path.standing(snapshot.base) == TilePath.Standing.SUPERSEDED) {
            notice(name, "it is superseded; a crash left it behind");
          } else if (path.standing(snapshot.base) == TilePath.Standing.BEYOND
              && path.standing(snapshot.size) == TilePath.Standing.SUPERSEDED) {
            notice(name, "no checkpoint covers it; a crash left it behind");
          } else if (path.standing(snapshot.base) != TilePath.Standing.NEEDED
              && path.standing(snapshot.size) != TilePath.Standing.NEEDED
              && !isOfGrowth(path, snapshot)) {
            if (snapshot.local) {
              notice(name, "no checkpoint covers it yet; opening the log writes it anew");
            } else if (unknown) {
              notice(name, "without the head it cannot be said whether it belongs to the log");
            } else {
              wrong(name, "it belongs to a longer log than the head names");
            }
          }
        });
  }

  private InboxRules inboxRules(Snapshot snapshot) {
    Head head = snapshot.decodedHead;
    return new InboxRules(
        this::get,
        new Inbox(objects, origin),
        index -> leafHash(index, snapshot),
        head == null ? Head.Range.NONE : head.unsettled(),
        within,
        now,
        new InboxRules.Findings() {
          @Override
          public void wrong(String name, String problem) {
            Verification.this.wrong(name, problem);
          }

          @Override
          public void notice(String name, String problem) {
            Verification.this.notice(name, problem);
          }
        });
  }

  /** An entry of the signed tree; empty when there is none or its bundle is damaged. */
  private Optional<AuditEntry> entry(long index, Snapshot snapshot) {
    if (index < 0 || index >= snapshot.base || snapshot.checkpoint == null) {
      return Optional.empty();
    }
    TilePath full = TilePath.full(TilePath.ENTRIES, index / FULL);
    boolean isFull = full.standing(snapshot.base) == TilePath.Standing.NEEDED;
    TilePath path = isFull ? full : TilePath.partial(TilePath.ENTRIES, snapshot.base).orElseThrow();
    Optional<StoredObject> stored = isFull ? get(path.name()) : snapshot.read(path);
    try {
      return stored
          .filter(object -> !findings.containsKey(path.name()))
          .map(object -> EntryBundle.decode(object.content(), path.width()))
          .map(entries -> AuditEntry.of(index, entries.get((int) (index % FULL))));
    } catch (AuditException | IllegalArgumentException changedMeanwhile) {
      return Optional.empty();
    }
  }

  /** The leaf hash of an entry; null when it is damaged, or came after the snapshot. */
  private byte @Nullable [] leafHash(long index, Snapshot snapshot) {
    for (JournalObject journal : snapshot.chain.journals()) {
      if (index >= journal.base() && index < journal.size()) {
        return MerkleProofs.leafHash(journal.entries().get((int) (index - journal.base())));
      }
    }
    if (index >= snapshot.size) {
      return null;
    }
    TilePath path = TilePath.full(0, index / FULL);
    Optional<StoredObject> tile = get(path.name());
    if (tile.isEmpty() && index < snapshot.base) {
      tile = TilePath.partial(0, snapshot.base).flatMap(snapshot::read);
    }
    int at = (int) (index % FULL);
    return tile.isEmpty() || tile.get().content().length < (at + 1) * MerkleProofs.HASH_BYTES
        ? null
        : TreeEdge.hash(tile.get().content(), at);
  }

  /** Whether the log has grown since the snapshot, and far enough to have had this tile. */
  private boolean isOfGrowth(TilePath path, Snapshot snapshot) {
    if (path.standing(size) == TilePath.Standing.BEYOND && findings.size() < MAX_FINDINGS) {
      // A tile is written after the head was moved, so a head read after the tile tells.
      size = Math.max(size, currentSize());
    }
    return size > snapshot.size && path.standing(size) != TilePath.Standing.BEYOND;
  }

  /** Size that the head names now, or 0. */
  private long currentSize() {
    try {
      return get(Head.NAME).map(object -> Head.decode(object.content(), origin).size()).orElse(0L);
    } catch (IllegalArgumentException malformed) {
      return 0;
    }
  }

  private void judgeJournal(String name, Snapshot snapshot) {
    if (snapshot.chain.has(name)) {
      return;
    }
    Optional<StoredObject> stored = get(name);
    if (stored.isEmpty()) {
      return;
    }
    try {
      JournalObject journal = JournalObject.decode(name, stored.get().content(), origin);
      notice(
          name,
          journal.base() < size
              ? "it is superseded, or lost a race; a crash left it behind"
              : "a writer is about to commit it, or crashed before it could");
    } catch (IllegalArgumentException malformed) {
      wrong(name, String.valueOf(malformed.getMessage()));
    }
  }
}
