package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of a column chunk, or of some pages of it, from front to back. What is of moderate size
 * is fetched at once, more piece by piece. The buffer is kept from one chunk to the next.
 */
final class ChunkInput {
  private static final int WHOLE = 4 * 1024 * 1024;
  private static final int PIECE = 1024 * 1024;

  private final RangedSource source;
  private final FileLabel file;
  private byte[] buffer = new byte[0];
  private long end;
  private long fetched;
  private int at;
  private int filled;

  ChunkInput(RangedSource source, FileLabel file) {
    this.source = source;
    this.file = file;
  }

  /** Begins with other bytes of the file. */
  void range(long start, long length) {
    fetched = start;
    end = start + length;
    at = 0;
    filled = 0;
  }

  /** Where in the file the next byte lies. */
  long position() {
    return fetched - (filled - at);
  }

  /** Where in the file the last byte lies behind which nothing is fetched. */
  long end() {
    return end;
  }

  long remaining() {
    return end - fetched + filled - at;
  }

  /** Where the bytes that {@link #take} gave lie; good until the next call of any method. */
  byte[] buffer() {
    return buffer;
  }

  /**
   * Passes over bytes that then lie together in the buffer; the caller has compared the length with
   * {@link #remaining}.
   *
   * @return where they begin
   */
  int take(int length) {
    if (filled - at < length) {
      fetch(length);
    }
    int from = at;
    at += length;
    return from;
  }

  /** Where bytes begin that stay the next ones. */
  int peek(int length) {
    int from = take(length);
    at = from;
    return from;
  }

  /** Passes over bytes that nobody needs. */
  void skip(int length) {
    int here = Math.min(length, filled - at);
    at += here;
    fetched += length - here;
  }

  private void fetch(int length) {
    int left = filled - at;
    long remaining = remaining();
    int size = (int) Math.min(remaining, Math.max(length, remaining <= WHOLE ? WHOLE : PIECE));
    byte[] target = buffer.length >= size ? buffer : new byte[size];
    System.arraycopy(buffer, at, target, 0, left);
    buffer = target;
    at = 0;
    filled = left;
    read(source, file, fetched, buffer, left, size - left);
    filled = size;
    fetched += size - left;
  }

  /** Reads from a source until all of it is there. */
  static void read(
      RangedSource source, FileLabel file, long offset, byte[] into, int at, int length) {
    int done = 0;
    while (done < length) {
      int count = source.read(offset + done, into, at + done, length - done);
      if (count <= 0) {
        throw file.malformed("it is shorter than it was when opened");
      }
      done += count;
    }
  }

  /** A view that ends after so many bytes, for the parser of page headers. */
  InputStream limited(int limit) {
    return new InputStream() {
      private int left = limit;

      @Override
      public int read() throws IOException {
        if (left == 0) {
          throw new IOException("a page header has more than " + limit + " bytes");
        }
        if (remaining() == 0) {
          return -1;
        }
        left--;
        int from = take(1);
        return buffer[from] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
          return 0;
        }
        int first = read();
        if (first < 0) {
          return -1;
        }
        into[offset] = (byte) first;
        int count = Math.min(Math.min(length - 1, filled - at), left);
        System.arraycopy(buffer, at, into, offset + 1, count);
        at += count;
        left -= count;
        return count + 1;
      }
    };
  }
}
