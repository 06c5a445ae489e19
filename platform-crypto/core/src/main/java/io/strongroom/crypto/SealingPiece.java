package io.strongroom.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames on their way to a sink. Plaintext is copied to where its ciphertext will stand and sealed
 * in place, or sealed from the caller's own array.
 */
final class SealingPiece extends FramePiece {
  private static final byte[] OWN = new byte[0];

  private final int frameLength;
  private final int stride;
  private final int frames;
  private byte[] buffer;
  private byte[] source = OWN;
  private int sourceFrom;
  private int filled;
  private int at;
  private int room;
  private long first;
  private boolean last;
  private int sealed;

  SealingPiece(FrameWorkers workers, int frameLength) {
    this.frameLength = frameLength;
    this.stride = frameLength + FrameLayout.REGULAR_OVERHEAD;
    this.frames = workers.framesToSeal(frameLength);
    this.buffer = new byte[frameLength + FrameLayout.FINAL_OVERHEAD];
  }

  /** How much plaintext a piece holds. */
  int capacity() {
    return frames * frameLength;
  }

  /** How much plaintext it holds now. */
  int length() {
    return filled;
  }

  boolean isEmpty() {
    return filled == 0;
  }

  boolean isFull() {
    return filled == capacity();
  }

  /** How many frames there are, the one that is being filled included. */
  int frames() {
    return Math.max(1, (filled + frameLength - 1) / frameLength);
  }

  /** Makes the piece hold plaintext of the caller, which must not change until it is sealed. */
  void borrow(byte[] bytes, int from) {
    source = bytes;
    sourceFrom = from;
    filled = capacity();
    makeRoom(frames);
  }

  boolean isBorrowed() {
    return source != OWN;
  }

  /** Copies as much as goes into the current frame and says how much that was. */
  int copy(byte[] bytes, int from, int length) {
    nextFrame();
    int part = Math.min(length, room);
    System.arraycopy(bytes, from, buffer, at, part);
    copied(part);
    return part;
  }

  /** Copies as much as goes into the current frame. */
  void copy(ByteBuffer bytes) {
    nextFrame();
    int part = Math.min(bytes.remaining(), room);
    bytes.get(buffer, at, part);
    copied(part);
  }

  /** Copies a byte into a piece that is not full. */
  void copy(byte b) {
    nextFrame();
    buffer[at] = b;
    copied(1);
  }

  private void copied(int bytes) {
    filled += bytes;
    at += bytes;
    room -= bytes;
  }

  /** Goes on to the next frame when the current one is full. */
  private void nextFrame() {
    if (room > 0) {
      return;
    }
    if (filled > 0) {
      makeRoom(frames);
    }
    at = filled / frameLength * stride + FrameLayout.REGULAR_PREFIX;
    room = frameLength;
  }

  private void makeRoom(int count) {
    int needed = count * stride + FrameLayout.FINAL_OVERHEAD - FrameLayout.REGULAR_OVERHEAD;
    if (buffer.length < needed) {
      byte[] former = buffer;
      buffer = Arrays.copyOf(former, needed);
      Arrays.fill(former, (byte) 0);
    }
  }

  /** Says what frames these are, before the piece is made ready. */
  void number(long sequence, boolean ending) {
    first = sequence;
    last = ending;
  }

  @Override
  void work(FrameCipher cipher) {
    int count = frames();
    int to = 0;
    for (int frame = 0; frame < count; frame++) {
      int length = Math.min(frameLength, filled - frame * frameLength);
      boolean ending = last && frame == count - 1;
      if (isBorrowed()) {
        int from = sourceFrom + frame * frameLength;
        to += cipher.seal(ending, first + frame, source, from, length, buffer, to);
      } else {
        int from = to + FrameLayout.REGULAR_PREFIX;
        if (ending) {
          int at = to + FrameLayout.FINAL_PREFIX;
          System.arraycopy(buffer, from, buffer, at, length);
          from = at;
        }
        to += cipher.seal(ending, first + frame, buffer, from, length, buffer, to);
      }
    }
    sealed = to;
    source = OWN;
  }

  /** The sealed frames stand at the beginning. */
  byte[] buffer() {
    return buffer;
  }

  /** The length of the sealed frames; the piece may then be filled anew. */
  int take() {
    filled = 0;
    room = 0;
    return sealed;
  }

  void erase() {
    filled = 0;
    room = 0;
    source = OWN;
    Arrays.fill(buffer, (byte) 0);
  }
}
