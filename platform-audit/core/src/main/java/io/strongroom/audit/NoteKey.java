package io.strongroom.audit;

import io.strongroom.crypto.signing.EcdsaSignatures;
import io.strongroom.crypto.signing.PublicKeyEncodings;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.crypto.signing.Verifier;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key as checkpoints name it, and what its signatures are made of (C2SP signed-note v1.0.0,
 * tlog-cosignature v1.1.0).
 */
final class NoteKey {
  static final int ID_BYTES = 4;
  private static final byte[] SUBTREE =
      "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII); // 12 bytes
  private static final int MAX_NAME_BYTES = 255;

  /** What a signature line is. */
  enum Type {
    /** Ed25519 over the text. */
    ED25519(1, SigningAlgorithm.ED25519),
    /** ECDSA over the text, in DER. */
    ECDSA_P256(2, SigningAlgorithm.ECDSA_P256),
    /** A time, and Ed25519 over it and the text. */
    COSIGNATURE(4, SigningAlgorithm.ED25519),
    /** A time, and ML-DSA-44 over it, the cosigner, the log, the size and the root. */
    ML_DSA_44(6, SigningAlgorithm.ML_DSA_44);

    private final byte id;
    private final SigningAlgorithm algorithm;

    Type(int id, SigningAlgorithm algorithm) {
      this.id = (byte) id;
      this.algorithm = algorithm;
    }

    SigningAlgorithm algorithm() {
      return algorithm;
    }

    /** Whether its signatures hold a time. */
    boolean isTimed() {
      return this == COSIGNATURE || this == ML_DSA_44;
    }

    /** The type of the lines that a log signs with a key of this algorithm. */
    static Optional<Type> ofLog(SigningAlgorithm algorithm) {
      return switch (algorithm) {
        case ED25519 -> Optional.of(ED25519);
        case ECDSA_P256 -> Optional.of(ECDSA_P256);
        case ML_DSA_44 -> Optional.of(ML_DSA_44);
        case ECDSA_P384 -> Optional.empty(); // signed notes hash with SHA-256 whatever the curve
      };
    }

    private static @Nullable Type of(byte id) {
      for (Type type : values()) {
        if (type.id == id) {
          return type;
        }
      }
      return null;
    }
  }

  private final String name;
  private final Type type;
  private final byte[] material;
  private final byte[] id;
  private final Verifier verifier;

  private NoteKey(String name, Type type, byte[] publicKey) {
    this.name = name;
    this.type = type;
    this.verifier = Verifier.of(type.algorithm, publicKey);
    this.material =
        type == Type.ECDSA_P256
            ? PublicKeyEncodings.toSpki(type.algorithm, publicKey)
            : publicKey.clone();
    this.id = id(name, type, material);
  }

  /**
   * A key.
   *
   * @param name 1 to 255 bytes without space or plus sign
   * @param publicKey in the form that the type's algorithm states
   * @throws IllegalArgumentException when the name or the key is none
   */
  static NoteKey of(String name, Type type, byte[] publicKey) {
    if (!isName(name) || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException("not a name of a key");
    }
    return new NoteKey(name, type, publicKey);
  }

  /** The key as the log of this origin signs with it; empty when checkpoints have no such lines. */
  static Optional<NoteKey> ofLog(String origin, VerificationKey key) {
    return Type.ofLog(key.algorithm()).map(type -> of(origin, type, key.publicKey()));
  }

  /**
   * Reads the text form {@code name+id+key}.
   *
   * @throws IllegalArgumentException when it is malformed, or of a type that is not known here
   */
  static NoteKey parse(String verifierKey) {
    String[] parts = verifierKey.split("\\+", 3);
    byte[] typed = parts.length == 3 ? decode(parts[2]) : null;
    Type type = typed == null || typed.length == 0 ? null : Type.of(typed[0]);
    if (typed == null || type == null) {
      throw new IllegalArgumentException("not a verifier key of a known type");
    }
    byte[] material = Arrays.copyOfRange(typed, 1, typed.length);
    NoteKey key =
        of(
            parts[0],
            type,
            type == Type.ECDSA_P256
                ? PublicKeyEncodings.fromSpki(type.algorithm, material)
                : material);
    if (!HexFormat.of().formatHex(key.id).equals(parts[1])) {
      throw new IllegalArgumentException("the id of a verifier key is not that of its key");
    }
    return key;
  }

