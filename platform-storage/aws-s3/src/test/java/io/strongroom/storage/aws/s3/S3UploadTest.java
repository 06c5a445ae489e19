package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Uploads in parts: memory, parallel parts, leftovers, failures. */
@Tag("verify")
class S3UploadTest {
  private static final S3Rig RIG = new S3Rig();
  private static final int PART = S3ObjectStore.MIN_PART_SIZE;
  private static final byte[] PIECE = new byte[PART / 4];

  @AfterAll
  static void stop() {
    RIG.close();
  }

  @AfterEach
  void calm() {
    RIG.blobs.beforePart(() -> {});
    RIG.blobs.forgetErrors();
    RIG.clearCalls();
  }

  private static ObjectStore store(int partsInMemory) {
    return RIG.store().parts(PART, partsInMemory).build();
  }

  @Test
  void writerWaitsWhenAllItsPartsAreUnderWay() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch arrived = new CountDownLatch(3);
    RIG.blobs.beforePart(
        () -> {
          arrived.countDown();
          await(goOn);
        });
    AtomicLong taken = new AtomicLong();
    WriteResult[] result = new WriteResult[1];
    Thread writer =
        new Thread(
            () -> {
              try (ObjectUpload upload = store(3).upload("waits/a")) {
                for (int i = 0; i < 16; i++) {
                  upload.stream().write(PIECE);
                  taken.addAndGet(PIECE.length);
                }
                result[0] = upload.commit();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    assertThat(arrived.await(20, TimeUnit.SECONDS)).as("three parts at once").isTrue();
    Thread.sleep(200);
    assertThat(taken).hasValue(3L * PART);
    goOn.countDown();
    writer.join();
    assertThat(result[0]).isInstanceOf(WriteResult.Won.class);
    assertThat(RIG.blobs.blobMetadata(S3Rig.BUCKET, "waits/a").contentLength())
        .isEqualTo(4L * PART);
  }

  @Test
  void partsAreUsedAgainSoThatALongUploadTakesNoMoreMemoryThanAShortOne() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    MessageDigest written = MessageDigest.getInstance("SHA-256");
    byte[] piece = new byte[PART / 4];
    new Random(7).nextBytes(piece);
    try (ObjectUpload upload = store(2).upload("memory/a")) {
      for (int i = 0; i < 12; i++) {
        upload.stream().write(piece);
        written.update(piece);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 12; i++) {
        piece[i] ^= 1;
        upload.stream().write(piece);
        written.update(piece);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated for 15 MiB more")
          .isLessThan(PART);
      assertThat(upload.commit()).isInstanceOf(WriteResult.Won.class);
    }
    MessageDigest read = MessageDigest.getInstance("SHA-256");
    try (InputStream in = store(2).open("memory/a")) {
      byte[] buffer = new byte[100_000];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        read.update(buffer, 0, n);
      }
    }
    assertThat(read.digest()).isEqualTo(written.digest());
  }

  @Test
  void objectOfOnePartIsOneRequest() throws IOException {
    try (ObjectUpload upload = store(2).upload("one/a")) {
      for (int i = 0; i < 4; i++) {
        upload.stream().write(PIECE);
      }
      upload.commit();
    }
    assertThat(RIG.operations()).containsExactly("PutObject");
  }

  @Test
  void closingAbortsItsOwnUploadAndNoOther() throws IOException {
    String foreign =
        RIG.client.createMultipartUpload(r -> r.bucket(S3Rig.BUCKET).key("own/a")).uploadId();
    ObjectUpload neighbor = store(2).upload("own/a");
    neighbor.stream().write(new byte[PART + 1]);
    RIG.blobs.beforePart(() -> sleep(100));
    try (ObjectUpload upload = store(2).upload("own/a")) {
      upload.stream().write(new byte[PART + 1]);
    }
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).hasSize(2);
    assertThat(RIG.operations()).doesNotContain("ListMultipartUploads");
    assertThat(neighbor.commit()).isInstanceOf(WriteResult.Won.class);
    neighbor.close();
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET))
        .singleElement()
        .satisfies(left -> assertThat(left.uploadId()).isEqualTo(foreign));
    RIG.client.abortMultipartUpload(r -> r.bucket(S3Rig.BUCKET).key("own/a").uploadId(foreign));
  }

  @Test
  void partThatCannotBeSentFailsTheUploadAndIsRemoved() throws IOException {
    RIG.blobs.answer(
        "UploadPart",
        Collections.nCopies(2 * S3Rig.HASTY.attempts(), GuardedBlobStore.error(503, "SlowDown"))
            .toArray(S3Exception[]::new));
    try (ObjectUpload upload = store(2).upload("broken/a")) {
      upload.stream().write(new byte[PART]);
      assertThatThrownBy(
              () -> {
                upload.stream().write(new byte[1]);
                upload.commit();
              })
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE));
    }
    assertThat(store(2).head("broken/a")).isEmpty();
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
  }

  @Test
  void failedWriteMakesTheCommitImpossible() throws IOException {
    RIG.blobs.answer("CreateMultipartUpload", GuardedBlobStore.error(403, "AccessDenied"));
    try (ObjectUpload upload = store(2).upload("failed/a")) {
      upload.stream().write(new byte[PART]);
      assertThatThrownBy(() -> upload.stream().write(1)).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> upload.stream().write(1)).isInstanceOf(IOException.class);
      assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
    }
    assertThat(store(2).head("failed/a")).isEmpty();
  }

  @Test
  void interruptedWriterKeepsItsFlagAndLeavesNothing() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    RIG.blobs.beforePart(
        () -> {
          arrived.countDown();
          sleep(300);
        });
    Object[] seen = new Object[2];
    Thread writer =
        new Thread(
            () -> {
              try (ObjectUpload upload = store(1).upload("interrupted/a")) {
                upload.stream().write(new byte[3 * PART]);
              } catch (IOException | StorageException e) {
                seen[0] = e;
              }
              seen[1] = Thread.currentThread().isInterrupted();
            });
    writer.start();
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    writer.interrupt();
    writer.join();
    assertThat(seen[0])
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE));
    assertThat(seen[1]).isEqualTo(true);
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
    assertThat(store(1).head("interrupted/a")).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
