package io.strongroom.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes as a bundle, as an entry, and as the name of a tile: refused with a typed error, or
 * read; both readers of bundles read the same, an entry has one form, and what is quickly told to
 * be an entry is one.
 */
public final class BundleFuzz {
  private static final String NONCE = "0f".repeat(16);

  private BundleFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    bundle(input);
    entry(input);
    String name = new String(input, StandardCharsets.ISO_8859_1);
    TilePath path = TilePath.parse(name).orElse(null);
    if (path != null && !path.name().equals(name)) {
      throw new AssertionError("a tile has two names");
    }
  }

  private static void bundle(byte[] input) {
    List<byte[]> entries = decoded(input);
    StoredBundle stored = stored(input);
    if ((entries == null) != (stored == null)) {
      throw new AssertionError("one reader of bundles takes what the other refuses");
    }
    if (entries == null || stored == null) {
      return;
    }
    byte[] hashes = stored.leafHashes();
    if (hashes.length != entries.size() * MerkleProofs.HASH_BYTES
        || !Arrays.equals(EntryBundle.encode(entries), input)) {
      throw new AssertionError("a bundle is another one when it is written");
    }
    for (int i = 0; i < entries.size(); i++) {
      if (!Arrays.equals(MerkleProofs.leafHash(entries.get(i)), TreeEdge.hash(hashes, i))) {
        throw new AssertionError("the readers of bundles read other entries");
      }
      entry(entries.get(i));
      if (isEvent(stored, i) != isEvent(entries.get(i))) {
        throw new AssertionError("an entry is an event for one reader only");
      }
    }
  }

  private static @Nullable List<byte[]> decoded(byte[] input) {
    try {
      return EntryBundle.decode(input, 0, input.length);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private static @Nullable StoredBundle stored(byte[] input) {
    try {
      return StoredBundle.of(input);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private static boolean isEvent(StoredBundle bundle, int index) {
    try {
      bundle.requireEvent(index);
      return true;
    } catch (AuditException none) {
      return false;
    }
  }

  private static boolean isEvent(byte[] entry) {
    try {
      AuditEvent.decode(entry);
      return true;
    } catch (AuditException none) {
      return false;
    }
  }

  private static void entry(byte[] input) {
    if (!isEvent(input)) {
      if (PlainEntry.is(input)) {
        throw new AssertionError("what is no entry is told to be one");
      }
      return;
    }
    String text = new String(input, StandardCharsets.UTF_8);
    int at = text.indexOf("\"nonce\":\"") + 9;
    byte[] again = AuditEvent.decode(input).encode(text.substring(at, at + 32));
    if (!Arrays.equals(again, input)) {
      throw new AssertionError("an entry is another one when it is written");
    }
  }

  /** Entries of every kind, bundles of them, and names of tiles. */
  public static List<byte[]> seeds() {
    List<byte[]> entries =
        List.of(
            LogFixture.event(3).encode(NONCE),
            LogFixture.event(4)
                .withReason("caf\u00e9 \"1\"\n 4111 1111 1111 111")
                .withAttribute("a.b", "2026-11-22T02-00-00Z")
                .withRequest("r-1")
                .withSource("192.0.2.7")
                .encode(NONCE),
            LogFixture.event(5)
                .withPersonal("customer", new PersonalPart.Committed("ab".repeat(32)))
                .numbered("run-1", 20)
                .encode(NONCE));
    List<byte[]> seeds = new ArrayList<>(entries);
    seeds.add(EntryBundle.encode(entries));
    seeds.add(EntryBundle.encode(List.of(entries.get(0), new byte[0], new byte[] {'{', '}'})));
    for (String name : List.of("tile/0/x001/x234/067", "tile/entries/002.p/88", "tile/63/000")) {
      seeds.add(name.getBytes(StandardCharsets.US_ASCII));
    }
    return seeds;
  }
}
