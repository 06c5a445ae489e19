package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeQuickStartTest {

  @Test
  void theQuickStartRuns(@TempDir Path folder) throws IOException {
    Clock clock = Clock.systemUTC();
    Files.createDirectory(folder.resolve("store"));
    // quick start
    Path keyFile = folder.resolve("signing-keys.json"); // made with mode 0600
    LocalSigningKeys keys =
        LocalSigningKeys.create(keyFile, Set.of(KeyPurpose.CHECKPOINT), new SecureRandom());
    byte[] published = Keyring.create(keys.root(), 1, keys.verificationKeys("security team"));
    Keyring keyring = Keyring.parse(published, keys.root().digest()); // readers pin the digest

    ObjectStore store = new LocalObjectStore(folder.resolve("store"));
    String origin = "audit.example.com/payments"; // the log's name for ever
    Signer signer = keys.signer(KeyPurpose.CHECKPOINT);
    AuditReceipt receipt;
    try (ObjectStoreAuditLog log =
        new ObjectStoreAuditLog(store, "audit/", origin, signer, keyring)) {
      receipt =
          log.append(
              AuditEvent.of("ops", "RUN_ABORTED", "payments/rates", "success", clock.instant())
                  .withReason("totals differ")); // durable, its index fixed for ever
      log.checkpoint(); // signed and published; closing does it too
    }

    AuditReport report = AuditVerifier.verify(store, "audit/", origin, keyring);
    // end
    assertThat(receipt.index()).isZero();
    assertThat(report.clean()).isTrue();
    assertThat(report.checkpoint().orElseThrow().size()).isEqualTo(1);
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/audit/ReadmeQuickStartTest.java"));
    String code =
        source.substring(source.indexOf("// quick start\n") + 15, source.indexOf("    // end\n"));
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java\n") + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {4}", ""));
  }

  @Test
  void theReadmeListsEveryErrorCode() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    Arrays.stream(AuditErrorCode.values())
        .forEach(
            code ->
                assertThat(readme)
                    .contains(
                        "| " + code.id() + " | " + code.name() + " | " + code.category() + " |"));
  }
}
