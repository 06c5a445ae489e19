package io.strongroom.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Encrypts what is written to it, as a stream or as a channel. The message is complete only after
 * {@link #finish()}: closing without it leaves bytes in the sink that no reader accepts.
 *
 * <p>Frames are sealed by several threads if the encryptor has them, and written in order by the
 * thread that writes here; a slow sink holds that thread back. Long arrays are sealed without being
 * copied, and are not needed any more when {@code write} returns. Not safe for use by several
 * threads.
 *
 * <p>A stream that was opened before a checkpoint of the process, or while one is being taken,
 * throws {@link CryptoException} CHECKPOINT_PASSED instead of taking further frames: see {@link
 * SnapshotGuard}. The message is then unusable.
 *
 * <p>After an exception of the sink the message cannot be completed any more.
 */
public final class EnvelopeOutputStream extends OutputStream implements WritableByteChannel {
  private enum State {
    OPEN,
    FINISHED,
    BROKEN
  }

  /** What stands behind the final frame. */
  @FunctionalInterface
  interface Footer {
    void write() throws IOException;
  }

  private final OutputStream sink;
  private final Footer footer;
  private final byte[] header;
  private final FrameWorkers workers;
  private final int frameLength;
  private final FrameTeam<SealingPiece> team;
  private final FrameCipher cipher;
  private final WritePermit permit;
  private SealingPiece filling;
  private long sequence = 1;
  private boolean headerWritten;
  private State state = State.OPEN;

  EnvelopeOutputStream(
      OutputStream sink,
      byte[] header,
      FrameWorkers workers,
      ContentKey key,
      int frameLength,
      WritePermit permit,
      Footer footer) {
    this.sink = sink;
    this.footer = footer;
    this.header = header;
    this.workers = workers;
    this.frameLength = frameLength;
    this.permit = permit;
    this.team =
        new FrameTeam<>(workers, key, frameLength, () -> new SealingPiece(workers, frameLength));
    this.cipher = workers.take(key);
    this.filling = team.next();
  }

  @Override
  public void write(int b) throws IOException {
    requireOpen();
    filling.copy((byte) b);
    if (filling.isFull()) {
      guarded(() -> send(false));
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireOpen();
    guarded(() -> put(bytes, offset, length));
  }

  /**
   * Encrypts the rest of a buffer. A direct buffer is copied once, to where it is encrypted.
   *
   * @param bytes left without remaining bytes
   * @return how many bytes there were
   * @throws IOException when the sink fails, the stream was closed, or an earlier write failed
   */
  @Override
  public int write(ByteBuffer bytes) throws IOException {
    requireOpen();
    int length = bytes.remaining();
    guarded(
        () -> {
          if (bytes.hasArray()) {
            put(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
            bytes.position(bytes.limit());
          }
          while (bytes.hasRemaining()) {
            filling.copy(bytes);
            sendFull();
          }
        });
    return length;
  }

  private void put(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    boolean borrow = team.isLong(length, filling.capacity());
    boolean borrowed = false;
    while (from < end) {
      if (borrow && filling.isEmpty() && end - from >= filling.capacity()) {
        filling.borrow(bytes, from);
        from += filling.capacity();
        borrowed = true;
      } else {
        from += filling.copy(bytes, from, end - from);
      }
      sendFull();
    }
    if (borrowed) {
      drain();
    }
  }

  /** Frames are sealed as soon as they are full: a message may end in an empty one. */
  private void sendFull() throws IOException {
    if (filling.isFull()) {
      send(false);
    }
  }

  /**
   * Writes what is sealed and flushes the sink. What does not fill a piece of frames stays here.
   *
   * @throws IOException when the sink fails; the message is then unusable
   */
  @Override
  public void flush() throws IOException {
    if (state == State.OPEN) {
      guarded(() -> drain());
    }
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
    guarded(
        () -> {
          send(true);
          drain();
          footer.write();
          sink.flush();
        });
    state = State.FINISHED;
    release();
  }

  /** Whether more can be written. */
  @Override
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /**
   * Zeroes the buffers. Never completes the message and never closes the sink. May be called more
   * than once.
   */
  @Override
  public void close() {
    if (state == State.OPEN) {
      state = State.BROKEN;
      release();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Runs a step after which the message is unusable unless the step completes. */
  private void guarded(Step step) throws IOException {
    state = State.BROKEN;
    boolean complete = false;
    try {
      step.run();
      complete = true;
      state = State.OPEN;
    } finally {
      if (!complete) {
        release();
      }
    }
  }

  /** Sends the piece that is being filled on its way and begins another. */
  private void send(boolean last) throws IOException {
    SealingPiece sent = filling;
    permit.frames(sent.length());
    sent.number(sequence, last);
    workers.expect(sequence * frameLength);
    sequence += sent.frames();
    team.send(!(last && team.onTheWay() == 0));
    if (team.isFull()) {
      writeOldest();
    }
    if (!last) {
      filling = team.next();
    }
  }

  private void drain() throws IOException {
    while (team.onTheWay() > 0) {
      writeOldest();
    }
  }

  private void writeOldest() throws IOException {
    SealingPiece oldest = team.oldest();
    if (team.claimOldest(cipher)) {
      oldest.work(cipher);
    }
    if (!headerWritten) {
      sink.write(header);
      headerWritten = true;
    }
    int length = oldest.take();
    sink.write(oldest.buffer(), 0, length);
    team.leaveOldest();
  }

  private void release() {
    team.end(SealingPiece::erase);
    workers.give(cipher);
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
