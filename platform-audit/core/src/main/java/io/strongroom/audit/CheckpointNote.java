package io.strongroom.audit;

import io.strongroom.crypto.signing.Ed25519Verifier;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a checkpoint: C2SP tlog-checkpoint in a C2SP signed-note with Ed25519 signatures
 * (type 0x01). Key name = origin.
 */
final class CheckpointNote {
  private static final byte ED25519 = 1;
  private static final int KEY_ID_BYTES = 4;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_SIGNATURES = 64;
  private static final String DASH = "\u2014 ";

  private CheckpointNote() {}

  static void requireOrigin(String origin) {
    int bytes = origin.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > 255) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED, "the origin must have 1 to 255 bytes of UTF-8");
    }
    if (!isKeyName(origin)) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED,
          "the origin must hold no space, control character, plus sign or unpaired surrogate");
    }
  }

  private static boolean isKeyName(String name) {
    return !name.isEmpty()
        && name.codePoints()
            .noneMatch(
                c ->
                    Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || c == '+'
                        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  static byte[] keyId(String name, byte[] publicKey) {
    ByteArrayOutputStream hashed = new ByteArrayOutputStream();
    hashed.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    hashed.write('\n');
    hashed.write(ED25519);
    hashed.writeBytes(publicKey);
    byte[] bytes = hashed.toByteArray();
    return Arrays.copyOf(MerkleProofs.sha256(bytes, 0, bytes.length), KEY_ID_BYTES);
  }

  static String verifierKey(String name, byte[] publicKey) {
    byte[] typed = ByteBuffer.allocate(1 + publicKey.length).put(ED25519).put(publicKey).array();
    return name
        + "+"
        + HexFormat.of().formatHex(keyId(name, publicKey))
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  private static String text(String origin, long size, byte[] root) {
    return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
  }

  static byte[] sign(String origin, long size, byte[] root, Signer signer) {
    String text = text(origin, size, root);
    byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
    byte[] blob =
        ByteBuffer.allocate(KEY_ID_BYTES + signature.length)
            .put(keyId(origin, signer.publicKey()))
            .put(signature)
            .array();
    String line = DASH + origin + " " + Base64.getEncoder().encodeToString(blob) + "\n";
    return (text + "\n" + line).getBytes(StandardCharsets.UTF_8);
  }

  static Checkpoint verify(byte[] note, String origin, Keyring keyring) {
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
    String text = all.substring(0, blank + 1);
    Checkpoint checkpoint = parse(text, origin, note);
    List<VerificationKey> keys =
        keyring.keys().stream()
            .filter(key -> key.purpose() == KeyPurpose.CHECKPOINT)
            .filter(key -> key.algorithm() == SigningAlgorithm.ED25519)
            .toList();
    String[] lines = all.substring(blank + 2).split("\n", -1);
    if (lines.length - 1 > MAX_SIGNATURES) {
      throw untrusted("it has more than " + MAX_SIGNATURES + " signatures");
    }
    boolean signed = false;
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
      signed |= isSignedByKnownKey(line, origin, message, checkpoint.size(), keys);
    }
    if (!signed) {
      throw untrusted("it has no signature of a key that the keyring holds for checkpoints");
    }
    return checkpoint;
  }

  private static Checkpoint parse(String text, String origin, byte[] note) {
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
    byte[] root = decode(lines[2]);
    if (root == null || root.length != MerkleProofs.HASH_BYTES) {
      throw untrusted("its root is malformed");
    }
    return new Checkpoint(origin, Long.parseLong(lines[1]), root, note);
  }

  private static boolean isSignedByKnownKey(
      String line, String origin, byte[] message, long size, List<VerificationKey> keys) {
    int space = line.lastIndexOf(' ');
    if (!line.startsWith(DASH) || space <= DASH.length()) {
      throw untrusted("a signature line is malformed");
    }
    String name = line.substring(DASH.length(), space);
    byte[] blob = decode(line.substring(space + 1));
    if (!isKeyName(name) || blob == null || blob.length <= KEY_ID_BYTES) {
      throw untrusted("a signature line is malformed");
    }
    byte[] id = Arrays.copyOf(blob, KEY_ID_BYTES);
    byte[] signature = Arrays.copyOfRange(blob, KEY_ID_BYTES, blob.length);
    List<VerificationKey> named =
        keys.stream()
            .filter(key -> name.equals(origin) && Arrays.equals(id, keyId(origin, key.publicKey())))
            .toList();
    if (named.isEmpty()) {
      return false;
    }
    for (VerificationKey key : named) {
      if (Ed25519Verifier.verify(key.publicKey(), message, signature)) {
        if (!key.countsAt(Math.max(size - 1, 0))) {
          throw untrusted("the keyring does not let key " + key.keyId() + " sign a log of " + size);
        }
        return true;
      }
    }
    throw untrusted("the signature of key " + named.get(0).keyId() + " is wrong");
  }

  /** Strict base64: the only encoding of the result. */
  private static byte @Nullable [] decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private static AuditException untrusted(String why) {
    return new AuditException(AuditErrorCode.CHECKPOINT_UNTRUSTED, "checkpoint: " + why);
  }
}
