package io.strongroom.audit;

import io.strongroom.crypto.signing.Keyring;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * Tells bundles that were pruned from bundles that are missing. Collects both while a log is walked
 * through: the missing ones as ranges, since they are mostly adjacent.
 */
final class PrunedRule {
  private static final int MAX_NAMED = 1_000;

  private final LogObjects objects;
  private final PruningActs acts;
  private final List<Long> mayBeActs = new ArrayList<>();

  /** First and last bundle of each range, in order. */
  private final List<long[]> missing = new ArrayList<>();

  /** What every act says that counts. */
  private final Set<PrunedMark> counting = new HashSet<>();

  private long to;

  PrunedRule(LogObjects objects, String origin, Keyring keyring) {
    this.objects = objects;
    this.acts = new PruningActs(origin, keyring);
  }

  void missing(long bundle) {
    if (!missing.isEmpty() && missing.get(missing.size() - 1)[1] == bundle - 1) {
      missing.get(missing.size() - 1)[1] = bundle;
    } else {
      missing.add(new long[] {bundle, bundle});
    }
  }

  void act(long index) {
    mayBeActs.add(index);
  }

  /** Entries before this index are pruned; 0 before {@link #judge}. */
  long to() {
    return to;
  }

  /**
   * Finds the act that reaches farthest, and fault with every missing bundle that it does not name.
   *
   * @param entries entries of the signed tree
   * @param isWrong whether fault was found with an object
   */
  void judge(
      LongFunction<Optional<AuditEntry>> entries,
      Predicate<String> isWrong,
      BiConsumer<String, String> wrong) {
    for (long index : mayBeActs) {
      AuditEntry entry = entries.apply(index).orElse(null);
      long prunes = entry == null ? 0 : acts.prunes(entry, entries).orElse(0L);
      if (entry != null && prunes > 0) {
        counting.add(new PrunedMark(index, entry.leafHash(), prunes));
        to = Math.max(to, prunes);
      }
    }
    int named = 0;
    for (long[] range : missing) {
      long first = Math.max(range[0], to / TilePath.FULL);
      for (long bundle = first; bundle <= range[1] && named < MAX_NAMED; bundle++) {
        String name = TilePath.full(TilePath.ENTRIES, bundle).name();
        if (!isWrong.test(name)) {
          wrong.accept(name, "it is missing");
        }
        named++;
      }
    }
  }

  boolean isLeftOver(TilePath path) {
    return path.isBundle() && path.isFull() && path.index() < to / TilePath.FULL;
  }

  /** Judges the mark that tells readers of the act. */
  void judgeMark(BiConsumer<String, String> wrong, BiConsumer<String, String> notice) {
    PrunedMark mark = PrunedMark.read(objects).orElse(null);
    if (mark == null) {
      wrong.accept(PrunedMark.NAME, "it is no mark of a pruning");
    } else if (!counting.contains(mark)) {
      wrong.accept(PrunedMark.NAME, "no approved act in the log prunes what it says");
    } else if (mark.to() < to) {
      notice.accept(PrunedMark.NAME, "it is of an earlier act; executing the plan again mends it");
    }
  }
}
