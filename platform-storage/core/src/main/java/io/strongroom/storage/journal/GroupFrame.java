package io.strongroom.storage.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The records of one commit, as they are stored: FORMAT.md, "Journal".
 *
 * @param first the number of the first record
 * @param count how many records there are
 * @param length all bytes, header and padding included
 */
record GroupFrame(long first, int count, int length) {
  static final int HEADER = 48;
  static final int TAG = 16;

  /** The most bytes of a group that is not a single record. */
  static final int MOST = 4 * 1024 * 1024;

  static final int ALIGNMENT = 8;

  private static final int MAGIC = 0x53524a31;
  private static final int CHECKED = HEADER - 4;
  private static final int LENGTH_FIELD = 4;

  /** The number behind the last record. */
  long next() {
    return first + count;
  }

  /** What a record needs in a group. */
  static int room(byte[] record) {
    return LENGTH_FIELD + record.length;
  }

  static byte[] encode(byte[] tag, long first, List<byte[]> records) {
    int body = 0;
    for (byte[] record : records) {
      body += room(record);
    }
    byte[] bytes = new byte[padded(HEADER + body)];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    out.position(HEADER);
    for (byte[] record : records) {
      out.putInt(record.length).put(record);
    }
    out.position(0);
    out.putInt(MAGIC).putInt(body).putLong(first).putInt(records.size());
    out.putInt(crc(bytes, HEADER, body)).put(tag).putInt(0);
    out.putInt(crc(bytes, 0, CHECKED));
    return bytes;
  }

  private static int padded(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /**
   * The group whose header stands there, whatever follows it; null when none does.
   *
   * @param tag what its tag must be; null for any
   */
  static @Nullable GroupFrame header(byte[] bytes, int at, byte @Nullable [] tag) {
    if (bytes.length - at < HEADER) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, at, HEADER);
    if (in.getInt() != MAGIC) {
      return null;
    }
    int body = in.getInt();
    long first = in.getLong();
    int count = in.getInt();
    boolean whole =
        in.getInt(at + CHECKED) == crc(bytes, at, CHECKED)
            && in.getInt(at + CHECKED - 4) == 0
            && body >= 0
            && body <= Integer.MAX_VALUE - HEADER - ALIGNMENT
            && count > 0
            && body / LENGTH_FIELD >= count
            && first > 0
            && first <= Long.MAX_VALUE - count;
    if (!whole || (tag != null && !matches(bytes, at, tag))) {
      return null;
    }
    return new GroupFrame(first, count, padded(HEADER + body));
  }

  private static boolean matches(byte[] bytes, int at, byte[] tag) {
    for (int i = 0; i < TAG; i++) {
      if (bytes[at + CHECKED - 4 - TAG + i] != tag[i]) {
        return false;
      }
    }
    return true;
  }

  /** The whole group that stands there; null when none does, or not all of it. */
  static @Nullable GroupFrame whole(byte[] bytes, int at, byte @Nullable [] tag) {
    GroupFrame frame = header(bytes, at, tag);
    if (frame == null || bytes.length - at < frame.length()) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int body = in.getInt(at + 4);
    if (crc(bytes, at + HEADER, body) != in.getInt(at + 20)) {
      return null;
    }
    int end = at + HEADER + body;
    int record = at + HEADER;
    for (int i = 0; i < frame.count(); i++) {
      int length = end - record < LENGTH_FIELD ? -1 : in.getInt(record);
      if (length < 0 || length > end - record - LENGTH_FIELD) {
        return null;
      }
      record += LENGTH_FIELD + length;
    }
    for (int i = end; i < at + frame.length(); i++) {
      if (bytes[i] != 0) {
        return null;
      }
    }
    return record == end ? frame : null;
  }

  /** Records of a whole group, those behind {@code after}, at most so many. */
  List<JournalRecord> records(byte[] bytes, int at, long after, int limit) {
    List<JournalRecord> records = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.position(at + HEADER);
    for (long number = first; number < next() && records.size() < limit; number++) {
      byte[] content = new byte[0];
      int length = in.getInt();
      if (number > after) {
        content = new byte[length];
        in.get(content);
        records.add(new JournalRecord(number, content));
      } else {
        in.position(in.position() + length);
      }
    }
    return records;
  }
}
