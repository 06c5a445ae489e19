package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Erasing an object with its past, in a bucket that keeps versions. */
@Tag("verify")
class DeleteAllVersionsTest {
  private static final S3Rig RIG = new S3Rig();
  private final ObjectStore store = RIG.store(S3Rig.VERSIONED).build();

  @AfterAll
  static void stop() {
    RIG.close();
  }

  @AfterEach
  void calm() {
    RIG.blobs.afterDelete(request -> {});
    RIG.blobs.forgetErrors();
  }

  /** Versions and marks of deletion that the server still has. */
  private static int left(String key) {
    ListObjectVersionsResponse found =
        RIG.client.listObjectVersions(r -> r.bucket(S3Rig.VERSIONED).prefix(key));
    return (int)
        (found.versions().stream().filter(v -> v.key().equals(key)).count()
            + found.deleteMarkers().stream().filter(m -> m.key().equals(key)).count());
  }

  @Test
  void everyVersionAndMarkGoesAndNeighborsStay() {
    for (byte i = 0; i < 3; i++) {
      store.put("past/a", new byte[] {i});
      store.put("past/a-neighbor", new byte[] {i});
    }
    store.delete("past/a");
    store.put("past/a", new byte[] {9});
    assertThat(left("past/a")).isEqualTo(5);
    assertThat(store.deleteAllVersions("past/a")).isEqualTo(4);
    assertThat(left("past/a")).isZero();
    assertThat(left("past/a-neighbor")).isEqualTo(3);
    assertThat(store.deleteAllVersions("past/a")).isZero();
    assertThat(left("past/a")).as("marks made by erasing nothing").isZero();
  }

  @Test
  void deletedObjectsPastGoesToo() {
    store.put("deleted/a", new byte[] {1});
    store.delete("deleted/a");
    assertThat(left("deleted/a")).isEqualTo(2);
    assertThat(store.deleteAllVersions("deleted/a")).isEqualTo(1);
    assertThat(left("deleted/a")).isZero();
  }

  @Test
  void noReaderSeesAnOlderVersionMeanwhile() {
    for (byte i = 0; i < 4; i++) {
      store.put("hidden/a", new byte[] {i});
    }
    List<Boolean> visible = new ArrayList<>();
    RIG.blobs.afterDelete(
        request -> visible.add(RIG.blobs.blobExists(S3Rig.VERSIONED, request.key())));
    assertThat(store.deleteAllVersions("hidden/a")).isEqualTo(4);
    assertThat(visible).hasSize(6).containsOnly(false);
  }

  @Test
  void lockedVersionIsReportedAndTheKeyReadsAsDeleted() {
    store.put("locked/a", new byte[] {1});
    store.put("locked/a", new byte[] {2});
    RIG.blobs.answer(
        "DeleteObject",
        GuardedBlobStore.pass(),
        GuardedBlobStore.pass(),
        GuardedBlobStore.error(403, "AccessDenied"));
    assertThatThrownBy(() -> store.deleteAllVersions("locked/a"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_ACCESS_DENIED))
        .hasMessageContaining("locked/a");
    assertThat(store.head("locked/a")).isEmpty();
    assertThat(left("locked/a")).isEqualTo(2);
    assertThat(store.deleteAllVersions("locked/a")).isEqualTo(1);
    assertThat(left("locked/a")).isZero();
  }

  @Test
  void moreVersionsThanAPageAreAllFound() {
    RIG.blobs.versionsOfAPage(7);
    for (int i = 0; i < 30; i++) {
      RIG.blobs.putBlob(
          PutObjectRequest.builder()
              .bucket(S3Rig.VERSIONED)
              .key("many/a")
              .contentLength(1L)
              .build(),
          new ByteArrayInputStream(new byte[] {(byte) i}));
    }
    assertThat(store.deleteAllVersions("many/a")).isEqualTo(30);
    RIG.blobs.versionsOfAPage(1000);
    assertThat(left("many/a")).isZero();
  }
}
