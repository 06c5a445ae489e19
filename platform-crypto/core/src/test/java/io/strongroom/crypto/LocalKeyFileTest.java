package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class LocalKeyFileTest {
  private static final KeyId LAKE = new KeyId("lake");
  private static final KeyId TOKENS = new KeyId("tokens");

  private final SecureRandom random = new SecureRandom();
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("local-keys.json");
  }

  private LocalKeyFile create() {
    return LocalKeyFile.create(file, "local", Set.of(LAKE, TOKENS), random);
  }

  private void assertRefused(CryptoErrorCode code) {
    assertThatThrownBy(() -> LocalKeyFile.open(file))
        .isInstanceOfSatisfying(KeyFileException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("marker");
  }

  @Test
  void storedKeysUnwrapWhatTheCreatedOnesWrapped() throws IOException {
    LocalKeyFile created = create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (LocalKeyFile opened = LocalKeyFile.open(file);
        DataKey key = created.generateDataKey(LAKE, CONTEXT)) {
      assertThat(opened.keyIds()).containsExactly(LAKE, TOKENS);
      assertThat(opened.canUnwrap(key.wrapped())).isTrue();
      assertThat(opened.unwrap(key.wrapped(), CONTEXT).plaintext()).isEqualTo(key.plaintext());
      assertThat(opened.describe(LAKE))
          .isEqualTo(KeyDescription.versioned(LAKE, "local", KeyState.ENABLED, 1, 1));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anExistingFileIsNeverOverwritten() throws IOException {
    create();
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(this::create)
        .isInstanceOfSatisfying(
            KeyFileException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_FILE_EXISTS))
        .hasMessageContaining(file.toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(folder.resolve("local-keys.json.new")).doesNotExist();
  }

  @Test
  void aNewVersionWrapsAndTheOldOnesStillUnwrap() {
    LocalKeyFile first = create();
    DataKey old = first.generateDataKey(LAKE, CONTEXT);
    LocalKeyFile second = LocalKeyFile.addVersion(file, LAKE, random);
    LocalKeyFile opened = LocalKeyFile.open(file);
    assertThat(opened.describe(LAKE))
        .isEqualTo(KeyDescription.versioned(LAKE, "local", KeyState.ENABLED, 2, 2));
    assertThat(opened.describe(TOKENS))
        .isEqualTo(KeyDescription.versioned(TOKENS, "local", KeyState.ENABLED, 1, 1));
    assertThat(opened.unwrap(old.wrapped(), CONTEXT).plaintext()).isEqualTo(old.plaintext());
    DataKey young = second.generateDataKey(LAKE, CONTEXT);
    assertThat(new String(young.wrapped().providerInfo(), StandardCharsets.ISO_8859_1))
        .startsWith("lake#2");
    assertThat(opened.unwrap(young.wrapped(), CONTEXT).plaintext()).isEqualTo(young.plaintext());
    assertThat(first.canUnwrap(young.wrapped())).isFalse();
    WrappedDataKey rewrapped = opened.rewrap(old.wrapped(), CONTEXT, LAKE);
    assertThat(new String(rewrapped.providerInfo(), StandardCharsets.ISO_8859_1))
        .startsWith("lake#2");
    assertThat(opened.unwrap(rewrapped, CONTEXT).plaintext()).isEqualTo(old.plaintext());
    WrappedDataKey wrapped = opened.wrap(old, LAKE, CONTEXT);
    assertThat(new String(wrapped.providerInfo(), StandardCharsets.ISO_8859_1))
        .startsWith("lake#2");
    assertThat(opened.unwrap(wrapped, CONTEXT).plaintext()).isEqualTo(old.plaintext());
    KeyId added = new KeyId("added");
    LocalKeyFile.addVersion(file, added, random);
    assertThat(LocalKeyFile.open(file).describe(added).newestVersion()).hasValue(1);
  }

  @Test
  void tenVersionsStayInOrder() {
    create();
    for (int i = 0; i < 10; i++) {
      LocalKeyFile.addVersion(file, LAKE, random);
    }
    assertThat(LocalKeyFile.open(file).describe(LAKE).newestVersion()).hasValue(11);
  }

  @Test
  void aRotationThatWasCutShortIsNamedAndChangesNothing() throws IOException {
    create();
    byte[] before = Files.readAllBytes(file);
    Path left = Files.createFile(folder.resolve("local-keys.json.new"));
    assertThatThrownBy(() -> LocalKeyFile.addVersion(file, LAKE, random))
        .isInstanceOfSatisfying(
            KeyFileException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_FILE_EXISTS))
        .hasMessageContaining(left.toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(left).exists();
  }

  @Test
  void aRotationOfAMissingOrMalformedFileLeavesNothingBehind() throws IOException {
    assertThatThrownBy(() -> LocalKeyFile.addVersion(file, LAKE, random))
        .isInstanceOf(KeyFileException.class);
    create();
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> LocalKeyFile.addVersion(file, LAKE, random))
        .isInstanceOf(KeyFileException.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw------x"})
  void aFileThatGrantsAnythingToOthersIsRefused(String permissions) throws IOException {
    create();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertRefused(CryptoErrorCode.KEY_FILE_EXPOSED);
  }

  @Test
  void whatIsMissingOrNoFileIsNamed() throws IOException {
    assertRefused(CryptoErrorCode.KEY_FILE_UNREADABLE);
    Files.createDirectory(file);
    assertRefused(CryptoErrorCode.KEY_FILE_UNREADABLE);
  }

  @Test
  void aFolderThatIsMissingIsNamed() {
    Path nowhere = folder.resolve("missing").resolve("keys.json");
    assertThatThrownBy(() -> LocalKeyFile.create(nowhere, "local", Set.of(LAKE), random))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining(nowhere.toString());
  }

  @Test
  void everyMalformedFileIsRefusedAndNoneIsShown() throws IOException {
    create();
    String key = "\"key\":\"" + "A".repeat(43) + "=\"";
    String good = "{\"id\":\"a\"," + key + ",\"version\":1}";
    for (String content :
        List.of(
            "",
            "marker",
            "{}",
            "[]",
            file("strongroom-local-keys-v2", "local", good),
            file("strongroom-local-keys-v3", "local", good),
            file("strongroom-local-keys-v1", "aws-kms", good),
            file("strongroom-local-keys-v1", "", good),
            file("strongroom-local-keys-v1", "local", ""),
            file("strongroom-local-keys-v1", "local", good + "," + good),
            file("strongroom-local-keys-v1", "local", good.replace(":1}", ":0}")),
            file("strongroom-local-keys-v1", "local", good.replace(":1}", ":3000000000}")),
            file("strongroom-local-keys-v1", "local", good.replace("AAAA", "marker")),
            file("strongroom-local-keys-v1", "local", good.replace("AAAA", "")),
            file("strongroom-local-keys-v1", "local", good.replace("\"a\"", "\"a#1\"")),
            file("strongroom-local-keys-v1", "local", good.replace("}", ",\"more\":1}")),
            file("strongroom-local-keys-v1", "local", good).replace("}]", "}],\"more\":1"))) {
      Files.writeString(file, content);
      assertRefused(CryptoErrorCode.KEY_FILE_MALFORMED);
    }
    Files.writeString(file, file("strongroom-local-keys-v1", "local", good));
    LocalKeyFile.open(file).close();
    Files.writeString(file, " ".repeat(1024 * 1024 + 1));
    assertRefused(CryptoErrorCode.KEY_FILE_MALFORMED);
  }

  private static String file(String format, String namespace, String keys) {
    return "{\"format\":\"%s\",\"keys\":[%s],\"namespace\":\"%s\"}"
        .formatted(format, keys, namespace);
  }

  @Test
  void theFileHasTheDocumentedForm() throws IOException {
    SecureRandom ones =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 1);
          }
        };
    LocalKeyFile.create(file, "local", Set.of(LAKE), ones);
    assertThat(file)
        .hasContent(
            "{\"format\":\"strongroom-local-keys-v1\",\"keys\":[{\"id\":\"lake\",\"key\":\""
                + "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\",\"version\":1}],"
                + "\"namespace\":\"local\"}");
  }

  @Test
  void anUnknownKeyIsNamed() {
    LocalKeyFile keys = create();
    KeyId unknown = new KeyId("unknown-key");
    assertThatThrownBy(() -> keys.generateDataKey(unknown, CONTEXT))
        .isInstanceOf(KeyUnavailableException.class)
        .hasMessageContaining("unknown-key");
    WrappedDataKey foreign = WrappedDataKey.of("local", new byte[40], new byte[48]);
    assertThat(keys.canUnwrap(foreign)).isFalse();
    assertThatThrownBy(() -> keys.unwrap(foreign, CONTEXT))
        .isInstanceOf(KeyUnavailableException.class);
  }

  @Test
  void closedKeysServeNothing() {
    LocalKeyFile keys = create();
    keys.close();
    assertThatThrownBy(() -> keys.generateDataKey(LAKE, CONTEXT))
        .isInstanceOf(IllegalStateException.class);
    assertThat(keys.toString()).isEqualTo("LocalKeyFile[lake, tokens]");
  }
}
