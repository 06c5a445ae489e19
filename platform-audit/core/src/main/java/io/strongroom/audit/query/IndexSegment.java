package io.strongroom.audit.query;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.MerkleProofs;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the index knows of the entries of one complete subtree of the log's tree: which of them have
 * a term, and the times of each bundle. Equal entries make equal bytes.
 */
final class IndexSegment {
  /** Height of the subtree of a segment that is stored: {@value #ENTRIES} entries. */
  static final int HEIGHT = 14;

  static final int ENTRIES = 1 << HEIGHT;

  private static final int BUNDLE = 256;
  private static final int TERM_BYTES = Long.BYTES + Short.BYTES;
  private static final int SUM_BYTES = 32;
  private static final short[] NOWHERE = {};

  private final long base;
  private final byte[] lastLeaf;
  private final byte[] root;

  /** Earliest and latest second of each bundle. */
  private final long[] times;

  /** Offsets of entries, ascending, by term. */
  private final SortedMap<Long, short[]> postings;

  private IndexSegment(
      long base, byte[] lastLeaf, byte[] root, long[] times, SortedMap<Long, short[]> postings) {
    this.base = base;
    this.lastLeaf = lastLeaf;
    this.root = root;
    this.times = times;
    this.postings = postings;
  }

  /** Takes the entries of a segment in order. */
  static final class Builder {
    private final Terms terms = new Terms();
    private final long base;
    private final long[] times;
    private final TreeMap<Long, Posting> postings = new TreeMap<>(Long::compareUnsigned);
    private final byte[][] leaves;
    private final int height;
    private int count;

    Builder(long base, int height) {
      this.base = base;
      this.height = height;
      this.leaves = new byte[1 << height][];
      this.times = new long[2 * leaves.length / BUNDLE];
      for (int i = 0; i < times.length; i++) {
        times[i] = i % 2 == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
      }
    }

    void add(AuditEntry entry) {
      if (entry.index() != base + count) {
        throw new IllegalStateException("the log left out an entry");
      }
      leaves[count] = HexFormat.of().parseHex(entry.leafHash());
      int bundle = count / BUNDLE;
      long second = entry.event().at().getEpochSecond();
      times[2 * bundle] = Math.min(times[2 * bundle], second);
      times[2 * bundle + 1] = Math.max(times[2 * bundle + 1], second);
      for (long term : terms.of(entry.event())) {
        postings.computeIfAbsent(term, unused -> new Posting()).add((short) count);
      }
      count++;
    }

    IndexSegment build() {
      if (count != leaves.length) {
        throw new IllegalStateException("the log ended within a segment");
      }
      TreeMap<Long, short[]> all = new TreeMap<>(Long::compareUnsigned);
      postings.forEach((term, posting) -> all.put(term, posting.offsets()));
      return new IndexSegment(base, leaves[leaves.length - 1], node(height, 0), times, all);
    }

    private byte[] node(int at, int index) {
      return at == 0
          ? leaves[index]
          : MerkleProofs.nodeHash(node(at - 1, 2 * index), node(at - 1, 2 * index + 1));
    }
  }

  /** Offsets of the entries with one term; an entry has it once, whatever field it came from. */
  private static final class Posting {
    private short[] offsets = new short[2];
    private int count;

