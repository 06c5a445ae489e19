package io.strongroom.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Encrypts what is written to it. The message is complete only after {@link #finish()}: closing
 * without it leaves bytes in the sink that no reader accepts. Not safe for use by several threads.
 *
 * <p>After an exception of the sink the message cannot be completed any more.
 */
public final class EnvelopeOutputStream extends OutputStream {
  private enum State {
    OPEN,
    FINISHED,
    BROKEN
  }

  private final OutputStream sink;
  private final byte[] header;
  private final ContentKey key;
  private final byte[] pending;
  private final byte[] sealed;
  private int filled;
  private long sequence = 1;
  private boolean headerWritten;
  private State state = State.OPEN;

  EnvelopeOutputStream(OutputStream sink, byte[] header, ContentKey key, int frameLength) {
    this.sink = sink;
    this.header = header;
    this.key = key;
    this.pending = new byte[frameLength];
    this.sealed = new byte[frameLength + FrameLayout.FINAL_OVERHEAD];
  }

  @Override
  public void write(int b) throws IOException {
    requireOpen();
    if (filled == pending.length) {
      emit(pending, 0, filled, false);
      filled = 0;
    }
    pending[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireOpen();
    int from = offset;
    int rest = length;
    while (rest > 0) {
      if (filled == pending.length) {
        emit(pending, 0, filled, false);
        filled = 0;
      }
      if (filled == 0 && rest > pending.length) {
        emit(bytes, from, pending.length, false);
        from += pending.length;
        rest -= pending.length;
      } else {
        int part = Math.min(rest, pending.length - filled);
        System.arraycopy(bytes, from, pending, filled, part);
        filled += part;
        from += part;
        rest -= part;
      }
    }
  }

  /** Flushes the sink. What does not fill a frame stays here. */
  @Override
  public void flush() throws IOException {
    sink.flush();
  }

  /**
   * Writes the final frame and flushes the sink: the message is complete. Does nothing when called
   * again.
   *
   * @throws IOException when the sink fails, the stream was closed, or an earlier write failed; the
   *     message is then unusable
   */
  public void finish() throws IOException {
    if (state == State.FINISHED) {
      return;
    }
    requireOpen();
    emit(pending, 0, filled, true);
    state = State.BROKEN;
    sink.flush();
    state = State.FINISHED;
    Arrays.fill(pending, (byte) 0);
  }

  /**
   * Zeroes the buffer. Never completes the message and never closes the sink. May be called more
   * than once.
   */
  @Override
  public void close() {
    if (state == State.OPEN) {
      state = State.BROKEN;
    }
    Arrays.fill(pending, (byte) 0);
  }

  private void emit(byte[] from, int offset, int length, boolean last) throws IOException {
    state = State.BROKEN;
    if (!headerWritten) {
      sink.write(header);
      headerWritten = true;
    }
    int written = FrameLayout.seal(key, last, sequence, from, offset, length, sealed, 0);
    sink.write(sealed, 0, written);
    sequence++;
    state = State.OPEN;
  }

  private void requireOpen() throws IOException {
    if (state == State.FINISHED) {
      throw new IOException("the message is finished");
    }
    if (state == State.BROKEN) {
      throw new IOException("the stream is closed or an earlier write failed");
    }
  }
}
