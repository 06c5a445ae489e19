package io.strongroom.benchmarks.crypto;

import java.io.IOException;

/** Something that reads a part of a message, as well as it can. */
interface RangeContender extends Contender {

  /** Opens a message that lies in memory. */
  Range open(byte[] message) throws IOException;

  /** The plaintext of an opened message. */
  interface Range {

    /** Fills an array with the plaintext from an offset on. */
    void read(long offset, byte[] into) throws IOException;
  }
}
