package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.RunId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the canonical form of a leaf, which is rigid, without building JSON of it; entries that
 * another leaf has in the same bytes are taken from there. What is not of that form goes to the
 * general parser, which tells what is wrong.
 */
final class LeafScanner {
  private static final byte[] DATASET = ascii("{\"dataset\":\"");
  private static final byte[] RUNS =
      ascii("\",\"format\":\"" + GenerationLeaf.FORMAT + "\",\"runs\":[");
  private static final byte[] KEY = ascii("{\"key\":\"");
  private static final byte[] MANIFEST = ascii("\",\"manifest\":\"");
  private static final byte[] RUN = ascii("\",\"run\":\"");
  private static final byte[] SEQ = ascii("\",\"seq\":");
  private static final int MOST_DIGITS = 15;

  /** A leaf with its bytes, where each entry ends in them, and what another leaf did not have. */
  static final class Scanned {
    private final GenerationLeaf leaf;
    private final byte[] content;
    private final int[] ends;
    private final List<GenerationEntry> fresh;

    private Scanned(GenerationLeaf leaf, byte[] content, int[] ends, List<GenerationEntry> fresh) {
      this.leaf = leaf;
      this.content = content;
      this.ends = ends;
      this.fresh = List.copyOf(fresh);
    }

    GenerationLeaf leaf() {
      return leaf;
    }

    /** The entries that the other leaf did not have. */
    List<GenerationEntry> fresh() {
      return fresh;
    }
  }

  private final byte[] content;
  private int at;
  private boolean other;

  private LeafScanner(byte[] content) {
    this.content = content;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a leaf.
   *
   * @param content its bytes
   * @param like a leaf that may have many of its entries
   * @throws io.strongroom.base.JsonException or {@link IllegalArgumentException} when they are none
   */
  static Scanned scan(byte[] content, @Nullable Scanned like) {
    Scanned scanned = new LeafScanner(content).scan(like);
    if (scanned != null) {
      return scanned;
    }
    GenerationLeaf leaf = GenerationLeaf.fromJson(JsonValue.parseCanonicalObject(content));
    return new Scanned(leaf, content, new int[0], leaf.entries());
  }

  private @Nullable Scanned scan(@Nullable Scanned like) {
    expect(DATASET);
    String dataset = text();
    expect(RUNS);
    List<GenerationEntry> entries = new ArrayList<>();
    List<GenerationEntry> fresh = new ArrayList<>();
    int[] ends = new int[GenerationLeaf.MAX_RUNS];
    int next = 0;
    do {
      if (other || entries.size() == GenerationLeaf.MAX_RUNS) {
        return null;
      }
      int start = at;
      GenerationEntry entry = null;
      while (like != null && next < like.ends.length && entry == null) {
        int from = next == 0 ? first(like) : like.ends[next - 1] + 1;
        int end = start + like.ends[next] - from;
        if (end <= content.length
            && Arrays.equals(content, start, end, like.content, from, like.ends[next])) {
          entry = like.leaf.entries().get(next);
          at = end;
        } else if (isBefore(like.content, from, start)) {
          next++;
          continue;
        }
        break;
      }
      if (entry == null) {
        entry = entry();
        if (entry == null) {
          return null;
        }
        fresh.add(entry);
      } else {
        next++;
      }
      ends[entries.size()] = at;
      entries.add(entry);
    } while (at < content.length && content[at++] == ',');
    if (other || at != content.length - 1 || content[at - 1] != ']' || content[at] != '}') {
      return null;
    }
    return new Scanned(
        new GenerationLeaf(DatasetRef.parse(dataset), entries),
        content,
        Arrays.copyOf(ends, entries.size()),
        fresh);
  }

  /** Where the first entry of a leaf begins: what stands before it is rigid, too. */
  private static int first(Scanned like) {
    return DATASET.length + like.leaf.dataset().path().length() + RUNS.length;
  }

  /** Whether the key of another leaf's entry is less than the one that stands here. */
  private boolean isBefore(byte[] others, int from, int start) {
    int key = KEY.length;
    int length = 64;
    return start + key + length <= content.length
        && from + key + length <= others.length
        && Arrays.compare(
                others, from + key, from + key + length, content, start + key, start + key + length)
            < 0;
  }

  private @Nullable GenerationEntry entry() {
    expect(KEY);
    String key = text();
    expect(MANIFEST);
    String manifest = text();
    expect(RUN);
    String run = text();
    expect(SEQ);
    long seq = number();
    if (other || at >= content.length || content[at++] != '}') {
      return null;
    }
    return new GenerationEntry(key, new RunId(run), manifest, seq);
  }

  private void expect(byte[] text) {
    int end = at + text.length;
    other = other || end > content.length || !Arrays.equals(content, at, end, text, 0, text.length);
    at = other ? at : end;
  }

  /** Up to the next quotation mark: letters, digits and what is never escaped. */
  private String text() {
    int start = at;
    while (at < content.length && content[at] != '"') {
      int c = content[at++];
      other = other || c < ' ' || c == '\\';
    }
    return other ? "" : new String(content, start, at - start, StandardCharsets.US_ASCII);
  }

  private long number() {
    int start = at;
    long number = 0;
    while (at < content.length && content[at] >= '0' && content[at] <= '9') {
      number = 10 * number + content[at++] - '0';
      other = other || at - start > MOST_DIGITS;
    }
    other = other || at == start || content[start] == '0';
    return number;
  }
}
