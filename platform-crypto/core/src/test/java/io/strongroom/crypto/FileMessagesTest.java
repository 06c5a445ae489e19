package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class FileMessagesTest {
  private final EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(Samples.keys()).build();

  @TempDir Path folder;

  @Test
  void filesOfAnyLengthComeBack() throws IOException {
    for (int length : new int[] {0, 1, 16384, 3_000_001}) {
      byte[] plaintext = filled(length, length);
      Path source = Files.write(folder.resolve("source"), plaintext);
      Path message = folder.resolve("message");
      Path copy = folder.resolve("copy");
      assertThat(encryptor.encryptFile(source, message, KEY, CONTEXT)).isEqualTo(length);
      assertThat(encryptor.decrypt(Files.readAllBytes(message), CONTEXT)).isEqualTo(plaintext);
      assertThat(encryptor.decryptFile(message, copy, CONTEXT)).isEqualTo(length);
      assertThat(copy).hasBinaryContent(plaintext);
      assertThat(names()).containsExactlyInAnyOrder("source", "message", "copy");
    }
  }

  @Test
  void aFailureLeavesTheFormerTargetAndNothingElse() throws IOException {
    Path source = Files.write(folder.resolve("source"), filled(300_000, 1));
    Path message = folder.resolve("message");
    Path target = Files.writeString(folder.resolve("target"), "former");
    encryptor.encryptFile(source, message, KEY, CONTEXT);
    byte[] bad = Files.readAllBytes(message);
    bad[bad.length - 1] ^= 1;
    Files.write(message, bad);
    assertThatThrownBy(() -> encryptor.decryptFile(message, target, CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
    assertThatThrownBy(() -> encryptor.encryptFile(source, target, new KeyId("other"), CONTEXT))
        .isInstanceOf(KeyUnavailableException.class);
    assertThatThrownBy(() -> encryptor.encryptFile(folder.resolve("none"), target, KEY, CONTEXT))
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CryptoErrorCode.FILE_UNUSABLE);
              assertThat(e).hasMessageContaining("none");
            });
    assertThatThrownBy(
            () -> encryptor.encryptFile(source, folder.resolve("no/target"), KEY, CONTEXT))
        .isInstanceOf(CryptoException.class);
    assertThat(target).hasContent("former");
    assertThat(names()).containsExactlyInAnyOrder("source", "message", "target");
  }

  @Test
  void channelsAreEncryptedAndDecrypted() throws IOException {
    byte[] plaintext = filled(1_000_000, 3);
    Path message = folder.resolve("message");
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (FileChannel file =
        FileChannel.open(
            message,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ)) {
      assertThat(
              encryptor.encrypt(
                  Channels.newChannel(new ByteArrayInputStream(plaintext)), file, KEY, CONTEXT))
          .isEqualTo(plaintext.length);
      file.position(0);
      assertThat(encryptor.decrypt(file, Channels.newChannel(copy), CONTEXT))
          .isEqualTo(plaintext.length);
      assertThat(file.isOpen()).isTrue();
    }
    assertThat(copy.toByteArray()).isEqualTo(plaintext);
  }

  @Test
  void directBuffersAreWrittenAndRead() throws IOException {
    byte[] plaintext = filled(700_000, 3);
    ByteBuffer direct = ByteBuffer.allocateDirect(plaintext.length).put(plaintext).flip();
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (EnvelopeOutputStream out = encryptor.encrypting(sink, KEY, CONTEXT)) {
      assertThat(out.isOpen()).isTrue();
      assertThat(out.write(direct.slice(0, 5))).isEqualTo(5);
      assertThat(out.write(ByteBuffer.wrap(plaintext, 5, 95))).isEqualTo(95);
      ByteBuffer rest = direct.position(100);
      assertThat(out.write(rest)).isEqualTo(plaintext.length - 100);
      assertThat(rest.hasRemaining()).isFalse();
      out.finish();
      assertThat(out.isOpen()).isFalse();
    }
    ByteBuffer read = ByteBuffer.allocateDirect(plaintext.length + 1);
    try (EnvelopeInputStream in =
        encryptor.decrypting(new ByteArrayInputStream(sink.toByteArray()), CONTEXT)) {
      assertThat(in.read(ByteBuffer.allocate(0))).isZero();
      while (in.read(read) >= 0) {
        assertThat(in.isOpen()).isTrue();
      }
    }
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(plaintext));
  }

  @Test
  void aQuarterOfAGibibyteRoundTripsInASmallHeap() throws IOException, InterruptedException {
    assertThat(StreamingProcess.run(256L << 20, "-Xmx24m")).isEqualTo("268435456 bytes\n");
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
