package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way from a source: read by the stream's thread, opened by any. Memory grows with
 * the bytes that really arrive.
 */
final class OpeningPiece extends FramePiece {
  private static final int FIRST_BUFFER = 20 * 1024;
  private static final byte[] NOTHING = new byte[0];

  private final int frameLength;
  private final int stride;
  private final int frames;
  private byte[] sealed = NOTHING;
  private int sealedLength;
  private long first;

  /** Whole regular frames, which stand at the beginning. */
  private int regular;

  /** What of the bytes read belongs to the piece after this. */
  private int restFrom;

  private int restLength;

  private boolean hasFinal;
  private int finalLength;

  /** What comes after the frames that are whole: a failure, or nothing that is known yet. */
  private @Nullable Exception end;

  private int opened;
  private byte[] plain = NOTHING;
  private int plainLength;

  OpeningPiece(FrameWorkers workers, int frameLength) {
    this.frameLength = frameLength;
    this.stride = frameLength + FrameLayout.REGULAR_OVERHEAD;
    this.frames = workers.framesToOpen(frameLength);
  }

  /**
   * Reads frames: a piece full of them, or the whole ones that the source gives without being
   * waited for, but at least one. A failure is kept for when the frames before it are released.
   *
   * @param former the piece before, which may have read the beginning of the next frame
   */
  void read(InputStream source, @Nullable OpeningPiece former, long sequence) {
    try {
      begin(former, sequence);
      boolean more = true;
      while (!scan(source) && regular < frames && (more || regular == 0)) {
        int wanted = grow();
        int part = source.read(sealed, sealedLength, wanted);
        if (part < 0) {
          throw MessageHeader.truncated();
        }
        sealedLength += part;
        more = part == wanted;
      }
      restFrom = regular * stride;
      restLength = hasFinal ? 0 : sealedLength - restFrom;
    } catch (IOException | CryptoException failure) {
      end = failure;
    }
  }

  private void begin(@Nullable OpeningPiece former, long sequence) {
    sealedLength = former == null ? 0 : former.restLength;
    if (former != null) {
      if (sealed.length < sealedLength) {
        sealed = new byte[sealedLength];
      }
      System.arraycopy(former.sealed, former.restFrom, sealed, 0, sealedLength);
    }
    first = sequence;
    regular = 0;
    hasFinal = false;
    end = null;
    opened = 0;
    plainLength = 0;
  }

  /** Counts whole frames; true when the last of them is the final one. */
  private boolean scan(InputStream source) throws IOException {
    int at = regular * stride;
    while (regular < frames && sealedLength - at >= FrameLayout.FINAL_PREFIX) {
      if (FrameLayout.isFinal(sealed, at)) {
        finalLength = FrameLayout.finalLength(sealed, at, frameLength);
        int beyond = sealedLength - at - FrameLayout.FINAL_OVERHEAD - finalLength;
        if (beyond < 0) {
          return false;
        }
        hasFinal = true;
        if (beyond > 0 || source.read() >= 0) {
          end = FrameLayout.continued();
        }
        return true;
      }
      if (sealedLength - at < stride) {
        return false;
      }
      at += stride;
      regular++;
    }
    return false;
  }

  /** Makes room and says how much to read: never beyond what this piece can hold. */
  private int grow() {
    int at = regular * stride;
    int most = frames * stride;
    if (sealedLength - at >= FrameLayout.FINAL_PREFIX && FrameLayout.isFinal(sealed, at)) {
      most = at + FrameLayout.FINAL_OVERHEAD + finalLength;
    }
    if (sealedLength == sealed.length) {
      int larger = (int) Math.min(most, Math.max(FIRST_BUFFER, 2L * sealed.length));
      sealed = Arrays.copyOf(sealed, larger);
    }
    return Math.min(most, sealed.length) - sealedLength;
  }

  /** How many frames were read, the final one included. */
  int frames() {
    return regular + (hasFinal ? 1 : 0);
  }

  /** Whether the source was read to its end, or to a failure. */
  boolean isLast() {
    return hasFinal || end != null;
  }

  /** Whether the source kept up with this reader. */
  boolean isFull() {
    return regular == frames;
  }

  /** The plaintext length of the next frame that is not opened, or -1 when there is none. */
  int nextLength() {
    if (opened < regular) {
      return frameLength;
    }
    return hasFinal && opened == regular ? finalLength : -1;
  }

  /** Opens the next frame. When this fails, the output is zeroed. */
  void open(FrameCipher cipher, byte[] out, int to) {
    boolean last = opened == regular;
    int length = nextLength();
    boolean authentic = false;
    try {
      cipher.open(last, first + opened, sealed, opened * stride, length, out, to);
      if (last && end instanceof CryptoException continued) {
        throw continued;
      }
      authentic = true;
      opened++;
    } finally {
      if (!authentic) {
        Arrays.fill(out, to, to + length, (byte) 0);
      }
    }
  }

  /** Opens the frames one after the other; a failure is kept behind those that are authentic. */
  @Override
  void work(FrameCipher cipher) {
    int needed = regular * frameLength + (hasFinal ? finalLength : 0);
    if (plain.length < needed) {
      Arrays.fill(plain, (byte) 0);
      plain = new byte[needed];
    }
    try {
      for (int length = nextLength(); length >= 0; length = nextLength()) {
        open(cipher, plain, plainLength);
        plainLength += length;
      }
    } catch (CryptoException failure) {
      end = failure;
    }
  }

  /** What a helper has opened. */
  byte[] plain() {
    return plain;
  }

  int plainLength() {
    return plainLength;
  }

  /** The failure behind the frames, if there is one. */
  @Nullable Exception end() {
    return end;
  }

  void erase() {
    Arrays.fill(plain, (byte) 0);
  }
}
