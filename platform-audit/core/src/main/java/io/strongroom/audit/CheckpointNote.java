package io.strongroom.audit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The bytes of a checkpoint: C2SP tlog-checkpoint v1.0.0 in a C2SP signed-note v1.0.0. Reading one
 * believes nothing of it.
 */
final class CheckpointNote {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_SIGNATURES = 64;
  private static final String DASH = "\u2014 ";

  /** A signature line: the name and the id of the key, and what it signed. */
  // Held by the note alone.
  @SuppressWarnings("ArrayRecordComponent")
  record Line(String name, byte[] id, byte[] signature) {}

  private final Checkpoint checkpoint;
  private final List<Line> lines;

  private CheckpointNote(Checkpoint checkpoint, List<Line> lines) {
    this.checkpoint = checkpoint;
    this.lines = lines;
  }

  static void requireOrigin(String origin) {
    int bytes = origin.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > 255) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED, "the origin must have 1 to 255 bytes of UTF-8");
    }
    if (!NoteKey.isName(origin)) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED,
          "the origin must hold no space, control character, plus sign or unpaired surrogate");
    }
  }

  /** The checkpoint; who signed it, if anybody, is not known. */
  Checkpoint checkpoint() {
    return checkpoint;
  }

  List<Line> lines() {
    return lines;
  }

  /** What is signed. */
  static String text(Checkpoint checkpoint) {
    return checkpoint.origin()
        + "\n"
        + checkpoint.size()
        + "\n"
        + Base64.getEncoder().encodeToString(checkpoint.root())
        + "\n";
  }

  /** A line of a key; {@code signature} is what {@link NoteKey#sign} returned. */
  static String line(NoteKey key, byte[] signature) {
    byte[] blob =
        ByteBuffer.allocate(NoteKey.ID_BYTES + signature.length)
            .put(key.id())
            .put(signature)
            .array();
    return DASH + key.name() + " " + Base64.getEncoder().encodeToString(blob) + "\n";
  }

  /** A checkpoint with these signature lines. */
  static Checkpoint signed(Checkpoint checkpoint, List<String> lines) {
    byte[] note =
        (text(checkpoint) + "\n" + String.join("", lines)).getBytes(StandardCharsets.UTF_8);
    return new Checkpoint(checkpoint.origin(), checkpoint.size(), checkpoint.root(), note);
  }

  /** A checkpoint with further signature lines behind its own. */
  static Checkpoint withLines(Checkpoint signed, List<String> lines) {
    byte[] more = String.join("", lines).getBytes(StandardCharsets.UTF_8);
    byte[] note = signed.note();
    byte[] all = Arrays.copyOf(note, note.length + more.length);
    System.arraycopy(more, 0, all, note.length, more.length);
    return new Checkpoint(signed.origin(), signed.size(), signed.root(), all);
  }

  /**
   * Reads a note.
   *
   * @throws AuditException CHECKPOINT_UNTRUSTED when it is malformed or of another log
   */
  static CheckpointNote parse(byte[] note, String origin) {
    if (note.length > MAX_BYTES) {
      throw untrusted("it is longer than " + MAX_BYTES + " bytes");
    }
    String all;
    try {
      all = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(note)).toString();
    } catch (CharacterCodingException malformed) {
      throw untrusted("it is not UTF-8");
    }
    if (all.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
      throw untrusted("it holds a control character");
    }
    int blank = all.lastIndexOf("\n\n");
    if (blank < 0 || !all.endsWith("\n")) {
      throw untrusted("it has no signatures or no end of line at its end");
    }
    Checkpoint checkpoint = parseText(all.substring(0, blank + 1), origin, note);
    return new CheckpointNote(checkpoint, parseLines(all.substring(blank + 2)));
  }

  private static Checkpoint parseText(String text, String origin, byte[] note) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 4) {
      throw untrusted("its text does not have three lines");
    }
    if (!lines[0].equals(origin)) {
      throw untrusted("it is of another log");
    }
    if (!lines[1].matches("0|[1-9][0-9]{0,17}")) {
      throw untrusted("its size is malformed");
    }
    byte[] root = NoteKey.decode(lines[2]);
    if (root == null || root.length != MerkleProofs.HASH_BYTES) {
      throw untrusted("its root is malformed");
    }
    return new Checkpoint(origin, Long.parseLong(lines[1]), root, note);
  }

  /**
   * Reads signature lines, each with the end of line behind it.
   *
   * @throws AuditException CHECKPOINT_UNTRUSTED when one is malformed or there are too many
   */
  static List<Line> parseLines(String signatures) {
    String[] lines = signatures.split("\n", -1);
    if (lines.length - 1 > MAX_SIGNATURES) {
      throw untrusted("it has more than " + MAX_SIGNATURES + " signatures");
    }
    List<Line> parsed = new ArrayList<>();
    for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
      parsed.add(parseLine(line));
    }
    return List.copyOf(parsed);
  }

  private static Line parseLine(String line) {
    int space = line.lastIndexOf(' ');
    if (!line.startsWith(DASH) || space <= DASH.length()) {
      throw untrusted("a signature line is malformed");
    }
    String name = line.substring(DASH.length(), space);
    byte[] blob = NoteKey.decode(line.substring(space + 1));
    if (!NoteKey.isName(name) || blob == null || blob.length <= NoteKey.ID_BYTES) {
      throw untrusted("a signature line is malformed");
    }
    return new Line(
        name,
        Arrays.copyOf(blob, NoteKey.ID_BYTES),
        Arrays.copyOfRange(blob, NoteKey.ID_BYTES, blob.length));
  }

  static AuditException untrusted(String why) {
    return refused(AuditErrorCode.CHECKPOINT_UNTRUSTED, why);
  }

  static AuditException refused(AuditErrorCode code, String why) {
    return new AuditException(code, "checkpoint: " + why);
  }
}
