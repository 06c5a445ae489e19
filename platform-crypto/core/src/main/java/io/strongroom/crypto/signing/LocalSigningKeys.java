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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signing keys in a file of this machine: one key per purpose, and the root key that signs the
 * keyring. For a laptop, a test or a single host; whoever can read the file can sign everything.
 *
 * <p>The file is a JSON object of base64 seeds that only its owner can read:
 *
 * <pre>{@code
 * {"format":"strongroom-signing-keys-v1","root":"<base64>","seeds":{"manifest":"<base64>"}}
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads at once. Holds the private keys for as long as
 * it is reachable.
 */
public final class LocalSigningKeys {
  private static final String FORMAT = "strongroom-signing-keys-v1";
  private static final Set<String> MEMBERS = Set.of("format", "root", "seeds");
  private static final int MAX_BYTES = 64 * 1024;
  private static final Set<PosixFilePermission> OWNER_READ_WRITE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private final RootKey root;
  private final Map<KeyPurpose, Ed25519Signer> signers;

  private LocalSigningKeys(RootKey root, Map<KeyPurpose, Ed25519Signer> signers) {
    this.root = root;
    this.signers = Collections.unmodifiableMap(signers);
  }

  /**
   * Makes new keys and stores them. The file appears whole, readable by its owner only, and is on
   * the disk when this returns; a crash before that leaves at most a temporary file beside it.
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
    Ed25519Key rootKey = Ed25519Key.generate(random);
    Map<KeyPurpose, Ed25519Signer> signers = new EnumMap<>(KeyPurpose.class);
    JsonObject.Builder seeds = JsonObject.builder();
    for (KeyPurpose purpose : KeyPurpose.values()) {
      if (purposes.contains(purpose)) {
        Ed25519Key key = Ed25519Key.generate(random);
        signers.put(purpose, Ed25519Signer.of(purpose, key));
        seeds.put(purpose.id(), CanonicalBase64.encode(key.seed()));
      }
    }
    byte[] json =
        JsonObject.builder()
            .put("format", FORMAT)
            .put("root", CanonicalBase64.encode(rootKey.seed()))
            .put("seeds", seeds.build())
            .build()
            .canonicalBytes();
    try {
      store(file, json);
    } catch (FileAlreadyExistsException e) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEYS_EXIST, "file " + file + " is there already", e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEYS_UNWRITABLE, "file " + file + " cannot be written", e);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
    return new LocalSigningKeys(RootKey.of(rootKey), signers);
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
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(json);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.createLink(absolute, temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Reads stored keys.
   *
   * @param file what {@link #create} wrote
   * @return the keys
   * @throws SigningKeyException {@link CryptoErrorCode#SIGNING_KEYS_EXPOSED} when anyone but its
   *     owner may read or change the file, or where that cannot be known; {@link
   *     CryptoErrorCode#SIGNING_KEYS_UNREADABLE} when it is missing, no regular file or malformed
   */
  public static LocalSigningKeys open(Path file) {
    byte[] json = read(file);
    try {
      JsonObject object = JsonValue.parseObject(json);
      if (!object.members().keySet().equals(MEMBERS) || !object.string("format").equals(FORMAT)) {
        throw new IllegalArgumentException("unknown format");
      }
      RootKey root = RootKey.of(key(object, "root"));
      JsonObject seeds = object.object("seeds");
      Map<KeyPurpose, Ed25519Signer> signers = new EnumMap<>(KeyPurpose.class);
      for (KeyPurpose purpose : KeyPurpose.values()) {
        if (seeds.has(purpose.id())) {
          signers.put(purpose, Ed25519Signer.of(purpose, key(seeds, purpose.id())));
        }
      }
      if (seeds.members().size() != signers.size()) {
        throw new IllegalArgumentException("unknown purpose");
      }
      return new LocalSigningKeys(root, signers);
    } catch (JsonException | IllegalArgumentException e) {
      throw unreadable(file, "is not a file of signing keys", e);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
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

  private static Ed25519Key key(JsonObject object, String member) {
    byte[] seed = CanonicalBase64.decode(object.string(member));
    try {
      return Ed25519Key.fromSeed(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
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
    Signer signer = signers.get(purpose);
    if (signer == null) {
      throw new SigningKeyException(
          CryptoErrorCode.SIGNING_KEY_MISSING, "there is no signing key for " + purpose.id());
    }
    return signer;
  }

  /** The purposes that there is a key for; unmodifiable. */
  public Set<KeyPurpose> purposes() {
    return signers.keySet();
  }

  /** The root key, which signs the keyring. */
  public RootKey root() {
    return root;
  }

  /**
   * The public side of all keys but the root, as a keyring lists them, from the first audit index
   * on.
   *
   * @param holder the person or role that holds the private keys
   */
  public List<VerificationKey> verificationKeys(String holder) {
    return signers.values().stream().map(signer -> VerificationKey.of(signer, holder)).toList();
  }

  @Override
  public String toString() {
    return "LocalSigningKeys" + signers.values();
  }
}
