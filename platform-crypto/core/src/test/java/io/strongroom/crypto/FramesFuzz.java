package io.strongroom.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Frames sealed under the right key in any order, number and length, as nobody else than the holder
 * of the key can make them: a reader that trusted the tags alone would accept many. Accepted are
 * numbers from 1 without a gap, full frames, one final frame, nothing behind; otherwise nothing but
 * frames of the right beginning is released. A whole array, a stream and a channel agree.
 *
 * <p>The input is a script: a byte with the frame length, 1 to 16; then for each frame a byte of
 * {@link #FINAL}, {@link #ALTERED}, {@link #CUT} and {@link #ODD}, a signed byte that is added to
 * its number, and for odd frames a byte with its length.
 */
public final class FramesFuzz {
  private static final int FINAL = 1;

  /** A bit of the tag is flipped. */
  private static final int ALTERED = 2;

  /** The last byte is missing; a bit is flipped too, lest the next byte be the missing one. */
  private static final int CUT = 4;

  /** The frame has a length of its own. */
  private static final int ODD = 8;

  private static final int MOST_FRAMES = 64;
  private static final Header[] HEADERS = new Header[17];

  private FramesFuzz() {}

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Header(EnvelopeEncryptor encryptor, byte[] bytes, ContentKey key) {

    static Header of(int frameLength) {
      try (RawAesKeyService keys = Samples.keys()) {
        EnvelopeEncryptor encryptor =
            EnvelopeEncryptor.builder(Samples.keys())
                .frameLength(frameLength)
                .parallelism(1)
                .build();
        byte[] message = encryptor.encrypt(new byte[0], Samples.KEY, Samples.CONTEXT);
        MessageHeader header =
            MessageHeader.read(new ByteArrayInputStream(message), frameLength, false);
        try (DataKey dataKey = keys.unwrap(header.keys().get(0), header.context())) {
          return new Header(
              encryptor,
              Arrays.copyOf(message, header.length()),
              ContentKey.derive(header.suite(), dataKey.plaintext(), header.messageId()));
        }
      } catch (IOException impossible) {
        throw new AssertionError(impossible);
      }
    }
  }

  /** What the script makes, and what must come of it. */
  private static final class Script {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final ByteArrayOutputStream plaintext = new ByteArrayOutputStream();
    private boolean inOrder = true;
    private boolean ended;

    Script(Header header, int frameLength, ByteBuffer input) {
      message.writeBytes(header.bytes());
      for (int frame = 1; frame <= MOST_FRAMES && input.remaining() >= 2; frame++) {
        int kind = input.get();
        long number = (frame + input.get()) & 0xffffffffL;
        boolean last = (kind & FINAL) != 0;
        boolean odd = (kind & ODD) != 0 && input.hasRemaining();
        int length = odd ? input.get() & 31 : frameLength;
        frame(header.key(), kind, last, number, length);
        boolean right = number == frame && (last ? length <= frameLength : length == frameLength);
        inOrder &= right && (kind & (ALTERED | CUT)) == 0 && !ended;
        ended |= last;
        if (inOrder) {
          plaintext.writeBytes(content(number, length));
        }
      }
    }

    private void frame(ContentKey key, int kind, boolean last, long number, int length) {
      byte[] sealed = new byte[length + FrameLayout.FINAL_OVERHEAD];
      if (number > 0xfffffffeL) {
        // No writer seals this one: its bytes are those of a final frame's mark.
        Arrays.fill(sealed, (byte) 0xff);
        message.writeBytes(sealed);
        return;
      }
      // A new cipher each time: one does not use an IV again.
      FrameCipher cipher = new FrameCipher(null).use(key);
      int written = cipher.seal(last, number, content(number, length), 0, length, sealed, 0);
      if ((kind & (ALTERED | CUT)) != 0) {
        sealed[written - 2] ^= 4;
      }
      message.write(sealed, 0, written - ((kind & CUT) != 0 ? 1 : 0));
    }

    private static byte[] content(long number, int length) {
      byte[] content = new byte[length];
      Arrays.fill(content, (byte) number);
      return content;
    }

    boolean isWhole() {
      return inOrder && ended;
    }
  }

  /**
   * Called by the fuzzer.
   *
   * @param input a script
   */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    ByteBuffer rest = ByteBuffer.wrap(input);
    int frameLength = 1 + (rest.get() & 15);
    Header header;
    synchronized (HEADERS) {
      header = HEADERS[frameLength];
      if (header == null) {
        header = Header.of(frameLength);
        HEADERS[frameLength] = header;
      }
    }
    Script script = new Script(header, frameLength, rest);
    byte[] message = script.message.toByteArray();
    byte[] plaintext = script.plaintext.toByteArray();
    require(script, plaintext, whole(header.encryptor(), message), "a whole array");
    require(script, plaintext, streamed(header.encryptor(), message, plaintext), "a stream");
    require(script, plaintext, anywhere(header.encryptor(), message), "a channel");
  }

  private static void require(Script script, byte[] expected, byte[] read, String how) {
    if (script.isWhole() != (read != null)) {
      throw new AssertionError(how + (read == null ? " refuses what is right" : " accepts it"));
    }
    if (read != null && !Arrays.equals(read, expected)) {
      throw new AssertionError(how + " gives other bytes");
    }
  }

  private static byte[] whole(EnvelopeEncryptor encryptor, byte[] message) {
    try {
      return encryptor.decrypt(message, Samples.CONTEXT);
    } catch (DecryptionFailedException refused) {
      return null;
    }
  }

  private static byte[] streamed(EnvelopeEncryptor encryptor, byte[] message, byte[] plaintext) {
    Samples.Released released =
        Samples.Released.from(
            encryptor.decrypting(new ByteArrayInputStream(message), Samples.CONTEXT));
    if (!released.isPrefixOf(plaintext)) {
      throw new AssertionError("a stream releases what is not authentic");
    }
    if (released.failure() == null) {
      return released.bytes();
    }
    if (released.failure() instanceof DecryptionFailedException) {
      return null;
    }
    throw released.failure();
  }

  private static byte[] anywhere(EnvelopeEncryptor encryptor, byte[] message) throws IOException {
    try (EnvelopeChannel channel = encryptor.open(RangedSource.of(message), Samples.CONTEXT)) {
      ByteBuffer into = ByteBuffer.allocate((int) channel.size());
      while (into.hasRemaining() && channel.read(into) >= 0) {
        // Reads on.
      }
      return Arrays.copyOf(into.array(), into.position());
    } catch (DecryptionFailedException refused) {
      return null;
    }
  }

  /** Scripts of whole messages and of each kind of broken one. */
  static List<byte[]> seeds() {
    return List.of(
        script(15, FINAL, 0),
        script(15, 0, 0, 0, 0, FINAL, 0),
        script(3, 0, 0, FINAL | ODD, 0, 2),
        script(3, 0, 0, FINAL | ODD, 0, 0),
        script(0, 0, 0, 0, -1, FINAL, 0),
        script(7, FINAL, 0, FINAL, 0),
        script(7, 0, 1, FINAL, -1),
        script(7, ALTERED, 0, FINAL, 0),
        script(7, 0, 0, FINAL | CUT, 0),
        script(7, 0, -2, FINAL, 0),
        script(7, 0, 0, 0, 0),
        script(7, ODD, 0, 3, FINAL, 0));
  }

  private static byte[] script(int... steps) {
    byte[] script = new byte[steps.length];
    for (int i = 0; i < steps.length; i++) {
      script[i] = (byte) steps[i];
    }
    return script;
  }
}
