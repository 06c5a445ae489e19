package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The submitted entries of one log: those that wait, and the notes that say which index those that
 * waited have got. An entry lies under its leaf hash, so names neither collide nor order anything,
 * and say what must be found below them.
 */
final class Inbox {
  static final String FOLDER = "inbox/";
  static final String SETTLED = "settled/";

  /** The most that is taken into the log by one commit. */
  static final int AT_ONCE = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final int TRIES = 6;
  private static final Set<String> MEMBERS = Set.of("index", "leaf", "origin", "v");

  private final LogObjects objects;
  private final String origin;

  Inbox(LogObjects objects, String origin) {
    this.objects = objects;
    this.origin = origin;
  }

  /** Whether a name is that of an entry in one of the two folders. */
  static boolean isIn(String folder, String name) {
    return name.startsWith(folder) && AuditReceipt.isHash(name.substring(folder.length()));
  }

  /** Puts an entry down, with one request where the store answers. */
  void put(String leaf, byte[] entry) {
    String name = FOLDER + leaf;
    @Nullable Exception doubt = null;
    try {
      for (int tries = 0; tries < TRIES; tries++) {
        WriteResult result = objects.create(name, entry);
        // The name is the entry's own: whoever else wrote it was an earlier try of this one.
        if (result instanceof WriteResult.Won || result instanceof WriteResult.Lost) {
          return;
        }
        if (result instanceof WriteResult.Unknown unknown) {
          doubt = unknown.cause();
        }
        LogObjects.pause(tries);
      }
    } catch (RuntimeException failure) {
      if (doubt == null) {
        throw failure;
      }
    }
    throw new AuditException(
        AuditErrorCode.OUTCOME_UNKNOWN, "the event may have been submitted, or not", doubt);
  }

  /** The leaf hashes of some entries that wait. */
  List<String> waiting() {
    return objects.names(FOLDER, AT_ONCE).stream()
        .map(name -> name.substring(FOLDER.length()))
        .filter(AuditReceipt::isHash)
        .toList();
  }

  /**
   * Which of some entries are not in the log, unless a later head put them there. Of those that the
   * log has, the objects in the inbox are deleted.
   *
   * @param log the log as a head named it that was read before this call and has nothing unsettled
   */
  List<byte[]> notSettled(List<String> leaves, int mostBytes, CommittedEdge log) {
    TileNodes nodes = new TileNodes(objects, log);
    List<byte[]> entries = new ArrayList<>();
    int bytes = 0;
    for (String leaf : leaves) {
      Optional<StoredObject> stored = objects.get(FOLDER + leaf);
      if (stored.isEmpty()) {
        continue;
      }
      byte[] entry = stored.get().content();
      if (!isEntry(leaf, entry)) {
        // The verifier names it; nothing else hangs on it.
        LOG.atError()
            .addKeyValue("event", "audit.submission-damaged")
            .addKeyValue("origin", origin)
            .addKeyValue("leaf", leaf)
            .log("a submitted entry is not what was submitted and stays out of the log");
        continue;
      }
      OptionalLong index = index(leaf);
      if (index.isPresent()) {
        if (index.getAsLong() < log.size()
            && Arrays.equals(nodes.node(0, index.getAsLong()), MerkleProofs.leafHash(entry))) {
          objects.delete(FOLDER + leaf);
        }
        continue;
      }
      if (bytes + entry.length > mostBytes) {
        break;
      }
      entries.add(entry);
      bytes += entry.length;
    }
    return entries;
  }

  /** Whether these bytes are the entry of this leaf hash, and an event. */
  static boolean isEntry(String leaf, byte[] bytes) {
    if (!HexFormat.of().formatHex(MerkleProofs.leafHash(bytes)).equals(leaf)) {
      return false;
    }
    try {
      AuditEvent.requireEvent(bytes, leaf);
      return true;
    } catch (AuditException noEvent) {
      return false;
    }
  }

  /** Notes that an entry has its index, and then takes it out of the inbox. */
  void settle(byte[] leafHash, long index) {
    String leaf = HexFormat.of().formatHex(leafHash);
    objects.keep(SETTLED + leaf, note(leaf, index));
    objects.delete(FOLDER + leaf);
  }

  /**
   * The index that an entry has been noted to have.
   *
   * @throws AuditException OBJECT_DAMAGED when the note is malformed
   */
  OptionalLong index(String leaf) {
    String name = SETTLED + leaf;
    Optional<StoredObject> stored = objects.get(name);
    if (stored.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(decode(leaf, stored.get().content()));
    } catch (IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED, name + ": " + malformed.getMessage(), malformed);
    }
  }

  private byte[] note(String leaf, long index) {
    return JsonObject.builder()
        .put("v", 1)
        .put("origin", origin)
        .put("leaf", leaf)
        .put("index", index)
        .build()
        .canonicalBytes();
  }

  /**
   * Reads a note.
   *
   * @throws IllegalArgumentException saying why it is none of this entry
   */
  long decode(String leaf, byte[] bytes) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(bytes);
      if (!json.members().keySet().equals(MEMBERS)) {
        throw new IllegalArgumentException("it is no note of version 1");
      }
      long index = json.integer("index");
      if (index < 0 || !Arrays.equals(bytes, note(leaf, index))) {
        throw new IllegalArgumentException("it is of another log or another entry");
      }
      return index;
    } catch (JsonException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
  }
}
