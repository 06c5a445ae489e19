package io.strongroom.storage.parquet;

/**
 * Walks the runs of levels or dictionary ids (the format's RLE and bit-packing hybrid) before they
 * are given to parquet-java's decoder, which believes the counts that it meets.
 */
final class RunLengths {
  /** Writers pad the last run: parquet-java to 8 values, DuckDB to 32, others to 63 groups of 8. */
  private static final int PADDING_GROUPS = 64;

  private RunLengths() {}

  /**
   * Checks the runs that hold the first values.
   *
   * @param values as many as a decoder will ask for at most
   * @return how many values the runs hold, counted no further than {@code values}; -1 when a run is
   *     damaged
   */
  static long check(byte[] bytes, int from, int to, int bitWidth, int values) {
    long count = 0;
    int at = from;
    while (count < values && at < to) {
      long header = 0;
      int shift = 0;
      int next;
      do {
        if (at == to || shift > 28) {
          return -1;
        }
        next = bytes[at++] & 0xff;
        header |= (long) (next & 0x7f) << shift;
        shift += 7;
      } while ((next & 0x80) != 0);
      long units = header >>> 1;
      boolean packed = (header & 1) != 0;
      if (units == 0 || header > Integer.MAX_VALUE) {
        return -1;
      }
      if (packed) {
        if (units > values / 8 + PADDING_GROUPS) {
          return -1;
        }
        count += units * 8;
        at = (int) Math.min(to, at + units * bitWidth);
      } else {
        count += units;
        at += (bitWidth + 7) / 8;
        if (at > to) {
          return -1;
        }
      }
    }
    return count;
  }
}
