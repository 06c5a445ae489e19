package io.strongroom.crypto.testing.kms;

import io.strongroom.base.JsonValue.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key of the double. A symmetric key has generations: the newest encrypts, all decrypt. Replicas
 * share the material of their primary. Guarded by the lock of {@link KmsActions}.
 */
final class KmsKey {
  private static final int IV = 12;
  private static final int TAG = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A state as KMS names it. */
  enum State {
    ENABLED("Enabled"),
    DISABLED("Disabled"),
    PENDING_DELETION("PendingDeletion");

    private final String wire;

    State(String wire) {
      this.wire = wire;
    }
  }

  /** What replicas have in common. */
  private static final class Material {
    private final List<byte[]> generations = new ArrayList<>();
    private final List<Instant> rotations = new ArrayList<>();
    private final List<KmsKey> replicas = new ArrayList<>();
    private @Nullable KeyPair keyPair;
  }

  private final String id;
  private final String account;
  private final String region;
  private final String spec;
  private final Optional<SigningKind> signing;
  private final boolean multiRegion;
  private final Material material;
  private final Instant created = Instant.now();
  private final SortedMap<String, String> tags = new TreeMap<>();
  private State state = State.ENABLED;
  private String description = "";
  private String policy = "{}";
  private boolean rotating;
  private @Nullable Instant deletion;

  private KmsKey(
      String id,
      String account,
      String region,
      String spec,
      Optional<SigningKind> signing,
      boolean multiRegion,
      Material material) {
    this.id = id;
    this.account = account;
    this.region = region;
    this.spec = spec;
    this.signing = signing;
    this.multiRegion = multiRegion;
    this.material = material;
    material.replicas.add(this);
  }

  static KmsKey create(String account, String region, String spec, boolean multiRegion) {
    String uuid = UUID.randomUUID().toString();
    String id = multiRegion ? "mrk-" + uuid.replace("-", "") : uuid;
    Material material = new Material();
    Optional<SigningKind> signing =
        Arrays.stream(SigningKind.values()).filter(kind -> kind.name().equals(spec)).findFirst();
    KmsKey key = new KmsKey(id, account, region, spec, signing, multiRegion, material);
    if (signing.isPresent()) {
      material.keyPair = signing.get().generate();
    } else {
      material.generations.add(random(32));
    }
    return key;
  }

  KmsKey replicate(String otherRegion) {
    return new KmsKey(id, account, otherRegion, spec, signing, true, material);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  String id() {
    return id;
  }

  String account() {
    return account;
  }

  String region() {
    return region;
  }

  String spec() {
    return spec;
  }

  String arn() {
    return "arn:aws:kms:" + region + ":" + account + ":key/" + id;
  }

  boolean multiRegion() {
    return multiRegion;
  }

  Optional<SigningKind> signing() {
    return signing;
  }

  String usage() {
    return signing.isPresent() ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT";
  }

  KeyPair keyPair() {
    KeyPair pair = material.keyPair;
    if (pair == null) {
      throw new IllegalStateException("not a signing key");
    }
    return pair;
  }

  State state() {
    return state;
  }

  void state(State next) {
    this.state = next;
    this.deletion = null;
  }

  Instant scheduleDeletion(Duration window) {
    Instant when = Instant.now().plus(window);
    this.state = State.PENDING_DELETION;
    this.deletion = when;
    return when;
  }

  SortedMap<String, String> tags() {
    return tags;
  }

  String policy() {
    return policy;
  }

  void policy(String text) {
    this.policy = text;
  }

  void description(String text) {
    this.description = text;
  }

  boolean rotating() {
    return rotating;
  }

  void rotating(boolean on) {
    this.rotating = on;
  }

  List<Instant> rotations() {
    return List.copyOf(material.rotations);
  }

  void rotate() {
    material.generations.add(random(32));
    material.rotations.add(Instant.now());
  }

  void requireUsable() {
    if (state == State.DISABLED) {
      throw new KmsError("DisabledException", 400, arn() + " is disabled.");
    }
    if (state == State.PENDING_DELETION) {
      throw new KmsError("KMSInvalidStateException", 400, arn() + " is pending deletion.");
    }
  }

  void requireUsage(String wanted) {
    if (!usage().equals(wanted)) {
      throw new KmsError(
          "InvalidKeyUsageException",
          400,
          arn() + " key usage is " + usage() + " which is not valid for this operation.");
    }
  }

  JsonObject metadata() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("AWSAccountId", account)
            .put("KeyId", id)
            .put("Arn", arn())
            .put("CreationDate", created.getEpochSecond())
            .put("Enabled", state == State.ENABLED)
            .put("Description", description)
            .put("KeyUsage", usage())
            .put("KeyState", state.wire)
            .put("Origin", "AWS_KMS")
            .put("KeyManager", "CUSTOMER")
            .put("KeySpec", spec)
            .put("CustomerMasterKeySpec", spec)
            .put("MultiRegion", multiRegion);
    if (deletion != null) {
      json.put("DeletionDate", deletion.getEpochSecond());
    }
    if (signing.isPresent()) {
      json.putStrings("SigningAlgorithms", List.of(signing.get().algorithm()));
    } else {
      json.putStrings("EncryptionAlgorithms", List.of("SYMMETRIC_DEFAULT"));
    }
    if (multiRegion) {
      KmsKey primary = material.replicas.get(0);
      json.put(
          "MultiRegionConfiguration",
          JsonObject.builder()
              .put("MultiRegionKeyType", primary == this ? "PRIMARY" : "REPLICA")
              .put("PrimaryKey", place(primary))
              .putObjects(
                  "ReplicaKeys", material.replicas.stream().skip(1).map(KmsKey::place).toList())
              .build());
    }
    return json.build();
  }

