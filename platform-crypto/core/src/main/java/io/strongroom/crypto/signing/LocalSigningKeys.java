package io.strongroom.crypto.signing;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SigningKeyException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Signing keys in a file of this machine: one key per purpose, perhaps the one that follows it, and
 * the root key that signs the keyring. For a laptop, a test or a single host; whoever can read the
 * file can sign everything.
 *
 * <p>The file is a JSON object of base64 private keys that only its owner can read:
 *
 * <pre>{@code
 * {"format":"strongroom-signing-keys-v1","root":"<base64>","seeds":{"manifest":"<base64>"}}
 * }</pre>
 *
 * <p>It has {@code "algorithms":{"manifest":"ml-dsa-44"}} for the keys that are not Ed25519, and
 * {@code "next":{"manifest":{"algorithm":"ml-dsa-44","key":"<base64>"}}} for the keys that {@link
 * #prepare} made.
 *
 * <p>Immutable and safe for use by several threads at once. Holds the private keys for as long as
 * it is reachable.
 */
public final class LocalSigningKeys {
  private static final String FORMAT = "strongroom-signing-keys-v1";
  private static final Set<String> MEMBERS = Set.of("format", "root", "seeds");
  private static final Set<String> OPTIONAL_MEMBERS = Set.of("algorithms", "next");
  private static final int MAX_BYTES = 64 * 1024;
  private static final Set<PosixFilePermission> OWNER_READ_WRITE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private final Ed25519Key root;
  private final Map<KeyPurpose, LocalKey> current;
  private final Map<KeyPurpose, LocalKey> next;

  private LocalSigningKeys(
      Ed25519Key root, Map<KeyPurpose, LocalKey> current, Map<KeyPurpose, LocalKey> next) {
    this.root = root;
    this.current = Collections.unmodifiableMap(current);
    this.next = Collections.unmodifiableMap(next);
  }

  /**
   * Makes new Ed25519 keys and stores them, as the other method does.
   *
   * @param file where to store them; must not exist yet, its folder must
   * @param purposes the purposes to make a key for
   * @param random where the keys come from
   * @return the keys
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEYS_EXIST} when the file is there
   *     already, which is left as it is; {@link CryptoErrorCode#SIGNING_KEYS_UNWRITABLE} when it
   *     cannot be written
   */
  public static LocalSigningKeys create(Path file, Set<KeyPurpose> purposes, SecureRandom random) {
    Map<KeyPurpose, SigningAlgorithm> algorithms = new EnumMap<>(KeyPurpose.class);
    purposes.forEach(purpose -> algorithms.put(purpose, SigningAlgorithm.ED25519));
    return create(file, algorithms, random);
  }

  /**
   * Makes new keys and stores them. The file appears whole, readable by its owner only, and is on
   * the disk when this returns; a crash before that leaves at most a temporary file beside it.
   *
   * @param file where to store them; must not exist yet, its folder must
   * @param algorithms the purposes to make a key for, and how each key signs; the root is Ed25519
   * @param random where the keys come from
   * @return the keys
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEYS_EXIST} when the file is there
   *     already, which is left as it is; {@link CryptoErrorCode#SIGNING_KEYS_UNWRITABLE} when it
   *     cannot be written
   */
  public static LocalSigningKeys create(
      Path file, Map<KeyPurpose, SigningAlgorithm> algorithms, SecureRandom random) {
    Ed25519Key root = Ed25519Key.generate(random);
    Map<KeyPurpose, LocalKey> keys = new EnumMap<>(KeyPurpose.class);
    algorithms.forEach(
        (purpose, algorithm) -> keys.put(purpose, LocalKey.generate(algorithm, random)));
    LocalSigningKeys made =
        new LocalSigningKeys(root, keys, new EnumMap<KeyPurpose, LocalKey>(KeyPurpose.class));
    byte[] json = made.toJson();
    try {
      store(file, json);
    } catch (FileAlreadyExistsException e) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEYS_EXIST, "file " + file + " is there already", e);
    } catch (IOException | UnsupportedOperationException e) {
      throw unwritable(file, e);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
    return made;
  }

  /**
   * Makes the key that is to follow the one of a purpose, and stores it beside that. Documents go
   * on being signed by the present key, so that the new one can be enrolled in the keyring first.
   *
   * <p>The file is replaced at once: a crash leaves the old or the new one, and perhaps {@code
   * <file>.new}, which is named when this is tried again.
   *
   * @param file what {@link #create} wrote
   * @param purpose what the new key is for
   * @param algorithm how the new key signs
   * @param random where it comes from
   * @return the keys with the new one as {@link #next}
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEYS_EXIST} when the purpose has a
   *     next key already, or another change was begun; {@link
   *     CryptoErrorCode#SIGNING_KEYS_UNWRITABLE}, and as {@link #open}; the file is left as it is
   */
  public static LocalSigningKeys prepare(
      Path file, KeyPurpose purpose, SigningAlgorithm algorithm, SecureRandom random) {
    return change(
        file,
        keys -> {
          if (keys.next.containsKey(purpose)) {
            throw new SigningKeyException(
                CryptoErrorCode.SIGNING_KEYS_EXIST,
                "file " + file + " has a next key for " + purpose.id() + " already");
          }
          Map<KeyPurpose, LocalKey> next = copy(keys.next);
          next.put(purpose, LocalKey.generate(algorithm, random));
          return new LocalSigningKeys(keys.root, keys.current, next);
        });
  }

  /**
   * Puts the next key of a purpose in the place of the present one, whose private key is gone with
   * that. To be done when every reader has a keyring with the new key.
   *
   * <p>The file is replaced as by {@link #prepare}.
   *
   * @param file what {@link #create} wrote
   * @param purpose the purpose
   * @return the keys
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEY_MISSING} when the purpose has no
   *     next key; otherwise as {@link #prepare}
   */
  public static LocalSigningKeys activate(Path file, KeyPurpose purpose) {
    return change(
        file,
        keys -> {
          Map<KeyPurpose, LocalKey> current = copy(keys.current);
          Map<KeyPurpose, LocalKey> next = copy(keys.next);
          LocalKey key = next.remove(purpose);
          if (key == null) {
            throw new SigningKeyException(
                CryptoErrorCode.SIGNING_KEY_MISSING,
                "file " + file + " has no next key for " + purpose.id());
          }
          current.put(purpose, key);
          return new LocalSigningKeys(keys.root, current, next);
        });
  }

  private static Map<KeyPurpose, LocalKey> copy(Map<KeyPurpose, LocalKey> keys) {
    Map<KeyPurpose, LocalKey> copy = new EnumMap<>(KeyPurpose.class);
    copy.putAll(keys);
    return copy;
  }

  /** Only one process can make the temporary file, so a change never overwrites another. */
  private static LocalSigningKeys change(Path file, UnaryOperator<LocalSigningKeys> change) {
    Path target;
    Path temporary;
    try {
      target = file.toRealPath();
      temporary = target.resolveSibling(target.getFileName() + ".new");
      Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER_READ_WRITE));
    } catch (FileAlreadyExistsException e) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEYS_EXIST, "file " + e.getFile() + " is there already", e);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "cannot be read", e);
    } catch (IOException | UnsupportedOperationException e) {
      throw unwritable(file, e);
    }
    boolean replaced = false;
    try {
      LocalSigningKeys changed = change.apply(open(target));
      byte[] json = changed.toJson();
      try {
        write(temporary, json);
      } finally {
        Arrays.fill(json, (byte) 0);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      replaced = true;
      forceFolder(target);
      return changed;
    } catch (IOException e) {
      throw unwritable(file, e);
    } finally {
      if (!replaced) {
        discard(temporary);
      }
    }
  }

  /** Leaves the file where it cannot be deleted: the next change names it. */
  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException remains) {
      return;
    }
  }

  private byte[] toJson() {
    JsonObject.Builder seeds = JsonObject.builder();
    JsonObject.Builder algorithms = JsonObject.builder();
    JsonObject.Builder following = JsonObject.builder();
    current.forEach(
        (purpose, key) -> {
          seeds.put(purpose.id(), secret(key));
          if (key.algorithm() != SigningAlgorithm.ED25519) {
            algorithms.put(purpose.id(), key.algorithm().id());
          }
        });
    next.forEach(
        (purpose, key) ->
            following.put(
                purpose.id(),
                JsonObject.builder()
                    .put("algorithm", key.algorithm().id())
                    .put("key", secret(key))
                    .build()));
    JsonObject.Builder json =
        JsonObject.builder()
            .put("format", FORMAT)
            .put("root", secret(root))
            .put("seeds", seeds.build());
    putUnlessEmpty(json, "algorithms", algorithms.build());
    putUnlessEmpty(json, "next", following.build());
    return json.build().canonicalBytes();
  }

  private static void putUnlessEmpty(JsonObject.Builder json, String name, JsonObject value) {
    if (!value.members().isEmpty()) {
      json.put(name, value);
    }
  }

  private static String secret(LocalKey key) {
    byte[] secret = key.secret();
    try {
      return CanonicalBase64.encode(secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** A link is made only when the name is free, and makes the finished file appear at once. */
  private static void store(Path file, byte[] json) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IOException("not the name of a file");
    }
    Path temporary =
        Files.createTempFile(
            folder,
            "." + name + ".",
            ".tmp",
            PosixFilePermissions.asFileAttribute(OWNER_READ_WRITE));
    try {
      write(temporary, json);
      Files.createLink(absolute, temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceFolder(absolute);
  }

  private static void write(Path file, byte[] json) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(json);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void forceFolder(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Reads stored keys.
   *
   * @param file what {@link #create} wrote
   * @return the keys
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEYS_EXPOSED} when anyone but its
   *     owner may read or change the file, or where that cannot be known; {@link
   *     CryptoErrorCode#SIGNING_KEYS_UNREADABLE} when it is missing, no regular file or malformed;
   *     {@link CryptoErrorCode#SIGNING_ALGORITHM_UNKNOWN} when it holds a key of an algorithm that
   *     is not known here
   */
  public static LocalSigningKeys open(Path file) {
    byte[] json = read(file);
    try {
      JsonObject object = JsonValue.parseObject(json);
      Set<String> required = new HashSet<>(object.members().keySet());
      required.removeAll(OPTIONAL_MEMBERS);
      if (!required.equals(MEMBERS) || !object.string("format").equals(FORMAT)) {
        throw new IllegalArgumentException("unknown format");
      }
      LocalKey root = key(file, SigningAlgorithm.ED25519.id(), object.string("root"));
      return new LocalSigningKeys((Ed25519Key) root, current(file, object), next(file, object));
    } catch (JsonException | IllegalArgumentException e) {
      throw unreadable(file, "is not a file of signing keys", e);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  private static Map<KeyPurpose, LocalKey> current(Path file, JsonObject object) {
    JsonObject seeds = object.object("seeds");
    JsonObject algorithms =
        object.has("algorithms") ? object.object("algorithms") : JsonObject.builder().build();
    if (!seeds.members().keySet().containsAll(algorithms.members().keySet())) {
      throw new IllegalArgumentException("an algorithm without a key");
    }
    Map<KeyPurpose, LocalKey> keys = new EnumMap<>(KeyPurpose.class);
    for (String purpose : seeds.members().keySet()) {
      String algorithm = algorithms.optionalString(purpose).orElseGet(SigningAlgorithm.ED25519::id);
      keys.put(purpose(purpose), key(file, algorithm, seeds.string(purpose)));
    }
    return keys;
  }

  private static Map<KeyPurpose, LocalKey> next(Path file, JsonObject object) {
    Map<KeyPurpose, LocalKey> keys = new EnumMap<>(KeyPurpose.class);
    if (object.has("next")) {
      JsonObject next = object.object("next");
      for (String purpose : next.members().keySet()) {
        JsonObject key = next.object(purpose);
        keys.put(purpose(purpose), key(file, key.string("algorithm"), key.string("key")));
      }
    }
    return keys;
  }

  private static KeyPurpose purpose(String id) {
    return KeyPurpose.of(id).orElseThrow(() -> new IllegalArgumentException("unknown purpose"));
  }

  private static byte[] read(Path file) {
    try {
      Path real = file.toRealPath();
      PosixFileAttributes attributes =
          Files.readAttributes(real, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile() || attributes.size() > MAX_BYTES) {
        throw unreadable(file, "is not a regular file of at most 64 KiB", null);
      }
      Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
      others.addAll(attributes.permissions());
      others.removeAll(OWNER);
      if (!others.isEmpty()) {
        throw new SigningKeyException(
            CryptoErrorCode.SIGNING_KEYS_EXPOSED, "file " + file + " is open to group or others");
      }
      try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
        return in.readNBytes(MAX_BYTES);
      }
    } catch (UnsupportedOperationException e) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEYS_EXPOSED,
          "file " + file + " lies on a file system without POSIX permissions",
          e);
    } catch (IOException e) {
      throw unreadable(file, "cannot be read", e);
    }
  }

  private static LocalKey key(Path file, String algorithm, String base64) {
    SigningAlgorithm known =
        SigningAlgorithm.of(algorithm)
            .orElseThrow(
                () ->
                    new SigningKeyException(
                        CryptoErrorCode.SIGNING_ALGORITHM_UNKNOWN,
                        "file " + file + " holds a key of an algorithm that is not known here"));
    byte[] secret = CanonicalBase64.decode(base64);
    try {
      return LocalKey.of(known, secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static SigningKeyException unwritable(Path file, Exception cause) {
    return new SigningKeyException(
        CryptoErrorCode.SIGNING_KEYS_UNWRITABLE, "file " + file + " cannot be written", cause);
  }

  private static SigningKeyException unreadable(
      Path file, String problem, @Nullable Throwable cause) {
    return new SigningKeyException(
        CryptoErrorCode.SIGNING_KEYS_UNREADABLE, "file " + file + " " + problem, cause);
  }

  /**
   * The signer of a purpose.
   *
   * @param purpose the purpose
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEY_MISSING} when there is no key
   *     for it
   */
  public Signer signer(KeyPurpose purpose) {
    return signer(current, purpose, "signing key");
  }

  /**
   * The signer that is to follow, with which the new key is enrolled.
   *
   * @param purpose the purpose
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEY_MISSING} when none was prepared
   */
  public Signer next(KeyPurpose purpose) {
    return signer(next, purpose, "next signing key");
  }

  private static Signer signer(Map<KeyPurpose, LocalKey> keys, KeyPurpose purpose, String what) {
    LocalKey key = keys.get(purpose);
    if (key == null) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEY_MISSING, "there is no " + what + " for " + purpose.id());
    }
    return LocalSigner.of(purpose, key);
  }

  /** The purposes that there is a key for; unmodifiable. */
  public Set<KeyPurpose> purposes() {
    return current.keySet();
  }

  /** The root key, which signs the keyring. */
  public RootKey root() {
    return RootKey.of(root);
  }

  /**
   * The public side of all present keys but the root, as a keyring lists them, from the first audit
   * index on.
   *
   * @param holder the person or role that holds the private keys
   */
  public List<VerificationKey> verificationKeys(String holder) {
    return current.keySet().stream()
        .map(purpose -> VerificationKey.of(signer(purpose), holder))
        .toList();
  }

  @Override
  public String toString() {
    return "LocalSigningKeys" + current.keySet();
  }
}
