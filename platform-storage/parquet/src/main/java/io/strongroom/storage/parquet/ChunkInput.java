package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of one column chunk from front to back. A chunk of moderate size is fetched at once, a
 * larger one piece by piece.
 */
final class ChunkInput {
  private static final int WHOLE = 4 * 1024 * 1024;
  private static final int PIECE = 256 * 1024;

  private final RangedSource source;
  private final FileLabel file;
  private final long end;
  private final byte[] buffer;
  private long fetched;
  private int at;
  private int filled;

  ChunkInput(RangedSource source, FileLabel file, long start, long length) {
    this.source = source;
    this.file = file;
    this.end = start + length;
    this.fetched = start;
    this.buffer = new byte[(int) Math.min(length, length <= WHOLE ? WHOLE : PIECE)];
  }

  long remaining() {
    return end - fetched + filled - at;
  }

  /** Reads bytes exactly; the caller has compared the length with {@link #remaining}. */
  byte[] take(int length) {
    byte[] bytes = new byte[length];
    int copied = Math.min(length, filled - at);
    System.arraycopy(buffer, at, bytes, 0, copied);
    at += copied;
    if (length - copied > buffer.length) {
      read(source, file, fetched, bytes, copied, length - copied);
      fetched += length - copied;
    } else if (length > copied) {
      fetch();
      System.arraycopy(buffer, 0, bytes, copied, length - copied);
      at = length - copied;
    }
    return bytes;
  }

  private void fetch() {
    filled = (int) Math.min(buffer.length, end - fetched);
    at = 0;
    read(source, file, fetched, buffer, 0, filled);
    fetched += filled;
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
        if (at == filled) {
          if (remaining() == 0) {
            return -1;
          }
          fetch();
        }
        left--;
        return buffer[at++] & 0xff;
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
