package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeQuickStartTest {

  @Test
  void theQuickStartRuns(@TempDir Path folder) throws IOException {
    byte[] rows = "id;amount\n1;10.00\n".getBytes(StandardCharsets.UTF_8);
    InputStream source = new ByteArrayInputStream(rows);
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    // quick start
    KeyId key = new KeyId("lake");
    Path keyFile = folder.resolve("keys.json"); // made with mode 0600
    KeyService keys = LocalKeyFile.create(keyFile, "laptop", Set.of(key), new SecureRandom());
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(keys).build();
    EncryptionContext context =
        EncryptionContext.strongroom().tenant("acme").dataset("transactions").build();

    Path message = folder.resolve("transactions.csv.enc");
    try (OutputStream sink = Files.newOutputStream(message);
        EnvelopeOutputStream out = encryptor.encrypting(sink, key, context)) {
      source.transferTo(out);
      out.finish(); // without this the message is refused by every reader
    }
    try (InputStream in = encryptor.decrypting(Files.newInputStream(message), context)) {
      in.transferTo(copy); // every byte that comes out is authenticated
    }
    // end
    assertThat(copy.toByteArray()).isEqualTo(rows);
    assertThat(Files.readString(message, StandardCharsets.ISO_8859_1)).doesNotContain("amount");
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/crypto/ReadmeQuickStartTest.java"));
    String code =
        source.substring(source.indexOf("// quick start\n") + 15, source.indexOf("    // end\n"));
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java\n") + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {4}", ""));
  }
}
