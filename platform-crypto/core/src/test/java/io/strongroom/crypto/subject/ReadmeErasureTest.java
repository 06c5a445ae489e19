package io.strongroom.crypto.subject;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeErasureTest {

  @Test
  void theExampleRuns(@TempDir Path folder) {
    KeyId key = new KeyId("people");
    KeyService service =
        LocalKeyFile.create(folder.resolve("keys"), "laptop", Set.of(key), new SecureRandom());
    Signer receiptSigner = Ed25519Signer.generate(KeyPurpose.RECEIPT, new SecureRandom());
    byte[] name = "Erika Mustermann".getBytes(StandardCharsets.UTF_8);
    // example
    SubjectKeys.Builder builder =
        SubjectKeys.builder(new FileSubjectKeyStore(folder.resolve("subjects")), service, key)
            .copy(new FileSubjectKeyStore(folder.resolve("subjects-copy")))
            .context(EncryptionContext.strongroom().tenant("acme").build());
    builder.prepare(); // once: makes the key that all pseudonyms come from
    SubjectKeys subjects = builder.build();

    SubjectPseudonym person = subjects.pseudonym("customer-4711"); // may be stored in the row
    byte[] sealed = subjects.seal(person, new SubjectField("customers", "name"), name);
    byte[] opened = subjects.open(person, new SubjectField("customers", "name"), sealed);

    SubjectErasure office = subjects.erasure(receiptSigner);
    office.backUp();
    byte[] receipt = office.erase("customer-4711", "privacy desk", "request 7");
    boolean erased = subjects.isErased(person); // what ingestion, replay and backfill ask
    // end
    assertThat(opened).isEqualTo(name);
    assertThat(receipt).isNotEmpty();
    assertThat(erased).isTrue();
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/crypto/subject/ReadmeErasureTest.java"));
    String code =
        source.substring(source.indexOf("// example\n") + 11, source.indexOf("    // end\n"));
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java\n", readme.indexOf("## Erasing a person")) + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {4}", ""));
  }
}
