package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RawAesKeyServiceTest {
  private final RawAesKeyService service = Samples.keys();

  @Test
  void theWrappedKeyHasTheLayoutOfTheRawAesProvider() {
    try (DataKey key = service.generateDataKey(KEY, CONTEXT)) {
      WrappedDataKey wrapped = key.wrapped();
      assertThat(wrapped.providerId()).isEqualTo(Samples.NAMESPACE);
      assertThat(HexFormat.of().formatHex(wrapped.providerInfo()))
          .startsWith(
              HexFormat.of().formatHex("lake-key".getBytes(StandardCharsets.UTF_8))
                  + "00000080"
                  + "0000000c");
      assertThat(wrapped.providerInfo()).hasSize(8 + 8 + 12);
      assertThat(wrapped.ciphertext()).hasSize(48);
    }
  }

  @Test
  void whatWasWrappedIsUnwrappedInItsContextOnly() {
    try (DataKey key = service.generateDataKey(KEY, CONTEXT);
        DataKey again = service.unwrap(key.wrapped(), CONTEXT)) {
      assertThat(again.plaintext()).isEqualTo(key.plaintext());
      assertThat(again.wrapped()).isEqualTo(key.wrapped());
      EncryptionContext other = Samples.context("strongroom:tenant", "other");
      assertThatThrownBy(() -> service.unwrap(key.wrapped(), other))
          .isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void everyChangedByteIsRefused() {
    try (DataKey key = service.generateDataKey(KEY, CONTEXT)) {
      byte[] info = key.wrapped().providerInfo();
      byte[] ciphertext = key.wrapped().ciphertext();
      for (int at = 0; at < info.length; at++) {
        byte[] changed = info.clone();
        changed[at] ^= 1;
        WrappedDataKey wrong = WrappedDataKey.of(Samples.NAMESPACE, changed, ciphertext);
        assertThatThrownBy(() -> service.unwrap(wrong, CONTEXT))
            .isInstanceOf(CryptoException.class);
        assertThat(service.canUnwrap(wrong)).isEqualTo(at >= info.length - 12);
      }
      for (int at = 0; at < ciphertext.length; at++) {
        byte[] changed = ciphertext.clone();
        changed[at] ^= 1;
        WrappedDataKey wrong = WrappedDataKey.of(Samples.NAMESPACE, info, changed);
        assertThatThrownBy(() -> service.unwrap(wrong, CONTEXT))
            .isInstanceOf(DecryptionFailedException.class);
      }
      WrappedDataKey shortened = WrappedDataKey.of(Samples.NAMESPACE, info, new byte[5]);
      assertThatThrownBy(() -> service.unwrap(shortened, CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void onlyItsOwnKeyIdIsServed() {
    KeyId other = new KeyId("other");
    assertThatThrownBy(() -> service.generateDataKey(other, CONTEXT))
        .isInstanceOf(KeyUnavailableException.class)
        .hasMessageContaining("other")
        .hasMessageContaining("lake-key");
    assertThatThrownBy(() -> service.describe(other)).isInstanceOf(KeyUnavailableException.class);
    assertThat(service.describe(KEY))
        .isEqualTo(KeyDescription.versioned(KEY, Samples.NAMESPACE, KeyState.ENABLED, 1, 1));
  }

  @Test
  void rewrappingKeepsTheDataKey() {
    RawAesKeyService target =
        new RawAesKeyService("new", "target", filled(32, 8), new SecureRandom());
    try (DataKey key = service.generateDataKey(KEY, CONTEXT)) {
      WrappedDataKey same = service.rewrap(key.wrapped(), CONTEXT, KEY);
      assertThat(same).isNotEqualTo(key.wrapped());
      assertThat(service.unwrap(same, CONTEXT).plaintext()).isEqualTo(key.plaintext());
      KeyId elsewhere = new KeyId("target");
      WrappedDataKey moved = target.wrap(key, elsewhere, CONTEXT);
      assertThat(service.canUnwrap(moved)).isFalse();
      assertThat(target.unwrap(moved, CONTEXT).plaintext()).isEqualTo(key.plaintext());
      assertThatThrownBy(() -> service.wrap(key, elsewhere, CONTEXT))
          .isInstanceOf(KeyUnavailableException.class);
      assertThatThrownBy(() -> service.rewrap(key.wrapped(), CONTEXT, elsewhere))
          .isInstanceOf(KeyUnavailableException.class);
      assertThatThrownBy(() -> service.unwrap(moved, CONTEXT))
          .isInstanceOf(KeyUnavailableException.class);
    }
  }

  @Test
  void aClosedServiceServesNothing() {
    service.close();
    assertThatThrownBy(() -> service.generateDataKey(KEY, CONTEXT))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keysOfAnotherLengthAreRefused() {
    SecureRandom random = new SecureRandom();
    byte[] short16 = new byte[16];
    byte[] key = new byte[32];
    assertThatThrownBy(() -> new RawAesKeyService("n", "k", short16, random))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RawAesKeyService("", "k", key, random))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RawAesKeyService("n", "k k", key, random))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
