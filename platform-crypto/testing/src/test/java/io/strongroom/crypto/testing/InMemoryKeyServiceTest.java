package io.strongroom.crypto.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.testing.InMemoryKeyService.Action;
import io.strongroom.crypto.testing.InMemoryKeyService.Call;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class InMemoryKeyServiceTest {
  private static final KeyId LAKE = new KeyId("lake");
  private static final KeyId OTHER = new KeyId("other");
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("a", "b"));

  private final InMemoryKeyService keys = new InMemoryKeyService(LAKE, OTHER);

  @Test
  void anEncryptorWorksOverIt() {
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(keys).build();
    byte[] message = encryptor.encrypt(new byte[100], LAKE, CONTEXT);
    assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(100);
    assertThat(keys.generated()).isEqualTo(1);
    assertThat(keys.unwrapped()).isEqualTo(1);
  }

  @Test
  void itsKeysAreNotThoseOfAnotherService() {
    DataKey key = keys.generateDataKey(LAKE, CONTEXT);
    InMemoryKeyService stranger = new InMemoryKeyService(LAKE);
    assertThatThrownBy(() -> stranger.unwrap(key.wrapped(), CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void aDataKeyMadeElsewhereCanBeWrapped() {
    DataKey made = new InMemoryKeyService(LAKE).generateDataKey(LAKE, CONTEXT);
    WrappedDataKey wrapped = keys.wrap(made, OTHER, CONTEXT);
    assertThat(keys.unwrap(wrapped, CONTEXT).plaintext()).isEqualTo(made.plaintext());
  }

  @Test
  void earlierVersionsStillUnwrap() {
    DataKey old = keys.generateDataKey(LAKE, CONTEXT);
    keys.addVersion(LAKE);
    assertThat(keys.describe(LAKE).newestVersion()).hasValue(2);
    assertThat(keys.describe(OTHER).newestVersion()).hasValue(1);
    assertThat(keys.unwrap(old.wrapped(), CONTEXT).plaintext()).isEqualTo(old.plaintext());
  }

  @Test
  void rewrappingMovesADataKeyToTheNewestVersionOrToAnotherKey() {
    DataKey old = keys.generateDataKey(LAKE, CONTEXT);
    keys.addVersion(LAKE);
    WrappedDataKey newer = keys.rewrap(old.wrapped(), CONTEXT, LAKE);
    WrappedDataKey moved = keys.rewrap(old.wrapped(), CONTEXT, OTHER);
    keys.destroy(LAKE);
    assertThat(keys.canUnwrap(newer)).isFalse();
    assertThat(keys.unwrap(moved, CONTEXT).plaintext()).isEqualTo(old.plaintext());
  }

  @Test
  void aDestroyedKeyTakesItsDataKeysWithIt() {
    DataKey key = keys.generateDataKey(LAKE, CONTEXT);
    keys.destroy(LAKE);
    assertThat(keys.canUnwrap(key.wrapped())).isFalse();
    assertThatThrownBy(() -> keys.unwrap(key.wrapped(), CONTEXT))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_UNKNOWN));
    assertThatThrownBy(() -> keys.generateDataKey(LAKE, CONTEXT))
        .isInstanceOf(KeyUnavailableException.class)
        .hasMessageContaining("lake");
    assertThatThrownBy(() -> keys.describe(LAKE)).isInstanceOf(KeyUnavailableException.class);
  }

  @Test
  void anUnreachableServiceFailsForTheMoment() {
    DataKey key = keys.generateDataKey(LAKE, CONTEXT);
    keys.reachable(false);
    assertThatThrownBy(() -> keys.unwrap(key.wrapped(), CONTEXT))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.category()).isEqualTo(ErrorCategory.TRANSIENT));
    assertThatThrownBy(() -> keys.generateDataKey(LAKE, CONTEXT))
        .isInstanceOf(KeyUnavailableException.class);
    keys.reachable(true);
    assertThat(keys.unwrap(key.wrapped(), CONTEXT).plaintext()).isEqualTo(key.plaintext());
  }

  private void assertFails(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KeyUnavailableException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aDisabledKeyRefusesEverythingButItsDescriptionUntilItIsEnabled() {
    DataKey key = keys.generateDataKey(LAKE, CONTEXT);
    keys.disable(LAKE);
    assertThat(keys.describe(LAKE).state()).isEqualTo(KeyState.DISABLED);
    assertThat(keys.canUnwrap(key.wrapped())).isTrue();
    assertFails(CryptoErrorCode.KEY_DISABLED, () -> keys.generateDataKey(LAKE, CONTEXT));
    assertFails(CryptoErrorCode.KEY_DISABLED, () -> keys.wrap(key, LAKE, CONTEXT));
    assertFails(CryptoErrorCode.KEY_DISABLED, () -> keys.unwrap(key.wrapped(), CONTEXT));
    assertFails(CryptoErrorCode.KEY_DISABLED, () -> keys.rewrap(key.wrapped(), CONTEXT, OTHER));
    keys.enable(LAKE);
    assertThat(keys.describe(LAKE).state()).isEqualTo(KeyState.ENABLED);
    assertThat(keys.unwrap(key.wrapped(), CONTEXT).plaintext()).isEqualTo(key.plaintext());
  }

  @Test
  void aDeniedKeyRefusesEverythingUntilItIsAllowed() {
    DataKey key = keys.generateDataKey(LAKE, CONTEXT);
    keys.deny(LAKE);
    assertFails(CryptoErrorCode.KEY_ACCESS_DENIED, () -> keys.describe(LAKE));
    assertFails(CryptoErrorCode.KEY_ACCESS_DENIED, () -> keys.unwrap(key.wrapped(), CONTEXT));
    assertThat(keys.generateDataKey(OTHER, CONTEXT).plaintext()).hasSize(32);
    keys.allow(LAKE);
    assertThat(keys.unwrap(key.wrapped(), CONTEXT).plaintext()).isEqualTo(key.plaintext());
  }

  @Test
  void aThrottledServiceFailsSoManyCallsAndNoMore() {
    keys.throttle(2);
    assertFails(CryptoErrorCode.KEY_SERVICE_UNREACHABLE, () -> keys.describe(LAKE));
    assertFails(CryptoErrorCode.KEY_SERVICE_UNREACHABLE, () -> keys.generateDataKey(LAKE, CONTEXT));
    assertThat(keys.generateDataKey(LAKE, CONTEXT).plaintext()).hasSize(32);
    assertThatThrownBy(() -> keys.throttle(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void slowCallsAreSlowSideBySide() throws Exception {
    keys.latency(Duration.ofMillis(200));
    Callable<DataKey> generate = () -> keys.generateDataKey(LAKE, CONTEXT);
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      for (Future<DataKey> key : threads.invokeAll(Collections.nCopies(20, generate))) {
        assertThat(key.get().plaintext()).hasSize(32);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(200), Duration.ofMillis(2000));
    assertThatThrownBy(() -> keys.latency(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyCallIsLoggedWithItsKeyContextAndFailure() {
    DataKey key = keys.generateDataKey(LAKE, CONTEXT);
    keys.canUnwrap(key.wrapped());
    keys.wrap(key, OTHER, CONTEXT);
    keys.unwrap(key.wrapped(), CONTEXT);
    keys.rewrap(key.wrapped(), CONTEXT, OTHER);
    keys.describe(LAKE);
    EncryptionContext wrong = EncryptionContext.of(Map.of("a", "c"));
    assertThatThrownBy(() -> keys.unwrap(key.wrapped(), wrong))
        .isInstanceOf(DecryptionFailedException.class);
    assertThat(keys.calls())
        .containsExactly(
            call(Action.GENERATE, LAKE, CONTEXT, null),
            call(Action.WRAP, OTHER, CONTEXT, null),
            call(Action.UNWRAP, LAKE, CONTEXT, null),
            call(Action.REWRAP, OTHER, CONTEXT, null),
            call(Action.DESCRIBE, LAKE, null, null),
            call(Action.UNWRAP, LAKE, wrong, CryptoErrorCode.DECRYPTION_FAILED));
    assertThat(keys.generated()).isEqualTo(1);
    assertThat(keys.unwrapped()).isEqualTo(1);
  }

  private static Call call(
      Action action, KeyId key, EncryptionContext context, CryptoErrorCode failure) {
    return new Call(
        action, Optional.of(key), Optional.ofNullable(context), Optional.ofNullable(failure));
  }
}
