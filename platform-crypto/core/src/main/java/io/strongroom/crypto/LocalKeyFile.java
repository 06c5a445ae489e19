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
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key service of AES-256 and RSA keys in one file that only its owner can read: for a laptop, a
 * test system, or a machine without a key service. Each key has versions; the newest wraps, all
 * unwrap. Wrapped keys have the layouts of the Encryption SDK's raw AES and raw RSA providers, with
 * the namespace as provider id and {@code <key id>#<version>} as key name.
 *
 * <p>Of an RSA key the file may hold the public half alone, which wraps and never unwraps: a
 * break-glass key whose private half lies in another file, elsewhere ({@link #exportPublicHalf},
 * {@link #addPublicHalf}). RSA does not authenticate the context with a wrapped key: a message
 * still does so in its header, but a wrapped key that is kept by itself is only bound to its
 * context under an AES key.
 *
 * <p>Safe for use by several threads. Reads the file once; a version added later is seen by those
 * who open the file anew. Zeroes its copies of AES keys on {@link #close()}; RSA keys are let go,
 * because the JDK cannot zero them.
 */
public final class LocalKeyFile implements KeyService, AutoCloseable {
  private static final String FORMAT = "strongroom-local-keys-v1";
  private static final String FORMAT_WITH_RSA = "strongroom-local-keys-v2";
  private static final String PUBLIC_FORMAT = "strongroom-local-public-key-v1";
  private static final Set<String> MEMBERS = Set.of("format", "keys", "namespace");
  private static final Set<String> PUBLIC_MEMBERS =
      Set.of("format", "id", "namespace", "rsaPublic", "version");
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

  private record Version(int number, LocalKey key) {}

  /** What a stored key is, and the member that holds it. */
  private enum Stored {
    AES("key"),
    RSA_PRIVATE("rsaPrivate"),
    RSA_PUBLIC("rsaPublic");

    private final String member;

    Stored(String member) {
      this.member = member;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared and never leaves this class.
  private record StoredKey(String id, int version, Stored stored, byte[] material) {

    LocalKey open(String namespace, SecureRandom random) {
      String name = id + "#" + version;
      return switch (stored) {
        case AES -> new RawAesKey(namespace, name, material, random);
        case RSA_PRIVATE -> RsaOaepKey.ofPrivate(namespace, name, material, random);
        case RSA_PUBLIC -> RsaOaepKey.ofPublic(namespace, name, material, random);
      };
    }
  }

  /**
   * Makes the first version of some keys and stores them. The file appears whole, with mode 0600,
   * and is on the disk when this returns.
   *
   * @param file must not exist yet; its folder must
   * @param namespace the provider id of wrapped keys: 1 to 128 characters that do not begin with
   *     {@code aws-kms}
   * @param keys the keys to make, at least one
   * @param random where the keys come from
   * @return the keys
   * @throws KeyFileException KEY_FILE_EXISTS when the file is there already, and is left as it is;
   *     KEY_FILE_UNREADABLE when it cannot be written
   */
  public static LocalKeyFile create(
      Path file, String namespace, Set<KeyId> keys, SecureRandom random) {
    return create(
        file,
        namespace,
        keys.stream().collect(Collectors.toMap(key -> key, key -> LocalKeyKind.AES_256)),
        random);
  }

  /**
   * Makes the first version of keys of several kinds and stores them, as {@link #create(Path,
   * String, Set, SecureRandom)} does.
   *
   * @param file must not exist yet; its folder must
   * @param namespace the provider id of wrapped keys: as above
   * @param keys the keys to make with their kinds, at least one
   * @param random where the keys come from
   * @return the keys
   * @throws KeyFileException KEY_FILE_EXISTS when the file is there already, and is left as it is;
   *     KEY_FILE_UNREADABLE when it cannot be written
   */
  public static LocalKeyFile create(
      Path file, String namespace, Map<KeyId, LocalKeyKind> keys, SecureRandom random) {
    requireNamespace(namespace);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a key file holds at least one key");
    }
    List<StoredKey> stored =
        keys.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(Comparator.comparing(KeyId::value)))
            .map(key -> newKey(key.getKey().value(), 1, key.getValue(), random))
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
   * Adds a version to a key, of the kind of its newest one, or a new AES-256 key, and stores the
   * result. The file is replaced at once and is on the disk when this returns; after a crash it is
   * either the old or the new one.
   *
   * @param file what {@link #create} wrote
   * @param key the key
   * @param random where the version comes from
   * @return the keys with the new version
   * @throws KeyFileException as {@link #open(Path)}; KEY_FILE_EXISTS when another rotation is under
   *     way, or was cut short by a crash and left the file that the message names;
   *     KEY_FILE_UNREADABLE when the file cannot be replaced
   * @throws KeyUnavailableException KEY_PRIVATE_HALF_ABSENT when only the public half of the key's
   *     newest version is in the file: a new version is made where the private halves are
   */
  public static LocalKeyFile addVersion(Path file, KeyId key, SecureRandom random) {
    return change(
        file,
        random,
        (namespace, stored) -> {
          StoredKey newest = newest(stored, key);
          return newKey(
              key.value(),
              newest == null ? 1 : newest.version() + 1,
              newest == null ? LocalKeyKind.AES_256 : kind(newest),
              random);
        });
  }

  /**
   * Adds a version to a key, or a new key, of any kind; else as {@link #addVersion(Path, KeyId,
   * SecureRandom)}.
   *
   * @param file what {@link #create} wrote
   * @param key the key
   * @param kind what the new version is
   * @param random where the version comes from
   * @return the keys with the new version
   * @throws KeyFileException as {@link #addVersion(Path, KeyId, SecureRandom)}
   */
  public static LocalKeyFile addVersion(
      Path file, KeyId key, LocalKeyKind kind, SecureRandom random) {
    return change(
        file,
        random,
        (namespace, stored) -> {
          StoredKey newest = newest(stored, key);
          return newKey(key.value(), newest == null ? 1 : newest.version() + 1, kind, random);
        });
  }

  /**
   * Adds the public half of an RSA key whose private half lies in another key file of the same
   * namespace. From then on its version wraps here, and only the other file unwraps.
   *
   * @param file what {@link #create} wrote
   * @param exported what {@link #exportPublicHalf} gave
   * @return the keys with the new version
   * @throws KeyFileException as {@link #addVersion(Path, KeyId, SecureRandom)}; KEY_FILE_MALFORMED
   *     when the export is malformed, of another namespace, or not newer than the versions of that
   *     key in the file
   */
  public static LocalKeyFile addPublicHalf(Path file, byte[] exported) {
    return change(
        file,
        new SecureRandom(),
        (namespace, stored) -> {
          try {
            StoredKey half = publicHalf(namespace, exported);
            StoredKey newest = newest(stored, new KeyId(half.id()));
            if (newest != null && newest.version() >= half.version()) {
              throw new IllegalArgumentException("not newer than the versions that are there");
            }
            return half;
          } catch (JsonException | IllegalArgumentException malformed) {
            throw new KeyFileException(
                CryptoErrorCode.KEY_FILE_MALFORMED,
                "what was to be added to " + file + " is no newer public half of its namespace",
                malformed);
          }
        });
  }

  private static StoredKey publicHalf(String namespace, byte[] exported) {
    JsonObject json = JsonValue.parseObject(exported);
    if (!json.members().keySet().equals(PUBLIC_MEMBERS)
        || !json.string("format").equals(PUBLIC_FORMAT)
        || !json.string("namespace").equals(namespace)) {
      throw new IllegalArgumentException("unknown format or another namespace");
    }
    StoredKey half =
        new StoredKey(
            new KeyId(json.string("id")).value(),
            version(json),
            Stored.RSA_PUBLIC,
            Base64.getDecoder().decode(json.string("rsaPublic")));
    RsaOaepKey key = RsaOaepKey.ofPublic(namespace, half.id(), half.material(), new SecureRandom());
    return new StoredKey(half.id(), half.version(), Stored.RSA_PUBLIC, key.spki());
  }

  /**
   * The public half of the newest version of an RSA key, for {@link #addPublicHalf} elsewhere. Not
   * secret, but who can change it on the way can read what is wrapped under it: compare a digest of
   * it over another channel.
   *
   * @param key an RSA key of this file
   * @return a JSON document, the same bytes every time
   * @throws KeyUnavailableException KEY_UNKNOWN when the key is not in the file; KEY_UNSUITABLE
   *     when it is no RSA key
   */
  public byte[] exportPublicHalf(KeyId key) {
    Version newest = newest(key);
    if (!(newest.key() instanceof RsaOaepKey rsa)) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNSUITABLE, "key " + key.value() + " is no RSA key");
    }
    return JsonObject.builder()
        .put("format", PUBLIC_FORMAT)
        .put("namespace", namespace)
        .put("id", key.value())
        .put("version", newest.number())
        .put("rsaPublic", Base64.getEncoder().encodeToString(rsa.spki()))
        .build()
        .canonicalBytes();
  }

  private static LocalKeyFile change(
      Path file, SecureRandom random, BiFunction<String, List<StoredKey>, StoredKey> addition) {
    Path temporary = file.resolveSibling(name(file) + ".new");
    try {
      createEmpty(temporary);
      boolean replaced = false;
      try {
        JsonObject old = parse(file);
        String namespace = old.string("namespace");
        List<StoredKey> stored = new ArrayList<>(storedKeys(old));
        stored.add(addition.apply(namespace, stored));
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

  private static @Nullable StoredKey newest(List<StoredKey> stored, KeyId key) {
    return stored.stream()
        .filter(known -> known.id().equals(key.value()))
        .max(Comparator.comparing(StoredKey::version))
        .orElse(null);
  }

  private static LocalKeyKind kind(StoredKey key) {
    return switch (key.stored()) {
      case AES -> LocalKeyKind.AES_256;
      case RSA_PRIVATE ->
          RsaOaepKey.ofPrivate("kind", key.id(), key.material(), new SecureRandom()).bits() == 3072
              ? LocalKeyKind.RSA_OAEP_3072
              : LocalKeyKind.RSA_OAEP_4096;
      case RSA_PUBLIC ->
          throw new KeyUnavailableException(
              CryptoErrorCode.KEY_PRIVATE_HALF_ABSENT,
              "of key " + key.id() + " only the public half is in the key file");
    };
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
      keys.computeIfAbsent(key.id(), unused -> new ArrayList<>())
          .add(new Version(key.version(), key.open(namespace, random)));
      Arrays.fill(key.material(), (byte) 0);
    }
    return new LocalKeyFile(namespace, keys);
  }

  private static StoredKey newKey(String id, int version, LocalKeyKind kind, SecureRandom random) {
    return switch (kind) {
      case AES_256 -> {
        byte[] material = new byte[32];
        random.nextBytes(material);
        yield new StoredKey(id, version, Stored.AES, material);
      }
      case RSA_OAEP_3072 ->
          new StoredKey(id, version, Stored.RSA_PRIVATE, RsaOaepKey.generate(3072, random));
      case RSA_OAEP_4096 ->
          new StoredKey(id, version, Stored.RSA_PRIVATE, RsaOaepKey.generate(4096, random));
    };
  }

  private static void requireNamespace(String namespace) {
    if (namespace.isEmpty() || namespace.length() > 128 || namespace.startsWith("aws-kms")) {
      throw new IllegalArgumentException(
          "the namespace must have 1 to 128 characters and not begin with aws-kms");
    }
  }

  private static byte[] json(String namespace, List<StoredKey> stored) {
    boolean rsa = stored.stream().anyMatch(key -> key.stored() != Stored.AES);
    return JsonObject.builder()
        .put("format", rsa ? FORMAT_WITH_RSA : FORMAT)
        .put("namespace", namespace)
        .putObjects(
            "keys",
            stored.stream()
                .map(
                    key ->
                        JsonObject.builder()
                            .put("id", key.id())
                            .put("version", key.version())
                            .put(
                                key.stored().member,
                                Base64.getEncoder().encodeToString(key.material()))
                            .build())
                .toList())
        .build()
        .canonicalBytes();
  }

  private static JsonObject parse(Path file) {
    byte[] bytes = read(file);
    try {
      JsonObject json = JsonValue.parseObject(bytes);
      String format = json.string("format");
      if (!json.members().keySet().equals(MEMBERS)
          || !Set.of(FORMAT, FORMAT_WITH_RSA).contains(format)) {
        throw new IllegalArgumentException("unknown format");
      }
      requireNamespace(json.string("namespace"));
      List<StoredKey> stored = storedKeys(json);
      boolean rsa = stored.stream().anyMatch(key -> key.stored() != Stored.AES);
      if (stored.isEmpty() || rsa != format.equals(FORMAT_WITH_RSA)) {
        throw new IllegalArgumentException("no key, or not of this format");
      }
      for (StoredKey key : stored) {
        key.open(json.string("namespace"), new SecureRandom()).close();
        Arrays.fill(key.material(), (byte) 0);
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
      KeyId id = new KeyId(key.string("id"));
      int version = version(key);
      Stored kind =
          Arrays.stream(Stored.values())
              .filter(each -> key.members().keySet().equals(Set.of("id", each.member, "version")))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("malformed key"));
      boolean grows =
          stored.stream()
              .allMatch(known -> !known.id().equals(id.value()) || known.version() < version);
      if (!grows) {
        throw new IllegalArgumentException("versions do not grow");
      }
      byte[] material = Base64.getDecoder().decode(key.string(kind.member));
      stored.add(new StoredKey(id.value(), version, kind, material));
    }
    return stored;
  }

  private static int version(JsonObject key) {
    long version = key.integer("version");
    if (version < 1 || version > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("version out of range");
    }
    return (int) version;
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
    LocalKey holder = holder(wrapped);
    return holder != null && holder.unwraps();
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
    Version newest = newest(key);
    int unwrapping =
        (int) versions(key).stream().filter(version -> version.key().unwraps()).count();
    return KeyDescription.versioned(
        key,
        namespace,
        newest.key().unwraps() ? KeyState.ENABLED : KeyState.WRAP_ONLY,
        newest.number(),
        unwrapping);
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

  private LocalKey require(WrappedDataKey wrapped) {
    LocalKey holder = holder(wrapped);
    if (holder == null) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN, "the data key was not wrapped by a key of the key file");
    }
    return holder;
  }

  private @Nullable LocalKey holder(WrappedDataKey wrapped) {
    return keys.values().stream()
        .flatMap(List::stream)
        .map(Version::key)
        .filter(key -> key.wrapped(wrapped))
        .findFirst()
        .orElse(null);
  }

  /**
   * Zeroes or lets go of the keys. Every later use of them fails with {@link
   * IllegalStateException}.
   */
  @Override
  public void close() {
    keys.values().stream().flatMap(List::stream).forEach(version -> version.key().close());
  }

  @Override
  public String toString() {
    return "LocalKeyFile" + keys.keySet();
  }
}
