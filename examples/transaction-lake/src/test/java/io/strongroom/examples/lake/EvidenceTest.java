package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.Injector;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.evidence.Evidence;
import io.strongroom.audit.evidence.EvidenceReport;
import io.strongroom.audit.evidence.EvidenceRequest;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished run of the lake is proven to somebody who has one file and a keyring. */
@Tag("verify")
class EvidenceTest {
  @TempDir Path folder;

  @Test
  void bothRunsOfTheSampleAreProvenOfflineWithCompleteTrails() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    Injector injector = lake.open();
    ObjectStore store = injector.getInstance(ObjectStore.class);
    Keyring keyring = injector.getInstance(Keyring.class);
    byte[] published = store.get(LakeFolder.KEYRING).orElseThrow().content();
    for (PipelineRef pipeline :
        new PipelineRef[] {LakeDatasets.TRANSACTIONS, LakeDatasets.BALANCES}) {
      RunId run =
          PublishedState.read(store, pipeline, keyring).head().orElseThrow().run().orElseThrow();
      Path file = folder.resolve(run.value() + ".evidence");
      new Evidence(injector.getInstance(AuditLog.class), store, pipeline, published, keyring)
          .export(EvidenceRequest.of(run), file);

      EvidenceReport report = Evidence.verify(file, keyring);

      assertThat(report.trail()).isEqualTo(EvidenceReport.Trail.COMPLETE);
      assertThat(report.promotion()).isPresent();
      assertThat(report.manifest().orElseThrow().run()).isEqualTo(run);
      assertThat(Files.readString(file)).contains("STEP_FINISHED").doesNotContain("ACC0");
      withoutAStepItIsRefused(file, keyring);
    }
  }

  private void withoutAStepItIsRefused(Path file, Keyring keyring) throws IOException {
    Path changed = folder.resolve("changed");
    Files.writeString(changed, Files.readString(file).replaceFirst("(?m)^.*STEP_FINISHED.*\n", ""));
    assertThatExceptionOfType(AuditException.class)
        .isThrownBy(() -> Evidence.verify(changed, keyring))
        .matches(
            e ->
                e.code() == AuditErrorCode.EVIDENCE_DAMAGED
                    || e.code() == AuditErrorCode.EVIDENCE_REFUSED);
  }
}
