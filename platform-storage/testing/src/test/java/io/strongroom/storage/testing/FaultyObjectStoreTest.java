package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("verify")
class FaultyObjectStoreTest {
  private final ObjectStore inner = new InMemoryObjectStore();

  private FaultyObjectStore first(Fault fault) {
    return new FaultyObjectStore(inner, FaultyObjectStore.once(1, fault));
  }

  @Test
  void lostReplyAfterTheEffectIsUnknownAndTheObjectIsThere() {
    WriteResult result = first(Fault.LOST_AFTER_EFFECT).putIfAbsent("a", new byte[1]);
    assertThat(result).isInstanceOf(WriteResult.Unknown.class);
    assertThat(inner.head("a")).isPresent();
  }

  @Test
  void lostReplyBeforeTheEffectIsUnknownAndNothingIsThere() {
    WriteResult result = first(Fault.LOST_BEFORE_EFFECT).putIfAbsent("a", new byte[1]);
    assertThat(result).isInstanceOf(WriteResult.Unknown.class);
    assertThat(inner.head("a")).isEmpty();
  }

  @Test
  void refusedWriteThrowsAndHasNoEffect() {
    assertThatThrownBy(() -> first(Fault.REFUSED).put("a", new byte[1]))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE))
        .hasMessageContaining("PUT of 'a'");
    assertThat(inner.head("a")).isEmpty();
  }

  @Test
  void lateWriteHappensWhenItIsDeliveredAndKeepsItsCondition() {
    FaultyObjectStore store = first(Fault.DELIVERED_LATE);
    assertThat(store.putIfAbsent("a", new byte[] {1})).isInstanceOf(WriteResult.Unknown.class);
    assertThat(inner.head("a")).isEmpty();
    inner.putIfAbsent("a", new byte[] {2});
    assertThat(store.deliver()).isTrue();
    assertThat(store.deliver()).isFalse();
    assertThat(inner.get("a").orElseThrow().content()).containsExactly(2);
  }

  @Test
  void lateCommitOfAnUploadHappensAfterItsOwnerClosedIt() throws IOException {
    FaultyObjectStore store =
        new FaultyObjectStore(
            inner,
            (number, operation, key) ->
                operation == StoreOperation.UPLOAD_COMMIT ? Fault.DELIVERED_LATE : Fault.NONE);
    try (ObjectUpload upload = store.upload("a")) {
      upload.stream().write(7);
      assertThat(upload.commit()).isInstanceOf(WriteResult.Unknown.class);
    }
    assertThat(inner.head("a")).isEmpty();
    assertThat(store.deliver()).isTrue();
    assertThat(inner.get("a").orElseThrow().content()).containsExactly(7);
  }

  @Test
  void refusedCommitIsAbortedByClosing() throws IOException {
    FaultyObjectStore store =
        new FaultyObjectStore(
            inner,
            (number, operation, key) ->
                operation == StoreOperation.UPLOAD_COMMIT ? Fault.REFUSED : Fault.NONE);
    try (ObjectUpload upload = store.upload("a")) {
      upload.stream().write(7);
      assertThatThrownBy(upload::commit).isInstanceOf(StorageException.class);
    }
    assertThat(inner.head("a")).isEmpty();
    assertThat(store.operations()).isEqualTo(3);
  }

  @Test
  void faultyReadThrowsWhateverTheFault() {
    inner.put("a", new byte[1]);
    for (Fault fault :
        List.of(
            Fault.REFUSED,
            Fault.LOST_BEFORE_EFFECT,
            Fault.LOST_AFTER_EFFECT,
            Fault.DELIVERED_LATE)) {
      assertThatThrownBy(() -> first(fault).get("a")).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> first(fault).list("", null, 1)).isInstanceOf(StorageException.class);
    }
    assertThatThrownBy(() -> first(Fault.LOST_AFTER_EFFECT).delete("a"))
        .isInstanceOf(StorageException.class);
    assertThat(inner.head("a")).isEmpty();
  }

  @Test
  void writeThatWasSentTwiceIsDoneAgainWhenItIsDelivered() {
    FaultyObjectStore store = first(Fault.DELIVERED_TWICE);
    assertThat(store.put("a", new byte[] {1})).isInstanceOf(WriteResult.Won.class);
    inner.put("a", new byte[] {2});
    assertThat(store.deliver()).isTrue();
    assertThat(store.deliver()).isFalse();
    assertThat(inner.get("a").orElseThrow().content()).containsExactly(1);
  }

  @Test
  void deleteThatWasSentTwiceDeletesWhatWasWrittenMeanwhile() {
    inner.put("a", new byte[] {1});
    FaultyObjectStore store = first(Fault.DELIVERED_TWICE);
    store.delete("a");
    inner.put("a", new byte[] {2});
    assertThat(store.deliver()).isTrue();
    assertThat(inner.head("a")).isEmpty();
  }

  @Test
  void commitAndReadAreNotSentTwice() throws IOException {
    FaultyObjectStore store =
        new FaultyObjectStore(inner, (number, operation, key) -> Fault.DELIVERED_TWICE);
    try (ObjectUpload upload = store.upload("a")) {
      upload.stream().write(7);
      assertThat(upload.commit()).isInstanceOf(WriteResult.Won.class);
    }
    assertThat(store.get("a")).isPresent();
    assertThat(store.deliver()).isFalse();
  }

  @Test
  void slowOperationWaitsAndAnswers() {
    FaultyObjectStore store =
        new FaultyObjectStore(inner, FaultyObjectStore.once(1, Fault.SLOW), Duration.ofMillis(60));
    long start = System.nanoTime();
    assertThat(store.putIfAbsent("a", new byte[1])).isInstanceOf(WriteResult.Won.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(50));
  }

  @Test
  void staleListingOmitsWhatWasWrittenLastAndReadingFindsIt() {
    Instant[] now = {Instant.EPOCH};
    InMemoryObjectStore clocked = new InMemoryObjectStore(() -> now[0]);
    clocked.put("a", new byte[1]);
    now[0] = now[0].plusSeconds(2);
    clocked.put("b", new byte[1]);
    now[0] = now[0].minusSeconds(1);
    clocked.put("c", new byte[1]);
    FaultyObjectStore store =
        new FaultyObjectStore(clocked, (number, operation, key) -> Fault.STALE_LISTING);
    assertThat(store.list("", null, 9)).extracting(ObjectInfo::key).containsExactly("a", "c");
    assertThat(store.head("b")).isPresent();
    assertThat(store.list("nothing", null, 9)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractWithoutFaults() {
    return new ObjectStoreContract(
            () -> new FaultyObjectStore(new InMemoryObjectStore(), (n, o, k) -> Fault.NONE), 10)
        .checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }
}
