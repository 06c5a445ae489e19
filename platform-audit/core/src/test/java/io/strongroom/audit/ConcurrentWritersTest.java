package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.namesOf;
import static io.strongroom.audit.LogFixture.published;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.StoreOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ConcurrentWritersTest {
  private static final int THREADS = 8;
  private static final int EACH = 60;

  private record Appended(AuditEvent event, AuditReceipt receipt) {}

  private static List<Appended> appendFromThreads(List<? extends AuditLog> logs) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<List<Appended>>> tasks = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        AuditLog log = logs.get(t % logs.size());
        tasks.add(
            () -> {
              List<Appended> mine = new ArrayList<>();
              for (int i = 0; i < EACH; i++) {
                AuditEvent event = event(thread * 1000 + i);
                mine.add(new Appended(event, log.append(event)));
              }
              return mine;
            });
      }
      List<Appended> all = new ArrayList<>();
      for (Future<List<Appended>> future : threads.invokeAll(tasks)) {
        all.addAll(future.get());
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertWhole(InMemoryObjectStore store, List<Appended> appended) {
    int size = THREADS * EACH;
    assertThat(appended.stream().map(each -> each.receipt().index()))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, size).boxed().toList());
    Map<Long, AuditEntry> stored = new HashMap<>();
    log(store).entries(0).forEach(entry -> stored.put(entry.index(), entry));
    assertThat(stored).hasSize(size);
    for (Appended each : appended) {
      AuditEntry entry = stored.get(each.receipt().index());
      assertThat(entry.event()).isEqualTo(each.event());
      assertThat(entry.leafHash()).isEqualTo(each.receipt().leafHash());
    }
    AuditReport report = verify(store);
    assertThat(report.findings()).isEmpty();
    assertThat(report.entries()).isEqualTo(size);
  }

  @Test
  void eightThreadsThroughTwoWritersGetDistinctContiguousIndexes() throws Exception {
    InMemoryObjectStore store = new InMemoryObjectStore();
    List<Appended> appended = appendFromThreads(List.of(log(store), log(store)));
    assertWhole(store, appended);
    LogFixture.publish(log(store), event(9999));
    assertThat(published(store)).isEqualTo(namesOf(THREADS * EACH + 1));
  }

  @Test
  void eightWritersOnOneStoreGetDistinctContiguousIndexes() throws Exception {
    InMemoryObjectStore store = new InMemoryObjectStore();
    List<AuditLog> logs = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      logs.add(log(store));
    }
    assertWhole(store, appendFromThreads(logs));
    LogFixture.publish(log(store), event(9999));
    assertThat(published(store)).isEqualTo(namesOf(THREADS * EACH + 1));
  }

  @Test
  void threadsOfOneWriterShareCommits() throws Exception {
    InMemoryObjectStore store = new InMemoryObjectStore();
    AtomicInteger moves = new AtomicInteger();
    ObjectStoreAuditLog log =
        log(
            new FaultyObjectStore(
                store,
                (number, operation, key) -> {
                  if (key.endsWith("/head") && operation == StoreOperation.PUT_IF_MATCH) {
                    moves.incrementAndGet();
                    pause();
                  }
                  return FaultyObjectStore.Fault.NONE;
                }));
    assertWhole(store, appendFromThreads(List.of(log)));
    assertThat(moves.get()).isLessThan(THREADS * EACH * 3 / 4);
  }

  /** As slow as a store across a network. */
  private static void pause() {
    try {
      Thread.sleep(4);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void journalObjectThatAnotherWriterIsAboutToCommitIsLeftAlone() throws Exception {
    InMemoryObjectStore store = LogFixture.storeOf(255);
    CountDownLatch staged = new CountDownLatch(1);
    CountDownLatch cleaned = new CountDownLatch(1);
    AuditLog slow =
        log(
            new FaultyObjectStore(
                store,
                (number, operation, key) -> {
                  if (key.endsWith("/head") && operation.isWrite()) {
                    staged.countDown();
                    await(cleaned);
                  }
                  return FaultyObjectStore.Fault.NONE;
                }));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      List<Future<AuditReceipt>> pending = new ArrayList<>();
      ObjectStoreAuditLog quick =
          log(
              new FaultyObjectStore(
                  store,
                  (number, operation, key) -> {
                    // Its head is published and it is about to clean.
                    if (operation == StoreOperation.LIST && key.endsWith("/journal/")) {
                      pending.add(thread.submit(() -> slow.append(event(2))));
                      await(staged);
                    }
                    return FaultyObjectStore.Fault.NONE;
                  }));
      assertThat(LogFixture.publish(quick, event(1)).index()).isEqualTo(255);
      cleaned.countDown();
      assertThat(pending.get(0).get().index()).isEqualTo(256);
      assertThat(log(store).entry(256).orElseThrow().event()).isEqualTo(event(2));
      log(store).checkpoint();
      assertThat(published(store)).isEqualTo(namesOf(257));
    } finally {
      cleaned.countDown();
      thread.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the other writer did not come");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void writerWhoseReplyWasLostFindsItsEntryBehindThoseOfAnother() {
    for (int others : new int[] {1, 5, 300}) {
      InMemoryObjectStore store = LogFixture.storeOf(3);
      int[] step = {0};
      ObjectStoreAuditLog mine =
          log(
              new FaultyObjectStore(
                  store,
                  (number, operation, key) -> {
                    if (key.endsWith("/head") && operation.isWrite() && step[0] == 0) {
                      step[0] = 1;
                      return FaultyObjectStore.Fault.LOST_AFTER_EFFECT;
                    }
                    if (key.endsWith("/head") && step[0] == 1) {
                      step[0] = 2;
                      log(store).append(LogFixture.events(100, 100 + others));
                    }
                    return FaultyObjectStore.Fault.NONE;
                  }));
      AuditReceipt receipt = mine.append(event(3));
      assertThat(receipt.index()).isEqualTo(3);
      assertThat(step[0]).isEqualTo(2);
      List<AuditEntry> entries = log(store).entries(0).toList();
      assertThat(entries).hasSize(4 + others);
      assertThat(entries.get(3).event()).isEqualTo(event(3));
      assertThat(entries.get(3).leafHash()).isEqualTo(receipt.leafHash());
      assertThat(LogFixture.publish(mine, event(4)).index()).isEqualTo(4 + others);
      assertThat(published(store)).isEqualTo(namesOf(5 + others));
      assertThat(verify(store).findings()).isEmpty();
    }
  }

  @Test
  void writerThatSleptWhileItPublishedCleansUpAfterItself() {
    InMemoryObjectStore store = LogFixture.storeOf(3);
    int[] tiles = {0};
    ObjectStoreAuditLog slept =
        log(
            new FaultyObjectStore(
                store,
                (number, operation, key) -> {
                  if (key.contains("/tile/") && operation.isWrite() && tiles[0]++ == 0) {
                    ObjectStoreAuditLog other = log(store);
                    other.append(LogFixture.events(100, 110));
                    other.checkpoint();
                  }
                  return FaultyObjectStore.Fault.NONE;
                }));
    assertThat(slept.append(event(3)).index()).isEqualTo(3);
    assertThat(slept.checkpoint().size()).isEqualTo(14);
    slept.sweep();
    assertThat(published(store)).isEqualTo(namesOf(14));
    assertThat(verify(store).notices()).isEmpty();
  }

  @Test
  void logIsVerifiedAndReadWhileItGrows() throws Exception {
    InMemoryObjectStore store = new InMemoryObjectStore();
    log(store).append(event(0));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> verified =
          reader.submit(
              () -> {
                int runs = 0;
                ObjectStoreAuditLog log = log(store);
                long seen = 0;
                while (!done.get()) {
                  AuditReport report = verify(store);
                  assertThat(report.findings()).isEmpty();
                  assertThat(report.entries()).isGreaterThanOrEqualTo(seen);
                  seen = report.entries();
                  assertThat(log.entries(seen - 1).findFirst()).isPresent();
                  assertThat(log.inclusionProof(0, seen)).isNotNull();
                  runs++;
                }
                return runs;
              });
      ObjectStoreAuditLog writer = log(store);
      for (int i = 0; i < 600; i++) {
        writer.append(event(i));
        if (i % 7 == 0) {
          writer.checkpoint();
        }
      }
      done.set(true);
      assertThat(verified.get()).isPositive();
    } finally {
      reader.shutdownNow();
    }
  }
}
