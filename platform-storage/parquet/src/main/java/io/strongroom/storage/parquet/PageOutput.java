package io.strongroom.storage.parquet;

/** The bytes of a page while they are put together, in a buffer of the pool that grows. */
final class PageOutput {
  /** Room behind the end that is always there, so that whole longs can be read and written. */
  static final int SLACK = 8;

  private static final int SMALLEST = 1024;

  private final BufferPool pool;
  private byte[] bytes;
  private int end;

  PageOutput(BufferPool pool) {
    this.pool = pool;
    this.bytes = pool.take(SMALLEST);
  }

  byte[] bytes() {
    return bytes;
  }

  int end() {
    return end;
  }

  void end(int newEnd) {
    end = newEnd;
  }

  /** Makes room for so many bytes more; {@link #bytes} may be another array afterwards. */
  void reserve(int more) {
    long needed = (long) end + more + SLACK;
    if (needed > bytes.length) {
      grow(needed);
    }
  }

  private void grow(long needed) {
    int length =
        Math.toIntExact(Math.max(needed, Math.min(Integer.MAX_VALUE / 2, 2L * bytes.length)));
    byte[] larger = pool.take(length);
    System.arraycopy(bytes, 0, larger, 0, end);
    pool.give(bytes);
    bytes = larger;
  }

  void put(int value) {
    reserve(1);
    bytes[end++] = (byte) value;
  }

  void put(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, end, length);
    end += length;
  }

  void putInt(int value) {
    reserve(Integer.BYTES);
    LittleEndian.putInt(bytes, end, value);
    end += Integer.BYTES;
  }

  void putLong(long value) {
    reserve(Long.BYTES);
    LittleEndian.putLong(bytes, end, value);
    end += Long.BYTES;
  }

  /** Seven bits a byte, lowest first. */
  void putVarLong(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      put(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    put((int) rest);
  }

  void putZigZag(long value) {
    putVarLong((value << 1) ^ (value >> 63));
  }

  /** Gives the buffer away with what is in it and begins another. */
  byte[] detach(int expected) {
    byte[] detached = bytes;
    bytes = pool.take(Math.max(SMALLEST, expected));
    end = 0;
    return detached;
  }

  /** Forgets what is in it and takes the smallest buffer again. */
  void shrink() {
    pool.give(bytes);
    bytes = pool.take(SMALLEST);
    end = 0;
  }

  /** Gives the buffer back; this must not be used again. */
  void release() {
    pool.give(bytes);
    bytes = new byte[0];
    end = 0;
  }
}
