package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.namesOf;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    log(store).append(event(9999));
    assertThat(names(store)).isEqualTo(namesOf(THREADS * EACH + 1));
  }

  @Test
  void eightWritersOnOneStoreGetDistinctContiguousIndexes() throws Exception {
    InMemoryObjectStore store = new InMemoryObjectStore();
    List<AuditLog> logs = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      logs.add(log(store));
    }
    assertWhole(store, appendFromThreads(logs));
    log(store).append(event(9999));
    assertThat(names(store)).isEqualTo(namesOf(THREADS * EACH + 1));
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
    assertThat(moves.get()).isLessThan(THREADS * EACH / 3);
  }

  /** As slow as a store across a network. */
  private static void pause() {
    try {
      Thread.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
      }
      done.set(true);
      assertThat(verified.get()).isPositive();
    } finally {
      reader.shutdownNow();
    }
  }
}
