package io.strongroom.audit;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.VerificationKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which signatures a checkpoint needs besides what the keyring says: a C2SP tlog-policy, a text
 * file that other verifiers of transparency logs take too.
 *
 * <p>A checkpoint satisfies it when one of the policy's logs signed it, if it names any, and the
 * quorum of its witnesses cosigned it. Verifiers of signed notes ask for one known signature only,
 * so a second line of a log, such as the post-quantum one, can be taken away unnoticed; a policy
 * that names its key as a witness and asks for it in a group of threshold {@code all} makes that
 * noticed. {@link #of} makes such a policy.
 *
 * <p>Immutable.
 */
public final class CheckpointPolicy {
  private static final String NONE = "none";
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_LINES = 256;

  /** A witness: its name within the policy, its key, where it is to be reached. */
  record Witnessing(String name, NoteKey key, @Nullable String url) {}

  /** A group: the least number of its members, which stand on lines before. */
  private record Group(String name, int threshold, List<String> members) {
    Group {
      members = List.copyOf(members);
    }
  }

  private record Log(NoteKey key, @Nullable String url) {}

  private final List<Log> logs;
  private final List<Witnessing> witnesses;
  private final List<Group> groups;
  private final String quorum;

  private CheckpointPolicy(
      List<Log> logs, List<Witnessing> witnesses, List<Group> groups, String quorum) {
    this.logs = List.copyOf(logs);
    this.witnesses = List.copyOf(witnesses);
    this.groups = List.copyOf(groups);
    this.quorum = quorum;
  }

  /**
   * What the keyring asks of the log's own lines, as a policy: its keys for checkpoints as logs,
   * its post-quantum keys as witnesses of which one is required.
   *
   * @param origin the log
   * @param keyring the keys
   * @param size size of the log that the policy is for; keys that do not count there are left out
   * @throws AuditException POLICY_REFUSED when no key counts there, LOG_NAME_REFUSED for the origin
   */
  public static CheckpointPolicy of(String origin, Keyring keyring, long size) {
    CheckpointNote.requireOrigin(origin);
    List<Log> logs = new ArrayList<>();
    List<Witnessing> witnesses = new ArrayList<>();
    for (VerificationKey key : keyring.keys()) {
      NoteKey line = NoteKey.ofLog(origin, key).orElse(null);
      if (line != null && CheckpointTrust.isPostQuantumAt(key, size)) {
        witnesses.add(new Witnessing("post-quantum-" + (witnesses.size() + 1), line, null));
      } else if (line != null
          && !line.type().isTimed()
          && key.purpose() == KeyPurpose.CHECKPOINT
          && CheckpointTrust.countsFor(key, size)) {
        logs.add(new Log(line, null));
      }
    }
    if (logs.isEmpty()) {
      throw refused("the keyring has no key that signs a log of " + size);
    }
    if (witnesses.isEmpty()) {
      return new CheckpointPolicy(logs, witnesses, List.of(), NONE);
    }
    List<String> names = witnesses.stream().map(Witnessing::name).toList();
    return new CheckpointPolicy(
        logs, witnesses, List.of(new Group("post-quantum", 1, names)), "post-quantum");
  }

  /**
   * The same policy, which asks for cosignatures of witnesses too.
   *
   * @param threshold how many of them, at least 1
   * @param verifierKeys their keys as {@code name+id+key}, of type 0x04 or 0x06, by the names that
   *     they are to have in the policy
   * @throws AuditException POLICY_REFUSED when a name stands there already, a key is none or there
   *     twice, or the threshold is out of range
   */
  public CheckpointPolicy withWitnesses(int threshold, Map<String, String> verifierKeys) {
    StringBuilder text = new StringBuilder(latin(encode()));
    String before = text.substring(text.lastIndexOf("quorum "));
    text.setLength(text.length() - before.length());
    Map<String, String> sorted = new TreeMap<>(verifierKeys);
    sorted.forEach(
        (name, key) ->
            text.append("witness ")
                .append(latin(name))
                .append(' ')
                .append(latin(key))
                .append('\n'));
    String group = unused("witnesses");
    text.append("group ").append(group).append(' ').append(threshold);
    sorted.keySet().forEach(name -> text.append(' ').append(latin(name)));
    text.append('\n');
    if (quorum.equals(NONE)) {
      text.append("quorum ").append(group).append('\n');
    } else {
      String all = unused("required");
      text.append("group " + all + " all " + quorum + " " + group + "\nquorum " + all + "\n");
    }
    return parse(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private String unused(String name) {
    String unused = name;
    for (int number = 2; isDefined(unused); number++) {
      unused = name + "-" + number;
    }
    return unused;
  }

  private boolean isDefined(String name) {
    return groups.stream().anyMatch(group -> group.name().equals(name))
        || witnesses.stream().anyMatch(witness -> witness.name().equals(name));
  }

  private static String latin(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static String latin(String text) {
    return latin(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a policy.
   *
   * @param file its text; names are compared as octets
   * @throws AuditException POLICY_REFUSED when it is malformed, names what stands on no line
   *     before, or has a key of a type that is not known here
   */
  public static CheckpointPolicy parse(byte[] file) {
    if (file.length > MAX_BYTES) {
      throw refused("it is longer than " + MAX_BYTES + " bytes");
    }
    for (byte octet : file) {
      if ((octet >= 0 && octet < 0x20 && octet != '\t' && octet != '\n') || octet == 0x7f) {
        throw refused("it holds a control character");
      }
    }
    String text = latin(file);
    if (!text.endsWith("\n")) {
      throw refused("it has no end of line at its end");
    }
    Reader reader = new Reader();
    int number = 0;
    for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
      number++;
      String[] items = line.replace('\t', ' ').strip().split(" +");
      if (!items[0].isEmpty() && !items[0].startsWith("#")) {
        reader.read(items, number);
      }
    }
    return reader.finish();
  }

  /** Collects the lines of a policy. */
  private static final class Reader {
    private final List<Log> logs = new ArrayList<>();
    private final List<Witnessing> witnesses = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> members = new HashSet<>();
    private @Nullable String quorum;

    void read(String[] items, int line) {
      switch (items[0]) {
        case "log" -> {
          requireItems(items, 2, 3, line);
          NoteKey key = key(items[1], line);
          if (key.type() == NoteKey.Type.COSIGNATURE) {
            throw refused(line, "the key is not of a type that logs sign with");
          }
          if (logs.size() == MAX_LINES || logs.stream().anyMatch(log -> log.key().hasKeyOf(key))) {
            throw refused(line, "there are too many logs, or its key stands there twice");
          }
          logs.add(new Log(key, items.length == 3 ? items[2] : null));
        }
        case "witness" -> {
          requireItems(items, 3, 4, line);
          NoteKey key = key(items[2], line);
          if (!key.type().isTimed()) {
            throw refused(line, "the key is not of a type that witnesses sign with");
          }
          if (witnesses.size() == MAX_LINES
              || witnesses.stream().anyMatch(witness -> witness.key().hasKeyOf(key))) {
            throw refused(line, "there are too many witnesses, or its key stands there twice");
          }
          define(items[1], line);
          witnesses.add(new Witnessing(items[1], key, items.length == 4 ? items[3] : null));
        }
        case "group" -> readGroup(items, line);
        case "quorum" -> {
          requireItems(items, 2, 2, line);
          if (quorum != null) {
            throw refused(line, "there are two quorums");
          }
          if (!items[1].equals(NONE) && !names.contains(items[1])) {
            throw refused(line, "the quorum stands on no line before");
          }
          quorum = items[1];
        }
        default -> throw refused(line, "it begins with no known word");
      }
    }

    private void readGroup(String[] items, int line) {
      requireItems(items, 4, MAX_BYTES, line);
      List<String> listed = List.of(items).subList(3, items.length);
      int threshold =
          switch (items[2]) {
            case "any" -> 1;
            case "all" -> listed.size();
            default -> items[2].matches("[1-9][0-9]{0,8}") ? Integer.parseInt(items[2]) : 0;
          };
      if (threshold < 1 || threshold > listed.size()) {
        throw refused(line, "the threshold is not 1 to the number of members");
      }
      for (String member : listed) {
        if (!names.contains(member) || !members.add(member)) {
          throw refused(line, "a member stands on no line before, or in two places");
        }
      }
      if (groups.size() == MAX_LINES) {
        throw refused(line, "there are too many groups");
      }
      define(items[1], line);
      groups.add(new Group(items[1], threshold, listed));
    }

    private void define(String name, int line) {
      if (name.equals(NONE) || !names.add(name)) {
        throw refused(line, "the name is taken");
      }
    }

    private static void requireItems(String[] items, int least, int most, int line) {
      if (items.length < least || items.length > most) {
        throw refused(line, "it has " + items.length + " words");
      }
    }

    private static NoteKey key(String item, int line) {
      try {
        return NoteKey.parse(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(item.getBytes(StandardCharsets.ISO_8859_1)))
                .toString());
      } catch (CharacterCodingException | IllegalArgumentException malformed) {
        throw refused(line, "the key is malformed or of no known type");
      }
    }

    CheckpointPolicy finish() {
      if (quorum == null) {
        throw refused("it has no quorum");
      }
      return new CheckpointPolicy(logs, witnesses, groups, quorum);
    }
  }

  private static AuditException refused(int line, String why) {
    return refused("line " + line + ": " + why);
  }

  private static AuditException refused(String why) {
    return new AuditException(AuditErrorCode.POLICY_REFUSED, "policy: " + why);
  }

  /**
   * The policy's text: logs, witnesses, groups and the quorum, each in the order of the lines. A
   * policy that was read is written without its comments.
   */
  public byte[] encode() {
    StringBuilder text = new StringBuilder();
    for (Log log : logs) {
      text.append("log ")
          .append(latin(log.key().verifierKey()))
          .append(url(log.url()))
          .append('\n');
    }
    for (Witnessing witness : witnesses) {
      text.append("witness ")
          .append(witness.name())
          .append(' ')
          .append(latin(witness.key().verifierKey()))
          .append(url(witness.url()))
          .append('\n');
    }
    for (Group group : groups) {
      text.append("group ").append(group.name()).append(' ').append(threshold(group));
      group.members().forEach(member -> text.append(' ').append(member));
      text.append('\n');
    }
    text.append("quorum ").append(quorum).append('\n');
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String url(@Nullable String url) {
    return url == null ? "" : " " + url;
  }

  private static String threshold(Group group) {
    if (group.threshold() == group.members().size()) {
      return "all";
    }
    return group.threshold() == 1 ? "any" : Integer.toString(group.threshold());
  }

  List<Witnessing> witnesses() {
    return witnesses;
  }

  /**
   * When which of the policy's witnesses cosigned a checkpoint; a log's own post-quantum line is a
   * cosignature too.
   *
   * @param checkpoint a checkpoint with its note
   * @return in the order of the lines
   * @throws AuditException CHECKPOINT_SIGNATURE_WRONG when a signature of a known key is wrong, or
   *     CHECKPOINT_UNTRUSTED when the note is malformed
   */
  public List<Cosignature> cosignatures(Checkpoint checkpoint) {
    CheckpointNote note = CheckpointNote.parse(checkpoint.note(), checkpoint.origin());
    List<Cosignature> found = new ArrayList<>();
    for (CheckpointNote.Line line : note.lines()) {
      for (Witnessing witness : witnesses) {
        if (isBy(witness.key(), line, note.checkpoint())) {
          found.add(
              new Cosignature(
                  witness.key().name(),
                  witness.key().type().algorithm(),
                  Instant.ofEpochSecond(NoteKey.time(line.signature()))));
        }
      }
    }
    return List.copyOf(found);
  }

  /**
   * Refuses a checkpoint that does not have the signatures that the policy asks for.
   *
   * @throws AuditException CHECKPOINT_SIGNATURE_WRONG, CHECKPOINT_KEY_UNKNOWN,
   *     POST_QUANTUM_LINE_MISSING or QUORUM_MISSING
   */
  void require(CheckpointNote note) {
    Checkpoint checkpoint = note.checkpoint();
    boolean signed = logs.isEmpty();
    Set<String> cosigned = new HashSet<>();
    for (CheckpointNote.Line line : note.lines()) {
      for (Log log : logs) {
        boolean by = isBy(log.key(), line, checkpoint);
        signed |= by && log.key().name().equals(checkpoint.origin());
      }
      for (Witnessing witness : witnesses) {
        if (isBy(witness.key(), line, checkpoint)) {
          cosigned.add(witness.name());
        }
      }
    }
    if (!signed) {
      throw CheckpointNote.refused(
          AuditErrorCode.CHECKPOINT_KEY_UNKNOWN, "no log of the policy has signed it");
    }
    if (isQuorum(cosigned)) {
      return;
    }
    Set<String> others = new HashSet<>(cosigned);
    for (Witnessing witness : witnesses) {
      if (!witness.key().name().equals(checkpoint.origin())) {
        others.add(witness.name());
      }
    }
    throw isQuorum(others)
        ? CheckpointNote.refused(
            AuditErrorCode.QUORUM_MISSING,
            "witnesses are missing for the quorum of the policy: it has "
                + cosigned.size()
                + " of "
                + witnesses.size()
                + " cosignatures")
        : CheckpointNote.refused(
            AuditErrorCode.POST_QUANTUM_LINE_MISSING,
            "it has no line of a key of the log's own that the policy asks for");
  }

  private static boolean isBy(NoteKey key, CheckpointNote.Line line, Checkpoint checkpoint) {
    if (!key.isNamed(line.name(), line.id())) {
      return false;
    }
    if (!key.verifies(checkpoint, line.signature())) {
      throw CheckpointNote.refused(
          AuditErrorCode.CHECKPOINT_SIGNATURE_WRONG, "the signature of " + key + " is wrong");
    }
    return true;
  }

  /** Whether these witnesses are enough. Members stand before their groups. */
  private boolean isQuorum(Set<String> cosigned) {
    Set<String> satisfied = new HashSet<>(cosigned);
    for (Group group : groups) {
      long members = group.members().stream().filter(satisfied::contains).count();
      if (members >= group.threshold()) {
        satisfied.add(group.name());
      }
    }
    return quorum.equals(NONE) || satisfied.contains(quorum);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CheckpointPolicy that && latin(encode()).equals(latin(that.encode()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(latin(encode()));
  }

  @Override
  public String toString() {
    return "CheckpointPolicy["
        + logs.size()
        + " logs, "
        + witnesses.size()
        + " witnesses, quorum "
        + quorum
        + "]";
  }
}
