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
import io.strongroom.crypto.EnvelopeChannel;
import io.strongroom.crypto.WrappingKeys;
import io.strongroom.storage.EnvelopedObjects;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Enveloped objects: the conformance kit, the official SDK, ranges, lengths and faults. */
@Tag("verify")
class EnvelopedStoreTest {
  private static final WrappingKeys KEYS = WrappingKeys.of(OLD);

  @TempDir Path folder;
  private StandaloneKeys keys;

  @BeforeEach
  void makeKeys() {
    keys = StandaloneKeys.in(folder);
  }

  private EnvelopedObjects objects(ObjectStore store) {
    return new EnvelopedObjects(store, keys.encryptor());
  }

  @TestFactory
  Stream<DynamicTest> envelopedObjectsInMemoryKeepTheContractOfAStore() {
    return new ObjectStoreContract(() -> objects(new InMemoryObjectStore()).under(KEYS, CONTEXT), 5)
        .checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }

  /** Without races and probe, long keys and the long listing: those are the folder's. */
  @TestFactory
  Stream<DynamicTest> envelopedObjectsInAFolderKeepTheContractOfAStore() throws IOException {
    Path root = Files.createDirectory(folder.resolve("store"));
    return new ObjectStoreContract(
            () -> objects(new LocalObjectStore(root)).under(KEYS, CONTEXT), 2)
        .checks().stream()
            .filter(
                c ->
                    !c.name()
                        .matches(
                            "1,001 .*|a key may have .*|the probe .*|.* threads.*|.*never undoes.*"))
            .map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }

  @Test
  void theOfficialSdkReadsWhatEveryWayOfWritingStored() throws IOException {
    ObjectStore store = new InMemoryObjectStore();
    EnvelopedObjects objects = objects(store);
    for (int length : new int[] {0, 1, 1023, 1024, 1025, 20_000}) {
      byte[] plaintext = random(length, length);
      WrappingKeys both = WrappingKeys.of(OLD, NEW);
      String etag =
          ((WriteResult.Won) objects.putIfAbsent(length + "/created", plaintext, both, CONTEXT))
              .etag();
      objects.put(length + "/put", plaintext, both, CONTEXT);
      objects.putIfAbsent(length + "/replaced", new byte[3], both, CONTEXT);
      objects.putIfMatch(
          length + "/replaced",
          plaintext,
          store.head(length + "/replaced").orElseThrow().etag(),
          both,
          CONTEXT);
      try (ObjectUpload upload = objects.upload(length + "/uploaded", both, CONTEXT)) {
        upload.stream().write(plaintext);
        upload.commit();
      }
      assertThat(objects.putIfMatch(length + "/created", plaintext, "x", both, CONTEXT))
          .isInstanceOf(WriteResult.Lost.class);
      assertThat(objects.get(length + "/created", CONTEXT).map(StoredObject::etag)).contains(etag);
      for (String name : new String[] {"/created", "/put", "/replaced", "/uploaded"}) {
        byte[] stored = store.get(length + name).orElseThrow().content();
        assertThat(official(OLD, stored)).isEqualTo(plaintext);
        assertThat(official(NEW, stored)).isEqualTo(plaintext);
        assertThat(objects.head(length + name).orElseThrow().size()).isEqualTo(length);
        try (EnvelopeChannel channel = objects.channel(length + name, CONTEXT)) {
          assertThat(channel.length()).isEqualTo(length);
        }
        assertThatThrownBy(() -> objects.get(length + name, OTHER))
            .isInstanceOf(DecryptionFailedException.class);
      }
    }
  }

