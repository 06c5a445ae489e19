package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.crypto.WrappingKeys;
import io.strongroom.storage.EnvelopedObjects;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.journal.Journal;
import io.strongroom.storage.journal.JournalRecord;
import io.strongroom.storage.journal.StoredJournal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal on an object store that fails, crashes, answers late, and is shared. */
@Tag("verify")
class StoredJournalTest {
  private final InMemoryObjectStore inner = new InMemoryObjectStore();

  private static byte[] record(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What each number that is not released means; there are no gaps. */
  private static Map<Long, String> contents(ObjectStore store) {
    Map<Long, String> contents = new HashMap<>();
    try (Journal journal = StoredJournal.open(store, "j")) {
      long number = journal.released();
      for (List<JournalRecord> page = journal.read(0, 2);
          !page.isEmpty();
          page = journal.read(number, 2)) {
        for (JournalRecord record : page) {
          assertThat(record.number()).isEqualTo(++number);
          contents.put(number, new String(record.content(), StandardCharsets.UTF_8));
        }
      }
      assertThat(journal.last()).isEqualTo(number);
    }
    return contents;
  }

  private static void failsWith(StorageErrorCode code, Runnable action) {
    assertThat(catchThrowable(action::run))
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aGroupIsOneObjectAndReleasedOnesGo() {
    try (StoredJournal journal = StoredJournal.open(inner, "j")) {
      assertThat(journal.append(record("1"))).isEqualTo(1);
      List<CompletableFuture<Long>> futures = new ArrayList<>();
      for (int i = 2; i <= 1000; i++) {
        futures.add(journal.submit(record("" + i)));
      }
      for (int i = 2; i <= 1000; i++) {
        assertThat(futures.get(i - 2).join()).isEqualTo(i);
      }
      assertThat(inner.list("", null, 2000)).hasSizeBetween(2, 500);
      Map<Long, String> contents = contents(inner);
      assertThat(contents).hasSize(1000);
      contents.forEach((number, content) -> assertThat(content).isEqualTo("" + number));
      assertThatThrownBy(() -> journal.release(1001)).isInstanceOf(IllegalArgumentException.class);
      journal.release(500);
      assertThat(journal.released()).isEqualTo(500);
      assertThat(journal.read(3, 1).get(0).number()).isEqualTo(501);
      journal.release(1000);
      assertThat(inner.list("", null, 9)).hasSize(1);
      assertThat(journal.append(record("next"))).isEqualTo(1001);
    }
    assertThat(contents(inner)).containsExactly(Map.entry(1001L, "next"));
    Journal closed = StoredJournal.open(inner, "j");
    assertThat(closed.last()).isEqualTo(1001);
    closed.close();
    assertThatThrownBy(() -> closed.append(record("x"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.read(0, 1)).isInstanceOf(IllegalStateException.class);
  }

  /** Appends, releases and reopens; gives what was acknowledged, and what failed. */
  private static final class Work {
    private final Map<Long, String> acknowledged = new HashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    void run(ObjectStore store) {
      for (int part = 0; part < 2; part++) {
        Journal journal = open(store);
        for (int i = 0; i < 4; i++) {
          append(journal, part + "-" + i);
          if (i == 2) {
            release(journal, 3 * part + 2);
          }
        }
        journal.close();
      }
    }

    private static Journal open(ObjectStore store) {
      while (true) {
        try {
          return StoredJournal.open(store, "j");
        } catch (StorageException again) {
          assertThat(again.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE);
        }
      }
    }

    private void append(Journal journal, String text) {
      try {
        String before = acknowledged.put(journal.append(record(text)), text);
        assertThat(before).isNull();
      } catch (StorageException e) {
        (e.code() == StorageErrorCode.WRITE_OUTCOME_UNKNOWN ? unknown : refused).add(text);
      }
    }

    private static void release(Journal journal, long through) {
      try {
        journal.release(Math.min(through, journal.last()));
      } catch (StorageException e) {
        assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE);
      }
    }

    /** Every acknowledged record that is not released is there, and no refused one. */
    void check(ObjectStore store) {
      Map<Long, String> contents = contents(store);
      long released;
      try (Journal journal = StoredJournal.open(store, "j")) {
        released = journal.released();
      }
      acknowledged.forEach(
          (number, text) -> {
            if (number > released) {
              assertThat(contents).containsEntry(number, text);
            }
          });
      assertThat(contents.values()).noneMatch(refused::contains);
      assertThat(contents.values()).doesNotHaveDuplicates();
      contents.forEach(
          (number, text) ->
              assertThat(
                      text.equals(acknowledged.get(number))
                          || unknown.contains(text)
                          || text.startsWith("after"))
                  .isTrue());
    }
  }

  @Test
  void aFaultAtAnyOperationLosesNothingAcknowledgedAndGivesNoNumberTwice() {
    int faults = 0;
    for (FaultyObjectStore.Fault fault : FaultyObjectStore.Fault.values()) {
      for (int at = 1; ; at++) {
        InMemoryObjectStore store = new InMemoryObjectStore();
        FaultyObjectStore faulty = new FaultyObjectStore(store, FaultyObjectStore.once(at, fault));
        Work work = new Work();
        work.run(faulty);
        if (at > faulty.operations()) {
          assertThat(work.acknowledged).hasSize(8);
          break;
        }
        work.check(store);
        faulty.deliver();
        work.check(store);
        try (Journal journal = StoredJournal.open(store, "j")) {
          work.acknowledged.put(journal.append(record("after")), "after");
        }
        work.check(store);
        faults++;
      }
    }
    assertThat(faults).isGreaterThan(150);
  }

  @Test
  void everyPairOfFaultsIsSurvivedToo() {
    for (FaultyObjectStore.Fault fault :
        List.of(
            FaultyObjectStore.Fault.LOST_AFTER_EFFECT, FaultyObjectStore.Fault.DELIVERED_LATE)) {
      for (int first = 1; first <= 45; first++) {
        for (int gap = 1; gap <= 6; gap++) {
          int one = first;
          int two = first + gap;
          InMemoryObjectStore store = new InMemoryObjectStore();
          FaultyObjectStore faulty =
              new FaultyObjectStore(
                  store,
                  (number, operation, key) ->
                      number == one || number == two ? fault : FaultyObjectStore.Fault.NONE);
          Work work = new Work();
          work.run(faulty);
          work.check(store);
          while (faulty.deliver()) {
            work.check(store);
          }
        }
      }
    }
  }

  @Test
  void aCrashAtAnyOperationLosesNothingAcknowledged() {
    for (CrashingObjectStore.When when : CrashingObjectStore.When.values()) {
      for (int at = 1; ; at++) {
        InMemoryObjectStore store = new InMemoryObjectStore();
        CrashingObjectStore crashing = new CrashingObjectStore(store, at, when, () -> {});
        Work work = new Work();
        try {
          work.run(crashing);
        } catch (SimulatedCrash crash) {
          assertThat(crashing.crashed()).isTrue();
        }
        if (!crashing.crashed()) {
          break;
        }
        for (int part = 0; part < 2; part++) {
          for (int i = 0; i < 4; i++) {
            work.unknown.add(part + "-" + i);
          }
        }
        work.check(store);
        try (Journal journal = StoredJournal.open(store, "j")) {
          work.acknowledged.put(journal.append(record("after")), "after");
        }
        work.check(store);
      }
    }
  }

  @Test
  void aStoreThatNeverAnswersMakesTheOutcomeUnknownAndALaterAppendGoesBehind() {
    FaultyObjectStore[] faulty = new FaultyObjectStore[1];
    boolean[] down = {false};
    faulty[0] =
        new FaultyObjectStore(
            inner,
            (number, operation, key) ->
                down[0] && operation == StoreOperation.PUT_IF_ABSENT
                    ? FaultyObjectStore.Fault.DELIVERED_LATE
                    : FaultyObjectStore.Fault.NONE);
    try (Journal journal = StoredJournal.open(faulty[0], "j")) {
      journal.append(record("first"));
      down[0] = true;
      failsWith(StorageErrorCode.WRITE_OUTCOME_UNKNOWN, () -> journal.append(record("doubt")));
      down[0] = false;
      assertThat(faulty[0].deliver()).isTrue();
      assertThat(journal.append(record("behind"))).isEqualTo(3);
      while (faulty[0].deliver()) {
        assertThat(contents(inner))
            .containsExactlyInAnyOrderEntriesOf(Map.of(1L, "first", 2L, "doubt", 3L, "behind"));
      }
    }
  }

  @Test
  void writersOfOneJournalShareTheNumbers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    Map<Long, String> acknowledged = new ConcurrentHashMap<>();
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String name = "w" + writer + "-";
        writers.add(
            threads.submit(
                () -> {
                  try (Journal journal = StoredJournal.open(inner, "j")) {
                    for (int i = 0; i < 50; i++) {
                      String text = name + i;
                      assertThat(acknowledged.put(journal.append(record(text)), text)).isNull();
                      if (i % 10 == 9) {
                        journal.release(Math.max(0, journal.last() - 20));
                      }
                    }
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(acknowledged).hasSize(200);
    assertThat(contents(inner)).hasSizeGreaterThanOrEqualTo(20);
    contents(inner).forEach((number, text) -> assertThat(acknowledged).containsEntry(number, text));
  }

  /** Its next number was used, read, released and deleted by others: it is free again. */
  @Test
  void aWriterThatSleptWhileItsNumberWasReleasedAppendsBehindTheOthers() {
    try (Journal sleeper = StoredJournal.open(inner, "j");
        Journal other = StoredJournal.open(inner, "j")) {
      sleeper.append(record("1"));
      for (int i = 2; i <= 6; i++) {
        assertThat(other.append(record("" + i))).isEqualTo(i);
      }
      other.release(5);
      assertThat(sleeper.append(record("7"))).isEqualTo(7);
      assertThat(other.read(0, 9)).extracting(JournalRecord::number).containsExactly(6L, 7L);
      other.release(7);
      assertThat(inner.list("", null, 9)).hasSize(1);
      assertThat(sleeper.append(record("8"))).isEqualTo(8);
      assertThat(other.append(record("9"))).isEqualTo(9);
    }
  }

  @Test
  void aReleaseThatAnotherReleaseOvertakesIsDoneToo() {
    for (long through = 1; through <= 6; through++) {
      InMemoryObjectStore shared = new InMemoryObjectStore();
      try (Journal writer = StoredJournal.open(shared, "j");
          Journal faster = StoredJournal.open(shared, "j")) {
        for (int i = 1; i <= 6; i++) {
          writer.append(record("" + i));
        }
        boolean[] once = {true};
        ObjectStore overtaken =
            new ForwardingObjectStore(shared) {
              @Override
              public byte[] range(String key, long offset, int length) {
                if (key.contains("/commits/") && once[0]) {
                  once[0] = false;
                  faster.release(4);
                }
                return super.range(key, offset, length);
              }
            };
        Journal slower = StoredJournal.open(overtaken, "j");
        once[0] = true;
        slower.release(through);
        assertThat(slower.released()).isEqualTo(Math.max(4, through));
        assertThat(contents(shared)).hasSize((int) (6 - Math.max(4, through)));
        assertThatThrownBy(() -> slower.release(7)).isInstanceOf(IllegalArgumentException.class);
        slower.close();
      }
    }
  }

  @Test
  void aReaderThatTheMarkOvertakesGivesNothingOfAFreedNumber() {
    try (Journal writer = StoredJournal.open(inner, "j")) {
      for (int i = 1; i <= 6; i++) {
        writer.append(record("" + i));
      }
      Journal consumer = StoredJournal.open(inner, "j");
      boolean[] once = {true};
      ObjectStore overtaken =
          new ForwardingObjectStore(inner) {
            @Override
            public Optional<StoredObject> get(String key) {
              if (key.contains("/commits/") && once[0]) {
                once[0] = false;
                consumer.release(5);
                inner.put(key, new byte[] {1});
              }
              return super.get(key);
            }
          };
      try (Journal reader = StoredJournal.open(overtaken, "j")) {
        assertThat(reader.read(0, 9)).extracting(JournalRecord::number).containsExactly(6L);
      }
      consumer.close();
    }
  }

  @Test
  void aCommitThatIsMissingForeignOrDamagedIsNoticed() {
    try (Journal journal = StoredJournal.open(inner, "j")) {
      for (int i = 1; i <= 4; i++) {
        journal.append(record("" + i));
      }
      String second = inner.list("j/commits/", null, 9).get(1).key();
      String third = inner.list("j/commits/", null, 9).get(2).key();
      byte[] sound = inner.get(second).orElseThrow().content();
      for (int at = 0; at < sound.length; at++) {
        byte[] damaged = sound.clone();
        damaged[at] ^= 1;
        inner.put(second, damaged);
        failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> journal.read(0, 9));
      }
      inner.put(second, inner.get(third).orElseThrow().content());
      failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> journal.read(0, 9));
      inner.delete(second);
      failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> StoredJournal.open(inner, "j"));
      inner.put(second, sound);
      assertThat(inner.put("j/mark.json", new byte[] {'{'})).isInstanceOf(WriteResult.Won.class);
      failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> StoredJournal.open(inner, "j"));
    }
  }

  @Test
  void aJournalOverEnvelopedObjectsHoldsNothingInClear(@TempDir Path folder) {
    ObjectStore enveloped =
        new EnvelopedObjects(inner, StandaloneKeys.in(folder).encryptor())
            .under(WrappingKeys.of(StandaloneKeys.OLD), StandaloneKeys.CONTEXT);
    try (Journal journal = StoredJournal.open(enveloped, "j")) {
      journal.append(record("account 4711"));
      journal.append(record("account 4711"));
      journal.release(1);
    }
    assertThat(contents(enveloped)).containsExactly(Map.entry(2L, "account 4711"));
    for (ObjectInfo info : inner.list("", null, 9)) {
      byte[] stored = inner.get(info.key()).orElseThrow().content();
      assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("4711", "SRJ1");
    }
    assertThat(inner.list("", null, 9)).hasSize(2);
  }

  @Test
  void anIllegalPrefixIsRefused() {
    failsWith(StorageErrorCode.KEY_REFUSED, () -> StoredJournal.open(inner, "a//b"));
    failsWith(StorageErrorCode.KEY_REFUSED, () -> StoredJournal.open(inner, ""));
  }
}
