package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * The native work in a Parquet file, over the texts of its rows and nothing else. It is the same in
 * every process, whatever the JIT compiler does, and so what the speed of Java code can be compared
 * with. Done three times over, so that it takes about as long as a file does.
 */
final class SnappyLimit {
  private static final int PIECE = 1 << 20;
  private static final int TIMES = 3;

  private final byte[] texts;
  private final byte[] packed = new byte[Snappy.maxCompressedLength(PIECE)];
  private final byte[] unpacked = new byte[PIECE];
  private final List<byte[]> pieces = new ArrayList<>();
  private final MessageDigest digest;

  SnappyLimit(byte[] texts) throws IOException {
    this.texts = texts;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
    for (int at = 0; at < texts.length; at += PIECE) {
      pieces.add(Arrays.copyOf(packed, compress(at)));
    }
  }

  private int compress(int at) throws IOException {
    return Snappy.compress(texts, at, Math.min(PIECE, texts.length - at), packed, 0);
  }

  /** Compresses the texts and hashes what comes out. */
  void pack() throws IOException {
    for (int time = 0; time < TIMES; time++) {
      for (int at = 0; at < texts.length; at += PIECE) {
        digest.update(packed, 0, compress(at));
      }
      digest.digest();
    }
  }

  /** Decompresses the texts. */
  void unpack() throws IOException {
    for (int time = 0; time < TIMES; time++) {
      for (byte[] piece : pieces) {
        Snappy.uncompress(piece, 0, piece.length, unpacked, 0);
      }
    }
  }
}
