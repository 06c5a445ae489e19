package io.strongroom.crypto.signing;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SignatureInvalidException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The signed list of the verification keys to believe: which key, for what, held by whom, from and
 * until which index of the audit log.
 *
 * <p>Stored as {@link SignedJson} of type {@value #PAYLOAD_TYPE}, signed by the root key, whose
 * public key stands in it and whose digest every reader has pinned:
 *
 * <pre>{@code
 * {"keys":[{"from":0,"holder":"...","keyid":"...","publicKey":"<base64>","purpose":"manifest"}],
 *  "root":"<base64>","serial":1,"signatures":[{"keyid":"...","sig":"<base64>"}]}
 * }</pre>
 *
 * <p>A key of another algorithm than Ed25519 has {@code "algorithm"}, one whose signatures no
 * longer count has {@code "until"} beside {@code "from"}, and a revoked one {@code "revoked":true}.
 * Immutable.
 */
public final class Keyring {
  /** The payload type that keyrings are signed as. */
  public static final String PAYLOAD_TYPE = "application/vnd.strongroom.keyring.v1+json";

  private static final Set<String> MEMBERS = Set.of("keys", "root", "serial");
  private static final Set<String> KEY_MEMBERS =
      Set.of("keyid", "purpose", "publicKey", "holder", "from");
  private static final Set<String> OPTIONAL_KEY_MEMBERS = Set.of("algorithm", "revoked", "until");

  private final long serial;
  private final String rootDigest;
  private final Map<String, VerificationKey> keys;

  private Keyring(long serial, String rootDigest, Map<String, VerificationKey> keys) {
    this.serial = serial;
    this.rootDigest = rootDigest;
    this.keys = keys;
  }

  /**
   * Signs a keyring.
   *
   * @param root the root key
   * @param serial number of this keyring under its root, from 1; greater in every later one
   * @param keys the keys to vouch for, in the order in which they are stored
   * @return the bytes to store
   * @throws IllegalArgumentException when a key stands there twice or is the root key, or the
   *     serial is less than 1
   */
  public static byte[] create(RootKey root, long serial, List<VerificationKey> keys) {
    if (serial < 1) {
      throw new IllegalArgumentException("serial must be at least 1, not " + serial);
    }
    Set<String> ids = new HashSet<>(Set.of(root.key().id()));
    List<JsonObject> list = new ArrayList<>();
    for (VerificationKey key : keys) {
      if (!ids.add(key.keyId())) {
        throw new IllegalArgumentException("key " + key.keyId() + " is there twice, or the root");
      }
      JsonObject.Builder json =
          JsonObject.builder()
              .put("keyid", key.keyId())
              .put("purpose", key.purpose().id())
              .put("publicKey", CanonicalBase64.encode(key.publicKey()))
              .put("holder", key.holder())
              .put("from", key.fromIndex());
      if (key.algorithm() != SigningAlgorithm.ED25519) {
        json.put("algorithm", key.algorithm().id());
      }
      key.untilIndex().ifPresent(until -> json.put("until", until));
      if (key.revoked()) {
        json.put("revoked", true);
      }
      list.add(json.build());
    }
    JsonObject body =
        JsonObject.builder()
            .put("root", CanonicalBase64.encode(root.publicKey()))
            .put("serial", serial)
            .putObjects("keys", list)
            .build();
    return SignedJson.sign(PAYLOAD_TYPE, body, root.key().id(), root.key()::sign);
  }

  /**
   * Reads a keyring and believes it only when the pinned root signed it.
   *
   * @param stored what {@link #create} returned
   * @param pinnedRootDigest SHA-256 of the root's public key, 64 hexadecimal digits
   * @return the keyring
   * @throws SignatureInvalidException {@link CryptoErrorCode#KEYRING_ROOT_MISMATCH} when the root
   *     key in it has another digest, {@link CryptoErrorCode#KEYRING_INVALID} when it is malformed
   *     or not signed by its root, {@link CryptoErrorCode#SIGNING_ALGORITHM_UNKNOWN} when a key is
   *     of an algorithm that is not known here
   */
  public static Keyring parse(byte[] stored, String pinnedRootDigest) {
    byte[] root;
    try {
      root = CanonicalBase64.decode(JsonValue.parseCanonicalObject(stored).string("root"));
    } catch (JsonException | IllegalArgumentException e) {
      throw invalid("it is not a canonical object with a root key", e);
    }
    String digest = Ed25519Key.digest(root);
    if (!MessageDigest.isEqual(
        digest.getBytes(StandardCharsets.US_ASCII),
        pinnedRootDigest.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))) {
      throw new SignatureInvalidException(
          CryptoErrorCode.KEYRING_ROOT_MISMATCH,
          "the keyring's root key has digest " + digest + ", which is not the pinned one");
    }
    String rootId = SigningAlgorithm.ED25519.keyId(root);
    JsonObject body;
    try {
      Verifier verifier = Verifier.of(SigningAlgorithm.ED25519, root);
      body =
          SignedJson.verify(
              stored,
              PAYLOAD_TYPE,
              keyId -> keyId.equals(rootId) ? Optional.of(verifier) : Optional.empty(),
              "its root");
    } catch (SignatureInvalidException | IllegalArgumentException e) {
      throw invalid("it is not signed by its root", e);
    }
    try {
      return read(body, digest, rootId);
    } catch (JsonException | IllegalArgumentException e) {
      throw invalid("its content is malformed", e);
    }
  }

  private static Keyring read(JsonObject body, String rootDigest, String rootId) {
    if (!body.members().keySet().equals(MEMBERS) || body.integer("serial") < 1) {
      throw new IllegalArgumentException("unknown member, or serial less than 1");
    }
    Map<String, VerificationKey> keys = new LinkedHashMap<>();
    for (JsonObject json : body.objects("keys")) {
      VerificationKey key = readKey(json);
      if (key.keyId().equals(rootId) || keys.put(key.keyId(), key) != null) {
        throw new IllegalArgumentException("a key is there twice, or the root");
      }
    }
    return new Keyring(body.integer("serial"), rootDigest, keys);
  }

  private static VerificationKey readKey(JsonObject json) {
    Set<String> required = new HashSet<>(json.members().keySet());
    required.removeAll(OPTIONAL_KEY_MEMBERS);
    if (!required.equals(KEY_MEMBERS) || (json.has("revoked") && !json.flag("revoked"))) {
      throw new IllegalArgumentException("unknown, missing or needless member of a key");
    }
    return new VerificationKey(
        json.string("keyid"),
        algorithm(json),
        KeyPurpose.of(json.string("purpose"))
            .orElseThrow(() -> new IllegalArgumentException("unknown purpose")),
        CanonicalBase64.decode(json.string("publicKey")),
        json.string("holder"),
        json.integer("from"),
        json.has("until") ? OptionalLong.of(json.integer("until")) : OptionalLong.empty(),
        json.has("revoked"));
  }

  private static SigningAlgorithm algorithm(JsonObject json) {
    if (!json.has("algorithm")) {
      return SigningAlgorithm.ED25519;
    }
    SigningAlgorithm algorithm =
        SigningAlgorithm.of(json.string("algorithm"))
            .orElseThrow(
                () ->
                    new SignatureInvalidException(
                        CryptoErrorCode.SIGNING_ALGORITHM_UNKNOWN,
                        "the keyring is refused: it holds a key of an algorithm that is not known"
                            + " here"));
    if (algorithm == SigningAlgorithm.ED25519) {
      throw new IllegalArgumentException("Ed25519 is not named");
    }
    return algorithm;
  }

  private static SignatureInvalidException invalid(String problem, @Nullable Throwable cause) {
    return new SignatureInvalidException(
        CryptoErrorCode.KEYRING_INVALID, "the keyring is refused: " + problem, cause);
  }

  /**
   * The key of an id, when it is one for the purpose and not revoked.
   *
   * @param keyId id of the key
   * @param purpose the purpose that it must have
   * @return empty when the keyring has no such key for this purpose, or it is revoked
   */
  public Optional<VerificationKey> find(String keyId, KeyPurpose purpose) {
    return Optional.ofNullable(keys.get(keyId))
        .filter(key -> key.purpose() == purpose && !key.revoked());
  }

  /** The next keyring under this one's root: this one until it is changed. */
  public KeyringChange change() {
    return new KeyringChange(this);
  }

  /** All keys, revoked ones too, in stored order; unmodifiable. */
  public List<VerificationKey> keys() {
    return List.copyOf(keys.values());
  }

  /**
   * Number of this keyring under its root; a reader that has seen a greater one has a newer one.
   */
  public long serial() {
    return serial;
  }

  /** SHA-256 of the root's public key, 64 lower-case hexadecimal digits. */
  public String rootDigest() {
    return rootDigest;
  }
}
