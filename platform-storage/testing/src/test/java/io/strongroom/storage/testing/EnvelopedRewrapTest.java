package io.strongroom.storage.testing;

import static io.strongroom.storage.testing.StandaloneKeys.CONTEXT;
import static io.strongroom.storage.testing.StandaloneKeys.NEW;
import static io.strongroom.storage.testing.StandaloneKeys.OLD;
import static io.strongroom.storage.testing.StandaloneKeys.OTHER;
import static io.strongroom.storage.testing.StandaloneKeys.official;
import static io.strongroom.storage.testing.StandaloneKeys.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.WrappingKeys;
import io.strongroom.storage.EnvelopedObjects;
import io.strongroom.storage.EnvelopedRewrap;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standalone objects under other keys; the official SDK says which key opens what. */
@Tag("verify")
class EnvelopedRewrapTest {
  private static final WrappingKeys TO = WrappingKeys.of(NEW);
  private static final byte[] REFUSED = {-1};

  @TempDir Path folder;
  private StandaloneKeys keys;

  @BeforeEach
  void makeKeys() {
    keys = StandaloneKeys.in(folder);
  }

  private EnvelopedObjects objects(ObjectStore store) {
    return new EnvelopedObjects(store, keys.encryptor());
  }

  private EnvelopedRewrap rewraps(ObjectStore store) {
    return EnvelopedRewrap.whereFormerObjectsAreDestroyed(store, keys.encryptor());
  }

  @Test
  void theNewObjectOpensUnderTheNewKeyAloneAndItsFramesAreTheOldOnes() {
    ObjectStore store = new LocalObjectStore(folder.resolve("store"));
    for (int length : new int[] {0, 1, 1024, 300_000, 3_000_000}) {
      byte[] plaintext = random(length, length);
      String from = "old/" + length;
      String to = "new/" + length;
      objects(store).putIfAbsent(from, plaintext, WrappingKeys.of(OLD), CONTEXT);
      assertThat(rewraps(store).rewrap(from, to, TO, CONTEXT)).isInstanceOf(WriteResult.Won.class);
      byte[] before = store.get(from).orElseThrow().content();
      byte[] after = store.get(to).orElseThrow().content();
      assertThat(official(NEW, after)).isEqualTo(plaintext);
      assertThat(official(OLD, after)).isEqualTo(REFUSED);
      assertThat(official(OLD, before)).isEqualTo(plaintext);
      int body = length + 40 + 32 * (Math.max(0, length - 1) / 1024);
      assertThat(Arrays.copyOfRange(after, after.length - body, after.length))
          .isEqualTo(Arrays.copyOfRange(before, before.length - body, before.length));
      assertThat(rewraps(store).wrappedKeys(to))
          .extracting(WrappedDataKey::keyName)
          .containsExactly("new#1");
      assertThat(rewraps(store).holdSameMessage(from, to, CONTEXT)).isTrue();
      assertThat(rewraps(store).rewrap(from, to, TO, CONTEXT)).isInstanceOf(WriteResult.Lost.class);
      assertThat(store.get(to).orElseThrow().content()).isEqualTo(after);
    }
    assertThat(rewraps(store).holdSameMessage("old/1", "new/0", CONTEXT)).isFalse();
    assertThat(rewraps(store).holdSameMessage("old/1", "new/7", CONTEXT)).isFalse();
  }

  @Test
  void equalPlaintextsAreNotTheSameMessage() {
    ObjectStore store = new InMemoryObjectStore();
    objects(store).put("a", new byte[5], WrappingKeys.of(OLD), CONTEXT);
    objects(store).put("b", new byte[5], WrappingKeys.of(OLD), CONTEXT);
    assertThat(rewraps(store).holdSameMessage("a", "b", CONTEXT)).isFalse();
  }

