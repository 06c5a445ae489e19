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
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.WrappedDataKey;
import java.util.Map;
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
    assertThat(keys.describe(LAKE).newestVersion()).isEqualTo(2);
    assertThat(keys.describe(OTHER).newestVersion()).isEqualTo(1);
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
}
