package io.strongroom.storage.parquet;

import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * A page on its way into the file: encoded by its column, then sealed (compressed and encrypted) by
 * whichever thread comes first, then stored.
 */
final class Page {
  private enum State {
    ENCODED,
    IN_WORK,
    SEALED,
    FAILED
  }

  /** The row group, column and page, by which an encrypted page is bound to its place. */
  record Place(int group, int column, int page) {
    /** Says that the page is the chunk's dictionary. */
    static final int DICTIONARY = -1;

    boolean dictionary() {
      return page == DICTIONARY;
    }
  }

  /**
   * What the page's header and the indexes say.
   *
   * @param values how many values, nulls included, or entries of a dictionary
   */
  record Facts(
      int rows,
      int values,
      Encoding encoding,
      @Nullable Statistics<?> statistics,
      @Nullable SizeStatistics sizes) {}

  /** Says that the level is that of the writer's settings. */
  static final int SETTING = 0;

  private final Place place;
  private final Facts facts;
  private final int encodedLength;
  private byte[] bytes;
  private int offset;
  private int length;
  private boolean compressed = true;
  private int zstdLevel = SETTING;
  private State state = State.ENCODED;
  private @Nullable Throwable failure;

  /** A page whose bytes stand in a buffer of the pool, which now belongs to the page. */
  Page(Place place, Facts facts, byte[] bytes, int offset, int length) {
    this.place = place;
    this.facts = facts;
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.encodedLength = length;
  }

  Place place() {
    return place;
  }

  Facts facts() {
    return facts;
  }

  /** Says that the pages of its column chunk stay as they are; before anybody seals the page. */
  void leaveUncompressed() {
    compressed = false;
  }

  /** Whether the pages of its column chunk are compressed, if the file's are. */
  boolean compressed() {
    return compressed;
  }

  /** Sets the level of Zstandard, where it is the file's codec; before anybody seals the page. */
  void zstdLevel(int level) {
    zstdLevel = level;
  }

  /** The level of Zstandard, or {@link #SETTING}. */
  int zstdLevel() {
    return zstdLevel;
  }

  /** Bytes before compression. */
  int encodedLength() {
    return encodedLength;
  }

  byte[] bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  /** Puts other bytes in the place of those so far. */
  void replace(byte[] newBytes, int newLength) {
    bytes = newBytes;
    offset = 0;
    length = newLength;
  }

  /** Whether the caller is the one who is to seal the page. */
  synchronized boolean begin() {
    if (state != State.ENCODED) {
      return false;
    }
    state = State.IN_WORK;
    return true;
  }

  synchronized void end(@Nullable Throwable failed) {
    failure = failed;
    state = failed == null ? State.SEALED : State.FAILED;
    notifyAll();
  }

  /**
   * Waits for the thread that seals the page.
   *
   * @throws RuntimeException what that thread met with
   */
  void await() {
    boolean interrupted = false;
    Throwable failed;
    synchronized (this) {
      while (state == State.ENCODED || state == State.IN_WORK) {
        try {
          wait();
        } catch (InterruptedException asked) {
          interrupted = true;
        }
      }
      failed = failure;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException known) {
      throw known;
    }
    if (failed != null) {
      throw new IllegalStateException("a page could not be sealed", failed);
    }
  }
}
