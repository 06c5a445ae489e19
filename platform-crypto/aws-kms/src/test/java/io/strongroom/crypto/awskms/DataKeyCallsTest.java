package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EnvelopeChannel;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.RangedSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reading a file and a window of so many messages cost; see CachedDataKeysTest for more. */
@Tag("verify")
class DataKeyCallsTest {
  private final KmsRig rig = new KmsRig();
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void aFileCostsOneGenerateDataKeyAndReadingItAnywhereOneDecrypt() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[3_000_000]);
    Path message = folder.resolve("message");
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(rig.keyService()).build();
    encryptor.encryptFile(file, message, rig.keyId(), CONTEXT);
    assertThat(rig.actions()).containsExactly("GenerateDataKey");

    rig.kms.clearCalls();
    encryptor.decryptFile(message, folder.resolve("copy"), CONTEXT);
    assertThat(folder.resolve("copy")).hasSameBinaryContentAs(file);
    assertThat(rig.actions()).containsExactly("Decrypt");

    rig.kms.clearCalls();
    try (InputStream in = encryptor.decrypting(Files.newInputStream(message), CONTEXT)) {
      assertThat(in.readAllBytes()).hasSize(3_000_000);
    }
    assertThat(rig.actions()).containsExactly("Decrypt");

    rig.kms.clearCalls();
    try (EnvelopeChannel channel = encryptor.open(RangedSource.of(message), CONTEXT)) {
      for (long position : new long[] {2_900_000, 0, 1_500_000}) {
        assertThat(channel.position(position).read(ByteBuffer.allocate(100))).isPositive();
      }
    }
    assertThat(rig.actions()).containsExactly("Decrypt");
  }

  @Test
  void aWindowOfSoManyMessagesCostsOneGenerateDataKey() {
    DataKeyLimits limits =
        DataKeyLimits.of(Duration.ofMinutes(5), 50, 1L << 40).withRefreshAhead(Duration.ZERO);
    try (CachingKeyService cache = CachingKeyService.builder(rig.keyService(), limits).build()) {
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).build();
      for (int i = 0; i < 200; i++) {
        encryptor.encrypt(new byte[100], rig.keyId(), CONTEXT);
      }
      assertThat(rig.actions()).hasSize(4).containsOnly("GenerateDataKey");
    }
  }
}
