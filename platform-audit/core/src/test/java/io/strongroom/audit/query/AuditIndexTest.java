package io.strongroom.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.CheckpointSigners;
import io.strongroom.audit.LocalAuditLog;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.audit.Opening;
import io.strongroom.audit.PersonalPart;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class AuditIndexTest {
  private static final String ORIGIN = "audit.example.com/queries";
  private static final Instant START = Instant.parse("2026-01-21T12:00:00Z");

  /** Segments of 256 entries. */
  private static final int LOW = 8;

  private static final Signer SIGNER =
      Ed25519Signer.generate(KeyPurpose.CHECKPOINT, new SecureRandom());
  private static final Keyring KEYRING = keyring();

  private static Keyring keyring() {
    RootKey root = RootKey.generate(new SecureRandom());
    return Keyring.parse(
        Keyring.create(root, 1, List.of(VerificationKey.of(SIGNER, "test"))), root.digest());
  }

  static ObjectStoreAuditLog log(ObjectStore store) {
    return ObjectStoreAuditLog.builder(
            store, "audit/", ORIGIN, CheckpointSigners.of(SIGNER), KEYRING)
        .checkpointInterval(Duration.ofHours(1))
        .build();
  }

  private static AuditEvent random(Random random) {
    AuditEvent event =
        AuditEvent.of(
            "actor-" + random.nextInt(3),
            random.nextInt(40) == 0 ? "RARE_THING" : "COMMON_THING",
            // The same text in another field is another thing.
            random.nextBoolean() ? "actor-1" : "resource-" + random.nextInt(50),
            "success",
            START.plusMillis(random.nextInt(2_000_000) - 1_000_000));
    return random.nextInt(3) == 0 ? event : event.withRun("run-" + random.nextInt(20));
  }

  private static AuditQuery randomQuery(Random random, long size) {
    AuditQuery query = AuditQuery.all();
    if (random.nextInt(3) == 0) {
      query = query.ofRun("run-" + random.nextInt(21));
    }
    if (random.nextInt(3) == 0) {
      query = query.byActor("actor-" + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      query = query.ofAction(random.nextBoolean() ? "RARE_THING" : "COMMON_THING");
    }
    if (random.nextInt(3) == 0) {
      query = query.onResource(random.nextBoolean() ? "actor-1" : "resource-7");
    }
    if (random.nextInt(4) == 0) {
      query = query.since(START.plusMillis(random.nextInt(2_000_000) - 1_000_000));
    }
    if (random.nextInt(4) == 0) {
      query = query.before(START.plusMillis(random.nextInt(2_000_000) - 1_000_000));
    }
    return random.nextInt(3) == 0 ? query.fromIndex(random.nextInt((int) size + 300)) : query;
  }

  /** Says the same as the query in other words. */
  private static Predicate<AuditEntry> predicate(AuditQuery query) {
    return entry -> {
      AuditEvent event = entry.event();
      return entry.index() >= query.firstIndex()
          && query.run().map(run -> event.run().equals(Optional.of(run))).orElse(true)
          && query.actor().map(event.actor()::equals).orElse(true)
          && query.action().map(event.action()::equals).orElse(true)
          && query.resource().map(event.resource()::equals).orElse(true)
          && query.from().map(from -> event.at().compareTo(from) >= 0).orElse(true)
          && query.until().map(until -> event.at().compareTo(until) < 0).orElse(true);
    };
  }

  private static void answersAreThoseOfAScan(
      AuditIndex index, AuditLog log, Random random, int queries, String where) {
    List<AuditEntry> all = log.entries(0).toList();
    for (int i = 0; i < queries; i++) {
      AuditQuery query = randomQuery(random, all.size());
      List<AuditEntry> expected = all.stream().filter(predicate(query)).toList();
      assertThat(index.find(query).toList()).as("%s: %s", where, query).isEqualTo(expected);
      assertThat(query.scan(log).toList()).as("%s: scan of %s", where, query).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void answersAreThoseOfAScanHoweverMuchOfTheLogIsIndexed(int seed) {
    Random random = new Random(seed);
    AuditLog log = log(new InMemoryObjectStore());
    AuditIndex index = new AuditIndex(log, new InMemoryObjectStore(), "index/", LOW);
    answersAreThoseOfAScan(index, log, random, 2, "empty log");
    for (int stage = 0; stage < 5; stage++) {
      int more = random.nextInt(350);
      for (int i = 0; i < more; i++) {
        log.append(random(random));
      }
      if (random.nextBoolean()) {
        assertThat(index.update()).isEqualTo(log.size() / 256 * 256);
      }
      answersAreThoseOfAScan(index, log, random, 6, "seed " + seed + " stage " + stage);
    }
    index.update();
    answersAreThoseOfAScan(index, log, random, 6, "seed " + seed + " at the end");
  }

  @Test
  void answerReadsNoBundleThatHasNoneOfWhatIsAskedFor() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    AuditLog writer = log(store);
    for (int i = 0; i < 1_000; i++) {
      writer.append(event(i).withRun("run-" + i / 100));
    }
    writer.checkpoint();
    AtomicInteger bundles = new AtomicInteger();
    ObjectStore counting =
        new FaultyObjectStore(
            store,
            (number, operation, key) -> {
              if (!operation.isWrite() && key.contains("tile/entries/")) {
                bundles.incrementAndGet();
              }
              return Fault.NONE;
            });
    AuditLog log = log(counting);
    AuditIndex index = new AuditIndex(log, store, "index/", LOW);
    assertThat(index.update()).isEqualTo(768);

    bundles.set(0);
    List<AuditEntry> found = index.find(AuditQuery.all().ofRun("run-3")).toList();
    assertThat(found).extracting(AuditEntry::index).first().isEqualTo(300L);
    assertThat(found).hasSize(100);
    // One with the run, and the one after the last whole segment.
    assertThat(bundles).hasValueLessThanOrEqualTo(2);
    bundles.set(0);
    AuditQuery late = AuditQuery.all().since(START.plusSeconds(995)).before(START.plusSeconds(998));
    assertThat(index.find(late).toList()).hasSize(3);
    assertThat(bundles).hasValueLessThanOrEqualTo(2);
  }

  private static AuditEvent event(int number) {
    return AuditEvent.of(
        "svc", "ROW_READ", "payments/" + number, "success", START.plusSeconds(number));
  }

  @Test
  void damagedSegmentOfTheIndexIsNotUsedAndIsMadeAgain() {
    Random random = new Random(7);
    AuditLog log = log(new InMemoryObjectStore());
    for (int i = 0; i < 600; i++) {
      log.append(random(random));
    }
    InMemoryObjectStore store = new InMemoryObjectStore();
    new AuditIndex(log, store, "i/", LOW).update();
    List<String> keys = store.list("", null, 10).stream().map(ObjectInfo::key).toList();
    assertThat(keys).containsExactly("i/segment-000000000000", "i/segment-000000000001");
    byte[] first = store.get(keys.get(0)).orElseThrow().content();
    byte[] second = store.get(keys.get(1)).orElseThrow().content();
    List<byte[]> damages = new ArrayList<>(List.of(new byte[0], new byte[33], second));
    damages.add(Arrays.copyOf(first, first.length - 1));
    damages.add(Arrays.copyOf(first, first.length + 1));
    for (int i = 0; i < 16; i++) {
      byte[] flipped = first.clone();
      flipped[random.nextInt(first.length)] ^= (byte) (1 << random.nextInt(8));
      damages.add(flipped);
    }
    for (byte[] damage : damages) {
      store.put(keys.get(0), damage);
      AuditIndex index = new AuditIndex(log, store, "i/", LOW);
      answersAreThoseOfAScan(index, log, random, 2, "damaged");
      assertThat(index.update()).isEqualTo(512);
      assertThat(store.get(keys.get(0)).orElseThrow().content()).isEqualTo(first);
    }
    store.delete(keys.get(0));
    assertThat(new AuditIndex(log, store, "i/", LOW).rebuild()).isEqualTo(512);
    assertThat(store.get(keys.get(0)).orElseThrow().content()).isEqualTo(first);
  }

  @Test
  void indexOfAnotherLogOrOfAnotherHistoryIsNotUsed() {
    Random random = new Random(8);
    InMemoryObjectStore ours = new InMemoryObjectStore();
    AuditLog log = log(ours);
    AuditLog fork = log(new InMemoryObjectStore());
    for (int i = 0; i < 520; i++) {
      log.append(random(random));
      fork.append(random(random));
    }
    InMemoryObjectStore store = new InMemoryObjectStore();
    new AuditIndex(fork, store, "", LOW).update();
    AuditIndex index = new AuditIndex(log, store, "", LOW);

    answersAreThoseOfAScan(index, log, random, 20, "index of a fork");
    index.update();
    answersAreThoseOfAScan(index, log, random, 20, "mended");
    assertThat(store.get("segment-000000000001").orElseThrow().content())
        .isNotEqualTo(indexed(fork))
        .isEqualTo(indexed(log));
  }

  private static byte[] indexed(AuditLog log) {
    InMemoryObjectStore store = new InMemoryObjectStore();
    new AuditIndex(log, store, "", LOW).update();
    return store.get("segment-000000000001").orElseThrow().content();
  }

  @Test
  void localLogWithAnIndexInAFolderAnswersInWholeSegments(@TempDir Path folder) {
    try (LocalAuditLog log = LocalAuditLog.open(folder.resolve("audit"), ORIGIN, SIGNER, KEYRING)) {
      Thread[] threads = new Thread[8];
      for (int t = 0; t < threads.length; t++) {
        int first = t * 2_100;
        threads[t] =
            new Thread(
                () -> {
                  for (int i = first; i < first + 2_100; i++) {
                    log.append(event(i).withRun("run-" + i % 40));
                  }
                });
        threads[t].start();
      }
      for (Thread thread : threads) {
        join(thread);
      }
      AuditIndex index = AuditIndex.inFolder(log, folder.resolve("index"));
      assertThat(index.update()).isEqualTo(IndexSegment.ENTRIES);
      AuditIndex reopened = AuditIndex.inFolder(log, folder.resolve("index"));
      assertThat(reopened.find(AuditQuery.all().ofRun("run-7")).toList())
          .hasSize(420)
          .isEqualTo(AuditQuery.all().ofRun("run-7").scan(log).toList());
      assertThat(reopened.find(AuditQuery.all().onResource("payments/16799")).toList()).hasSize(1);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void indexHoldsNoTextOfAnEventAndNothingOfItsPersonalParts() {
    AuditLog log = log(new InMemoryObjectStore());
    AuditLog bare = log(new InMemoryObjectStore());
    for (int i = 0; i < 256; i++) {
      PersonalPart part = Opening.of("Ada Lovelace", new SecureRandom()).commit();
      log.append(event(i).withPersonal("name", part));
      bare.append(event(i));
    }
    String stored = new String(firstSegment(log), StandardCharsets.ISO_8859_1);
    assertThat(stored).doesNotContain("payments/", "ROW_READ", "Lovelace", "svc");
    // But for hashes of the entries: the header, and the sum at the end.
    assertThat(firstSegment(log)).hasSameSizeAs(firstSegment(bare));
    assertThat(stored.substring(stored.indexOf('\n'), stored.length() - 32))
        .isEqualTo(
            new String(firstSegment(bare), StandardCharsets.ISO_8859_1)
                .substring(stored.indexOf('\n'), stored.length() - 32));
  }

  private static byte[] firstSegment(AuditLog log) {
    InMemoryObjectStore store = new InMemoryObjectStore();
    new AuditIndex(log, store, "", LOW).update();
    return store.get("segment-000000000000").orElseThrow().content();
  }

  /** Gives the same bytes every time. */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1;
    private int next;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) next++;
      }
    }
  }

  @Test
  void segmentIsTheOneThatTheFormatDescribes() throws Exception {
    AuditLog log =
        ObjectStoreAuditLog.builder(
                new InMemoryObjectStore(), "audit/", ORIGIN, CheckpointSigners.of(SIGNER), KEYRING)
            .random(new CountingRandom())
            .build();
    for (int i = 0; i < 256; i++) {
      log.append(event(i).withRun("run-" + i % 7));
    }
    byte[] segment = firstSegment(log);
    Path golden = Path.of("src/test/resources/golden/index-segment");
    assertThat(segment).isEqualTo(Files.readAllBytes(golden));

    ByteBuffer bytes = ByteBuffer.wrap(segment);
    while (bytes.get() != '\n') {
      // Behind the header.
    }
    assertThat(bytes.getLong()).isEqualTo(START.getEpochSecond());
    assertThat(bytes.getLong()).isEqualTo(START.getEpochSecond() + 255);
    Map<Long, Integer> counts = new LinkedHashMap<>();
    for (int terms = bytes.getInt(); terms > 0; terms--) {
      counts.put(bytes.getLong(), (int) bytes.getShort());
    }
    // An actor, an action, 256 resources and seven runs.
    assertThat(counts).hasSize(1 + 1 + 256 + 7);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    long wanted =
        ByteBuffer.wrap(sha256.digest("run\0run-3".getBytes(StandardCharsets.UTF_8))).getLong();
    List<Integer> offsets = new ArrayList<>();
    counts.forEach(
        (term, count) -> {
          for (int i = 0; i < count; i++) {
            int offset = bytes.getShort();
            if (term == wanted) {
              offsets.add(offset);
            }
          }
        });
    assertThat(offsets).hasSize(37).allMatch(offset -> offset % 7 == 3).isSorted();
    byte[] sum = sha256.digest(Arrays.copyOf(segment, segment.length - 32));
    assertThat(bytes).isEqualTo(ByteBuffer.wrap(sum));
  }

  @Test
  void prefixWithoutASlashAndNegativeIndexAreRefused() {
    AuditLog log = log(new InMemoryObjectStore());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuditIndex(log, new InMemoryObjectStore(), "index"));
    assertThatIllegalArgumentException().isThrownBy(() -> AuditQuery.all().fromIndex(-1));
  }
}
