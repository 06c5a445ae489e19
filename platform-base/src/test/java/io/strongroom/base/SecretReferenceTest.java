package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class SecretReferenceTest {
  @TempDir Path folder;

  private Path file(String content, String permissions) throws IOException {
    Path file = folder.resolve("secret");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  private static SecretReference reference(Path file) {
    return new SecretReference("${file:" + file + "}");
  }

  private static void assertRefused(SecretReference reference, BaseErrorCode code) {
    assertThatThrownBy(reference::resolve)
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageNotContaining("marker");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------", "rwx------"})
  void aFileOfItsOwnerAloneIsRead(String permissions) throws IOException {
    try (Secret secret = reference(file("marker\n", permissions)).resolve()) {
      assertThat(secret).isEqualTo(Secret.of("marker".getBytes(StandardCharsets.UTF_8)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw------x"})
  void aFileThatGrantsAnythingToOthersIsRefused(String permissions) throws IOException {
    assertRefused(reference(file("marker", permissions)), BaseErrorCode.SECRET_EXPOSED);
  }

  @Test
  void onlyOneLineEndIsTakenOff() throws IOException {
    try (Secret secret = reference(file("a\r\n\r\n", "rw-------")).resolve()) {
      assertThat(secret).isEqualTo(Secret.of("a\r\n".toCharArray()));
    }
  }

  @Test
  void aLinkIsJudgedByItsTarget() throws IOException {
    Path target = file("marker", "rw-r--r--");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertRefused(reference(link), BaseErrorCode.SECRET_EXPOSED);
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    reference(link).resolve().close();
  }

  @Test
  void whatIsMissingEmptyTooLongOrNoFileIsNamed() throws IOException {
    SecretReference missing = reference(folder.resolve("missing"));
    assertThatThrownBy(missing::resolve).hasMessageContaining("missing");
    assertRefused(missing, BaseErrorCode.SECRET_UNREADABLE);
    assertRefused(reference(file("", "rw-------")), BaseErrorCode.SECRET_UNREADABLE);
    assertRefused(reference(file("\n", "rw-------")), BaseErrorCode.SECRET_UNREADABLE);
    assertRefused(reference(file("x".repeat(65537), "rw-------")), BaseErrorCode.SECRET_UNREADABLE);
    assertRefused(reference(folder), BaseErrorCode.SECRET_UNREADABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"marker", "", "${env:MARKER}", "${file:}", "file:/marker", "x${file:/a}", "${}"})
  void otherFormsAreRefusedWithoutRepeatingThem(String text) {
    assertThatThrownBy(() -> new SecretReference(text))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> assertThat(e.code()).isEqualTo(BaseErrorCode.SECRET_REFERENCE_REFUSED))
        .hasMessageNotContaining("marker")
        .hasMessageNotContaining("MARKER");
  }

  @Test
  void aKindThatNothingResolvesIsNamedWhenResolved() {
    assertRefused(
        new SecretReference("${secret:db/positions}"), BaseErrorCode.SECRET_REFERENCE_REFUSED);
    assertThatThrownBy(() -> new SecretReference("${secret:db/positions}").resolve())
        .hasMessageContaining("${secret:db/positions}");
  }
}