  static boolean isName(String name) {
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

  private static byte[] id(String name, Type type, byte[] material) {
    ByteArrayOutputStream hashed = new ByteArrayOutputStream();
    if (type != Type.ECDSA_P256) {
      hashed.writeBytes(name.getBytes(StandardCharsets.UTF_8));
      hashed.write('\n');
      hashed.write(type.id);
    }
    hashed.writeBytes(material);
    byte[] bytes = hashed.toByteArray();
    return Arrays.copyOf(MerkleProofs.sha256(bytes, 0, bytes.length), ID_BYTES);
  }

  String name() {
    return name;
  }

  Type type() {
    return type;
  }

  byte[] id() {
    return id.clone();
  }

  /** Whether a line of this name and id is one of this key. */
  boolean isNamed(String lineName, byte[] lineId) {
    return name.equals(lineName) && Arrays.equals(id, lineId);
  }

  /** Whether both hold the same public key, whatever they are called and sign with it. */
  boolean hasKeyOf(NoteKey other) {
    return type.algorithm == other.type.algorithm && Arrays.equals(material, other.material);
  }

  /** The text form {@code name+id+key}. */
  String verifierKey() {
    byte[] typed = ByteBuffer.allocate(1 + material.length).put(type.id).put(material).array();
    return name
        + "+"
        + HexFormat.of().formatHex(id)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  /** Whether this is what the key's holder signs for a checkpoint. */
  boolean verifies(Checkpoint checkpoint, byte[] signature) {
    switch (type) {
      case ED25519 -> {
        return verifier.verify(text(checkpoint), signature);
      }
      case ECDSA_P256 -> {
        byte[] fixed = fixed(signature);
        return fixed != null && verifier.verify(text(checkpoint), fixed);
      }
      default -> {
        return signature.length > Long.BYTES
            && time(signature) >= 0
            && verifier.verify(
                timedMessage(checkpoint, time(signature)),
                Arrays.copyOfRange(signature, Long.BYTES, signature.length));
      }
    }
  }

  /** A DER signature in the fixed form; null unless it is the one DER form of that. */
  private static byte @Nullable [] fixed(byte[] der) {
    try {
      byte[] fixed = EcdsaSignatures.fromDer(SigningAlgorithm.ECDSA_P256, der);
      return Arrays.equals(EcdsaSignatures.toDer(SigningAlgorithm.ECDSA_P256, fixed), der)
          ? fixed
          : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** The time of a timed signature in seconds since 1970; negative when it is out of range. */
  static long time(byte[] signature) {
    return ByteBuffer.wrap(signature).getLong();
  }

  /**
   * What a line of this key holds behind the key's id.
   *
   * @param time seconds since 1970, for the types that hold a time
   */
  byte[] sign(Checkpoint checkpoint, Signer signer, long time) {
    switch (type) {
      case ED25519 -> {
        return signer.sign(text(checkpoint));
      }
      case ECDSA_P256 -> {
        return EcdsaSignatures.toDer(type.algorithm, signer.sign(text(checkpoint)));
      }
      default -> {
        byte[] signature = signer.sign(timedMessage(checkpoint, time));
        return ByteBuffer.allocate(Long.BYTES + signature.length)
            .putLong(time)
            .put(signature)
            .array();
      }
    }
  }

  private static byte[] text(Checkpoint checkpoint) {
    return CheckpointNote.text(checkpoint).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] timedMessage(Checkpoint checkpoint, long time) {
    if (type == Type.COSIGNATURE) {
      return ("cosignature/v1\ntime " + time + "\n" + CheckpointNote.text(checkpoint))
          .getBytes(StandardCharsets.UTF_8);
    }
    byte[] cosigner = name.getBytes(StandardCharsets.UTF_8);
    byte[] origin = checkpoint.origin().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            SUBTREE.length
                + (1 + cosigner.length)
                + Long.BYTES
                + (1 + origin.length)
                + 2 * Long.BYTES
                + MerkleProofs.HASH_BYTES)
        .put(SUBTREE)
        .put((byte) cosigner.length)
        .put(cosigner)
        .putLong(time)
        .put((byte) origin.length)
        .put(origin)
        .putLong(0)
        .putLong(checkpoint.size())
        .put(checkpoint.root())
        .array();
  }

  /** Strict base64: the only encoding of the result. */
  static byte @Nullable [] decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  @Override
  public String toString() {
    return "NoteKey[" + name + "+" + HexFormat.of().formatHex(id) + "]";
  }
}
