package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SigningKeyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class LocalSigningKeysTest {
  private static final Set<KeyPurpose> ALL = EnumSet.allOf(KeyPurpose.class);

  private final SecureRandom random = new SecureRandom();
  @TempDir Path folder;

  @Test
  void storedKeysAreTheOnesThatWereMade() {
    Path file = folder.resolve("signing-keys.json");
    LocalSigningKeys made = LocalSigningKeys.create(file, ALL, random);
    LocalSigningKeys read = LocalSigningKeys.open(file);
    assertThat(read.purposes()).isEqualTo(ALL);
    assertThat(read.root().digest()).isEqualTo(made.root().digest());
    for (KeyPurpose purpose : KeyPurpose.values()) {
      assertThat(read.signer(purpose).purpose()).isEqualTo(purpose);
      assertThat(read.signer(purpose).keyId()).isEqualTo(made.signer(purpose).keyId());
      assertThat(read.signer(purpose).sign(new byte[] {1}))
          .isEqualTo(made.signer(purpose).sign(new byte[] {1}));
    }
  }

  @Test
  void everyPurposeAndTheRootHaveKeysOfTheirOwn() {
    LocalSigningKeys keys = LocalSigningKeys.create(folder.resolve("k"), ALL, random);
    assertThat(keys.verificationKeys("me").stream().map(VerificationKey::keyId))
        .hasSize(ALL.size())
        .doesNotHaveDuplicates()
        .doesNotContain(keys.root().digest().substring(0, 16));
  }

  @Test
  void theirKeyringIsBelievedUnderTheirRoot() {
    LocalSigningKeys keys = LocalSigningKeys.create(folder.resolve("k"), ALL, random);
    byte[] stored = Keyring.create(keys.root(), 1, keys.verificationKeys("me"));
    Keyring keyring = Keyring.parse(stored, keys.root().digest());
    Signer signer = keys.signer(KeyPurpose.CHECKPOINT);
    assertThat(keyring.find(signer.keyId(), KeyPurpose.CHECKPOINT)).isPresent();
  }

  @Test
  void onlyTheOwnerCanReadTheFileAndNothingElseIsLeftBehind() throws IOException {
    Path file = folder.resolve("signing-keys.json");
    LocalSigningKeys.create(file, ALL, random);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void theFileIsCanonicalJsonOfTheDocumentedMembers() throws IOException {
    Path file = folder.resolve("signing-keys.json");
    LocalSigningKeys.create(file, Set.of(KeyPurpose.MANIFEST), random);
    JsonValue.JsonObject json = JsonValue.parseCanonicalObject(Files.readAllBytes(file));
    assertThat(json.members().keySet()).containsExactly("format", "root", "seeds");
    assertThat(json.string("format")).isEqualTo("strongroom-signing-keys-v1");
    assertThat(json.object("seeds").members().keySet()).containsExactly("manifest");
  }

  /** Written before keys had algorithms; the seeds are 32 times 1, 2 and 3. */
  @Test
  void aFileOfTheFirstReleaseIsReadAndKeepsItsIds() throws IOException {
    Path golden = Path.of("src/test/resources/golden/signing-keys-v1.json");
    Path file = folder.resolve("signing-keys.json");
    Files.copy(golden, file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    LocalSigningKeys keys = LocalSigningKeys.open(file);
    assertThat(keys.root().digest())
        .isEqualTo("34750f98bd59fcfc946da45aaabe933be154a4b5094e1c4abf42866505f3c97e");
    assertThat(keys.signer(KeyPurpose.MANIFEST).keyId()).isEqualTo("6a3803d5f059902a");
    assertThat(keys.signer(KeyPurpose.RECEIPT).keyId()).isEqualTo("b62e867fa2f33afe");
    assertThat(keys.signer(KeyPurpose.RECEIPT).algorithm()).isEqualTo(SigningAlgorithm.ED25519);
    byte[] counter = {0};
    Path again = folder.resolve("again.json");
    LocalSigningKeys.create(
        again,
        Set.of(KeyPurpose.MANIFEST, KeyPurpose.RECEIPT),
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, ++counter[0]);
          }
        });
    assertThat(again).hasSameBinaryContentAs(golden);
  }

  @Test
  void everyPurposeMayHaveAnAlgorithmOfItsOwn() {
    Path file = folder.resolve("k");
    Map<KeyPurpose, SigningAlgorithm> algorithms =
        Map.of(
            KeyPurpose.MANIFEST, SigningAlgorithm.ECDSA_P256,
            KeyPurpose.PUBLICATION, SigningAlgorithm.ECDSA_P384,
            KeyPurpose.CHECKPOINT, SigningAlgorithm.ED25519,
            KeyPurpose.RECEIPT, SigningAlgorithm.ML_DSA_44);
    LocalSigningKeys made = LocalSigningKeys.create(file, algorithms, random);
    LocalSigningKeys read = LocalSigningKeys.open(file);
    assertThat(read.purposes()).isEqualTo(algorithms.keySet());
    algorithms.forEach(
        (purpose, algorithm) -> {
          assertThat(read.signer(purpose).algorithm()).isEqualTo(algorithm);
          assertThat(read.signer(purpose).sign(new byte[] {1}))
              .isEqualTo(made.signer(purpose).sign(new byte[] {1}));
        });
    Keyring keyring =
        Keyring.parse(
            Keyring.create(read.root(), 1, read.verificationKeys("me")), made.root().digest());
    assertThat(keyring.keys()).hasSize(4);
  }

  @Test
  void aKeyIsPreparedBesideThePresentOneAndTakesItsPlaceLater() throws IOException {
    Path file = folder.resolve("k");
    LocalSigningKeys first = LocalSigningKeys.create(file, Set.of(KeyPurpose.MANIFEST), random);
    String old = first.signer(KeyPurpose.MANIFEST).keyId();
    LocalSigningKeys.prepare(file, KeyPurpose.MANIFEST, SigningAlgorithm.ML_DSA_44, random);
    LocalSigningKeys prepared = LocalSigningKeys.open(file);
    assertThat(prepared.signer(KeyPurpose.MANIFEST).keyId()).isEqualTo(old);
    Signer next = prepared.next(KeyPurpose.MANIFEST);
    assertThat(next.algorithm()).isEqualTo(SigningAlgorithm.ML_DSA_44);
    assertThat(next.purpose()).isEqualTo(KeyPurpose.MANIFEST);
    assertRefused(
        () -> LocalSigningKeys.prepare(file, KeyPurpose.MANIFEST, SigningAlgorithm.ED25519, random),
        CryptoErrorCode.SIGNING_KEYS_EXIST,
        file);

    LocalSigningKeys.activate(file, KeyPurpose.MANIFEST);
    LocalSigningKeys active = LocalSigningKeys.open(file);
    assertThat(active.signer(KeyPurpose.MANIFEST).keyId()).isEqualTo(next.keyId());
    assertThat(active.root().digest()).isEqualTo(first.root().digest());
    assertRefused(
        () -> LocalSigningKeys.activate(file, KeyPurpose.MANIFEST),
        CryptoErrorCode.SIGNING_KEY_MISSING,
        file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aChangeThatWasCutShortIsNamedAndLeavesTheKeys() throws IOException {
    Path file = folder.resolve("k");
    LocalSigningKeys.create(file, ALL, random);
    byte[] before = Files.readAllBytes(file);
    Path left = Files.createFile(folder.resolve("k.new"));
    assertRefused(
        () -> LocalSigningKeys.prepare(file, KeyPurpose.MANIFEST, SigningAlgorithm.ED25519, random),
        CryptoErrorCode.SIGNING_KEYS_EXIST,
        left);
    assertThat(file).hasBinaryContent(before);
    assertRefused(
        () -> LocalSigningKeys.activate(folder.resolve("absent"), KeyPurpose.MANIFEST),
        CryptoErrorCode.SIGNING_KEYS_UNREADABLE,
        folder.resolve("absent"));
  }

  @Test
  void aKeyOfAnUnknownAlgorithmIsRefusedByItsOwnCode() throws IOException {
    Path file = folder.resolve("signing-keys.json");
    Files.writeString(
        file,
        Files.readString(Path.of("src/test/resources/golden/signing-keys-v1.json"))
            .replace("{\"format\"", "{\"algorithms\":{\"receipt\":\"rsa-2048\"},\"format\""),
        UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertRefused(
        () -> LocalSigningKeys.open(file), CryptoErrorCode.SIGNING_ALGORITHM_UNKNOWN, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x---"})
  void aFileThatOthersCanUseIsRefused(String permissions) throws IOException {
    Path file = folder.resolve("signing-keys.json");
    LocalSigningKeys.create(file, ALL, random);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertRefused(() -> LocalSigningKeys.open(file), CryptoErrorCode.SIGNING_KEYS_EXPOSED, file);
  }

  @Test
  void anExistingFileIsNeverReplaced() throws IOException {
    Path file = folder.resolve("signing-keys.json");
    Files.writeString(file, "mine");
    assertRefused(
        () -> LocalSigningKeys.create(file, ALL, random), CryptoErrorCode.SIGNING_KEYS_EXIST, file);
    assertThat(file).hasContent("mine");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    Path file = folder.resolve("absent").resolve("signing-keys.json");
    assertRefused(
        () -> LocalSigningKeys.create(file, ALL, random),
        CryptoErrorCode.SIGNING_KEYS_UNWRITABLE,
        file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"format\":\"strongroom-signing-keys-v2\",\"root\":\"\",\"seeds\":{}}",
        "{\"format\":\"strongroom-signing-keys-v1\",\"root\":\"c2VjcmV0\",\"seeds\":{}}",
        "{\"format\":\"strongroom-signing-keys-v1\",\"root\":\"%secret%\",\"seeds\":{}}",
        "{\"format\":\"strongroom-signing-keys-v1\","
            + "\"root\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","
            + "\"seeds\":{\"secret\":\"\"}}",
        "{\"algorithms\":{\"manifest\":\"ed25519\"},"
            + "\"format\":\"strongroom-signing-keys-v1\","
            + "\"root\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"seeds\":{}}",
        "{\"format\":\"strongroom-signing-keys-v1\",\"next\":{\"manifest\":{}},"
            + "\"root\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"seeds\":{}}"
      })
  void aFileOfOtherContentIsRefusedWithoutShowingIt(String content) throws IOException {
    Path file = folder.resolve("signing-keys.json");
    Files.writeString(file, content, UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> LocalSigningKeys.open(file))
        .isInstanceOfSatisfying(
            SigningKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.SIGNING_KEYS_UNREADABLE))
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("secret");
  }

  @Test
  void aMissingFileAFolderAndAGiantAreRefused() throws IOException {
    Path absent = folder.resolve("absent");
    assertRefused(
        () -> LocalSigningKeys.open(absent), CryptoErrorCode.SIGNING_KEYS_UNREADABLE, absent);
    assertRefused(
        () -> LocalSigningKeys.open(folder), CryptoErrorCode.SIGNING_KEYS_UNREADABLE, folder);
    Path giant = folder.resolve("giant");
    Files.write(giant, new byte[64 * 1024 + 1]);
    Files.setPosixFilePermissions(giant, PosixFilePermissions.fromString("rw-------"));
    assertRefused(
        () -> LocalSigningKeys.open(giant), CryptoErrorCode.SIGNING_KEYS_UNREADABLE, giant);
  }

  @Test
  void aPurposeWithoutAKeyIsNamed() {
    LocalSigningKeys keys =
        LocalSigningKeys.create(folder.resolve("k"), Set.of(KeyPurpose.MANIFEST), random);
    assertThatThrownBy(() -> keys.signer(KeyPurpose.APPROVAL))
        .isInstanceOfSatisfying(
            SigningKeyException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.SIGNING_KEY_MISSING))
        .hasMessageContaining("approval");
  }

  private static void assertRefused(ThrowingCallable call, CryptoErrorCode code, Path file) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SigningKeyException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(file.toString());
  }
}
