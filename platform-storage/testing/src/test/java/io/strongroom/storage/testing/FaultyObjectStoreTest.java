package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import java.io.IOException;
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
    for (Fault fault : Fault.values()) {
      if (fault != Fault.NONE) {
        assertThatThrownBy(() -> first(fault).get("a")).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> first(fault).list("", null, 1))
            .isInstanceOf(StorageException.class);
      }
    }
    assertThatThrownBy(() -> first(Fault.LOST_AFTER_EFFECT).delete("a"))
        .isInstanceOf(StorageException.class);
    assertThat(inner.head("a")).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractWithoutFaults() {
    return new ObjectStoreContract(
            () -> new FaultyObjectStore(new InMemoryObjectStore(), (n, o, k) -> Fault.NONE), 10)
        .checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }
}
