package io.strongroom.crypto;

/**
 * Where the frames of a body stand, from its length alone: regular frames have one length, and the
 * final frame has the rest. A body of this geometry is whole only if its final frame authenticates.
 *
 * @param frameLength the plaintext of a regular frame in bytes
 * @param regularFrames how many frames precede the final one
 * @param finalLength the plaintext of the final frame in bytes, 0 to a frame's length
 */
record FrameGeometry(int frameLength, long regularFrames, int finalLength) {

  /**
   * The geometry of a body.
   *
   * @throws DecryptionFailedException MESSAGE_TRUNCATED when no body has this length
   */
  static FrameGeometry of(long bodyLength, int frameLength) {
    long stride = (long) frameLength + FrameLayout.REGULAR_OVERHEAD;
    long rest = bodyLength % stride;
    int beyond = FrameLayout.FINAL_OVERHEAD - FrameLayout.REGULAR_OVERHEAD;
    long finalLength =
        rest >= FrameLayout.FINAL_OVERHEAD
            ? rest - FrameLayout.FINAL_OVERHEAD
            : rest <= beyond ? rest + frameLength - beyond : -1;
    long regular = (bodyLength - FrameLayout.FINAL_OVERHEAD - finalLength) / stride;
    if (finalLength < 0 || bodyLength < FrameLayout.FINAL_OVERHEAD + finalLength) {
      throw MessageHeader.truncated();
    }
    return new FrameGeometry(frameLength, regular, (int) finalLength);
  }

  /** Where a frame begins, counted from the body's beginning. */
  long frameAt(long frame) {
    return frame * (frameLength + (long) FrameLayout.REGULAR_OVERHEAD);
  }

  long plaintextLength() {
    return regularFrames * frameLength + finalLength;
  }

  /** Refuses a final frame that is none, or states another length; proves nothing else. */
  void requireFinal(byte[] in, int from) {
    if (!FrameLayout.isFinal(in, from)) {
      throw MessageHeader.truncated();
    }
    int stated = FrameLayout.finalLength(in, from, frameLength);
    if (stated > finalLength) {
      throw MessageHeader.truncated();
    }
    if (stated < finalLength) {
      throw FrameLayout.continued();
    }
  }
}
