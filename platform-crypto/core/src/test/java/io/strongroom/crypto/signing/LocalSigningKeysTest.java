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
import java.util.EnumSet;
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
        .hasSize(5)
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
            + "\"seeds\":{\"secret\":\"\"}}"
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