  @Test
  void whatIsCutShortOfAnotherContextSignedOrMissingIsRefusedAndNothingWritten() {
    ObjectStore store = new InMemoryObjectStore();
    objects(store).put("a", random(5_000, 1), WrappingKeys.of(OLD), CONTEXT);
    byte[] message = store.get("a").orElseThrow().content();
    store.put("cut", Arrays.copyOf(message, message.length - 1060));
    EnvelopeEncryptor signing =
        EnvelopeEncryptor.builder(LocalKeyFile.open(folder.resolve("keys.json")))
            .signed(true)
            .build();
    store.put("signed", signing.encrypt(new byte[10], OLD, CONTEXT));
    assertThatThrownBy(() -> rewraps(store).rewrap("cut", "to", TO, CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
    assertThatThrownBy(() -> rewraps(store).rewrap("a", "to", TO, OTHER))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CONTEXT_MISMATCH));
    assertThatThrownBy(() -> rewraps(store).rewrap("signed", "to", TO, CONTEXT))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_KIND_REFUSED));
    assertThatThrownBy(() -> rewraps(store).rewrap("missing", "to", TO, CONTEXT))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.OBJECT_MISSING));
    assertThat(store.head("to")).isEmpty();
  }

  @Test
  void anObjectThatIsReplacedMeanwhileIsRefused() {
    InMemoryObjectStore inner = new InMemoryObjectStore();
    objects(inner).put("a", random(600_000, 1), WrappingKeys.of(OLD), CONTEXT);
    ObjectStore store =
        new ForwardingObjectStore(inner) {
          @Override
          public WriteResult copyBehind(String key, byte[] start, ObjectInfo source, long from) {
            objects(inner).put("a", random(600_000, 2), WrappingKeys.of(OLD), CONTEXT);
            return super.copyBehind(key, start, source, from);
          }
        };
    assertThatThrownBy(() -> rewraps(store).rewrap("a", "b", TO, CONTEXT))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.OBJECT_CHANGED));
    assertThat(inner.head("b")).isEmpty();
  }

  @Test
  void aCrashAtAnyOperationLeavesTheOldObjectWholeAndTheNewOneWholeOrNotThere() {
    byte[] plaintext = random(300_000, 1);
    for (CrashingObjectStore.When when : CrashingObjectStore.When.values()) {
      int at = 1;
      while (true) {
        ObjectStore inner = new InMemoryObjectStore();
        objects(inner).put("a", plaintext, WrappingKeys.of(OLD), CONTEXT);
        CrashingObjectStore store = new CrashingObjectStore(inner, at, when, () -> {});
        try {
          rewraps(store).rewrap("a", "b", TO, CONTEXT);
        } catch (SimulatedCrash crash) {
          assertThat(store.crashed()).isTrue();
        }
        assertThat(official(OLD, inner.get("a").orElseThrow().content())).isEqualTo(plaintext);
        assertWholeOrMissing(inner, plaintext);
        WriteResult again = rewraps(inner).rewrap("a", "b", TO, CONTEXT);
        assertThat(
                again instanceof WriteResult.Won
                    || rewraps(inner).holdSameMessage("a", "b", CONTEXT))
            .isTrue();
        if (!store.crashed()) {
          break;
        }
        at++;
      }
      assertThat(at).isGreaterThan(10);
    }
  }

  @Test
  void aFaultAtAnyOperationIsToldOrResolvedByReadingBack() {
    byte[] plaintext = random(300_000, 1);
    int resolved = 0;
    for (FaultyObjectStore.Fault fault : FaultyObjectStore.Fault.values()) {
      for (int at = 1; ; at++) {
        InMemoryObjectStore inner = new InMemoryObjectStore();
        objects(inner).put("a", plaintext, WrappingKeys.of(OLD), CONTEXT);
        FaultyObjectStore store = new FaultyObjectStore(inner, FaultyObjectStore.once(at, fault));
        WriteResult result = null;
        try {
          result = rewraps(store).rewrap("a", "b", TO, CONTEXT);
        } catch (StorageException told) {
          assertThat(told.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE);
        }
        if (result instanceof WriteResult.Won) {
          assertThat(inner.head("b")).isPresent();
          resolved += at > store.operations() ? 0 : 1;
        }
        assertWholeOrMissing(inner, plaintext);
        store.deliver();
        assertWholeOrMissing(inner, plaintext);
        if (at > store.operations()) {
          assertThat(at).isGreaterThan(10);
          break;
        }
      }
    }
    assertThat(resolved).isPositive();
  }

  private static void assertWholeOrMissing(ObjectStore store, byte[] plaintext) {
    store
        .get("b")
        .ifPresent(
            there -> {
              assertThat(official(NEW, there.content())).isEqualTo(plaintext);
              assertThat(official(OLD, there.content())).isEqualTo(REFUSED);
            });
  }
}
