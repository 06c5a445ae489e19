package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is committed into tiles and signed checkpoints, whoever committed it, and lets go of
 * what they replace. All of it can be done by several writers at once and done again.
 *
 * <p>Not safe for use by several threads: its owner holds a lock around every call, and not the one
 * under which the head is moved.
 */
final class LogPublisher {
  private static final int MAX_RACES = 1_000;
  private static final int MAX_WRITES = 6;

  /** A checkpoint that was verified, and the tag of its object. */
  private record Seen(Checkpoint checkpoint, @Nullable String etag) {
    long size() {
      return checkpoint.size();
    }
  }

  private final LogObjects objects;
  private final String origin;
  private final CheckpointSigner signer;
  private final CheckpointTrust trust;
  private final FullTiles full;
  private final Supplier<LogCommitter.State> newest;

  /** The newest checkpoint that this instance has verified; the log never goes behind it. */
  private volatile @Nullable Seen seen;

  /** Partial tiles that this instance wrote, or may have written, and has not deleted. */
  private final Map<TilePath, Boolean> written = new HashMap<>();

  /** Whether what a writer before this one left behind was looked for. */
  private boolean lookedForLeftovers;

  /** Journal objects that lead to at most this size have been deleted. */
  private long released;

  /**
   * A publisher.
   *
   * @param newest reads where the log ends
   */
  LogPublisher(
      LogObjects objects,
      String origin,
      CheckpointSigner signer,
      CheckpointTrust trust,
      FullTiles full,
      Supplier<LogCommitter.State> newest) {
    this.objects = objects;
    this.origin = origin;
    this.signer = signer;
    this.trust = trust;
    this.full = full;
    this.newest = newest;
  }

  /** Size of the newest checkpoint that was seen; read without the lock. */
  long publishedSize() {
    Seen newest = seen;
    return newest == null ? 0 : newest.size();
  }

  /** Stores the full tiles and bundles that the commits of this process have filled. */
  void storeMine() {
    store(full.mine());
  }

  /** Stores all full tiles and bundles that no writer has been seen to have stored. */
  void storeAll() {
    store(full.upTo(Long.MAX_VALUE));
  }

  private void store(List<TreeEdge.Tile> tiles) {
    for (TreeEdge.Tile tile : tiles) {
      objects.keep(tile.path(), tile.bytes());
      full.stored(tile.path());
    }
  }

  /**
   * Publishes what is committed, unless a checkpoint covers enough already.
   *
   * @param enough how many entries it must cover at least; those of the newest head where it is
   *     larger than that
   * @return the newest checkpoint; of size 0 and without a note while the log has no head
   */
  Checkpoint publish(long enough) {
    for (int races = 0; races < MAX_RACES; races++) {
      Optional<StoredObject> note = objects.get(LogObjects.CHECKPOINT);
      LogCommitter.State state = newest.get();
      if (state.head() == null) {
        return new Checkpoint(origin, 0, MerkleProofs.emptyRoot(), new byte[0]);
      }
      Seen before = observe(note, state);
      seen = before;
      if (before.size() >= Math.min(enough, state.size())) {
        return before.checkpoint();
      }
      store(full.upTo(state.size()));
      Seen now = replace(before, state);
      if (now != null) {
        seen = now;
        clean(before.size(), now.size(), state);
        return now.checkpoint();
      }
      LogObjects.pause(races);
    }
    throw new AuditException(
        AuditErrorCode.CONTENDED, "other writers replaced the checkpoint " + MAX_RACES + " times");
  }

  /** Refuses a checkpoint that is not one of the tree that this instance knows. */
  private Seen observe(Optional<StoredObject> note, LogCommitter.State state) {
    Seen before = seen;
    if (before != null && Objects.equals(before.etag(), LogCommitter.etag(note))) {
      return before;
    }
    if (note.isEmpty()) {
      throw LogObjects.damaged(LogObjects.CHECKPOINT, "it is missing although the log has a head");
    }
    Checkpoint signed = trust.verify(note.get().content());
    if (before != null && signed.size() < before.size()) {
      throw LogGrowth.inconsistent(
          LogObjects.CHECKPOINT, "it is older than one that was there before");
    }
    if (signed.size() > state.size()) {
      throw LogGrowth.inconsistent(Head.NAME, "it names fewer entries than were signed");
    }
    if (!isPrefix(signed, state)) {
      throw LogGrowth.inconsistent(
          LogObjects.CHECKPOINT, "the tree that the head names does not continue it");
    }
    return new Seen(signed, note.get().etag());
  }

  private boolean isPrefix(Checkpoint signed, LogCommitter.State state) {
    if (signed.size() == 0) {
      return Arrays.equals(signed.root(), MerkleProofs.emptyRoot());
    }
    if (signed.size() == state.size()) {
      return Arrays.equals(signed.root(), state.edge().root());
    }
    List<byte[]> proof =
        MerkleProofs.consistency(
            signed.size(),
            state.size(),
            new TileNodes(objects, new CommittedEdge(state.edge(), full)));
    return MerkleProofs.verifyConsistency(
        signed.size(), signed.root(), state.size(), state.edge().root(), proof);
  }

