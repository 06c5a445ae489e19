package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One bit of a log of 100,000 entries is flipped, and the verifier names the object it is in. */
@Tag("exhaustive")
class FlippedBitsExhaustiveTest {
  private static final int ENTRIES = 100_000;
  private static final int FLIPS = Integer.getInteger("flips", 2_000);

  /** A store in which one bit differs. */
  private static final class FlippedStore extends ForwardingObjectStore {
    private final String key;
    private final long bit;

    FlippedStore(ObjectStore inner, String key, long bit) {
      super(inner);
      this.key = key;
      this.bit = bit;
    }

    @Override
    public Optional<StoredObject> get(String wanted) {
      return wanted.equals(key)
          ? super.get(wanted).map(object -> new StoredObject(flip(object), "flipped"))
          : super.get(wanted);
    }

    private byte[] flip(StoredObject object) {
      byte[] content = object.content().clone();
      content[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
      return content;
    }
  }

  private record Place(String name, long bit) {}

  /** Every bit of the log is as likely as any other. */
  private static List<Place> places(InMemoryObjectStore store) {
    List<String> names = List.copyOf(LogFixture.names(store));
    long[] ends = new long[names.size()];
    long bits = 0;
    for (int i = 0; i < ends.length; i++) {
      bits += 8L * LogFixture.read(store, names.get(i)).length;
      ends[i] = bits;
    }
    Random random = new Random(100_000);
    List<Place> places = new ArrayList<>();
    for (int flip = 0; flip < FLIPS; flip++) {
      long bit = Math.floorMod(random.nextLong(), bits);
      int at = 0;
      while (ends[at] <= bit) {
        at++;
      }
      places.add(new Place(names.get(at), bit - (at == 0 ? 0 : ends[at - 1])));
    }
    // The objects that writers replace are small, so that chance hardly ever meets them.
    for (String name : names) {
      if (!name.startsWith("tile/")) {
        places.add(new Place(name, random.nextInt(8 * LogFixture.read(store, name).length)));
      }
    }
    return places;
  }

  @Test
  void everyFlippedBitIsNamed() throws Exception {
    InMemoryObjectStore store = LogFixture.storeOf(ENTRIES);
    assertThat(LogFixture.verify(store).clean()).isTrue();
    List<Place> places = places(store);
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<AuditReport>> reports = new ArrayList<>();
      for (Place place : places) {
        reports.add(
            threads.submit(
                () ->
                    LogFixture.verify(
                        new FlippedStore(store, LogFixture.PREFIX + place.name(), place.bit()))));
      }
      for (int i = 0; i < reports.size(); i++) {
        Place place = places.get(i);
        assertThat(reports.get(i).get().findings().stream().map(AuditFinding::object))
            .as("bit %d of %s", place.bit(), place.name())
            .containsExactly(place.name());
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.println(
        "flipped bits: "
            + places.size()
            + " in a log of "
            + ENTRIES
            + " entries, each named, in "
            + (System.nanoTime() - start) / 1_000_000_000
            + " s");
  }
}
