package io.strongroom.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Says what was done to the entries of a bundle, where the hashes that they had are known. */
final class EntryDifferences {
  private EntryDifferences() {}

  /**
   * What was done.
   *
   * @param first index of the bundle's first entry
   * @param signed the leaf hashes that the entries had, one after another
   * @param found those that they have
   */
  static String describe(long first, byte[] signed, byte[] found) {
    List<byte[]> before = hashes(signed);
    List<byte[]> after = hashes(found);
    int least = Math.min(before.size(), after.size());
    int same = 0;
    while (same < least && Arrays.equals(before.get(same), after.get(same))) {
      same++;
    }
    int tail = 0;
    while (tail < least - same
        && Arrays.equals(
            before.get(before.size() - 1 - tail), after.get(after.size() - 1 - tail))) {
      tail++;
    }
    List<byte[]> gone = before.subList(same, before.size() - tail);
    List<byte[]> come = after.subList(same, after.size() - tail);
    String which = entries(first + same, gone.size());
    if (come.isEmpty()) {
      return which + (gone.size() == 1 ? " is missing" : " are missing");
    }
    if (gone.isEmpty()) {
      return come.size() + " that no checkpoint covers, before entry " + (first + same);
    }
    if (sorted(gone).equals(sorted(come))) {
      return which + " are in another order";
    }
    return which + (gone.size() == 1 ? " was replaced" : " were replaced");
  }

  private static String entries(long from, int count) {
    return count == 1 ? "entry " + from : "entries " + from + " to " + (from + count - 1);
  }

  private static List<byte[]> hashes(byte[] all) {
    List<byte[]> hashes = new ArrayList<>();
    for (int i = 0; i < all.length / MerkleProofs.HASH_BYTES; i++) {
      hashes.add(TreeEdge.hash(all, i));
    }
    return hashes;
  }

  private static List<String> sorted(List<byte[]> hashes) {
    return hashes.stream().map(Arrays::toString).sorted().toList();
  }
}
