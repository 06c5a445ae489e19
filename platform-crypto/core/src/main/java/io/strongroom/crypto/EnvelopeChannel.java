package io.strongroom.crypto;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plaintext of a message, read anywhere: as a channel with a position, and as a {@link
 * RangedSource}. Only the frames that are asked for are read and decrypted, and those ahead of a
 * reader that goes on from where it was.
 *
 * <p>Guarantees: the message's end was authenticated when it was opened, so the length is right and
 * a message that was cut off is never opened; every byte given is authenticated in its place. A
 * frame that was altered is found when it is read, not before.
 *
 * <p>Safe for use by several threads. Positional reads run side by side as far as the source lets
 * them; the channel's readers take turns, because they share its position.
 *
 * <p>Owns the source and closes it. Keeps decrypted frames of 1 MiB, or two if they are longer,
 * which {@link #close()} zeroes, and for each thread that reads at the same time up to 1 MiB of
 * what it read ahead, still encrypted, or one frame if that is longer.
 *
 * <p>Reading throws {@link DecryptionFailedException} when a frame is not authentic or the source
 * was cut off since, and what the source throws. The reader can go on elsewhere after it.
 */
public final class EnvelopeChannel implements SeekableByteChannel, RangedSource {
  private static final int KEPT = 1024 * 1024;
  private static final int LONGEST_READ = 1024 * 1024;
  private static final int FIRST_AHEAD = 64 * 1024;
  private static final int STAGE = 64 * 1024;
  private static final byte[] NOTHING = new byte[0];

  private final RangedSource source;
  private final FrameWorkers workers;
  private final ContentKey key;
  private final FrameGeometry geometry;
  private final long bodyAt;
  private final int stride;
  private final Kept kept;
  private final Spares<Window> windows = new Spares<>(Window::new);
  private byte[] stage = new byte[0];
  private long position;
  private volatile boolean closed;

  private EnvelopeChannel(
      RangedSource source, FrameWorkers workers, ContentKey key, FrameGeometry geometry, long at) {
    this.source = source;
    this.workers = workers;
    this.key = key;
    this.geometry = geometry;
    this.bodyAt = at;
    this.stride = geometry.frameLength() + FrameLayout.REGULAR_OVERHEAD;
    this.kept = new Kept(Math.max(2, KEPT / geometry.frameLength()));
  }

  /** Opens the body that begins at {@code at} and authenticates its end. */
  static EnvelopeChannel open(
      RangedSource source, FrameWorkers workers, ContentKey key, int frameLength, long at) {
    FrameGeometry geometry = FrameGeometry.of(source.length() - at, frameLength);
    EnvelopeChannel channel = new EnvelopeChannel(source, workers, key, geometry, at);
    channel.openEnd();
    return channel;
  }

  private void openEnd() {
    Window window = windows.take();
    long last = geometry.regularFrames();
    FrameCipher cipher = workers.take(key);
    try {
      window.fetch(last, 1);
      geometry.requireFinal(window.sealed, 0);
      byte[] plain = new byte[geometry.finalLength()];
      window.open(cipher, last, plain, 0);
      kept.put(last, plain);
    } finally {
      window.leave();
      workers.give(cipher);
      windows.give(window);
    }
  }

  /** The plaintext's length in bytes. */
  @Override
  public long length() {
    return geometry.plaintextLength();
  }

  @Override
  public int read(long offset, byte[] into, int at, int length) {
    int wanted = RangedFile.part(offset, into, at, length, length());
    requireOpen();
    if (wanted == 0) {
      return 0;
    }
    Window window = windows.take();
    FrameCipher cipher = workers.take(key);
    boolean complete = false;
    try {
      window.begin(offset);
      int frameLength = geometry.frameLength();
      long last = (offset + wanted - 1) / frameLength;
      int done = 0;
      for (long frame = offset / frameLength; frame <= last; frame++) {
        int from = (int) (offset + done - frame * frameLength);
        int part = Math.min(wanted - done, lengthOf(frame) - from);
        if (!kept.copy(frame, from, into, at + done, part)) {
          window.require(frame, last);
          if (part == lengthOf(frame)) {
            window.open(cipher, frame, into, at + done);
          } else {
            byte[] plain = kept.room(lengthOf(frame));
            window.open(cipher, frame, plain, 0);
            System.arraycopy(plain, from, into, at + done, part);
            kept.put(frame, plain);
          }
        }
        done += part;
      }
      window.end(offset + wanted);
      complete = true;
      return wanted;
    } finally {
      window.leave();
      workers.give(cipher);
      windows.give(window);
      if (!complete) {
        Arrays.fill(into, at, at + wanted, (byte) 0);
      }
    }
  }

  private int lengthOf(long frame) {
    return frame < geometry.regularFrames() ? geometry.frameLength() : geometry.finalLength();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the message is closed");
    }
  }

  private void requireOpenChannel() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /**
   * Reads from the position on.
   *
   * @param into takes as many bytes as it has room for, or as there are before the end
   * @return how many bytes were read; -1 at or beyond the end, 0 only when there is no room
   * @throws ClosedChannelException when closed
   */
  @Override
  public synchronized int read(ByteBuffer into) throws ClosedChannelException {
    requireOpenChannel();
    if (!into.hasRemaining()) {
      return 0;
    }
    if (position >= length()) {
      return -1;
    }
    int wanted = (int) Math.min(into.remaining(), length() - position);
    if (into.hasArray()) {
      read(position, into.array(), into.arrayOffset() + into.position(), wanted);
      into.position(into.position() + wanted);
    } else {
      staged(into, wanted);
    }
    position += wanted;
    return wanted;
  }

  private void staged(ByteBuffer into, int wanted) {
    if (stage.length < Math.min(STAGE, wanted)) {
      stage = new byte[STAGE];
    }
    int before = into.position();
    int used = 0;
    boolean complete = false;
    try {
      for (int done = 0; done < wanted; ) {
        int part = read(position + done, stage, 0, Math.min(stage.length, wanted - done));
        used = Math.max(used, part);
        into.put(stage, 0, part);
        done += part;
      }
      complete = true;
    } finally {
      Arrays.fill(stage, 0, used, (byte) 0);
      if (!complete) {
        into.position(before);
      }
    }
  }

  /** Never writes: throws {@link NonWritableChannelException}. */
  @Override
  public int write(ByteBuffer bytes) {
    throw new NonWritableChannelException();
  }

  /** Never shortens: throws {@link NonWritableChannelException}. */
  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public synchronized long position() throws ClosedChannelException {
    requireOpenChannel();
    return position;
  }

  /**
   * Goes to another position.
   *
   * @param newPosition not negative; beyond the end too, where there is nothing to read
   * @return this channel
   * @throws ClosedChannelException when closed
   */
  @Override
  public synchronized EnvelopeChannel position(long newPosition) throws ClosedChannelException {
    requireOpenChannel();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position " + newPosition + " is negative");
    }
    position = newPosition;
    return this;
  }

  /** The plaintext's length in bytes. */
  @Override
  public long size() throws ClosedChannelException {
    requireOpenChannel();
    return length();
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Zeroes the decrypted frames and closes the source. May be called more than once. */
  @Override
  public void close() {
    closed = true;
    kept.close();
    windows.clear();
    source.close();
  }

  /** Sealed frames that one thread has read, at most one thread at a time. */
  private final class Window {
    private byte[] sealed = NOTHING;

    /** The array is lent by the workers for one read, from which nobody has gone on yet. */
    private boolean lent;

    private long first;
    private int frames;

    /** Where the thread will be if it reads on, and how many bytes to read ahead then. */
    private long next = -1;

    private int ahead;

    void begin(long offset) {
      ahead = offset != next ? 0 : Math.min(LONGEST_READ, Math.max(FIRST_AHEAD, 2 * ahead));
    }

    void end(long offset) {
      next = offset;
    }

    /** Makes sure that a frame is here, and reads others with it, at least up to the last one. */
    void require(long frame, long last) {
      if (frame >= first && frame < first + frames) {
        return;
      }
      long wanted = Math.max(last - frame + 1, ahead / stride);
      long most =
          Math.min(geometry.regularFrames() + 1 - frame, Math.max(1, LONGEST_READ / stride));
      fetch(frame, (int) Math.min(wanted, most));
    }

    void fetch(long frame, int count) {
      frames = 0;
      long from = geometry.frameAt(frame);
      long end = Math.min(source.length() - bodyAt, geometry.frameAt(frame + count));
      if (frame + count > geometry.regularFrames()) {
        end = source.length() - bodyAt;
      }
      int length = (int) (end - from);
      if (sealed.length < length) {
        leave();
        lent = ahead == 0 && FrameWorkers.fitsScratch(length);
        sealed = lent ? workers.scratch() : new byte[length];
      }
      if (source.read(bodyAt + from, sealed, 0, length) < length) {
        throw MessageHeader.truncated();
      }
      first = frame;
      frames = count;
    }

    /** Gives back the array of a read that nobody has gone on from. */
    void leave() {
      if (lent) {
        lent = false;
        frames = 0;
        workers.giveScratch(sealed);
        sealed = NOTHING;
      }
    }

    /** Opens a frame that is here. When this fails, the output is zeroed. */
    void open(FrameCipher cipher, long frame, byte[] out, int to) {
      int length = lengthOf(frame);
      boolean last = frame == geometry.regularFrames();
      int at = (int) (frame - first) * stride;
      boolean authentic = false;
      try {
        if (last) {
          geometry.requireFinal(sealed, at);
        }
        cipher.open(last, frame + 1, sealed, at, length, out, to);
        authentic = true;
      } finally {
        if (!authentic) {
          frames = 0;
          Arrays.fill(out, to, to + length, (byte) 0);
        }
      }
    }
  }

  /** The decrypted frames that were used last. */
  private static final class Kept {
    private final int most;
    private final Map<Long, byte[]> frames = new LinkedHashMap<>(16, 0.75f, true);
    private byte @Nullable [] spare;
    private boolean closed;

    Kept(int most) {
      this.most = most;
    }

    /** Copies a part of a frame; false when it is not here. */
    synchronized boolean copy(long frame, int from, byte[] into, int at, int length) {
      byte[] plain = frames.get(frame);
      if (plain == null) {
        return false;
      }
      System.arraycopy(plain, from, into, at, length);
      return true;
    }

    /** An array of this length, perhaps a former one. */
    synchronized byte[] room(int length) {
      byte[] former = spare;
      spare = null;
      return former != null && former.length == length ? former : new byte[length];
    }

    synchronized void put(long frame, byte[] plain) {
      if (closed) {
        Arrays.fill(plain, (byte) 0);
        return;
      }
      byte[] same = frames.put(frame, plain);
      if (same == null && frames.size() > most) {
        Map.Entry<Long, byte[]> eldest = frames.entrySet().iterator().next();
        same = eldest.getValue();
        frames.remove(eldest.getKey());
      }
      if (same != null) {
        Arrays.fill(same, (byte) 0);
        spare = same;
      }
    }

    synchronized void close() {
      closed = true;
      frames.values().forEach(plain -> Arrays.fill(plain, (byte) 0));
      frames.clear();
    }
  }
}