  /** Writes partial tiles, signs and replaces the checkpoint; null when another went as far. */
  private @Nullable Seen replace(Seen before, LogCommitter.State state) {
    for (TreeEdge.Tile tile : state.edge().partials()) {
      if (tile.path().standing(before.size()) != TilePath.Standing.NEEDED
          && !Boolean.TRUE.equals(written.putIfAbsent(tile.path(), false))) {
        objects.keep(tile.path(), tile.bytes());
        written.put(tile.path(), true);
      }
    }
    Checkpoint checkpoint = sign(before.checkpoint(), state);
    byte[] note = checkpoint.note();
    Seen there = before;
    for (int tries = 0; tries < MAX_WRITES; tries++) {
      WriteResult result = objects.write(LogObjects.CHECKPOINT, note, there.etag());
      if (result instanceof WriteResult.Won won) {
        return new Seen(checkpoint, won.etag());
      }
      Optional<StoredObject> now = objects.get(LogObjects.CHECKPOINT);
      if (now.isPresent() && Arrays.equals(now.get().content(), note)) {
        return new Seen(checkpoint, now.get().etag());
      }
      if (!Objects.equals(LogCommitter.etag(now), there.etag())) {
        if (now.isEmpty() || trust.verify(now.get().content()).size() >= state.size()) {
          return null;
        }
        // A smaller tree was published meanwhile: what was signed here continues it.
        there = observe(now, state);
        seen = there;
      }
      LogObjects.pause(tries);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED,
        "the checkpoint was neither replaced nor another one there");
  }

  /** Signs the tree, which continues the published one and the one that was signed last. */
  private Checkpoint sign(Checkpoint published, LogCommitter.State state) {
    synchronized (signer) {
      Checkpoint last = signer.last();
      Checkpoint base =
          last != null
                  && last.size() > published.size()
                  && last.size() <= state.size()
                  && isPrefix(last, state)
              ? last
              : published;
      return signer.sign(base, state.size(), state.edge().root());
    }
  }

  /** Deletes what the published tree no longer needs. */
  private void clean(long before, long size, LogCommitter.State state) {
    try {
      Set<TilePath> obsolete = new LinkedHashSet<>(written.keySet());
      obsolete.addAll(TilePath.partials(before));
      if (!lookedForLeftovers) {
        lookForLeftovers(before, size, obsolete);
      }
      for (TilePath path : obsolete) {
        if (path.standing(size) == TilePath.Standing.SUPERSEDED) {
          objects.delete(path.name());
          written.remove(path);
        }
      }
      if (state.head() != null && state.head().base() > released) {
        release(state);
      }
      lookedForLeftovers = true;
    } catch (RuntimeException failure) {
      LogObjects.delayed("audit.cleaning-delayed", origin, failure);
    }
  }

  /**
   * Finds the partial tiles that writers before this one may have left: those of sizes that journal
   * objects lead to, which are let go of only after the tiles.
   */
  private void lookForLeftovers(long before, long size, Set<TilePath> found) {
    Set<Long> sizes = new LinkedHashSet<>(List.of(before, size));
    objects.forEach(JournalObject.FOLDER, name -> JournalObject.sizeOf(name).ifPresent(sizes::add));
    Set<String> folders = new LinkedHashSet<>();
    sizes.forEach(of -> TilePath.partials(of).forEach(path -> folders.add(path.folder())));
    for (String folder : folders) {
      objects.forEach(folder, name -> TilePath.parse(name).ifPresent(found::add));
    }
  }

  /**
   * Deletes journal objects whose entries stand in full bundles, as a head says that was committed:
   * whoever follows the head needs none of them. Among them are those that lost a race.
   */
  private int release(LogCommitter.State state) {
    long base = state.head() == null ? 0 : state.head().base();
    int[] deleted = {0};
    objects.forEach(
        JournalObject.FOLDER,
        name -> {
          if (JournalObject.sizeOf(name).orElse(Long.MAX_VALUE) <= base) {
            objects.delete(name);
            deleted[0]++;
          }
        });
    released = base;
    return deleted[0];
  }

  /** Deletes every superseded partial tile and every journal object that is not needed. */
  int sweep() {
    LogCommitter.State state = newest.get();
    long size = publish(state.size()).size();
    int[] deleted = {0};
    objects.forEach(
        "tile/",
        name -> {
          TilePath path = TilePath.parse(name).orElse(null);
          if (path != null && path.standing(size) == TilePath.Standing.SUPERSEDED) {
            objects.delete(name);
            written.remove(path);
            deleted[0]++;
          }
        });
    return deleted[0] + release(state);
  }
}
