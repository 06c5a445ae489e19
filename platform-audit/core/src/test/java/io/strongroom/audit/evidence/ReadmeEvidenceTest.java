package io.strongroom.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.evidence.EvidenceReport.Trail;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeEvidenceTest {

  @Test
  void theExamplesRun(@TempDir Path folder) throws IOException {
    AuditedLake lake = new AuditedLake();
    lake.commit("run-7", "2026-01-20");
    lake.promote("run-7");
    AuditLog log = lake.log;
    ObjectStore store = lake.store;
    PipelineRef pipeline = AuditedLake.PIPELINE;
    byte[] published = AuditedLake.STORED_KEYRING;
    Keyring keyring = AuditedLake.KEYRING;
    Instant now = AuditedLake.NOW;
    // trail
    RunTrail trail = new RunTrail(log, "run-7");
    trail.append(AuditEvent.of("svc-loader", "FILE_READ", "payments/rates", "success", now));
    trail.close(AuditEvent.of("svc-loader", "RUN_CLOSED", "payments/rates", "success", now));
    // end
    // evidence
    Evidence evidence = new Evidence(log, store, pipeline, published, keyring);
    Path file = folder.resolve("run-7.evidence");
    evidence.export(EvidenceRequest.of(new RunId("run-7")), file);

    // The auditor: no network, no store, nothing but the file and a keyring that he trusts.
    EvidenceReport report = Evidence.verify(file, keyring);
    report.proven().forEach(System.out::println);
    report.notProven().forEach(System.out::println);
    // end
    assertThat(report.trail()).isEqualTo(Trail.COMPLETE);
    assertThat(report.promotion()).isPresent();
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    assertThat(readme).contains(example("evidence")).contains(example("trail"));
  }

  private static String example(String name) throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/audit/evidence/ReadmeEvidenceTest.java"));
    String begin = "    // " + name + "\n";
    int start = source.indexOf(begin) + begin.length();
    String code = source.substring(start, source.indexOf("    // end\n", start));
    return "```java\n" + code.replaceAll("(?m)^ {4}", "") + "```\n";
  }
}
