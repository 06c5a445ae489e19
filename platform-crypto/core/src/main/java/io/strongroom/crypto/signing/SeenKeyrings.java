package io.strongroom.crypto.signing;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.KeyFileException;
import io.strongroom.crypto.SignatureInvalidException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Remembers the newest keyring of each root that a reader has believed, so that an older one, in
 * which a revoked key still counts, is noticed. Two keyrings of one serial are noticed too.
 *
 * <p>Kept for as long as the process lives, or in a file, which several processes of one machine
 * may share. A reader that has seen nothing yet believes any keyring that its root signed.
 *
 * <p>Safe for use by several threads.
 */
public final class SeenKeyrings {
  private static final String FORMAT = "strongroom-seen-keyrings-v1";
  private static final Object ONE_LOCK_A_PROCESS = new Object();

  private final Optional<Path> file;
  private final SortedMap<String, Seen> newest = new TreeMap<>();

  private record Seen(long serial, String digest) {}

  /** Nothing seen yet; remembered for as long as this object lives. */
  public SeenKeyrings() {
    this.file = Optional.empty();
  }

  private SeenKeyrings(Path file) {
    this.file = Optional.of(file);
  }

  /**
   * Remembers in a file, which is replaced at once and is on the disk before a newer keyring is
   * used. Beside it lies {@code <file>.lock}.
   *
   * @param file made when it is missing; its folder must be there
   */
  public static SeenKeyrings inFile(Path file) {
    return new SeenKeyrings(file.toAbsolutePath());
  }

  /**
   * Reads a keyring and believes it only when the pinned root signed it and none newer was seen.
   *
   * @param stored what {@link Keyring#create} returned
   * @param pinnedRootDigest SHA-256 of the root's public key, 64 hexadecimal digits
   * @return the keyring, which is the newest seen from now on
   * @throws SignatureInvalidException {@link CryptoErrorCode#KEYRING_WENT_BACK} when a keyring of a
   *     greater serial, or another of the same, was seen; otherwise as {@link Keyring#parse}
   * @throws KeyFileException {@link CryptoErrorCode#SEEN_KEYRINGS_UNUSABLE} when the file cannot be
   *     read or written, or is malformed; the keyring is not to be used then
   */
  public synchronized Keyring accept(byte[] stored, String pinnedRootDigest) {
    Keyring keyring = Keyring.parse(stored, pinnedRootDigest);
    Seen now = new Seen(keyring.serial(), Ed25519Key.digest(stored));
    if (file.isEmpty()) {
      note(newest, keyring.rootDigest(), now);
      return keyring;
    }
    Path target = file.get();
    try {
      synchronized (ONE_LOCK_A_PROCESS) {
        noteInFile(target, keyring.rootDigest(), now);
      }
    } catch (IOException | JsonException | IllegalArgumentException e) {
      throw new KeyFileException(
          CryptoErrorCode.SEEN_KEYRINGS_UNUSABLE,
          "the file of seen keyrings " + target + " cannot be used",
          e);
    }
    return keyring;
  }

  private static boolean note(Map<String, Seen> newest, String root, Seen now) {
    Seen before = newest.get(root);
    if (before != null
        && (before.serial() > now.serial()
            || (before.serial() == now.serial() && !before.digest().equals(now.digest())))) {
      throw new SignatureInvalidException(
          CryptoErrorCode.KEYRING_WENT_BACK,
          "the keyring has serial "
              + now.serial()
              + ", and "
              + (before.serial() == now.serial()
                  ? "another one of it"
                  : "serial " + before.serial())
              + " has been seen");
    }
    newest.put(root, now);
    return !now.equals(before);
  }

  private static void noteInFile(Path file, String root, Seen now) throws IOException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new IOException("the lock was lost");
      }
      SortedMap<String, Seen> seen = read(file);
      if (note(seen, root, now)) {
        write(file, seen);
      }
    }
  }

  private static SortedMap<String, Seen> read(Path file) throws IOException {
    SortedMap<String, Seen> seen = new TreeMap<>();
    if (Files.notExists(file)) {
      return seen;
    }
    JsonObject json = JsonValue.parseCanonicalObject(Files.readAllBytes(file));
    if (!json.string("format").equals(FORMAT)) {
      throw new IllegalArgumentException("unknown format");
    }
    JsonObject roots = json.object("seen");
    for (String root : roots.members().keySet()) {
      JsonObject one = roots.object(root);
      seen.put(root, new Seen(one.integer("serial"), one.string("digest")));
    }
    return seen;
  }

  private static void write(Path file, Map<String, Seen> seen) throws IOException {
    JsonObject.Builder roots = JsonObject.builder();
    seen.forEach(
        (root, one) ->
            roots.put(
                root,
                JsonObject.builder()
                    .put("serial", one.serial())
                    .put("digest", one.digest())
                    .build()));
    ByteBuffer bytes =
        ByteBuffer.wrap(
            JsonObject.builder()
                .put("format", FORMAT)
                .put("seen", roots.build())
                .build()
                .canonicalBytes());
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    Path folder = file.getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
