package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Judges a bundle and the tile beside it by what is above them, and the entries one by one. */
final class BundleCheck {
  private final BiConsumer<String, String> wrong;
  private final PrunedRule pruned;

  /**
   * A check.
   *
   * @param wrong is told what is wrong: the name of the object and the problem
   * @param pruned is told of full bundles that are missing, and of what may be acts of pruning
   */
  BundleCheck(BiConsumer<String, String> wrong, PrunedRule pruned) {
    this.wrong = wrong;
    this.pruned = pruned;
  }

  /**
   * Finds out which leaf hashes can be believed.
   *
   * @param bundlePath name of the bundle
   * @param bundle as it is stored
   * @param tilePath name of the tile beside it
   * @param tile as it is stored; null when it is missing or malformed, which has been found
   * @param fits whether leaf hashes lead to what is known above them; asked for only where bundle
   *     and tile differ
   * @param above what that is, as a message names it
   * @return null when neither bundle nor tile can be read
   */
  byte @Nullable [] choose(
      TilePath bundlePath,
      Optional<StoredObject> bundle,
      TilePath tilePath,
      byte @Nullable [] tile,
      Predicate<byte[]> fits,
      String above) {
    StoredBundle entries = read(bundlePath, bundle);
    if (entries == null) {
      return tile;
    }
    byte[] hashed = entries.leafHashes();
    if (tile != null && !Arrays.equals(hashed, tile)) {
      boolean tileFits = fits.test(tile);
      if (entries.count() != bundlePath.width()) {
        wrong.accept(
            bundlePath.name(),
            wrongCount(entries, bundlePath) + (tileFits ? done(bundlePath, tile, hashed) : ""));
        return tile;
      }
      if (!fits.test(hashed)) {
        wrong.accept(
            bundlePath.name(),
            "its entries do not hash to "
                + above
                + (tileFits ? done(bundlePath, tile, hashed) : ""));
      }
      if (!tileFits) {
        wrong.accept(tilePath.name(), "its hashes are not those of the entries");
      } else {
        return tile;
      }
    } else if (entries.count() != bundlePath.width()) {
      wrong.accept(bundlePath.name(), wrongCount(entries, bundlePath));
      return null;
    }
    judgeEvents(bundlePath, entries);
    return hashed;
  }

  private @Nullable StoredBundle read(TilePath path, Optional<StoredObject> stored) {
    if (stored.isEmpty()) {
      if (path.isFull()) {
        pruned.missing(path.index());
      } else {
        wrong.accept(path.name(), "it is missing");
      }
      return null;
    }
    try {
      return StoredBundle.of(stored.get().content());
    } catch (IllegalArgumentException malformed) {
      wrong.accept(path.name(), String.valueOf(malformed.getMessage()));
      return null;
    }
  }

  private static String wrongCount(StoredBundle entries, TilePath path) {
    return "it holds " + entries.count() + " entries instead of " + path.width();
  }

  private static String done(TilePath path, byte[] signed, byte[] found) {
    return ": " + EntryDifferences.describe(path.index() * TilePath.FULL, signed, found);
  }

  private void judgeEvents(TilePath path, StoredBundle entries) {
    for (int i = 0; i < entries.count(); i++) {
      if (entries.mayBeAct(i)) {
        pruned.act(path.index() * TilePath.FULL + i);
      }
      try {
        entries.requireEvent(i);
      } catch (AuditException malformed) {
        wrong.accept(
            path.name(),
            "entry "
                + (path.index() * TilePath.FULL + i)
                + " is no event: "
                + malformed.getMessage());
        return;
      }
    }
  }
}
