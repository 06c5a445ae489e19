package io.strongroom.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.run.RunId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of VERIFYING.md, run as they stand by OpenSSL and jq. */
@Tag("oracle")
class VerifyingPageTest {
  @TempDir Path folder;

  private static String commands() throws Exception {
    String page = Files.readString(Path.of("../VERIFYING.md"));
    Matcher blocks = Pattern.compile("(?ms)^```sh\n(.*?)^```").matcher(page);
    StringBuilder all = new StringBuilder();
    while (blocks.find()) {
      all.append(blocks.group(1));
    }
    return all.toString();
  }

  private String run(String rootDigest, int expectedExit) throws Exception {
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", commands())
            .directory(folder.toFile())
            .redirectErrorStream(true);
    bash.environment().put("ROOT_DIGEST", rootDigest);
    Process process = bash.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(out).isEqualTo(expectedExit);
    return out;
  }

  @Test
  void publicToolsAcceptEvidenceAndRefuseAForgedOne() throws Exception {
    AuditedLake lake = new AuditedLake();
    lake.publish("run-0", "2026-01-19");
    lake.publish("run-1", "2026-01-20");
    lake.publish("run-2", "2026-01-21");
    Path file = folder.resolve("run.evidence");
    lake.evidence().export(EvidenceRequest.of(new RunId("run-1")), file);
    assertThat(run(AuditedLake.KEYRING.rootDigest(), 0).lines())
        .containsExactly(
            "whole: " + Files.readAllLines(file).size() + " lines",
            "keys: 3 believed",
            "run: run-1 COMMITTED, files: 1",
            "publication: 2 of run-1",
            "log: audit.example.com/payments, 24 entries",
            "entry 14: RUN_PROMOTING by operator at 2026-01-21T12:00:00Z");
    run("00".repeat(32), 1);
    String good = Files.readString(file);
    Files.writeString(file, good.replace("RUN_PROMOTING", "RUN_PROMOTINX"));
    assertThat(run(AuditedLake.KEYRING.rootDigest(), 1)).isEmpty();
  }
}
