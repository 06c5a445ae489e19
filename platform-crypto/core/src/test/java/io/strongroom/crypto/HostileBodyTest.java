package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.strongroom.crypto.Samples.Released;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every field of body and footer cut, flipped, swapped, repeated and oversized, in a signed and in
 * an unsigned message.
 */
@Tag("verify")
class HostileBodyTest {
  private static final int FRAME = 16;
  private static final int STRIDE = FRAME + FrameLayout.REGULAR_OVERHEAD;
  private static final int MIB = 1024 * 1024;
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final byte[] plaintext = filled(3 * FRAME + 5, 1);

  private static EnvelopeEncryptor encryptor(boolean signed) {
    return EnvelopeEncryptor.builder(Samples.keys())
        .signed(signed)
        .frameLength(FRAME)
        .parallelism(1)
        .build();
  }

  private static int header(byte[] message) {
    try {
      return MessageHeader.read(new ByteArrayInputStream(message), FRAME, false).length();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Every field of the body, by name, with where it begins and ends. */
  private static Map<String, int[]> fields(byte[] message) {
    Map<String, int[]> fields = new LinkedHashMap<>();
    int at = header(message);
    for (int frame = 1; frame <= 3; frame++) {
      at = field(fields, "number of frame " + frame, at, 4);
      at = field(fields, "IV of frame " + frame, at, 12);
      at = field(fields, "content of frame " + frame, at, FRAME);
      at = field(fields, "tag of frame " + frame, at, 16);
    }
    at = field(fields, "final mark", at, 4);
    at = field(fields, "number of the final frame", at, 4);
    at = field(fields, "IV of the final frame", at, 12);
    at = field(fields, "length of the final frame", at, 4);
    at = field(fields, "content of the final frame", at, 5);
    at = field(fields, "tag of the final frame", at, 16);
    if (at < message.length) {
      at = field(fields, "length of the signature", at, 2);
      at = field(fields, "signature", at, message.length - at);
    }
    assertThat(at).isEqualTo(message.length);
    return fields;
  }

  private static int field(Map<String, int[]> fields, String name, int from, int length) {
    fields.put(name, new int[] {from, from + length});
    return from + length;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyFieldCutRepeatedZeroedAndFilledIsRefused(boolean signed) {
    byte[] message = encryptor(signed).encrypt(plaintext, KEY, CONTEXT);
    byte[] other = encryptor(signed).encrypt(plaintext, KEY, CONTEXT);
    fields(message)
        .forEach(
            (name, place) -> {
              int from = place[0];
              int to = place[1];
              byte[] field = Arrays.copyOfRange(message, from, to);
              byte[] before = Arrays.copyOf(message, from);
              byte[] after = Arrays.copyOfRange(message, to, message.length);
              assertRefused(signed, name + " cut out", join(before, after));
              assertRefused(signed, name + " repeated", join(before, field, field, after));
              replace(signed, message, name + " zeroed", place, new byte[to - from]);
              byte[] ones = new byte[to - from];
              Arrays.fill(ones, (byte) 0xff);
              replace(signed, message, name + " filled", place, ones);
              replace(
                  signed,
                  message,
                  name + " of another message",
                  place,
                  Arrays.copyOfRange(other, from, Math.min(to, other.length)));
            });
  }

  private void replace(boolean signed, byte[] message, String what, int[] place, byte[] by) {
    byte[] altered =
        join(
            Arrays.copyOf(message, place[0]),
            by,
            Arrays.copyOfRange(message, place[1], message.length));
    if (!Arrays.equals(altered, message)) {
      assertRefused(signed, what, altered);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void framesInAnotherOrderAndBodiesOfAnotherMessageAreRefused(boolean signed) {
    byte[] message = encryptor(signed).encrypt(plaintext, KEY, CONTEXT);
    byte[] other = encryptor(signed).encrypt(plaintext, KEY, CONTEXT);
    int at = header(message);
    byte[] head = Arrays.copyOf(message, at);
    byte[] first = Arrays.copyOfRange(message, at, at + STRIDE);
    byte[] second = Arrays.copyOfRange(message, at + STRIDE, at + 2 * STRIDE);
    byte[] third = Arrays.copyOfRange(message, at + 2 * STRIDE, at + 3 * STRIDE);
    byte[] last = Arrays.copyOfRange(message, at + 3 * STRIDE, message.length);
    assertRefused(signed, "swapped", join(head, second, first, third, last));
    assertRefused(signed, "repeated", join(head, first, second, second, last));
    assertRefused(signed, "one more", join(head, first, second, third, third, last));
    assertRefused(signed, "left out", join(head, first, second, last));
    assertRefused(signed, "without the final frame", join(head, first, second, third));
    assertRefused(signed, "final frame twice", join(message, last));
    assertRefused(signed, "final frame first", join(head, last, first, second, third));
    assertRefused(signed, "two messages", join(message, message));
    assertRefused(
        signed,
        "body of another message",
        join(head, Arrays.copyOfRange(other, header(other), other.length)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lengthsThatNobodyHasCostLittleMemory(boolean signed) {
    byte[] message = encryptor(signed).encrypt(plaintext, KEY, CONTEXT);
    int length = fields(message).get("length of the final frame")[0];
    for (int stated : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 17, 6, 4, 0}) {
      byte[] hostile = message.clone();
      ByteBuffer.wrap(hostile).putInt(length, stated);
      assertRefused(signed, "final length " + stated, hostile);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      assertRefused(signed, "final length " + stated, hostile);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MIB);
    }
  }

  private void assertRefused(boolean signed, String what, byte[] altered) {
    assertThat(catchThrowable(() -> encryptor(signed).decrypt(altered, NOTHING)))
        .as(what)
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e ->
                assertThat(e.code())
                    .isIn(CryptoErrorCode.DECRYPTION_FAILED, CryptoErrorCode.MESSAGE_TRUNCATED));
    Released released =
        Released.from(encryptor(signed).decrypting(new ByteArrayInputStream(altered), NOTHING));
    assertThat(released.failure())
        .as(what + ", streamed")
        .isInstanceOf(DecryptionFailedException.class);
    assertThat(released.isPrefixOf(plaintext)).as(what + ", released bytes").isTrue();
    assertThat(released.bytes().length % FRAME).as(what + ", whole frames").isZero();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
