package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/** Copies that S3 makes by itself. */
@Tag("verify")
class CopyBehindTest {
  private static final S3Rig RIG = new S3Rig();
  private static final int PART = S3ObjectStore.MIN_PART_SIZE;
  private static final byte[] CONTENT = new byte[2 * PART + 107];
  private final ObjectStore store = RIG.store().build();

  static {
    new Random(11).nextBytes(CONTENT);
  }

  @AfterAll
  static void stop() {
    RIG.close();
  }

  private ObjectInfo source(String key) {
    store.put(key, CONTENT);
    return store.head(key).orElseThrow();
  }

  @Test
  void largeObjectIsCopiedByS3ButForItsFirstPart() {
    for (int length : new int[] {0, PART}) {
      ObjectInfo source = source("copy/source-" + length);
      byte[] start = new byte[length];
      Arrays.fill(start, (byte) 7);
      RIG.clearCalls();
      WriteResult result = store.copyBehind("copy/of-" + length, start, source, 100);
      assertThat(result).isInstanceOf(WriteResult.Won.class);
      assertThat(RIG.operations())
          .contains("UploadPartCopy")
          .filteredOn("UploadPart"::equals)
          .hasSize(1);
      assertThat(RIG.calls())
          .filteredOn(call -> call.request() instanceof UploadPartCopyRequest)
          .allSatisfy(
              call -> {
                UploadPartCopyRequest copy = (UploadPartCopyRequest) call.request();
                assertThat(copy.expectedBucketOwner()).isEqualTo(S3Rig.ACCOUNT);
                assertThat(copy.expectedSourceBucketOwner()).isEqualTo(S3Rig.ACCOUNT);
                assertThat(copy.copySourceIfMatch()).contains(source.etag());
              });
      byte[] whole = Arrays.copyOf(start, length + CONTENT.length - 100);
      System.arraycopy(CONTENT, 100, whole, length, CONTENT.length - 100);
      assertThat(Arrays.equals(store.get("copy/of-" + length).orElseThrow().content(), whole))
          .isTrue();
      assertThat(store.copyBehind("copy/of-" + length, start, source, 100))
          .isInstanceOf(WriteResult.Lost.class);
    }
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
  }

  @Test
  void objectThatWasReplacedOrDeletedIsNotCopied() {
    ObjectInfo source = source("copy/replaced");
    byte[] other = CONTENT.clone();
    other[0] ^= 1;
    store.put("copy/replaced", other);
    for (int length : new int[] {10, PART}) {
      refused(StorageErrorCode.OBJECT_CHANGED, source, length);
    }
    store.delete("copy/replaced");
    for (int length : new int[] {10, PART}) {
      refused(StorageErrorCode.OBJECT_MISSING, source, length);
    }
    assertThat(store.head("copy/new")).isEmpty();
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
  }

  private void refused(StorageErrorCode code, ObjectInfo source, int length) {
    assertThatThrownBy(() -> store.copyBehind("copy/new", new byte[length], source, 0))
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining("copy/replaced");
  }
}
