package io.strongroom.examples.lake.source;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream into lines of bytes, in constant memory.
 *
 * <p>A line ends with LF or CR LF; the last one may end with the stream. Not for several threads.
 */
final class LineReader {
  private final InputStream source;
  private final int maxLineBytes;
  private final byte[] chunk = new byte[64 * 1024];
  private int chunkStart;
  private int chunkEnd;
  private byte[] line = new byte[256];
  private int length;
  private long number;

  LineReader(InputStream source, int maxLineBytes) {
    this.source = source;
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * Moves to the next line.
   *
   * @return false at the end of the stream
   * @throws LakeException LINE_TOO_LONG, before more than the limit is held in memory
   */
  boolean next() throws IOException {
    length = 0;
    boolean any = false;
    while (true) {
      if (chunkStart == chunkEnd) {
        chunkStart = 0;
        chunkEnd = Math.max(0, source.read(chunk, 0, chunk.length));
        if (chunkEnd == 0) {
          break;
        }
      }
      any = true;
      int end = chunkStart;
      while (end < chunkEnd && chunk[end] != '\n') {
        end++;
      }
      append(end - chunkStart);
      if (end < chunkEnd) {
        chunkStart = end + 1;
        break;
      }
      chunkStart = end;
    }
    if (!any) {
      return false;
    }
    number++;
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return true;
  }

  private void append(int count) {
    if (length + count > maxLineBytes) {
      append(maxLineBytes - length);
      throw new LakeException(
          LakeErrorCode.LINE_TOO_LONG,
          "line " + (number + 1) + " is longer than " + maxLineBytes + " bytes");
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
    }
    System.arraycopy(chunk, chunkStart, line, length, count);
    length += count;
  }

  /** The number of the current line, from 1; after LINE_TOO_LONG that of the line before. */
  long number() {
    return number;
  }

  /**
   * The current line, or the part that fits; valid until the next call of {@link #next()}, {@link
   * #length()} bytes.
   */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }
}
