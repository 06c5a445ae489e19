package io.strongroom.examples.lake;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Makes what a lake needs before its first run: keys, keyring, key records, and at last the
 * configuration.
 *
 * <p>Every part is made whole or not at all and the configuration comes last, so a set-up that was
 * cut short is completed by the next one with the keys that are there. Keys are never replaced:
 * where there is data and no keys, nothing is made.
 */
final class LakeSetup {
  static final String KEY_ID = "transaction-lake";

  private static final String NAMESPACE = "strongroom-local";
  private static final String HOLDER = "local";
  private static final String UNFINISHED = ".keys-";

  private final LakeFolder folder;
  private final SecureRandom random;

  LakeSetup(LakeFolder folder, SecureRandom random) {
    this.folder = folder;
    this.random = random;
  }

  /**
   * Completes the set-up; does nothing where it is complete. Safe to call from several processes.
   *
   * @return whether something had to be made
   * @throws LakeException KEYS_MISSING or LAKE_FOLDER_UNUSABLE
   */
  boolean complete() {
    if (Files.exists(folder.properties())) {
      return false;
    }
    try {
      Files.createDirectories(folder.root());
      try (FileChannel channel =
              FileChannel.open(
                  folder.setupLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!lock.isValid() || Files.exists(folder.properties())) {
          return false;
        }
        makeKeys();
        makeProperties(makeRecords());
        return true;
      }
    } catch (IOException failed) {
      throw new LakeException(
          LakeErrorCode.LAKE_FOLDER_UNUSABLE,
          folder.root() + " cannot be prepared (" + failed.getClass().getSimpleName() + ")",
          failed);
    }
  }

  /** A folder of keys appears whole, by a rename. */
  private void makeKeys() throws IOException {
    deleteUnfinished();
    if (Files.exists(folder.keys())) {
      return;
    }
    if (Files.exists(folder.store().resolve("control"))) {
      throw new LakeException(
          LakeErrorCode.KEYS_MISSING,
          folder.store() + " holds data, " + folder.keys() + " is gone");
    }
    Path unfinished =
        Files.createTempDirectory(
            folder.root(),
            UNFINISHED,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    LocalKeyFile.create(
            LakeFolder.keyFile(unfinished), NAMESPACE, Set.of(new KeyId(KEY_ID)), random)
        .close();
    LocalSigningKeys.create(
        LakeFolder.signingKeyFile(unfinished),
        EnumSet.of(KeyPurpose.MANIFEST, KeyPurpose.PUBLICATION, KeyPurpose.CHECKPOINT),
        random);
    Files.move(unfinished, folder.keys(), StandardCopyOption.ATOMIC_MOVE);
    force(folder.root());
  }

  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder.root(), UNFINISHED + "*")) {
      for (Path path : left) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(path);
      }
    }
  }

  /** What is pinned by the configuration. */
  private record Pins(String root, String tokenKey, String rowHashKey) {}

  private Pins makeRecords() {
    ObjectStore store = new LocalObjectStore(folder.store());
    LocalSigningKeys signing = LocalSigningKeys.open(folder.signingKeyFile());
    String root = signing.root().digest();
    byte[] keyring =
        standing(
            store,
            LakeFolder.KEYRING,
            Keyring.create(signing.root(), 1, signing.verificationKeys(HOLDER)));
    Keyring.parse(keyring, root);
    try (LocalKeyFile keys = LocalKeyFile.open(folder.keyFile())) {
      KeyId key = new KeyId(KEY_ID);
      byte[] token = standing(store, LakeFolder.TOKEN_KEY, LakeKeys.newTokenKey(keys, key));
      byte[] rowHash = standing(store, LakeFolder.ROW_HASH_KEY, LakeKeys.newRowHashKey(keys, key));
      return new Pins(root, sha256(token), sha256(rowHash));
    }
  }

  /** Stores an object unless it is there; returns what is there then. */
  private static byte[] standing(ObjectStore store, String key, byte[] content) {
    WriteResult result = store.putIfAbsent(key, content);
    if (result instanceof WriteResult.Won) {
      return content;
    }
    return store
        .get(key)
        .map(StoredObject::content)
        .orElseThrow(
            () -> new LakeException(LakeErrorCode.LAKE_FOLDER_UNUSABLE, key + " cannot be stored"));
  }

  private void makeProperties(Pins pins) throws IOException {
    String text =
        String.join(
            "\n",
            "# The configuration of this lake, made by its first run. The digests pin what the store",
            "# holds: keep this file, and keys/, where the writers of the store cannot reach them.",
            "audit.origin=transaction-lake.local/" + pins.root().substring(0, 16),
            "crypto.key-id=" + KEY_ID,
            "crypto.keyring.root-digest=" + pins.root(),
            "lake.gold.protection=SEALED",
            "lake.row-hash-key.digest=" + pins.rowHashKey(),
            "lake.token-key.digest=" + pins.tokenKey(),
            "pipeline.tenant=local",
            "");
    Path unfinished = folder.root().resolve(".lake.properties.new");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(unfinished, folder.properties(), StandardCopyOption.ATOMIC_MOVE);
    force(folder.root());
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256", impossible);
    }
  }
}
