package io.strongroom.crypto;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one stream, in a ring, and the threads that work on them: the stream's own, which
 * never waits while there is a piece that nobody works on, and helpers that come when there is more
 * to do than it does and stay as long as there is. All methods but {@link #run()} belong to the
 * thread that uses the stream.
 */
final class FrameTeam<P extends FramePiece> implements Runnable {
  /**
   * A helper is called for this many pieces and not for one: waking it costs as much as a piece.
   */
  private static final int WORTH_A_HELPER = 2;

  /** After so many pieces a helper gives others a turn who use the same executor. */
  private static final int STINT = 256;

  private final FrameWorkers workers;
  private final ContentKey key;
  private final Supplier<P> maker;
  private final AtomicReferenceArray<@Nullable P> ring;
  private final AtomicInteger helpers = new AtomicInteger();
  private int onTheWay;

  /** Where helpers look first. */
  private volatile int oldest;

  private volatile boolean ended;

  FrameTeam(FrameWorkers workers, ContentKey key, int frameLength, Supplier<P> maker) {
    this.workers = workers;
    this.key = key;
    this.maker = maker;
    this.ring = new AtomicReferenceArray<>(workers.pieces(frameLength));
  }

  /**
   * Whether an array makes so many pieces that they are worked on where they stand. The stream then
   * waits until all are done, which costs more than copying them when they are few.
   */
  boolean isLong(int bytes, int pieceLength) {
    return ring.length() == 1 || bytes / pieceLength >= ring.length();
  }

  /** How many pieces were sent and are not done with. */
  int onTheWay() {
    return onTheWay;
  }

  boolean isFull() {
    return onTheWay == ring.length();
  }

  /** The piece to be sent next; there is one unless the team is full. */
  P next() {
    return piece(onTheWay);
  }

  /** The piece that was sent first. */
  P oldest() {
    return piece(0);
  }

  private P piece(int behindOldest) {
    int index = (oldest + behindOldest) % ring.length();
    P piece = ring.getPlain(index);
    if (piece == null) {
      piece = maker.get();
      ring.set(index, piece);
    }
    return piece;
  }

  /**
   * Sends the next piece on its way.
   *
   * @param shared whether helpers may work on it
   */
  void send(boolean shared) {
    P sent = next();
    onTheWay++;
    if (shared && ring.length() > 1) {
      sent.ready();
      if (onTheWay >= WORTH_A_HELPER) {
        callHelper();
      }
    }
  }

  private void callHelper() {
    if (helpers.get() < workers.parallelism() - 1) {
      helpers.incrementAndGet();
      if (!workers.offer(this)) {
        helpers.decrementAndGet();
      }
    }
  }

  /**
   * Takes the oldest piece for the stream's own thread; false when it was worked on. Throws what
   * the work threw. In the time that a helper needs for it, other pieces are worked on here.
   */
  boolean claimOldest(FrameCipher own) {
    P piece = oldest();
    if (piece.claim()) {
      return true;
    }
    while (piece.isTaken() && help(own, 1, onTheWay)) {
      // Until the helper is done, or nothing is left.
    }
    piece.await();
    return false;
  }

  /** Ends with the oldest piece. */
  void leaveOldest() {
    onTheWay--;
    oldest = (oldest + 1) % ring.length();
  }

  /** Makes sure that nobody works any more and hands out all pieces. */
  void end(Consumer<P> pieces) {
    ended = true;
    for (int index = 0; index < ring.length(); index++) {
      P piece = ring.getPlain(index);
      if (piece != null) {
        piece.withdraw();
        pieces.accept(piece);
      }
    }
  }

  private boolean help(FrameCipher cipher, int from, int to) {
    int first = oldest;
    for (int i = from; i < to; i++) {
      P piece = ring.get((first + i) % ring.length());
      if (piece != null && piece.help(cipher)) {
        return true;
      }
    }
    return false;
  }

  /** What a helper does, until there has been nothing to do for a moment. */
  @Override
  public void run() {
    try {
      if (ended) {
        return;
      }
      FrameCipher cipher = workers.take(key);
      int done = 0;
      long idleSince = System.nanoTime();
      while (!ended && done < STINT && System.nanoTime() - idleSince < FramePiece.PATIENCE_NANOS) {
        if (help(cipher, 0, ring.length())) {
          done++;
          idleSince = System.nanoTime();
        } else {
          Thread.onSpinWait();
        }
      }
      workers.give(cipher);
    } finally {
      helpers.decrementAndGet();
    }
  }
}
