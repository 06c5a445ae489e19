package io.strongroom.crypto;

import java.util.Arrays;

/** Seals and opens the frames of messages that lie in arrays. */
final class FramedBytes {
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  /** Below this, handing over to another thread costs more than it gains. */
  static final int SEQUENTIAL = 128 * 1024;

  private static final int SHORTEST_RUN = 64 * 1024;
  private static final int LONGEST_RUN = 1024 * 1024;

  private final FrameWorkers workers;
  private final ContentKey key;
  private final int frameLength;
  private final int stride;

  FramedBytes(FrameWorkers workers, ContentKey key, int frameLength) {
    this.workers = workers;
    this.key = key;
    this.frameLength = frameLength;
    this.stride = frameLength + FrameLayout.REGULAR_OVERHEAD;
  }

  /** A message of this header. */
  byte[] seal(byte[] header, byte[] plaintext) {
    long frames = FrameLayout.frames(plaintext.length, frameLength);
    long total =
        header.length
            + plaintext.length
            + (frames - 1) * FrameLayout.REGULAR_OVERHEAD
            + FrameLayout.FINAL_OVERHEAD;
    if (total > MAX_ARRAY) {
      throw new IllegalArgumentException("the message is too long for an array: use a stream");
    }
    byte[] out = Arrays.copyOf(header, (int) total);
    int regular = (int) (frames - 1);
    each(
        regular,
        plaintext.length,
        (cipher, frame) -> {
          int from = frame * frameLength;
          int length = Math.min(frameLength, plaintext.length - from);
          int to = header.length + frame * stride;
          cipher.seal(frame == regular, frame + 1L, plaintext, from, length, out, to);
        });
    return out;
  }

  /** The plaintext of the frames that stand between two places of a message. */
  byte[] open(byte[] message, int from, int end) {
    FrameGeometry geometry = FrameGeometry.of(end - (long) from, frameLength);
    int regular = (int) geometry.regularFrames();
    geometry.requireFinal(message, from + regular * stride);
    byte[] out = new byte[(int) geometry.plaintextLength()];
    boolean complete = false;
    try {
      each(
          regular,
          out.length,
          (cipher, frame) -> {
            int to = frame * frameLength;
            int length = Math.min(frameLength, out.length - to);
            cipher.open(
                frame == regular, frame + 1L, message, from + frame * stride, length, out, to);
          });
      complete = true;
      return out;
    } finally {
      if (!complete) {
        Arrays.fill(out, (byte) 0);
      }
    }
  }

  /** Works on all frames, the final one included, in contiguous runs. */
  private void each(int regular, int bytes, FrameWorkers.Run work) {
    workers.expect(bytes);
    int parallelism = bytes < SEQUENTIAL ? 1 : workers.parallelism();
    int runBytes = Math.max(SHORTEST_RUN, Math.min(LONGEST_RUN, bytes / (4 * parallelism)));
    int run = parallelism == 1 ? regular + 1 : Math.max(1, runBytes / frameLength);
    workers.run(
        key,
        regular / run + 1,
        (cipher, index) -> {
          int end = (int) Math.min(regular + 1L, (index + 1L) * run);
          for (int frame = index * run; frame < end; frame++) {
            work.on(cipher, frame);
          }
        });
  }
}
