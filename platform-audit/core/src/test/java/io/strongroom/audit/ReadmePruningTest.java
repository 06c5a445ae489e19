package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.ApprovalRule;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ReadmePruningTest {
  @Test
  void theExampleRuns() {
    ObjectStore store = new InMemoryObjectStore();
    Signer approver = Ed25519Signer.fromSeed(KeyPurpose.APPROVAL, LogFixture.seed(2));
    Keyring keyring =
        LogFixture.keyring(
            VerificationKey.of(LogFixture.SIGNER, "log"), VerificationKey.of(approver, "approver"));
    ObjectStoreAuditLog log =
        ObjectStoreAuditLog.builder(store, "audit/", LogFixture.ORIGIN, LogFixture.SIGNERS, keyring)
            .withoutThread()
            .build();
    log.append(LogFixture.events(0, 300));
    PipelineRef pipeline = new PipelineRef("payments", "transactions");
    InstantSource clock = InstantSource.fixed(LogFixture.at(0).plus(Duration.ofDays(4_000)));
    // pruning
    AuditPruning pruning =
        new AuditPruning(log, store, "audit/", keyring, clock).protecting(store, pipeline);
    Instant tenYearsAgo = clock.instant().minus(Duration.ofDays(3_653));
    PruningPlan preview = pruning.preview(tenYearsAgo); // changes nothing
    if (preview.entries() > 0) {
      AuditReceipt plan =
          pruning.plan(tenYearsAgo, "records office", "ten years are over").receipt().orElseThrow();
      pruning.approve(plan, approver, "checked"); // by a key of purpose approval, of another person
      pruning.execute(plan, new ApprovalRule(1, true), "records office", "ten years are over");
    }
    // end
    AuditReport report = AuditVerifier.verify(store, "audit/", LogFixture.ORIGIN, keyring);
    assertThat(report.findings()).isEmpty();
    assertThat(report.pruned()).isEqualTo(256);
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/audit/ReadmePruningTest.java"));
    String begin = "    // pruning\n";
    int start = source.indexOf(begin) + begin.length();
    String code = source.substring(start, source.indexOf("    // end\n", start));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + code.replaceAll("(?m)^ {4}", "") + "```\n");
  }
}