  private static JsonObject place(KmsKey key) {
    return JsonObject.builder().put("Arn", key.arn()).put("Region", key.region).build();
  }

  /** Version, account and id of the key, generation, IV, ciphertext and tag. */
  byte[] encrypt(byte[] plaintext, Map<String, String> context) {
    int generation = material.generations.size() - 1;
    byte[] name = (account + "/" + id).getBytes(StandardCharsets.US_ASCII);
    byte[] iv = random(IV);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, generation, iv, context).doFinal(plaintext);
      return ByteBuffer.allocate(6 + name.length + IV + sealed.length)
          .put((byte) 1)
          .put((byte) name.length)
          .put(name)
          .putInt(generation)
          .put(iv)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  /** The account and id that a ciphertext names. */
  static String named(byte[] blob) {
    if (blob.length < 2 || blob[0] != 1 || blob.length < 2 + nameLength(blob) + 4 + IV + TAG) {
      throw KmsError.invalidCiphertext();
    }
    return new String(blob, 2, nameLength(blob), StandardCharsets.US_ASCII);
  }

  private static int nameLength(byte[] blob) {
    return blob[1] & 0xff;
  }

  byte[] decrypt(byte[] blob, Map<String, String> context) {
    ByteBuffer in = ByteBuffer.wrap(blob).position(2 + nameLength(blob));
    int generation = in.getInt();
    byte[] iv = new byte[IV];
    in.get(iv);
    byte[] sealed = new byte[in.remaining()];
    in.get(sealed);
    if (generation < 0 || generation >= material.generations.size()) {
      throw KmsError.invalidCiphertext();
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, generation, iv, context).doFinal(sealed);
    } catch (GeneralSecurityException notAuthentic) {
      throw KmsError.invalidCiphertext();
    }
  }

  private Cipher cipher(int mode, int generation, byte[] iv, Map<String, String> context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(material.generations.get(generation), "AES"),
        new GCMParameterSpec(TAG * 8, iv));
    cipher.updateAAD((account + "/" + id + "/" + generation).getBytes(StandardCharsets.US_ASCII));
    for (Map.Entry<String, String> pair : new TreeMap<>(context).entrySet()) {
      for (String part : List.of(pair.getKey(), pair.getValue())) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        cipher.updateAAD(ByteBuffer.allocate(4).putInt(bytes.length).array());
        cipher.updateAAD(bytes);
      }
    }
    return cipher;
  }
}
