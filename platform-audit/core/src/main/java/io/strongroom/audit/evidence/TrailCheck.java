package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.MerkleProofs;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.evidence.EvidenceReport.Trail;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds out whether entries of a run's trail are missing. Holds a hash for each of them. */
final class TrailCheck {
  private final TreeMap<Long, byte[]> hashes = new TreeMap<>();
  private boolean ambiguous;
  private long closingNumber;
  private @Nullable Map<String, String> closing;

  /** Takes note of an entry of the run. */
  void add(AuditEvent event, byte[] leafHash) {
    OptionalLong number = event.sequence();
    if (number.isEmpty()) {
      return;
    }
    ambiguous |= hashes.put(number.getAsLong(), leafHash) != null;
    if (event.action().equals(RunTrail.CLOSED)) {
      ambiguous |= closing != null;
      closing = event.attributes();
      closingNumber = number.getAsLong();
    }
  }

  /** What the numbers tell; says {@link #problem} first. */
  Trail result() {
    if (hashes.isEmpty()) {
      return Trail.NONE;
    }
    if (ambiguous) {
      return Trail.AMBIGUOUS;
    }
    return closing == null ? Trail.OPEN : Trail.COMPLETE;
  }

  /** Number of entries with a number, without the one that closes the trail. */
  long entries() {
    return closing == null ? hashes.size() : hashes.size() - 1L;
  }

  /** What shows that entries of the trail are missing or were not those that it was closed over. */
  Optional<String> problem() {
    Map<String, String> end = closing;
    if (hashes.isEmpty() || ambiguous) {
      return Optional.empty();
    }
    long expected = 0;
    for (long number : hashes.keySet()) {
      if (number != expected++) {
        return Optional.of("entry " + (expected - 1) + " of the run's trail is missing");
      }
    }
    if (end == null) {
      return Optional.empty();
    }
    if (closingNumber != expected - 1
        || !Long.toString(closingNumber).equals(end.get(RunTrail.ENTRIES))) {
      return Optional.of("the run's trail was closed over another number of entries");
    }
    byte[][] leaves = hashes.headMap(closingNumber).values().toArray(new byte[0][]);
    byte[] root = MerkleProofs.root(leaves.length, (height, index) -> node(leaves, height, index));
    return HexFormat.of().formatHex(root).equals(end.get(RunTrail.ROOT))
        ? Optional.empty()
        : Optional.of("the run's trail was closed over other entries");
  }

  private static byte[] node(byte[][] leaves, int height, long index) {
    return height == 0
        ? leaves[(int) index]
        : MerkleProofs.nodeHash(
            node(leaves, height - 1, 2 * index), node(leaves, height - 1, 2 * index + 1));
  }
}
