package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.copy;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.namesOf;
import static io.strongroom.audit.LogFixture.published;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.storeOf;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("verify")
class AuditLogFaultTest {

  /** A log of some size, and the commits that follow. */
  private record Scenario(int size, InMemoryObjectStore before, List<Integer> commits) {
    static Scenario of(int size, Integer... commits) {
      return new Scenario(
          size, size == 0 ? new InMemoryObjectStore() : storeOf(size), List.of(commits));
    }

    InMemoryObjectStore store() {
      return copy(before);
    }
  }

  private static final List<Scenario> SCENARIOS =
      List.of(Scenario.of(0, 1, 2), Scenario.of(3, 2, 1), Scenario.of(254, 3, 1));

  /** What the caller of a log knows about the events that it appended. */
  private static final class Caller {
    private final List<AuditEvent> acknowledged = new ArrayList<>();
    private final List<AuditReceipt> receipts = new ArrayList<>();
    private final List<AuditEvent> refused = new ArrayList<>();
    private final List<AuditEvent> unknown = new ArrayList<>();

    void append(ObjectStoreAuditLog log, List<AuditEvent> events) {
      try {
        receipts.addAll(log.append(events));
        acknowledged.addAll(events);
      } catch (SimulatedCrash crash) {
        unknown.addAll(events);
        throw crash;
      } catch (PlatformException failure) {
        assertThat(failure.category())
            .as(failure.toString())
            .isNotIn(ErrorCategory.INTEGRITY, ErrorCategory.INTERNAL);
        (failure.category() == ErrorCategory.UNKNOWN_OUTCOME ? unknown : refused).addAll(events);
      }
    }

    /** What a timer does behind the commits; its failures are no one's. */
    void publish(ObjectStoreAuditLog log) {
      try {
        log.checkpoint();
      } catch (PlatformException failure) {
        assertThat(failure.category())
            .as(failure.toString())
            .isNotIn(ErrorCategory.INTEGRITY, ErrorCategory.INTERNAL);
      }
    }

    /** Nothing acknowledged is lost or moved, nothing refused is there, nothing is there twice. */
    void check(ObjectStore store, int before, String where) {
      ObjectStoreAuditLog log = log(store);
      List<AuditEntry> stored = log.entries(before).toList();
      List<AuditEvent> events = stored.stream().map(AuditEntry::event).toList();
      assertThat(events).as(where).doesNotHaveDuplicates();
      assertThat(refused).as(where).noneMatch(events::contains);
      List<AuditEvent> known = new ArrayList<>(acknowledged);
      known.addAll(unknown);
      assertThat(known).as(where).containsAll(events);
      for (int i = 0; i < receipts.size(); i++) {
        AuditEntry entry = log.entry(receipts.get(i).index()).orElseThrow();
        assertThat(entry.event()).as(where).isEqualTo(acknowledged.get(i));
        assertThat(entry.leafHash()).as(where).isEqualTo(receipts.get(i).leafHash());
      }
    }
  }

  private static void assertCleanAfterOneMoreAppend(InMemoryObjectStore store, String where) {
    ObjectStoreAuditLog log = log(store);
    AuditReceipt receipt = log.append(event(100_000));
    log.checkpoint();
    AuditReport report = verify(store);
    assertThat(report.findings()).as(where).isEmpty();
    assertThat(report.notices())
        .as(where)
        .allMatch(notice -> notice.object().startsWith(JournalObject.FOLDER));
    assertThat(report.entries()).as(where).isEqualTo(receipt.index() + 1);
    assertThat(published(store)).as(where).isEqualTo(namesOf(receipt.index() + 1));
  }

  @ParameterizedTest
  @EnumSource(CrashingObjectStore.When.class)
  void crashAtEveryStoreOperationLosesNothing(CrashingObjectStore.When when) {
    for (Scenario scenario : SCENARIOS) {
      boolean crashed = true;
      int at = 0;
      while (crashed) {
        at++;
        String where = scenario.size() + " entries, crash " + when + " operation " + at;
        InMemoryObjectStore store = scenario.store();
        CrashingObjectStore dying = new CrashingObjectStore(store, at, when, () -> {});
        Caller caller = new Caller();
        try {
          commitAll(scenario, log(dying), caller);
        } catch (SimulatedCrash crash) {
          assertThat(dying.crashed()).isTrue();
        }
        crashed = dying.crashed();
        assertThat(verify(store).findings()).as(where).isEmpty();
        caller.check(store, scenario.size(), where);
        assertCleanAfterOneMoreAppend(store, where);
      }
      assertThat(at).isGreaterThan(15);
    }
  }