    void add(short offset) {
      if (count > 0 && offsets[count - 1] == offset) {
        return;
      }
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count);
      }
      offsets[count++] = offset;
    }

    short[] offsets() {
      return Arrays.copyOf(offsets, count);
    }
  }

  int entries() {
    return times.length / 2 * BUNDLE;
  }

  /** Root of the subtree, in hexadecimal. */
  String root() {
    return HexFormat.of().formatHex(root);
  }

  /**
   * Whether the segment was made of the entries that a log's tree has at its place.
   *
   * @param path audit path of the segment's last entry, at least up to the segment's subtree
   */
  boolean isOf(List<byte[]> path) {
    byte[] hash = lastLeaf;
    int height = Integer.numberOfTrailingZeros(entries());
    for (int at = 0; at < height; at++) {
      hash = MerkleProofs.nodeHash(path.get(at), hash);
    }
    return Arrays.equals(hash, root);
  }

  /** The offsets of entries that may be asked for, ascending. */
  PrimitiveIterator.OfInt candidates(AuditQuery query, List<Long> terms) {
    int entries = entries();
    long first = Math.max(0, query.firstIndex() - base);
    BitSet wanted = new BitSet(entries);
    for (int bundle = 0; bundle < times.length / 2; bundle++) {
      long earliest = times[2 * bundle];
      long latest = times[2 * bundle + 1];
      boolean within =
          query.from().map(from -> latest >= from.getEpochSecond()).orElse(true)
              && query.until().map(until -> earliest <= until.getEpochSecond()).orElse(true);
      wanted.set(bundle * BUNDLE, (bundle + 1) * BUNDLE, within);
    }
    wanted.clear(0, (int) Math.min(entries, first));
    for (long term : terms) {
      BitSet having = new BitSet(entries);
      for (short offset : postings.getOrDefault(term, NOWHERE)) {
        having.set(offset);
      }
      wanted.and(having);
    }
    return wanted.stream().iterator();
  }

  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header());
    out.write('\n');
    int offsets = postings.values().stream().mapToInt(posting -> posting.length).sum();
    ByteBuffer body =
        ByteBuffer.allocate(
            times.length * Long.BYTES
                + Integer.BYTES
                + postings.size() * TERM_BYTES
                + offsets * Short.BYTES);
    for (long time : times) {
      body.putLong(time);
    }
    body.putInt(postings.size());
    postings.forEach((term, posting) -> body.putLong(term).putShort((short) posting.length));
    postings.values().forEach(posting -> putAll(body, posting));
    out.writeBytes(body.array());
    out.writeBytes(sha256(out.toByteArray(), out.size()));
    return out.toByteArray();
  }

  private static void putAll(ByteBuffer body, short[] offsets) {
    for (short offset : offsets) {
      body.putShort(offset);
    }
  }

  private byte[] header() {
    return JsonObject.builder()
        .put("base", base)
        .put("entries", entries())
        .put("leaf", HexFormat.of().formatHex(lastLeaf))
        .put("root", root())
        .put("v", 1)
        .build()
        .canonicalBytes();
  }

  /** Reads a segment; empty when the bytes are not a whole one of this place and height. */
  static Optional<IndexSegment> decode(byte[] bytes, long base, int height) {
    int end = bytes.length - SUM_BYTES;
    if (end < 0
        || !MessageDigest.isEqual(
            sha256(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    int newline = 0;
    while (newline < end && bytes[newline] != '\n') {
      newline++;
    }
    try {
      JsonObject header = JsonValue.parseCanonicalObject(Arrays.copyOf(bytes, newline));
      if (!header.members().keySet().equals(Set.of("base", "entries", "leaf", "root", "v"))
          || header.integer("v") != 1
          || header.integer("base") != base
          || header.integer("entries") != 1L << height) {
        return Optional.empty();
      }
      byte[] leaf = HexFormat.of().parseHex(header.string("leaf"));
      byte[] root = HexFormat.of().parseHex(header.string("root"));
      if (leaf.length != SUM_BYTES || root.length != SUM_BYTES) {
        return Optional.empty();
      }
      ByteBuffer body = ByteBuffer.wrap(bytes, newline + 1, Math.max(0, end - newline - 1));
      return decode(body, base, leaf, root, 1 << height);
    } catch (PlatformException | IllegalArgumentException | BufferUnderflowException no) {
      return Optional.empty();
    }
  }

  private static Optional<IndexSegment> decode(
      ByteBuffer body, long base, byte[] leaf, byte[] root, int entries) {
    long[] times = new long[2 * entries / BUNDLE];
    for (int i = 0; i < times.length; i++) {
      times[i] = body.getLong();
    }
    int count = body.getInt();
    if (count < 1 || count > 4 * entries || body.remaining() < count * TERM_BYTES) {
      return Optional.empty();
    }
    long[] terms = new long[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      terms[i] = body.getLong();
      lengths[i] = body.getShort();
      boolean ascends = i == 0 || Long.compareUnsigned(terms[i - 1], terms[i]) < 0;
      if (!ascends || lengths[i] < 1 || lengths[i] > entries) {
        return Optional.empty();
      }
    }
    TreeMap<Long, short[]> postings = new TreeMap<>(Long::compareUnsigned);
    for (int i = 0; i < count; i++) {
      short[] offsets = new short[lengths[i]];
      for (int j = 0; j < offsets.length; j++) {
        offsets[j] = body.getShort();
        if (offsets[j] < 0 || offsets[j] >= entries || (j > 0 && offsets[j] <= offsets[j - 1])) {
          return Optional.empty();
        }
      }
      postings.put(terms[i], offsets);
    }
    return body.hasRemaining()
        ? Optional.empty()
        : Optional.of(new IndexSegment(base, leaf, root, times, postings));
  }

  private static byte[] sha256(byte[] bytes, int to) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, to);
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-256", impossible);
    }
  }
}
