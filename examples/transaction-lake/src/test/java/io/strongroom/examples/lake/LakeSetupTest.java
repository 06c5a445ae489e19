package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set-up that was cut short at any place is completed by the next one. */
@Tag("verify")
class LakeSetupTest {
  @TempDir Path root;

  @Test
  void theFirstSetUpMakesEverythingAndTheSecondNothing() throws IOException {
    LakeFolder folder = new LakeFolder(root.resolve("lake"));
    assertThat(setup(folder)).isTrue();
    String properties = Files.readString(folder.properties());
    assertThat(setup(folder)).isFalse();
    assertThat(properties)
        .containsPattern("(?m)^crypto.keyring.root-digest=[0-9a-f]{64}$")
        .containsPattern("(?m)^lake.token-key.digest=[0-9a-f]{64}$")
        .isEqualTo(Files.readString(folder.properties()));
    for (Path key : List.of(folder.keyFile(), folder.signingKeyFile())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.keys())))
        .isEqualTo("rwx------");
  }

  @Test
  void aSetUpCutShortBeforeItsConfigurationIsCompletedWithTheSamePins() throws IOException {
    LakeFolder folder = new LakeFolder(root.resolve("lake"));
    setup(folder);
    String properties = Files.readString(folder.properties());
    Files.delete(folder.properties());
    Files.writeString(folder.root().resolve(".lake.properties.new"), "half of");
    assertThat(setup(folder)).isTrue();
    assertThat(Files.readString(folder.properties())).isEqualTo(properties);
    new TestLake(folder.root()).done("verify");
  }

  @Test
  void aSetUpCutShortBetweenTheRecordsIsCompletedWithTheSameKeys() throws IOException {
    LakeFolder folder = new LakeFolder(root.resolve("lake"));
    setup(folder);
    byte[] keyring = Files.readAllBytes(folder.store().resolve(LakeFolder.KEYRING));
    Files.delete(folder.properties());
    Files.delete(folder.store().resolve(LakeFolder.TOKEN_KEY));
    Files.delete(folder.store().resolve(LakeFolder.ROW_HASH_KEY));
    assertThat(setup(folder)).isTrue();
    assertThat(Files.readAllBytes(folder.store().resolve(LakeFolder.KEYRING))).isEqualTo(keyring);
    new TestLake(folder.root()).done("verify");
  }

  @Test
  void keysThatWereHalfMadeAreThrownAway() throws IOException {
    LakeFolder folder = new LakeFolder(root.resolve("lake"));
    Path half = Files.createDirectories(folder.root().resolve(".keys-123"));
    Files.writeString(half.resolve("encryption-keys.json"), "{");
    assertThat(setup(folder)).isTrue();
    assertThat(half).doesNotExist();
    try (Stream<Path> left = Files.list(folder.root())) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(".setup.lock", "keys", "lake.properties", "store");
    }
  }

  private static boolean setup(LakeFolder folder) {
    return new LakeSetup(folder, new SecureRandom()).complete();
  }
}
