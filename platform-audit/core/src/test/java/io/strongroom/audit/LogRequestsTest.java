package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a log asks of its store and its signer. */
@Tag("verify")
class LogRequestsTest {
  private static final int FULL = 256;

  private record Request(StoreOperation operation, String name) {
    boolean isPut() {
      return operation == StoreOperation.PUT_IF_ABSENT || operation == StoreOperation.PUT_IF_MATCH;
    }

    String kind() {
      TilePath path = TilePath.parse(name).orElse(null);
      if (path == null) {
        return name.startsWith(JournalObject.FOLDER) ? JournalObject.FOLDER : name;
      }
      return path.isFull() ? "full" : "partial";
    }
  }

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger signatures = new AtomicInteger();

  private ObjectStore counted() {
    return new FaultyObjectStore(
        store,
        (number, operation, key) -> {
          requests.add(new Request(operation, key.substring(PREFIX.length())));
          return FaultyObjectStore.Fault.NONE;
        });
  }

  private Signer countedSigner() {
    return new ForwardingSigner(SIGNER) {
      @Override
      public byte[] sign(byte[] message) {
        signatures.incrementAndGet();
        return super.sign(message);
      }
    };
  }

  private long puts(String kind) {
    return List.copyOf(requests).stream()
        .filter(Request::isPut)
        .filter(r -> r.kind().equals(kind))
        .count();
  }

  private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void aCommitOfAWarmLogIsTwoPutsAndNothingElse() {
    AuditLog log = log(counted());
    log.append(event(0));
    requests.clear();
    for (int i = 1; i <= 700; i++) {
      log.append(event(i));
    }
    assertThat(requests).hasSize(2 * 700);
    assertThat(puts(JournalObject.FOLDER)).isEqualTo(700);
    assertThat(puts("head")).isEqualTo(700);
  }

  @Test
  void behindTheCommitsAreTwoPutsForEachBundleAndOneSignatureForEachCheckpoint() throws Exception {
    int commits = 40;
    int each = 128;
    ObjectStoreAuditLog.Builder settings =
        ObjectStoreAuditLog.builder(
                counted(), PREFIX, ORIGIN, CheckpointSigners.of(countedSigner()), KEYRING)
            .checkpointInterval(Duration.ofMillis(20));
    try (ObjectStoreAuditLog log = settings.build()) {
      for (int i = 0; i < commits; i++) {
        log.append(events(each * i, each * (i + 1)));
      }
      waitUntil(() -> puts("full") == 2L * commits * each / FULL);
      log.append(event(each * commits));
    }
    assertThat(puts(JournalObject.FOLDER) + puts("head")).isEqualTo(2L * (commits + 1));
    assertThat(puts("full")).isEqualTo(2L * commits * each / FULL);
    assertThat(signatures.get()).isEqualTo((int) puts("checkpoint"));
    assertThat(verify(store).findings()).isEmpty();
    assertThat(verify(store).checkpoint().orElseThrow().size())
        .isEqualTo(1 + (long) commits * each);
    // No more of the journal is kept than leads from the base that the last head named, which may
    // be one bundle behind what is stored.
    assertThat(LogFixture.names(store).stream().filter(n -> n.startsWith("journal/")).toList())
        .hasSizeLessThanOrEqualTo(1 + FULL / each);
  }

  @Test
  void theCheckpointCoversAnAppendWithinTheIntervalAndNobodyAsksForIt() throws Exception {
    ObjectStoreAuditLog.Builder settings =
        ObjectStoreAuditLog.builder(
                counted(), PREFIX, ORIGIN, CheckpointSigners.of(countedSigner()), KEYRING)
            .checkpointInterval(Duration.ofMillis(100));
    try (ObjectStoreAuditLog log = settings.build()) {
      log.append(event(0));
      waitUntil(() -> verify(store).checkpoint().orElseThrow().size() == 1);
      assertThat(verify(store).checkpoint().orElseThrow().size()).isEqualTo(1);
      int signed = signatures.get();
      Thread.sleep(300);
      assertThat(signatures.get()).isEqualTo(signed); // nothing new, nothing signed
    }
  }

  @Test
  void aReaderWritesNothingAndSignsNothing() {
    LogFixture.publish(log(store), event(0));
    log(store).append(event(1));
    try (ObjectStoreAuditLog log =
        ObjectStoreAuditLog.builder(
                counted(), PREFIX, ORIGIN, CheckpointSigners.of(countedSigner()), KEYRING)
            .build()) {
      assertThat(log.size()).isEqualTo(2);
      assertThat(log.entries(0).map(AuditEntry::event).toList()).isEqualTo(events(0, 2));
      assertThat(log.inclusionProof(0, 1)).isEmpty();
    }
    assertThat(requests.stream().map(Request::operation).collect(Collectors.toSet()))
        .containsExactly(StoreOperation.GET);
    assertThat(signatures.get()).isZero();
  }
}