  @Test
  void crashWhileRepairingACrashLosesNothing() {
    Scenario scenario = Scenario.of(14, 3);
    for (int first = 3; first < 18; first += 2) {
      for (int second = 1; second < 22; second += 2) {
        InMemoryObjectStore store = scenario.store();
        Caller caller = new Caller();
        for (int at : new int[] {first, 100 + second}) {
          try {
            ObjectStoreAuditLog log =
                log(
                    new CrashingObjectStore(
                        store, at % 100, CrashingObjectStore.When.AFTER, () -> {}));
            caller.append(log, events(1000 * at, 1000 * at + 3));
            caller.publish(log);
          } catch (SimulatedCrash crash) {
            // Where the second one falls depends on what the first one left.
          }
        }
        String where = "crashes at " + first + " and " + second;
        assertThat(verify(store).findings()).as(where).isEmpty();
        caller.check(store, scenario.size(), where);
        assertCleanAfterOneMoreAppend(store, where);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void faultAtEveryStoreOperationLosesNothing(Fault fault) {
    for (Scenario scenario : SCENARIOS) {
      long at = 0;
      boolean reached = true;
      while (reached) {
        at++;
        String where = scenario.size() + " entries, " + fault + " at operation " + at;
        InMemoryObjectStore store = scenario.store();
        FaultyObjectStore faulty = new FaultyObjectStore(store, FaultyObjectStore.once(at, fault));
        ObjectStoreAuditLog log = log(faulty);
        Caller caller = new Caller();
        int next = scenario.size();
        for (int commit : scenario.commits()) {
          caller.append(log, events(next, next + commit));
          next += commit;
          assertThat(verify(store).findings()).as(where).isEmpty();
          caller.publish(log);
        }
        reached = faulty.operations() >= at;
        boolean late = faulty.deliver();
        assertThat(verify(store).findings()).as(where).isEmpty();
        caller.check(store, scenario.size(), where);
        if (late) {
          log(store).sweep();
        }
        assertCleanAfterOneMoreAppend(store, where);
      }
    }
  }

  @Test
  void oneFaultMakesAtMostOneCommitFail() {
    for (Fault fault : List.of(Fault.LOST_AFTER_EFFECT, Fault.LOST_BEFORE_EFFECT)) {
      for (int at = 1; at < 30; at++) {
        InMemoryObjectStore store = storeOf(3);
        Caller caller = new Caller();
        ObjectStoreAuditLog log =
            log(new FaultyObjectStore(store, FaultyObjectStore.once(at, fault)));
        for (int i = 0; i < 3; i++) {
          caller.append(log, events(i + 3, i + 4));
        }
        assertThat(caller.receipts).hasSizeGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void lostReplyOfTheHeadIsResolvedByReadingIt() {
    for (Fault fault : List.of(Fault.LOST_AFTER_EFFECT, Fault.LOST_BEFORE_EFFECT)) {
      for (int size : new int[] {0, 3}) {
        InMemoryObjectStore store = Scenario.of(size).store();
        boolean[] done = new boolean[1];
        ObjectStoreAuditLog log =
            log(
                new FaultyObjectStore(
                    store,
                    (number, operation, key) -> {
                      if (key.endsWith("/head") && operation.isWrite() && !done[0]) {
                        done[0] = true;
                        return fault;
                      }
                      return Fault.NONE;
                    }));
        assertThat(log.append(event(size)).index()).isEqualTo(size);
        assertThat(done[0]).isTrue();
        log.checkpoint();
        assertThat(published(store)).isEqualTo(namesOf(size + 1));
      }
    }
  }

  @Test
  void publicationThatFailsLosesNothingAndIsMadeUpFor() {
    InMemoryObjectStore store = storeOf(3);
    boolean[] down = {true};
    ObjectStoreAuditLog log =
        log(
            new FaultyObjectStore(
                store,
                (number, operation, key) ->
                    down[0] && key.endsWith("/checkpoint") && operation.isWrite()
                        ? Fault.REFUSED
                        : Fault.NONE));
    AuditReceipt receipt = log.append(event(3));
    assertThatThrownBy(log::checkpoint).isInstanceOf(StorageException.class);
    assertThat(verify(store).checkpoint().orElseThrow().size()).isEqualTo(3);
    assertThat(verify(store).entries()).isEqualTo(4);
    assertThat(verify(store).findings()).isEmpty();
    assertThat(verify(store).notices()).extracting(AuditFinding::object).contains("head");
    assertThat(log.entry(3).orElseThrow().leafHash()).isEqualTo(receipt.leafHash());
    assertThat(log(store).entry(3).orElseThrow().leafHash()).isEqualTo(receipt.leafHash());
    down[0] = false;
    assertThat(log.checkpoint().size()).isEqualTo(4);
    assertThat(verify(store).checkpoint().orElseThrow().size()).isEqualTo(4);
  }

  /** Two writers, many faults, replies that come late: whatever happens, nobody is told a lie. */
  @Test
  void randomFaultsUnderTwoWritersLoseNothing() {
    Scenario start = Scenario.of(250);
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      InMemoryObjectStore store = start.store();
      Fault[] faults = Fault.values();
      FaultyObjectStore faulty =
          new FaultyObjectStore(
              store,
              (number, operation, key) ->
                  random.nextInt(12) == 0 ? faults[random.nextInt(faults.length)] : Fault.NONE);
      List<ObjectStoreAuditLog> logs = List.of(log(faulty), log(faulty));
      Caller caller = new Caller();
      long size = 250;
      for (int i = 0; i < 14; i++) {
        int first = 1000 + 10 * i;
        caller.append(logs.get(random.nextInt(2)), events(first, first + 1 + random.nextInt(3)));
        if (random.nextInt(3) == 0) {
          faulty.deliver();
        }
        if (random.nextInt(3) == 0) {
          caller.publish(logs.get(random.nextInt(2)));
        }
        Checkpoint published =
            Checkpoint.verify(read(store, "checkpoint"), LogFixture.ORIGIN, LogFixture.KEYRING);
        assertThat(published.size()).as("seed %d", seed).isGreaterThanOrEqualTo(size);
        size = published.size();
      }
      boolean more = true;
      while (more) {
        more = faulty.deliver();
      }
      assertThat(verify(store).findings()).as("seed %d", seed).isEmpty();
      caller.check(store, 250, "seed " + seed);
      LogFixture.publish(log(store), event(99_999));
      log(store).sweep();
      assertCleanAfterOneMoreAppend(store, "seed " + seed);
    }
  }

  private static void commitAll(Scenario scenario, ObjectStoreAuditLog log, Caller caller) {
    int next = scenario.size();
    for (int commit : scenario.commits()) {
      caller.append(log, events(next, next + commit));
      next += commit;
      caller.publish(log);
    }
  }
}
