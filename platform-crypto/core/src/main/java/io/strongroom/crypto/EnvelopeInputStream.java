package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The plaintext of a message, as a stream or as a channel. A frame is released when its tag is
 * checked, the last only when the message was found to end there; a message that is cut off is an
 * exception, never the end of the stream.
 *
 * <p>Reading throws {@link DecryptionFailedException} and {@link KeyUnavailableException} as {@link
 * EnvelopeEncryptor#decrypt(byte[], EncryptionContext)} does, the source's {@link IOException} as
 * it is, and after any of them the same again.
 *
 * <p>Not safe for use by several threads. Frames are opened by several threads if the encryptor has
 * them; the source is read only by the thread that reads here.
 */
public final class EnvelopeInputStream extends InputStream implements ReadableByteChannel {
  private final EnvelopeEncryptor encryptor;
  private final FrameWorkers workers;
  private final InputStream source;
  private final SourceBuffer in;
  private final EncryptionContext expected;
  private @Nullable FrameTeam<OpeningPiece> team;
  private @Nullable ContentKey key;
  private @Nullable FrameCipher cipher;

  /** Reads the body when it is signed or has no frames. */
  private @Nullable SerialBody serial;

  private int frameLength;

  private long sequence = 1;
  private boolean sourceEnded;

  /** The piece read last. */
  private @Nullable OpeningPiece former;

  /** The piece that is being released. */
  private @Nullable OpeningPiece current;

  /** Whether this thread opens its frames, one by one. */
  private boolean mine;

  private byte[] frame = new byte[0];
  private byte[] plain = frame;
  private int at;
  private int limit;
  private boolean ended;
  private boolean closed;
  private @Nullable Throwable failure;

  EnvelopeInputStream(EnvelopeEncryptor encryptor, InputStream source, EncryptionContext expected) {
    this.encryptor = encryptor;
    this.workers = encryptor.workers();
    this.source = Objects.requireNonNull(source, "source");
    this.in = new SourceBuffer(source);
    this.expected = Objects.requireNonNull(expected, "expected");
  }

  @Override
  public int read() throws IOException {
    return fill() ? plain[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (at == limit && next()) {
      int direct = direct(into, offset, length);
      if (direct > 0) {
        return direct;
      }
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(length, limit - at);
    System.arraycopy(plain, at, into, offset, part);
    at += part;
    return part;
  }

  /**
   * Reads into a buffer what fits of the frame, or of the frames, that are opened.
   *
   * @param into takes at least one byte unless it has no room or the message has ended
   * @return how many bytes were read, or -1 at the end of the message
   * @throws IOException when the source fails or the stream is closed
   */
  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!into.hasRemaining()) {
      return 0;
    }
    if (into.hasArray()) {
      int part = read(into.array(), into.arrayOffset() + into.position(), into.remaining());
      into.position(into.position() + Math.max(0, part));
      return part;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(into.remaining(), limit - at);
    into.put(plain, at, part);
    at += part;
    return part;
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    long transferred = 0;
    while (fill()) {
      int part = limit - at;
      at = limit;
      out.write(plain, limit - part, part);
      transferred += part;
    }
    return transferred;
  }

  @Override
  public int available() {
    return limit - at;
  }

  /** Whether it was not closed yet. */
  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Zeroes the buffers and closes the source. */
  @Override
  public void close() throws IOException {
    erase();
    source.close();
  }

  /** Zeroes the buffers and ends reading; leaves the source open. */
  void erase() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  private void release() {
    at = limit;
    Arrays.fill(frame, (byte) 0);
    if (serial != null) {
      Arrays.fill(plain, (byte) 0);
    }
    if (team != null) {
      team.end(OpeningPiece::erase);
    }
    if (cipher != null) {
      workers.give(cipher);
      cipher = null;
    }
  }

  /** Makes sure that there is a byte to give, or says that the message has ended. */
  private boolean fill() throws IOException {
    while (at == limit) {
      if (!next()) {
        return false;
      }
      if (at == limit) {
        openFrame();
      }
    }
    return true;
  }

  /**
   * Goes on to plaintext that stands ready or to a frame that this thread can open; false at the
   * end of the message.
   */
  private boolean next() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    rethrow();
    if (at < limit) {
      return true;
    }
    try {
      while (!ended) {
        if (mine && current().nextLength() >= 0) {
          return true;
        }
        advance();
        if (at < limit) {
          return true;
        }
      }
      return false;
    } catch (IOException | RuntimeException | Error any) {
      refuse(any);
      throw any;
    }
  }

  private void rethrow() throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    Waiting.rethrow(failure);
  }

  private void refuse(Throwable any) {
    failure = any;
    release();
  }

  /** Leaves the piece that was released and goes on to the next. */
  private void advance() throws IOException {
    opened();
    if (serial != null) {
      take(serial);
      return;
    }
    if (current != null) {
      Exception end = current.end();
      if (end instanceof IOException io) {
        throw io;
      }
      Waiting.rethrow(end);
      mine = false;
      if (current.isLast()) {
        ended = true;
        release();
        return;
      }
      current = null;
      team().leaveOldest();
    }
    readAhead();
    OpeningPiece piece = team().oldest();
    mine = team().claimOldest(cipher());
    if (!mine) {
      plain = piece.plain();
      at = 0;
      limit = piece.plainLength();
    }
    current = piece;
  }

  private void opened() throws IOException {
    if (key == null) {
      MessageHeader header = encryptor.readHeader(in);
      frameLength = header.frameLength();
      key = encryptor.open(header, expected);
      cipher = workers.take(key);
      if (SerialBody.reads(header)) {
        serial = new SerialBody(in, header, key, cipher, encryptor.maxUnframedLength());
      } else {
        team =
            new FrameTeam<>(
                workers, key, frameLength, () -> new OpeningPiece(workers, frameLength));
      }
    }
  }

  private void take(SerialBody body) throws IOException {
    Arrays.fill(plain, (byte) 0);
    plain = body.next();
    at = 0;
    limit = plain.length;
    ended = body.ended();
  }

  /** Reads what can be on its way at once, but waits for no source that is slower than this. */
  private void readAhead() {
    FrameTeam<OpeningPiece> pieces = team();
    while (!sourceEnded
        && !pieces.isFull()
        && (pieces.onTheWay() == 0 || (former != null && former.isFull()))) {
      OpeningPiece piece = pieces.next();
      piece.read(in, former, sequence);
      former = piece;
      workers.expect(sequence * frameLength);
      sequence += piece.frames();
      sourceEnded = piece.isLast();
      pieces.send(piece.isFull());
    }
  }

  private FrameTeam<OpeningPiece> team() {
    return Objects.requireNonNull(team);
  }

  private OpeningPiece current() {
    return Objects.requireNonNull(current);
  }

  private FrameCipher cipher() {
    return Objects.requireNonNull(cipher);
  }

  /** Opens the next frame of this thread's piece. */
  private void openFrame() {
    OpeningPiece piece = current();
    int length = piece.nextLength();
    if (frame.length < length) {
      Arrays.fill(frame, (byte) 0);
      frame = new byte[length];
    }
    try {
      piece.open(cipher(), frame, 0);
    } catch (RuntimeException | Error any) {
      refuse(any);
      throw any;
    }
    plain = frame;
    at = 0;
    limit = length;
  }

  /** Opens frames that fit straight into the caller's array; 0 when the next one does not. */
  private int direct(byte[] into, int offset, int length) {
    int done = 0;
    while (mine) {
      OpeningPiece piece = current();
      int part = piece.nextLength();
      if (part < 0 || part > length - done) {
        return done;
      }
      try {
        piece.open(cipher(), into, offset + done);
      } catch (RuntimeException | Error any) {
        refuse(any);
        if (done == 0) {
          throw any;
        }
        return done;
      }
      done += part;
    }
    return done;
  }
}
