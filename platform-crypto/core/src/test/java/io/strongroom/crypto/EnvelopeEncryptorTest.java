package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.Samples.Released;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class EnvelopeEncryptorTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 16, 100, 512, 4096, 16384})
  void whatIsEncryptedIsDecryptedAtEveryEdgeOfAFrame(int frame) throws IOException {
    EnvelopeEncryptor encryptor = Samples.encryptor(frame);
    for (int length : new int[] {0, 1, frame - 1, frame, frame + 1, 5 * frame, 5 * frame + 7}) {
      byte[] plaintext = filled(length, length);
      byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
      assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(plaintext);
      assertThat(Released.from(encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT)))
          .extracting(Released::failure)
          .isNull();
      byte[] streamed = Samples.encryptStreaming(encryptor, plaintext, 7);
      assertThat(streamed).hasSameSizeAs(message);
      assertThat(encryptor.decrypt(streamed, CONTEXT)).isEqualTo(plaintext);
      byte[] large = Samples.encryptStreaming(encryptor, plaintext, 3 * frame + 1);
      assertThat(encryptor.decrypting(new ByteArrayInputStream(large), CONTEXT).readAllBytes())
          .isEqualTo(plaintext);
    }
  }

  @Test
  void aReaderOfOtherSettingsReadsEveryFrameLength() {
    byte[] plaintext = filled(5000, 1);
    EnvelopeEncryptor reader = Samples.encryptor(16);
    for (int frame : new int[] {1, 17, 4999, 5000, 5001, 1 << 20}) {
      byte[] message = Samples.encryptor(frame).encrypt(plaintext, KEY, CONTEXT);
      assertThat(reader.decrypt(message, CONTEXT)).isEqualTo(plaintext);
    }
  }

  @Test
  void everyMessageHasItsOwnKeyAndId() {
    EnvelopeEncryptor encryptor = Samples.encryptor(16);
    byte[] first = encryptor.encrypt(new byte[16], KEY, CONTEXT);
    byte[] second = encryptor.encrypt(new byte[16], KEY, CONTEXT);
    assertThat(Arrays.copyOfRange(first, 3, 35)).isNotEqualTo(Arrays.copyOfRange(second, 3, 35));
    assertThat(Arrays.copyOfRange(first, first.length - 32, first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, second.length - 32, second.length));
  }

  @Test
  void theReaderMayExpectLessThanTheContextHolds() {
    EnvelopeEncryptor encryptor = Samples.encryptor(16);
    byte[] message = encryptor.encrypt(new byte[5], KEY, CONTEXT);
    assertThat(encryptor.decrypt(message, Samples.context("strongroom:tenant", "acme"))).hasSize(5);
    assertThat(encryptor.decrypt(message, EncryptionContext.of(Map.of()))).hasSize(5);
  }

  @Test
  void anotherContextThanExpectedIsRefusedByName() {
    EnvelopeEncryptor encryptor = Samples.encryptor(16);
    byte[] message = encryptor.encrypt(new byte[5], KEY, CONTEXT);
    assertThatThrownBy(
            () -> encryptor.decrypt(message, Samples.context("strongroom:tenant", "other-tenant")))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.CONTEXT_MISMATCH))
        .hasMessageContaining("strongroom:tenant")
        .hasMessageNotContaining("other-tenant")
        .hasMessageNotContaining("acme");
    assertThatThrownBy(() -> encryptor.decrypt(message, Samples.context("strongroom:run", "r")))
        .isInstanceOf(DecryptionFailedException.class)
        .hasMessageContaining("strongroom:run");
  }

  @Test
  void aMessageOfAnotherKeyServiceIsUnavailableAndNotCorrupt() {
    byte[] message = Samples.encryptor(16).encrypt(new byte[5], KEY, CONTEXT);
    EnvelopeEncryptor stranger =
        EnvelopeEncryptor.builder(
                new RawAesKeyService("elsewhere", "k", filled(32, 1), new SecureRandom()))
            .build();
    assertThatThrownBy(() -> stranger.decrypt(message, CONTEXT))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_UNKNOWN));
  }

  @Test
  void theSameKeyNameWithAnotherKeyIsRefused() {
    byte[] message = Samples.encryptor(16).encrypt(new byte[5], KEY, CONTEXT);
    EnvelopeEncryptor impostor =
        EnvelopeEncryptor.builder(
                new RawAesKeyService(
                    Samples.NAMESPACE, KEY.value(), filled(32, 99), new SecureRandom()))
            .build();
    assertThatThrownBy(() -> impostor.decrypt(message, CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void aGivenProviderIsUsed() {
    EnvelopeEncryptor encryptor =
        EnvelopeEncryptor.builder(Samples.keys()).provider(Security.getProvider("SunJCE")).build();
    byte[] message = encryptor.encrypt(new byte[5], KEY, CONTEXT);
    assertThat(encryptor.decrypt(message, CONTEXT)).hasSize(5);
  }

  @Test
  void aProviderWithoutTheAlgorithmIsRefusedWhenBuilt() {
    assertThatThrownBy(
            () ->
                EnvelopeEncryptor.builder(Samples.keys())
                    .provider(Security.getProvider("SUN"))
                    .build())
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.PROVIDER_UNSUITABLE));
  }

  @Test
  void lengthsOutOfRangeAreRefusedWhenBuilt() {
    EnvelopeEncryptor.Builder builder = EnvelopeEncryptor.builder(Samples.keys());
    assertThatThrownBy(() -> builder.frameLength(0).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.frameLength(65).maxFrameLength(64).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.frameLength(1).maxFrameLength(0).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDefaultFrameIs16KiB() {
    byte[] message =
        EnvelopeEncryptor.builder(Samples.keys()).build().encrypt(new byte[1], KEY, CONTEXT);
    // The final frame of one byte, the header's tag, the commitment and then the frame length.
    int at = message.length - FrameLayout.FINAL_OVERHEAD - 1 - 16 - 32 - 4;
    assertThat(HexFormat.of().formatHex(message, at - 1, at + 4)).isEqualTo("0200004000");
  }

  @Test
  void manyThreadsShareOneEncryptor() throws Exception {
    EnvelopeEncryptor encryptor = Samples.encryptor(64);
    Thread[] threads = new Thread[8];
    boolean[] right = new boolean[threads.length];
    for (int i = 0; i < threads.length; i++) {
      int number = i;
      threads[i] =
          new Thread(
              () -> {
                byte[] plaintext = filled(1000 + number, number);
                boolean same = true;
                for (int round = 0; round < 50; round++) {
                  byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
                  same &= Arrays.equals(plaintext, encryptor.decrypt(message, CONTEXT));
                }
                right[number] = same;
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(right).containsOnly(true);
  }
}