  @Test
  void aRangeIsReadWithoutTheFramesAroundIt() {
    AtomicLong read = new AtomicLong();
    AtomicInteger requests = new AtomicInteger();
    ObjectStore store =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public byte[] range(String key, long offset, int length) {
            byte[] bytes = super.range(key, offset, length);
            read.addAndGet(bytes.length);
            requests.incrementAndGet();
            return bytes;
          }
        };
    EnvelopedObjects objects = objects(store);
    byte[] plaintext = random(3_000_000, 1);
    objects.putIfAbsent("a", plaintext, KEYS, CONTEXT);
    assertThat(objects.range("a", 1_500_000, 100, CONTEXT))
        .isEqualTo(Arrays.copyOfRange(plaintext, 1_500_000, 1_500_100));
    assertThat(requests).hasValue(3);
    assertThat(read.get()).isLessThan(8_192);
    assertThat(objects.range("a", 2_999_990, 100, CONTEXT))
        .isEqualTo(Arrays.copyOfRange(plaintext, 2_999_990, 3_000_000));
    assertThat(objects.range("a", 3_000_000, 100, CONTEXT)).isEmpty();
    assertThat(objects.range("a", Long.MAX_VALUE, 100, CONTEXT)).isEmpty();
    read.set(0);
    assertThat(objects.head("a").orElseThrow().size()).isEqualTo(3_000_000);
    assertThat(read.get()).isLessThanOrEqualTo(4_096);
  }

  @Test
  void everyTruncationIsRefusedWhenOpenedAndOnlyTheStatedLengthIsFooled() {
    ObjectStore store = new InMemoryObjectStore();
    EnvelopedObjects objects = objects(store);
    objects.putIfAbsent("a", random(3000, 1), KEYS, CONTEXT);
    byte[] message = store.get("a").orElseThrow().content();
    Set<Long> stated = new TreeSet<>();
    for (int length = 0; length < message.length; length++) {
      store.put("cut", Arrays.copyOf(message, length));
      assertThatThrownBy(() -> objects.channel("cut", CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
      try {
        stated.add(objects.head("cut").orElseThrow().size());
      } catch (DecryptionFailedException refused) {
        assertThat(refused.code()).isEqualTo(CryptoErrorCode.MESSAGE_TRUNCATED);
      }
    }
    assertThat(stated).hasSizeGreaterThan(2000).allMatch(length -> length < 3000);
  }

  @Test
  void anObjectThatIsReplacedBetweenTheRequestsOfARangeIsReadAsItIs() {
    byte[] first = random(5_000, 1);
    byte[] second = random(9_000, 2);
    for (int at = 1; at <= 3; at++) {
      AtomicInteger left = new AtomicInteger(at);
      InMemoryObjectStore inner = new InMemoryObjectStore();
      ObjectStore store =
          new ForwardingObjectStore(inner) {
            @Override
            public byte[] range(String key, long offset, int length) {
              if (left.decrementAndGet() == 0) {
                objects(inner).put(key, second, KEYS, CONTEXT);
              }
              return super.range(key, offset, length);
            }
          };
      objects(inner).put("a", first, KEYS, CONTEXT);
      assertThat(objects(store).range("a", 0, 4_000, CONTEXT))
          .isEqualTo(Arrays.copyOf(second, 4_000));
    }
    InMemoryObjectStore inner = new InMemoryObjectStore();
    objects(inner).put("a", first, KEYS, CONTEXT);
    ObjectStore restless =
        new ForwardingObjectStore(inner) {
          @Override
          public byte[] range(String key, long offset, int length) {
            objects(inner).put(key, second, KEYS, CONTEXT);
            return super.range(key, offset, length);
          }
        };
    assertThatThrownBy(() -> objects(restless).range("a", 0, 4_000, CONTEXT))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE));
  }

  @Test
  void aCrashAtAnyOperationOfAnUploadLeavesTheWholeObjectOrNothing() throws IOException {
    byte[] plaintext = random(5_000, 1);
    for (CrashingObjectStore.When when : CrashingObjectStore.When.values()) {
      int whole = 0;
      int at = 1;
      while (true) {
        ObjectStore inner = new InMemoryObjectStore();
        CrashingObjectStore store = new CrashingObjectStore(inner, at, when, () -> {});
        try (ObjectUpload upload = objects(store).upload("a", OLD, CONTEXT)) {
          upload.stream().write(plaintext);
          upload.commit();
        } catch (SimulatedCrash crash) {
          assertThat(store.crashed()).isTrue();
        }
        if (inner.head("a").isPresent()) {
          assertThat(objects(inner).get("a", CONTEXT).orElseThrow().content()).isEqualTo(plaintext);
          whole++;
        }
        if (!store.crashed()) {
          break;
        }
        at++;
      }
      assertThat(at).isGreaterThan(4);
      assertThat(whole).isEqualTo(when == CrashingObjectStore.When.BEFORE ? 1 : 2);
    }
  }

  @Test
  void aFaultAtAnyOperationOfAnUploadIsToldAndLeavesTheWholeObjectOrNothing() throws IOException {
    byte[] plaintext = random(5_000, 1);
    for (FaultyObjectStore.Fault fault : FaultyObjectStore.Fault.values()) {
      for (int at = 1; ; at++) {
        InMemoryObjectStore inner = new InMemoryObjectStore();
        FaultyObjectStore store = new FaultyObjectStore(inner, FaultyObjectStore.once(at, fault));
        WriteResult result = null;
        try (ObjectUpload upload = objects(store).upload("a", OLD, CONTEXT)) {
          upload.stream().write(plaintext);
          result = upload.commit();
        } catch (StorageException told) {
          assertThat(told.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE);
        }
        boolean there = inner.head("a").isPresent();
        if (there) {
          assertThat(objects(inner).get("a", CONTEXT).orElseThrow().content()).isEqualTo(plaintext);
        }
        if (result == null || result instanceof WriteResult.Won) {
          assertThat(there).isEqualTo(result != null);
        }
        store.deliver();
        if (inner.head("a").isPresent()) {
          assertThat(objects(inner).get("a", CONTEXT).orElseThrow().content()).isEqualTo(plaintext);
        }
        if (at > store.operations()) {
          assertThat(at).isGreaterThan(4);
          break;
        }
      }
    }
  }
}
