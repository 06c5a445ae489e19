package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.StoreProbe;
import io.strongroom.storage.testing.ObjectStoreContract;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The store keeps the contract of all stores, in a bucket with versions and in one without. */
@Tag("verify")
class S3ObjectStoreContractTest {
  private static final S3Rig RIG = new S3Rig();

  @AfterAll
  static void stop() {
    RIG.close();
  }

  @TestFactory
  Stream<DynamicTest> bucketWithoutVersionsKeepsTheContract() {
    return tests(S3Rig.BUCKET, 5);
  }

  @TestFactory
  @Tag("exhaustive")
  Stream<DynamicTest> bucketWithVersionsKeepsTheContract() {
    return tests(S3Rig.VERSIONED, 20);
  }

  @Test
  void probeIsSatisfiedAboutUploadsInPartsTooAndLeavesNothing() {
    RIG.clearCalls();
    StoreProbe.proveConditionalWrites(RIG.store().build());
    assertThat(RIG.operations()).contains("CompleteMultipartUpload");
    assertThat(RIG.store().build().list("probe/", null, 10)).isEmpty();
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
  }

  private static Stream<DynamicTest> tests(String bucket, int rounds) {
    return new ObjectStoreContract(
            () -> RIG.store(bucket).build(), rounds, S3ObjectStore.MIN_PART_SIZE)
        .checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }
}
