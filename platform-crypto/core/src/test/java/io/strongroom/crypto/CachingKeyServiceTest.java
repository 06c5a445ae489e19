package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.context;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class CachingKeyServiceTest {
  private static final KeyId SECOND = new KeyId("break-glass");
  private static final Duration AGE = Duration.ofMinutes(8);
  private static final DataKeyLimits LIMITS = DataKeyLimits.of(AGE, 1000, 1 << 20);

  @TempDir Path folder;
  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final Queue<Runnable> background = new ArrayDeque<>();
  private final SnapshotGuard guard = new SnapshotGuard();
  private CountingKeyService service;

  @BeforeEach
  void makeKeys() throws IOException {
    Path file = folder.resolve("keys.json");
    Files.deleteIfExists(file);
    service =
        new CountingKeyService(
            LocalKeyFile.create(file, "local", Set.of(KEY, SECOND), new SecureRandom()));
  }

  private CachingKeyService cache(DataKeyLimits limits) {
    return cache(limits, background::add);
  }

  private CachingKeyService cache(DataKeyLimits limits, Executor executor) {
    return CachingKeyService.builder(service, limits)
        .clock(() -> Instant.ofEpochMilli(millis.get()))
        .executor(executor)
        .snapshotGuard(guard)
        .build();
  }

  private void pass(Duration time) {
    millis.addAndGet(time.toMillis());
  }

  private void runBackground() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
  }

  private static WrappedDataKey next(KeyService keys) {
    try (DataKey key = keys.generateDataKey(KEY, CONTEXT)) {
      assertThat(key.plaintext()).isNotEqualTo(new byte[32]);
      return key.wrapped();
    }
  }

  @Test
  void oneDataKeyServesSeveralMessagesUntilItsAge() {
    CachingKeyService cache = cache(LIMITS.withRefreshAhead(Duration.ZERO));
    WrappedDataKey first = next(cache);
    pass(AGE.minusMillis(1));
    assertThat(next(cache)).isEqualTo(first);
    pass(Duration.ofMillis(1));
    assertThat(next(cache)).isNotEqualTo(first);
    assertThat(service.generated).hasValue(2);
    assertThat(background).isEmpty();
    assertThat(cache.statistics().hits()).isEqualTo(1);
    assertThat(cache.statistics().misses()).isEqualTo(2);
    assertThat(cache.statistics().calls()).isEqualTo(2);
  }

  @Test
  void aClockThatWasSetBackEndsAKeysLife() {
    CachingKeyService cache = cache(LIMITS);
    next(cache);
    pass(Duration.ofHours(-1));
    next(cache);
    assertThat(service.generated).hasValue(2);
  }

  @Test
  void oneDataKeyServesSoManyMessages() {
    CachingKeyService cache =
        cache(DataKeyLimits.of(AGE, 3, 1 << 20).withRefreshAhead(Duration.ZERO));
    Set<WrappedDataKey> keys = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      keys.add(next(cache));
    }
    assertThat(keys).hasSize(3);
    assertThat(service.generated).hasValue(3);
  }

  @Test
  void noMessageIsBegunUnderAKeyThatEncryptedSoManyBytes() throws IOException {
    CachingKeyService cache =
        cache(DataKeyLimits.of(AGE, 1000, 4096).withRefreshAhead(Duration.ZERO));
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).frameLength(100).build();
    encryptor.encrypt(new byte[4095], KEY, CONTEXT);
    encryptor.encrypt(new byte[1], KEY, CONTEXT);
    assertThat(service.generated).hasValue(1);
    encryptor.encrypt(new byte[1], KEY, CONTEXT);
    assertThat(service.generated).hasValue(2);

    try (EnvelopeOutputStream out =
        encryptor.encrypting(new ByteArrayOutputStream(), KEY, CONTEXT)) {
      out.write(new byte[4094]);
      out.finish();
    }
    encryptor.encrypt(new byte[0], KEY, CONTEXT);
    assertThat(service.generated).hasValue(2);
    encryptor.encrypt(new byte[1], KEY, CONTEXT);
    encryptor.encrypt(new byte[0], KEY, CONTEXT);
    assertThat(service.generated).hasValue(3);

    // A stream reports what it takes while it is still open.
    try (EnvelopeOutputStream out =
        encryptor.encrypting(new ByteArrayOutputStream(), KEY, CONTEXT)) {
      out.write(new byte[1 << 20]);
      encryptor.encrypt(new byte[0], KEY, CONTEXT);
      assertThat(service.generated).hasValue(4);
    }
  }

  private interface Writer {
    void write(EnvelopeEncryptor encryptor, byte[] plaintext) throws IOException;
  }

  private static Writer streaming(StreamWrite write) {
    return (encryptor, plaintext) -> {
      try (EnvelopeOutputStream out =
          encryptor.encrypting(new ByteArrayOutputStream(), KEY, CONTEXT)) {
        write.write(out, plaintext);
        out.finish();
      }
    };
  }

  private interface StreamWrite {
    void write(EnvelopeOutputStream out, byte[] plaintext) throws IOException;
  }

  @Test
  void everyWayToWriteCountsItsBytesHoweverManyThreadsSealThem() throws IOException {
    Map<String, Writer> ways =
        Map.of(
            "array",
            (encryptor, plaintext) -> encryptor.encrypt(plaintext, KEY, CONTEXT),
            "long array into a stream",
            streaming((out, plaintext) -> out.write(plaintext)),
            "single bytes into a stream",
            streaming(
                (out, plaintext) -> {
                  for (byte b : plaintext) {
                    out.write(b);
                  }
                }),
            "odd pieces into a stream",
            streaming(
                (out, plaintext) -> {
                  for (int at = 0; at < plaintext.length; at += 4099) {
                    out.write(plaintext, at, Math.min(4099, plaintext.length - at));
                  }
                }),
            "heap buffer",
            streaming((out, plaintext) -> out.write(ByteBuffer.wrap(plaintext))),
            "direct buffer",
            streaming(
                (out, plaintext) ->
                    out.write(ByteBuffer.allocateDirect(plaintext.length).put(plaintext).flip())),
            "channel",
            (encryptor, plaintext) ->
                encryptor.encrypt(
                    Channels.newChannel(new ByteArrayInputStream(plaintext)),
                    Channels.newChannel(new ByteArrayOutputStream()),
                    KEY,
                    CONTEXT),
            "file",
            (encryptor, plaintext) ->
                encryptor.encryptFile(
                    Files.write(folder.resolve("plain"), plaintext),
                    folder.resolve("message"),
                    KEY,
                    CONTEXT));
    int most = 700_000;
    for (int threads : new int[] {1, 4}) {
      for (Map.Entry<String, Writer> way : ways.entrySet()) {
        String name = way.getKey() + " by " + threads;
        CachingKeyService cache =
            cache(DataKeyLimits.of(AGE, 1000, most).withRefreshAhead(Duration.ZERO));
        EnvelopeEncryptor encryptor =
            EnvelopeEncryptor.builder(cache).frameLength(1024).parallelism(threads).build();
        service.generated.set(0);
        way.getValue().write(encryptor, new byte[most - 1]);
        encryptor.encrypt(new byte[1], KEY, CONTEXT);
        assertThat(service.generated).as(name).hasValue(1);
        encryptor.encrypt(new byte[0], KEY, CONTEXT);
        assertThat(service.generated).as(name).hasValue(2);
        cache.close();
      }
    }
  }

  @Test
  void aDataKeyNeverServesAnotherContextOrKey() {
    CachingKeyService cache = cache(LIMITS);
    List<EncryptionContext> contexts = new ArrayList<>();
    contexts.add(EncryptionContext.of(Map.of()));
    for (String tenant : List.of("acme", "globex")) {
      for (String dataset : List.of("transactions", "customers")) {
        contexts.add(EncryptionContext.strongroom().tenant(tenant).dataset(dataset).build());
      }
    }
    contexts.add(context("a", "bc"));
    contexts.add(context("ab", "c"));
    Set<WrappedDataKey> wrapped = new HashSet<>();
    Set<String> plaintexts = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      for (KeyId key : List.of(KEY, SECOND)) {
        for (EncryptionContext context : contexts) {
          try (DataKey dataKey = cache.generateDataKey(key, context)) {
            wrapped.add(dataKey.wrapped());
            plaintexts.add(HexFormat.of().formatHex(dataKey.plaintext()));
            // The key service itself agrees that the key belongs to this context.
            service.unwrap(dataKey.wrapped(), context).close();
          }
        }
      }
    }
    assertThat(wrapped).hasSize(2 * contexts.size());
    assertThat(plaintexts).hasSize(2 * contexts.size());
    assertThat(service.generated).hasValue(2 * contexts.size());
  }

  @Test
  void anUnwrappedKeyIsOnlyGivenForTheSameBytesAndContext() {
    CachingKeyService cache = cache(LIMITS);
    WrappedDataKey wrapped = next(cache);
    byte[] plaintext = cache.unwrap(wrapped, CONTEXT).plaintext();
    assertThat(cache.unwrap(wrapped, CONTEXT).plaintext()).isEqualTo(plaintext);
    assertThat(service.unwrapped).hasValue(1);
    assertThat(cache.statistics().unwrapHits()).isEqualTo(1);
    assertThat(cache.statistics().unwrapMisses()).isEqualTo(1);
    assertThatThrownBy(() -> cache.unwrap(wrapped, context("tenant", "globex")))
        .isInstanceOf(DecryptionFailedException.class);
    byte[] ciphertext = wrapped.ciphertext();
    ciphertext[0] ^= 1;
    WrappedDataKey changed =
        WrappedDataKey.of(wrapped.providerId(), wrapped.providerInfo(), ciphertext);
    assertThatThrownBy(() -> cache.unwrap(changed, CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
    pass(AGE);
    cache.unwrap(wrapped, CONTEXT).close();
    assertThat(service.unwrapped).hasValue(4);
    cache.forgetUnwrapped();
    cache.unwrap(wrapped, CONTEXT).close();
    assertThat(service.unwrapped).hasValue(5);
  }

  @Test
  void aBurstOfAThousandThreadsAtTheMomentOfExpiryMakesOneCall() throws InterruptedException {
    CachingKeyService cache = cache(DataKeyLimits.of(AGE, 1_000_000, 1 << 20));
    WrappedDataKey first = next(cache);
    pass(AGE);
    Set<WrappedDataKey> written = ConcurrentHashMap.newKeySet();
    burst(
        1000,
        () -> {
          try (DataKey key = cache.generateDataKey(KEY, CONTEXT)) {
            written.add(key.wrapped());
          }
        });
    assertThat(written).hasSize(1).doesNotContain(first);
    assertThat(service.generated).hasValue(2);
    assertThat(cache.statistics().hits() + cache.statistics().misses()).isEqualTo(1001);

    AtomicInteger unwrapped = new AtomicInteger();
    burst(
        1000,
        () -> {
          cache.unwrap(first, CONTEXT).close();
          unwrapped.incrementAndGet();
        });
    assertThat(unwrapped).hasValue(1000);
    assertThat(service.unwrapped).hasValue(1);
  }

  private void burst(int threads, Runnable action) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    service.hold = hold;
    List<Thread> running =
        IntStream.range(0, threads)
            .mapToObj(
                i ->
                    new Thread(
                        null,
                        () -> {
                          awaitQuietly(start);
                          action.run();
                        },
                        "burst-" + i,
                        64 * 1024))
            .toList();
    running.forEach(Thread::start);
    start.countDown();
    Thread.sleep(50);
    hold.countDown();
    service.hold = null;
    for (Thread thread : running) {
      thread.join();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void theOldKeyGoesOnServingWhileOneCallReplacesIt() {
    CachingKeyService cache = cache(LIMITS);
    WrappedDataKey old = next(cache);
    pass(AGE.multipliedBy(7).dividedBy(8).minusMillis(1));
    next(cache);
    assertThat(background).isEmpty();
    pass(Duration.ofMillis(1));
    for (int i = 0; i < 5; i++) {
      assertThat(next(cache)).isEqualTo(old);
    }
    assertThat(background).hasSize(1);
    assertThat(service.generated).hasValue(1);
    runBackground();
    assertThat(service.generated).hasValue(2);
    assertThat(next(cache)).isNotEqualTo(old);
    assertThat(cache.statistics().misses()).isEqualTo(1);
    assertThat(cache.statistics().refreshes()).isEqualTo(1);
    // The new key's age counts from its own birth.
    pass(AGE.minusMillis(1));
    next(cache);
    assertThat(cache.statistics().misses()).isEqualTo(1);
  }

  @Test
  void theLastEighthOfMessagesOrBytesReplacesTheKeyToo() {
    CachingKeyService byMessages = cache(DataKeyLimits.of(AGE, 16, 1 << 20));
    for (int i = 0; i < 13; i++) {
      next(byMessages);
    }
    assertThat(background).isEmpty();
    next(byMessages);
    assertThat(background).hasSize(1);
    background.clear();
    CachingKeyService byBytes = cache(DataKeyLimits.of(AGE, 100, 800));
    byBytes.generateDataKey(KEY, CONTEXT).used(699);
    next(byBytes);
    assertThat(background).isEmpty();
    byBytes.generateDataKey(KEY, CONTEXT).used(1);
    next(byBytes);
    assertThat(background).hasSize(1);
  }

  @Test
  void aCallerWhoCannotWaitMakesTheCallThatTheBackgroundHasNotBegun() {
    CachingKeyService cache = cache(LIMITS);
    next(cache);
    pass(AGE.minusMillis(1));
    next(cache);
    assertThat(background).hasSize(1);
    pass(Duration.ofMillis(1));
    next(cache);
    assertThat(service.generated).hasValue(2);
    runBackground();
    assertThat(service.generated).hasValue(2);
  }

  @Test
  void duringAnOutageTheWindowIsFinishedAndThenTheCallFails() {
    CachingKeyService cache = cache(LIMITS);
    WrappedDataKey old = next(cache);
    service.reachable = false;
    pass(AGE.multipliedBy(7).dividedBy(8));
    int messages = 0;
    for (long left = AGE.toMillis() / 8; left > 0; left -= 100) {
      assertThat(next(cache)).isEqualTo(old);
      messages++;
      runBackground();
      pass(Duration.ofMillis(100));
    }
    assertThat(messages).isEqualTo(600);
    // A service that is down is not hammered: once, and then about eight times.
    assertThat(cache.statistics().failedRefreshes()).isBetween(7L, 9L);
    assertThatThrownBy(() -> next(cache))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_SERVICE_UNREACHABLE));
    int failed = service.generated.get();
    assertThatThrownBy(() -> next(cache)).isInstanceOf(KeyUnavailableException.class);
    assertThat(service.generated).hasValue(failed + 1);
    service.reachable = true;
    assertThat(next(cache)).isNotEqualTo(old);
  }

  @Test
  void aBusyBackgroundDelaysNobody() {
    CachingKeyService cache =
        cache(
            LIMITS,
            task -> {
              throw new RejectedExecutionException("full");
            });
    WrappedDataKey old = next(cache);
    pass(AGE.minusMillis(1));
    assertThat(next(cache)).isEqualTo(old);
    pass(Duration.ofMillis(1));
    assertThat(next(cache)).isNotEqualTo(old);
  }

  @Test
  void aFailureIsGivenToThoseWhoWaitedAndNotKept() throws InterruptedException {
    CachingKeyService cache = cache(LIMITS);
    service.reachable = false;
    AtomicInteger failures = new AtomicInteger();
    burst(
        50,
        () -> {
          try {
            next(cache);
          } catch (KeyUnavailableException expected) {
            failures.incrementAndGet();
          }
        });
    assertThat(failures).hasValue(50);
    service.reachable = true;
    next(cache);
    assertThat(cache.held()).hasSize(1);
    assertThat(cache.statistics().entries()).isEqualTo(1);
  }

  @Test
  void anInterruptionFailsOnlyTheThreadItIsMeantFor() throws InterruptedException {
    CachingKeyService cache = cache(LIMITS);
    CountDownLatch hold = new CountDownLatch(1);
    service.hold = hold;
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    Thread leader =
        new Thread(
            () -> {
              try {
                next(cache);
              } catch (KeyUnavailableException interrupted) {
                failed.incrementAndGet();
              }
            });
    leader.start();
    while (service.generated.get() == 0) {
      Thread.sleep(1);
    }
    List<Thread> waiting =
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          next(cache);
                          served.incrementAndGet();
                        }))
            .toList();
    waiting.forEach(Thread::start);
    Thread.sleep(30);
    service.hold = null;
    leader.interrupt();
    leader.join();
    for (Thread thread : waiting) {
      thread.join();
    }
    assertThat(failed).hasValue(1);
    assertThat(served).hasValue(5);
    assertThat(service.generated).hasValue(2);
  }

  @Test
  void rotateNowGivesANewKeyToWhoeverAsksAfterIt() throws InterruptedException {
    CachingKeyService cache = cache(LIMITS);
    WrappedDataKey old = next(cache);
    List<DataKey> held = cache.held();
    cache.rotateNow();
    assertThat(held).allMatch(DataKey::zeroed);
    assertThat(cache.statistics().entries()).isZero();
    WrappedDataKey second = next(cache);
    assertThat(second).isNotEqualTo(old);

    // A call that was under way brings a key that nobody is given.
    cache.rotateNow();
    CountDownLatch hold = new CountDownLatch(1);
    service.hold = hold;
    Set<WrappedDataKey> written = ConcurrentHashMap.newKeySet();
    Thread early = new Thread(() -> written.add(next(cache)));
    early.start();
    while (service.generated.get() < 3) {
      Thread.sleep(1);
    }
    cache.rotateNow();
    service.hold = null;
    hold.countDown();
    early.join();
    assertThat(service.generated).hasValue(4);
    assertThat(written).containsExactly(next(cache));
    assertThat(service.given.get(2).zeroed()).isTrue();
  }

  @Test
  void theLeastRecentlyUsedKeyMakesRoomAndIsZeroed() {
    CachingKeyService cache = cache(LIMITS.withEntries(3, 2));
    for (String tenant : List.of("a", "b", "c")) {
      cache.generateDataKey(KEY, context("tenant", tenant)).close();
    }
    cache.generateDataKey(KEY, context("tenant", "a")).close();
    cache.generateDataKey(KEY, context("tenant", "d")).close();
    assertThat(service.given)
        .extracting(DataKey::zeroed)
        .containsExactly(false, true, false, false);
    assertThat(cache.statistics().evictions()).isEqualTo(1);
    assertThat(cache.statistics().entries()).isEqualTo(3);
    cache.generateDataKey(KEY, context("tenant", "a")).close();
    assertThat(service.generated).hasValue(4);
    cache.generateDataKey(KEY, context("tenant", "b")).close();
    assertThat(service.generated).hasValue(5);

    for (int i = 0; i < 20; i++) {
      EncryptionContext context = context("tenant", "t" + i);
      cache.unwrap(service.generateDataKey(KEY, context).wrapped(), context).close();
    }
    assertThat(cache.statistics().entries()).isEqualTo(5);
  }

  @Test
  void keysAreZeroedWhenTheyAreReplacedSweptOrClosed() {
    CachingKeyService cache = cache(LIMITS);
    next(cache);
    pass(AGE);
    next(cache);
    assertThat(service.given).extracting(DataKey::zeroed).containsExactly(true, false);
    cache.unwrap(next(cache), CONTEXT).close();
    DataKey copy = cache.generateDataKey(KEY, CONTEXT);
    cache.close();
    assertThat(service.given).hasSize(3).allMatch(DataKey::zeroed);
    assertThat(copy.zeroed()).isFalse();
    assertThatThrownBy(() -> next(cache)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.unwrap(copy.wrapped(), CONTEXT))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyThatNobodyAsksForAnyMoreIsZeroedByItself() throws InterruptedException {
    CachingKeyService cache =
        CachingKeyService.builder(service, DataKeyLimits.of(Duration.ofMillis(40), 10, 10)).build();
    next(cache);
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!service.given.get(0).zeroed() && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(service.given.get(0).zeroed()).isTrue();
    assertThat(cache.statistics().entries()).isZero();
    cache.close();
  }

  @Test
  void aDataKeyIsWrappedOnceUnderEachFurtherKey() {
    CachingKeyService cache = cache(LIMITS);
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
    for (int i = 0; i < 10; i++) {
      encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT);
    }
    assertThat(service.wrapped).hasValue(1);
    assertThat(cache.statistics().wrapCalls()).isEqualTo(1);
    try (DataKey foreign = service.generateDataKey(KEY, CONTEXT)) {
      cache.wrap(foreign, SECOND, CONTEXT);
      cache.wrap(foreign, SECOND, CONTEXT);
    }
    assertThat(service.wrapped).hasValue(3);

    // What replaces the key is wrapped under the same ones beforehand.
    pass(AGE.minusMillis(1));
    encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT);
    runBackground();
    assertThat(service.wrapped).hasValue(4);
    service.reachable = false;
    byte[] message = encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT);
    service.reachable = true;
    assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(3);
  }

  @Test
  void aReplacementThatCannotBeWrappedUnderAFurtherKeyLeavesTheOldKeyServing() {
    CachingKeyService cache = cache(LIMITS);
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
    encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT);
    service.wrapping = false;
    pass(AGE.minusMillis(1));
    encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT);
    runBackground();
    assertThat(cache.statistics().failedRefreshes()).isEqualTo(1);
    assertThat(service.given.get(1).zeroed()).isTrue();
    encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT);
    pass(Duration.ofMillis(1));
    // Who needs the further key fails; who does not, does not.
    assertThatThrownBy(() -> encryptor.encrypt(new byte[3], WrappingKeys.of(KEY, SECOND), CONTEXT))
        .isInstanceOf(KeyUnavailableException.class);
    encryptor.encrypt(new byte[3], KEY, CONTEXT);
  }

  @Test
  void theKeysOfTheCacheLeaveTheProcessBeforeACheckpoint() {
    CachingKeyService cache = cache(LIMITS);
    WrappedDataKey before = next(cache);
    cache.unwrap(before, CONTEXT).close();
    guard.beforeCheckpoint();
    assertThat(service.given).hasSize(2).allMatch(DataKey::zeroed);
    assertThat(cache.statistics().entries()).isZero();
    // Meanwhile nothing is kept.
    assertThat(next(cache)).isNotEqualTo(next(cache));
    cache.unwrap(before, CONTEXT).close();
    assertThat(cache.statistics().entries()).isZero();
    guard.afterRestore();
    WrappedDataKey after = next(cache);
    assertThat(next(cache)).isEqualTo(after).isNotEqualTo(before);
  }

  @Test
  void aKeyThatWasUnderWayDuringACheckpointIsNotUsedAfterIt() throws InterruptedException {
    CachingKeyService cache = cache(LIMITS);
    CountDownLatch hold = new CountDownLatch(1);
    service.hold = hold;
    Set<WrappedDataKey> written = ConcurrentHashMap.newKeySet();
    Thread early = new Thread(() -> written.add(next(cache)));
    early.start();
    while (service.generated.get() == 0) {
      Thread.sleep(1);
    }
    guard.beforeCheckpoint();
    guard.afterRestore();
    service.hold = null;
    hold.countDown();
    early.join();
    assertThat(service.given.get(0).zeroed()).isTrue();
    assertThat(written).doesNotContain(service.given.get(0).wrapped()).hasSize(1);
  }

  @Test
  void limitsAreNeverUnlimited() {
    for (Runnable refused :
        List.<Runnable>of(
            () -> DataKeyLimits.of(Duration.ZERO, 1, 1),
            () -> DataKeyLimits.of(Duration.ofHours(25), 1, 1),
            () -> DataKeyLimits.of(AGE, 0, 1),
            () -> DataKeyLimits.of(AGE, Long.MAX_VALUE, 1),
            () -> DataKeyLimits.of(AGE, 1, 0),
            () -> DataKeyLimits.of(AGE, 1, Long.MAX_VALUE),
            () -> LIMITS.withEntries(0, 1),
            () -> LIMITS.withEntries(1, Integer.MAX_VALUE),
            () -> LIMITS.withRefreshAhead(AGE),
            () -> LIMITS.withRefreshAhead(Duration.ofMillis(-1)),
            () -> LIMITS.withUnwrappedMaxAge(Duration.ofDays(2)))) {
      assertThatThrownBy(refused::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theCacheIsAsTransparentAsItCanBe() {
    CachingKeyService cache = cache(LIMITS);
    WrappedDataKey wrapped = next(cache);
    assertThat(cache.canUnwrap(wrapped)).isTrue();
    WrappedDataKey rewrapped = cache.rewrap(wrapped, CONTEXT, SECOND);
    assertThat(service.unwrap(rewrapped, CONTEXT).plaintext())
        .isEqualTo(service.unwrap(wrapped, CONTEXT).plaintext());
    assertThat(cache.describe(KEY)).isEqualTo(service.describe(KEY));
    assertThat(cache.toString()).doesNotContain("wrapped");
  }
}
