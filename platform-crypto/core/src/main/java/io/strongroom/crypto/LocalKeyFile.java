package io.strongroom.crypto;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A key service of AES-256 keys in one file that only its owner can read: for a laptop, a test
 * system, or a machine without a key service. Each key has versions; the newest wraps, all unwrap.
 * Wrapped keys have the layout of the Encryption SDK's raw AES provider, with the namespace as
 * provider id and {@code <key id>#<version>} as key name.
 *
 * <p>Safe for use by several threads. Reads the file once; a version added later is seen by those
 * who open the file anew. Zeroes its copies of the keys on {@link #close()}.
 */
public final class LocalKeyFile implements KeyService, AutoCloseable {
  private static final String FORMAT = "strongroom-local-keys-v1";
  private static final Set<String> MEMBERS = Set.of("format", "keys", "namespace");
  private static final Set<String> KEY_MEMBERS = Set.of("id", "key", "version");
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final String namespace;
  private final SortedMap<String, List<Version>> keys;

  private LocalKeyFile(String namespace, SortedMap<String, List<Version>> keys) {
    this.namespace = namespace;
    this.keys = keys;
  }

  private record Version(int number, RawAesKey key) {}

  @SuppressWarnings("ArrayRecordComponent") // Never compared and never leaves this class.
  private record StoredKey(String id, int version, byte[] material) {}

  /**
   * Makes the first version of some keys and stores them. The file appears whole, with mode 0600,
   * and is on the disk when this returns.
   *
   * @param file must not exist yet; its folder must
   * @param namespace the provider id of wrapped keys: 1 to 128 characters
   * @param keys the keys to make, at least one
   * @param random where the keys come from
   * @return the keys
   * @throws KeyFileException KEY_FILE_EXISTS when the file is there already, and is left as it is;
   *     KEY_FILE_UNREADABLE when it cannot be written
   */
  public static LocalKeyFile create(
      Path file, String namespace, Set<KeyId> keys, SecureRandom random) {
    requireNamespace(namespace);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a key file holds at least one key");
    }
    List<StoredKey> stored =
        keys.stream()
            .map(KeyId::value)
            .sorted()
            .map(id -> new StoredKey(id, 1, material(random)))
            .toList();
    Path temporary = file.resolveSibling(name(file) + ".new");
    try {
      createEmpty(temporary);
      try {
        write(temporary, json(namespace, stored));
        Files.createLink(file, temporary);
      } finally {
        Files.deleteIfExists(temporary);
      }
      forceFolder(file);
    } catch (FileAlreadyExistsException there) {
      throw exists(there.getFile(), there);
    } catch (IOException | UnsupportedOperationException failed) {
      throw unwritable(file, failed);
    }
    return of(namespace, stored, random);
  }

  /**
   * Adds a version to a key, or a new key, and stores the result. The file is replaced at once and
   * is on the disk when this returns; after a crash it is either the old or the new one.
   *
   * @param file what {@link #create} wrote
   * @param key the key
   * @param random where the version comes from
   * @return the keys with the new version
   * @throws KeyFileException as {@link #open(Path)}; KEY_FILE_EXISTS when another rotation is under
   *     way, or was cut short by a crash and left the file that the message names;
   *     KEY_FILE_UNREADABLE when the file cannot be replaced
   */
  public static LocalKeyFile addVersion(Path file, KeyId key, SecureRandom random) {
    Path temporary = file.resolveSibling(name(file) + ".new");
    try {
      createEmpty(temporary);
      boolean replaced = false;
      try {
        JsonObject old = parse(file);
        String namespace = old.string("namespace");
        List<StoredKey> stored = new ArrayList<>(storedKeys(old));
        int newest =
            stored.stream()
                .filter(known -> known.id().equals(key.value()))
                .mapToInt(StoredKey::version)
                .max()
                .orElse(0);
        stored.add(new StoredKey(key.value(), newest + 1, material(random)));
        stored.sort(Comparator.comparing(StoredKey::id).thenComparing(StoredKey::version));
        write(temporary, json(namespace, stored));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        replaced = true;
        forceFolder(file);
        return of(namespace, stored, random);
      } finally {
        if (!replaced) {
          Files.deleteIfExists(temporary);
        }
      }
    } catch (FileAlreadyExistsException there) {
      throw exists(there.getFile(), there);
    } catch (IOException | UnsupportedOperationException failed) {
      throw unwritable(file, failed);
    }
  }

  /**
   * Reads stored keys.
   *
   * @param file what {@link #create} wrote
   * @return the keys
   * @throws KeyFileException KEY_FILE_EXPOSED when the file grants anything to group or others, or
   *     lies where that cannot be told; KEY_FILE_UNREADABLE when it is missing or no regular file;
   *     KEY_FILE_MALFORMED when it has another content
   */
  public static LocalKeyFile open(Path file) {
    JsonObject json = parse(file);
    return of(json.string("namespace"), storedKeys(json), new SecureRandom());
  }

  private static LocalKeyFile of(String namespace, List<StoredKey> stored, SecureRandom random) {
    SortedMap<String, List<Version>> keys = new TreeMap<>();
    for (StoredKey key : stored) {
      String name = key.id() + "#" + key.version();
      keys.computeIfAbsent(key.id(), unused -> new ArrayList<>())
          .add(new Version(key.version(), new RawAesKey(namespace, name, key.material(), random)));
      Arrays.fill(key.material(), (byte) 0);
    }
    return new LocalKeyFile(namespace, keys);
  }

  private static byte[] material(SecureRandom random) {
    byte[] material = new byte[32];
    random.nextBytes(material);
    return material;
  }

  private static void requireNamespace(String namespace) {
    if (namespace.isEmpty() || namespace.length() > 128) {
      throw new IllegalArgumentException("the namespace must have 1 to 128 characters");
    }
  }

  private static byte[] json(String namespace, List<StoredKey> stored) {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("namespace", namespace)
        .putObjects(
            "keys",
            stored.stream()
                .map(
                    key ->
                        JsonObject.builder()
                            .put("id", key.id())
                            .put("version", key.version())
                            .put("key", Base64.getEncoder().encodeToString(key.material()))
                            .build())
                .toList())
        .build()
        .canonicalBytes();
  }

  private static JsonObject parse(Path file) {
    byte[] bytes = read(file);
    try {
      JsonObject json = JsonValue.parseObject(bytes);
      if (!json.members().keySet().equals(MEMBERS) || !json.string("format").equals(FORMAT)) {
        throw new IllegalArgumentException("unknown format");
      }
      requireNamespace(json.string("namespace"));
      if (storedKeys(json).isEmpty()) {
        throw new IllegalArgumentException("no key");
      }
      return json;
    } catch (JsonException | IllegalArgumentException malformed) {
      throw new KeyFileException(
          CryptoErrorCode.KEY_FILE_MALFORMED,
          "the key file " + file + " is not a file of local keys",
          malformed);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static List<StoredKey> storedKeys(JsonObject json) {
    List<StoredKey> stored = new ArrayList<>();
    for (JsonObject key : json.objects("keys")) {
      byte[] material = Base64.getDecoder().decode(key.string("key"));
      long version = key.integer("version");
      KeyId id = new KeyId(key.string("id"));
      boolean grows =
          stored.stream()
              .allMatch(known -> !known.id().equals(id.value()) || known.version() < version);
      if (!key.members().keySet().equals(KEY_MEMBERS)
          || material.length != 32
          || version < 1
          || version > Integer.MAX_VALUE
          || !grows) {
        throw new IllegalArgumentException("malformed key");
      }
      stored.add(new StoredKey(id.value(), (int) version, material));
    }
    return stored;
  }

  private static byte[] read(Path file) {
    try {
      Path real = file.toRealPath();
      PosixFileAttributes attributes =
          Files.readAttributes(real, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new KeyFileException(
            CryptoErrorCode.KEY_FILE_UNREADABLE, "the key file " + file + " is no regular file");
      }
      Set<PosixFilePermission> others = EnumSet.copyOf(OWNER_ONLY);
      others.addAll(attributes.permissions());
      others.removeAll(OWNER_ONLY);
      if (!others.isEmpty()) {
        throw new KeyFileException(
            CryptoErrorCode.KEY_FILE_EXPOSED,
            "the key file " + file + " is open to group or others");
      }
      try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length <= MAX_BYTES) {
          return bytes;
        }
      }
      throw new KeyFileException(
          CryptoErrorCode.KEY_FILE_MALFORMED, "the key file " + file + " is longer than 1 MiB");
    } catch (UnsupportedOperationException noPermissions) {
      throw new KeyFileException(
          CryptoErrorCode.KEY_FILE_EXPOSED,
          "the permissions of the key file " + file + " cannot be checked on its file system",
          noPermissions);
    } catch (IOException unreadable) {
      throw new KeyFileException(
          CryptoErrorCode.KEY_FILE_UNREADABLE,
          "the key file " + file + " cannot be read",
          unreadable);
    }
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("not the path of a file");
    }
    return name.toString();
  }

  private static void createEmpty(Path file) throws IOException {
    Files.createFile(
        file,
        PosixFilePermissions.asFileAttribute(
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static void forceFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static KeyFileException exists(String file, Exception cause) {
    return new KeyFileException(
        CryptoErrorCode.KEY_FILE_EXISTS, "the file " + file + " is there already", cause);
  }

  private static KeyFileException unwritable(Path file, Exception cause) {
    return new KeyFileException(
        CryptoErrorCode.KEY_FILE_UNREADABLE, "the key file " + file + " cannot be written", cause);
  }

  @Override
  public DataKey generateDataKey(KeyId key, EncryptionContext context) {
    return newest(key).key().generate(context);
  }

  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    return newest(key).key().wrap(dataKey, context);
  }

  @Override
  public boolean canUnwrap(WrappedDataKey wrapped) {
    return holder(wrapped) != null;
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    return require(wrapped).unwrap(wrapped, context);
  }

  @Override
  public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
    return require(wrapped).rewrap(wrapped, context, newest(target).key());
  }

  @Override
  public KeyDescription describe(KeyId key) {
    int newest = newest(key).number();
    return KeyDescription.versioned(key, namespace, KeyState.ENABLED, newest, versions(key).size());
  }

  /**
   * The keys in the file.
   *
   * @return sorted by name; unmodifiable
   */
  public List<KeyId> keyIds() {
    return keys.keySet().stream().map(KeyId::new).toList();
  }

  private Version newest(KeyId key) {
    List<Version> versions = versions(key);
    return versions.get(versions.size() - 1);
  }

  private List<Version> versions(KeyId key) {
    List<Version> versions = keys.get(key.value());
    if (versions == null) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN, "key " + key.value() + " is not in the key file");
    }
    return versions;
  }

  private RawAesKey require(WrappedDataKey wrapped) {
    RawAesKey holder = holder(wrapped);
    if (holder == null) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN, "the data key was not wrapped by a key of the key file");
    }
    return holder;
  }

  private @Nullable RawAesKey holder(WrappedDataKey wrapped) {
    return keys.values().stream()
        .flatMap(List::stream)
        .map(Version::key)
        .filter(key -> key.wrapped(wrapped))
        .findFirst()
        .orElse(null);
  }

  /** Zeroes the keys. Every later use of them fails with {@link IllegalStateException}. */
  @Override
  public void close() {
    keys.values().stream().flatMap(List::stream).forEach(version -> version.key().close());
  }

  @Override
  public String toString() {
    return "LocalKeyFile" + keys.keySet();
  }
}
