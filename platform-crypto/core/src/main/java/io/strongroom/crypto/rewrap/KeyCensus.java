package io.strongroom.crypto.rewrap;

import io.strongroom.base.PlatformException;
import io.strongroom.crypto.WrappedDataKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many wrapped keys are under which key, and since which epoch. Counted from the records
 * themselves, without a call to a key service. Immutable.
 *
 * @param lines one for each key and epoch, by provider, key and epoch
 * @param unreadable how many records could not be read: they may be under any key
 */
public record KeyCensus(List<Line> lines, long unreadable) {
  private static final int EXAMPLES = 10;

  /**
   * Wrapped keys of one wrapping key and one epoch.
   *
   * @param provider the provider id
   * @param keyName the key's {@link WrappedDataKey#keyName()}
   * @param epoch the epoch of the records
   * @param keys how many wrapped keys
   * @param examples the first ten of their records
   */
  public record Line(
      String provider, String keyName, long epoch, long keys, List<String> examples) {

    /** Copies the examples. */
    public Line {
      examples = List.copyOf(examples);
    }
  }

  private record Group(String provider, String keyName, long epoch) {}

  private static final class Tally {
    private long keys;
    private final List<String> examples = new ArrayList<>();
  }

  /** Copies the lines. */
  public KeyCensus {
    lines = List.copyOf(lines);
  }

  /**
   * Reads all records.
   *
   * @param store what to count; may change meanwhile, which the census may show or not
   * @return the census
   */
  public static KeyCensus of(KeyRecordStore store) {
    Map<Group, Tally> tallies = new LinkedHashMap<>();
    long[] unreadable = new long[1];
    try (Stream<String> ids = store.ids(Optional.empty())) {
      ids.forEach(
          id -> {
            try {
              store.read(id).ifPresent(record -> count(tallies, record));
            } catch (PlatformException failed) {
              unreadable[0]++;
            }
          });
    }
    List<Line> lines = new ArrayList<>();
    tallies.forEach(
        (group, tally) ->
            lines.add(
                new Line(
                    group.provider(), group.keyName(), group.epoch(), tally.keys, tally.examples)));
    lines.sort(
        Comparator.comparing(Line::provider)
            .thenComparing(Line::keyName)
            .thenComparing(Line::epoch));
    return new KeyCensus(lines, unreadable[0]);
  }

  private static void count(Map<Group, Tally> tallies, KeyRecord record) {
    for (RecordedKey key : record.keys()) {
      Tally tally =
          tallies.computeIfAbsent(
              new Group(key.wrapped().providerId(), key.wrapped().keyName(), record.epoch()),
              unused -> new Tally());
      tally.keys++;
      if (tally.examples.size() < EXAMPLES) {
        tally.examples.add(record.id());
      }
    }
  }

  static boolean names(String name, WrappedDataKey wrapped) {
    return names(name, wrapped.keyName());
  }

  private static boolean names(String name, String keyName) {
    return keyName.equals(name) || keyName.startsWith(name + "#");
  }

  /**
   * What is still under a key.
   *
   * @param name a key's name as it stands in wrapped keys, with its {@code #version} or for all of
   *     them without
   * @return how many wrapped keys; unreadable records are not among them
   */
  public long under(String name) {
    return lines.stream().filter(line -> names(name, line.keyName())).mapToLong(Line::keys).sum();
  }

  /**
   * The greatest epoch of any record: the next campaign takes a greater one.
   *
   * @return 0 when there are no records
   */
  public long newestEpoch() {
    return lines.stream().mapToLong(Line::epoch).max().orElse(0);
  }
}
