package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.source.SourceColumn;
import io.strongroom.examples.lake.source.SourceRow;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The identity of a row's content: HMAC-SHA-256 under a key of the lake, because a plain hash of
 * personal data can be guessed.
 *
 * <p>Hashed are the ASCII bytes of {@code strongroom-row-v1} and then, for a readable row, the byte
 * 1 and each of the five columns in the order of {@link SourceColumn}, as a length of four bytes,
 * big end first, and its UTF-8 bytes, exactly as received; an empty field has the length FFFFFFFF.
 * For a row that is not readable it is the byte 2, the length and the bytes of the line. Further
 * columns and the place of the columns in the file do not count.
 *
 * <p>Not for several threads.
 */
public final class RowHash {
  private static final byte[] DOMAIN = "strongroom-row-v1".getBytes(StandardCharsets.US_ASCII);
  private static final byte READABLE = 1;
  private static final byte UNREADABLE = 2;
  private static final byte[] EMPTY = {-1, -1, -1, -1};

  private final Mac mac;
  private final byte[] length = new byte[4];

  /**
   * Prepares for a key.
   *
   * @param key32 the lake's key for row hashes, 32 bytes; copied
   */
  public RowHash(byte[] key32) {
    if (key32.length != 32) {
      throw new IllegalArgumentException("a row hash key has 32 bytes, not " + key32.length);
    }
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key32, "HmacSHA256"));
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("Every Java runtime has HmacSHA256", impossible);
    }
  }

  /**
   * The hash of a row.
   *
   * @param row the row
   * @return 64 hexadecimal digits, lower case
   */
  public String of(SourceRow row) {
    mac.update(DOMAIN);
    if (row.readable()) {
      mac.update(READABLE);
      for (SourceColumn column : SourceColumn.values()) {
        String text = row.field(column);
        if (text.isEmpty()) {
          mac.update(EMPTY);
        } else {
          update(text.getBytes(StandardCharsets.UTF_8));
        }
      }
    } else {
      mac.update(UNREADABLE);
      boolean utf8 = row.rawEncoding() == SourceRow.RawEncoding.UTF_8;
      update(row.rawText().getBytes(utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    }
    return HexFormat.of().formatHex(mac.doFinal());
  }

  private void update(byte[] bytes) {
    length[0] = (byte) (bytes.length >>> 24);
    length[1] = (byte) (bytes.length >>> 16);
    length[2] = (byte) (bytes.length >>> 8);
    length[3] = (byte) bytes.length;
    mac.update(length);
    mac.update(bytes);
  }
}
