package io.strongroom.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.RunKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeQuickStartTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path SELF =
      Path.of("src/test/java/io/strongroom/pipeline/ReadmeQuickStartTest.java");

  @Test
  void quickStartRuns(@TempDir Path folder) throws IOException {
    SecureRandom random = new SecureRandom();
    KeyId keyId = new KeyId("lake");
    ObjectStore store = new LocalObjectStore(folder.resolve("store"));
    KeyService keyService =
        LocalKeyFile.create(folder.resolve("keys.json"), "local", Set.of(keyId), random);
    LocalSigningKeys signing =
        LocalSigningKeys.create(
            folder.resolve("signing.json"), EnumSet.allOf(KeyPurpose.class), random);
    Keyring keyring =
        Keyring.parse(
            Keyring.create(signing.root(), 1, signing.verificationKeys("operator")),
            signing.root().digest());
    Signer manifests = signing.signer(KeyPurpose.MANIFEST);
    Signer publications = signing.signer(KeyPurpose.PUBLICATION);
    AuditLog audit =
        new ObjectStoreAuditLog(
            store, "audit/", "example.com/lake", signing.signer(KeyPurpose.CHECKPOINT), keyring);

    // quick start
    DatasetRef rows = new DatasetRef(Layer.SILVER, "payments", "rows");
    Pipeline pipeline =
        new Pipeline(
            new PipelineRef("payments", "rows"),
            "1",
            List.of(
                new DatasetSpec(
                    rows, DatasetMode.APPEND, Protection.SEALED, ConflictRule.NONE, "v1")),
            List.of(new WriteRows(rows)),
            GatePolicy.defaults());
    PipelineRunner runner =
        PipelineRunner.builder(PipelineConfig.of("tenant-1"))
            .store(store)
            .keys(keyService, KeyResolver.single(keyId))
            .signing(manifests, publications, keyring)
            .audit(audit, new AuditIntentLog(audit))
            .build();
    RunResult result = runner.run(pipeline, RunSpec.of("2024-01", List.of(), "operator"));
    int exitCode = result.exitCode(); // 0: everything is visible, and only now
    // end

    assertThat(exitCode).isZero();
    LiveFile live = PublishedState.read(store, pipeline.ref(), keyring).liveFiles(rows).get(0);
    try (RunKeys keys = RunKeys.open(store, live.manifest(), keyService);
        InputStream in = RunContext.openEnveloped(store, keys, rows, live.file().path())) {
      assertThat(in.readAllBytes()).isEqualTo("1,10.00\n2,20.00\n".getBytes(UTF_8));
    }
  }

  // a step
  record WriteRows(DatasetRef rows) implements Step {
    @Override
    public String name() {
      return "write-rows";
    }

    @Override
    public List<String> partitions(RunContext run) {
      return List.of("all");
    }

    @Override
    public PartitionOutcome run(PartitionContext context) {
      Map<String, String> month = Map.of("year", "2024", "month", "01");
      try (StagedUpload file = context.enveloped(rows, month, "part-00000.csv")) {
        file.stream().write("1,10.00\n2,20.00\n".getBytes(UTF_8));
        return PartitionOutcome.of(List.of(file.finish(2)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // end

  @Test
  void readmeShowsExactlyWhatRunsHere() throws IOException {
    String source = Files.readString(SELF);
    List<String> shown =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(README))
            .results()
            .map(match -> match.group(1).strip())
            .toList();

    assertThat(shown).startsWith(marked(source, "quick start"), marked(source, "a step"));
  }

  private static String marked(String source, String name) {
    MatchResult match =
        Pattern.compile("\n *// " + name + "\n(.*?)\n *// end\n", Pattern.DOTALL)
            .matcher(source)
            .results()
            .findFirst()
            .orElseThrow();
    return match.group(1).stripTrailing().stripIndent().strip();
  }

  @Test
  void readmeNamesEveryErrorCodeExitCodeAndSetting() throws IOException {
    String readme = Files.readString(README);
    List<String> named = new ArrayList<>();
    for (PipelineErrorCode code : PipelineErrorCode.values()) {
      named.add(
          "| "
              + code.id()
              + " | "
              + code.name()
              + " | "
              + code.category()
              + " | "
              + code.category().exitCode()
              + " |");
    }
    named.add("| `pipeline.tenant` | required |");
    named.add("| `pipeline.lease-ttl` | `10s` |");
    named.add("| `pipeline.threads` | `4` |");
    named.add("| `pipeline.attempts` | `3` |");
    named.add("| `pipeline.retry-delay` | `1s` |");
    named.add("| `pipeline.gates.errors-of-one-code` | `100` |");
    named.add("| `pipeline.gates.quarantine-warn-basis-points` | `100` |");
    named.add("| `pipeline.gates.quarantine-stop-basis-points` | `500` |");

    assertThat(readme).contains(named);
  }
}
