package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.crypto.Samples.Released;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class TamperedMessageTest {
  private static final int FRAME = 16;
  private static final int FRAMES = 4;
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());

  private final EnvelopeEncryptor encryptor = Samples.encryptor(FRAME);
  private final byte[] plaintext = filled(3 * FRAME + 5, 1);
  private final byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
  private final int header =
      message.length
          - plaintext.length
          - (FRAMES - 1) * FrameLayout.REGULAR_OVERHEAD
          - FrameLayout.FINAL_OVERHEAD;

  @Test
  void everyFlippedBitIsRefused() {
    for (int at = 0; at < message.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] altered = message.clone();
        altered[at] ^= (byte) (1 << bit);
        assertRefused("byte " + at + " bit " + bit, altered);
      }
    }
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < message.length; length++) {
      byte[] cut = Arrays.copyOf(message, length);
      assertRefused("length " + length, cut);
      if (length > header) {
        assertThatThrownBy(() -> encryptor.decrypt(cut, CONTEXT))
            .isInstanceOfSatisfying(
                DecryptionFailedException.class,
                e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_TRUNCATED));
      }
    }
  }

  @Test
  void bytesBehindTheFinalFrameAreRefused() {
    assertRefused("one more", Arrays.copyOf(message, message.length + 1));
    assertRefused("twice", join(message, message));
  }

  @Test
  void framesThatAreMovedRepeatedOrLeftOutAreRefused() {
    byte[] head = Arrays.copyOf(message, header);
    byte[] first = frame(message, 0);
    byte[] second = frame(message, 1);
    byte[] third = frame(message, 2);
    byte[] last = Arrays.copyOfRange(message, header + 3 * stride(), message.length);
    assertThat(encryptor.decrypt(join(head, first, second, third, last), CONTEXT))
        .isEqualTo(plaintext);
    assertRefused("moved", join(head, second, first, third, last));
    assertRefused("repeated", join(head, first, first, second, third, last));
    assertRefused("left out", join(head, first, third, last));
    assertRefused("first left out", join(head, second, third, last));
    assertRefused("last alone", join(head, last));
    assertRefused("without the last", join(head, first, second, third));
  }

  @Test
  void aFrameOfAnotherMessageIsRefused() {
    byte[] other = encryptor.encrypt(plaintext, KEY, CONTEXT);
    byte[] mixed = message.clone();
    System.arraycopy(other, header, mixed, header, stride());
    assertRefused("frame of another message", mixed);
    assertRefused(
        "header of another message",
        join(Arrays.copyOf(other, header), Arrays.copyOfRange(message, header, message.length)));
  }

  @Test
  void aWrappedKeyOfAnotherMessageIsRefusedByTheCommitment() {
    byte[] other = encryptor.encrypt(plaintext, KEY, CONTEXT);
    byte[] mixed = message.clone();
    int keys = 3 + 32 + 2 + CONTEXT.serialize().length;
    int commitment = header - 16 - 32 - 4 - 1;
    System.arraycopy(other, keys, mixed, keys, commitment - keys);
    assertThatThrownBy(() -> encryptor.decrypt(mixed, CONTEXT))
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.DECRYPTION_FAILED));
  }

  @Test
  void anotherCommitmentIsRefusedEvenUnderARightHeaderTag() {
    for (int flipped : new int[] {-1, 0, 31}) {
      byte[] forged = forge(flipped, 64);
      if (flipped < 0) {
        assertThat(encryptor.decrypt(forged, CONTEXT)).isEqualTo(plaintext);
      } else {
        assertRefused("commitment byte " + flipped, forged);
      }
    }
  }

  @Test
  void aFinalFrameLongerThanAFrameIsRefusedThoughItsTagIsRight() {
    assertThat(encryptor.decrypt(forge(-1, plaintext.length), CONTEXT)).isEqualTo(plaintext);
    assertRefused("longer", forge(-1, plaintext.length - 1));
  }

  /**
   * A message of one frame made with the right key throughout, but perhaps for one byte of its
   * commitment.
   */
  private byte[] forge(int flipped, int frameLength) {
    RawAesKeyService keys = Samples.keys();
    byte[] messageId = filled(32, 5);
    try (DataKey dataKey = keys.generateDataKey(KEY, CONTEXT)) {
      ContentKey key = ContentKey.derive(Suite.COMMITTED, dataKey.plaintext(), messageId);
      FrameCipher cipher = new FrameCipher(null).use(key);
      byte[] commitment = key.commitment();
      if (flipped >= 0) {
        commitment[flipped] ^= 1;
      }
      byte[] body =
          MessageHeader.body(
              Suite.COMMITTED,
              messageId,
              CONTEXT,
              List.of(dataKey.wrapped()),
              frameLength,
              commitment);
      byte[] frame = new byte[plaintext.length + FrameLayout.FINAL_OVERHEAD];
      cipher.seal(true, 1, plaintext, 0, plaintext.length, frame, 0);
      return join(body, cipher.sealHeader(body), frame);
    }
  }

  @Test
  void theMessageDoesNotTellWhatWasAltered() {
    byte[] commitment = message.clone();
    commitment[header - 20] ^= 1;
    byte[] tag = message.clone();
    tag[header - 1] ^= 1;
    byte[] frame = message.clone();
    frame[message.length - 1] ^= 1;
    assertThat(catchThrowable(() -> encryptor.decrypt(commitment, CONTEXT)))
        .hasMessage("the message is not authentic");
    assertThat(catchThrowable(() -> encryptor.decrypt(tag, CONTEXT)))
        .hasMessage("the message is not authentic");
    assertThat(catchThrowable(() -> encryptor.decrypt(frame, CONTEXT)))
        .hasMessage("the message is not authentic");
  }

  private void assertRefused(String what, byte[] altered) {
    assertThat(catchThrowable(() -> encryptor.decrypt(altered, NOTHING)))
        .as(what)
        .isInstanceOfAny(DecryptionFailedException.class, KeyUnavailableException.class);
    Released released =
        Released.from(encryptor.decrypting(new ByteArrayInputStream(altered), NOTHING));
    assertThat(released.failure())
        .as(what + ", streamed")
        .isInstanceOfAny(DecryptionFailedException.class, KeyUnavailableException.class);
    assertThat(released.isPrefixOf(plaintext)).as(what + ", released bytes").isTrue();
    assertThat(released.bytes().length % FRAME).as(what + ", released length").isZero();
    assertThat(released.bytes().length).isLessThan(plaintext.length);
  }

  private static int stride() {
    return FRAME + FrameLayout.REGULAR_OVERHEAD;
  }

  private byte[] frame(byte[] of, int number) {
    int from = header + number * stride();
    return Arrays.copyOfRange(of, from, from + stride());
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
