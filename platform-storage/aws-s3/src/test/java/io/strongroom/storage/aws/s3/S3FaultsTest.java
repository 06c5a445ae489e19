package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.aws.s3.WireFaults.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Every fault at every request of a piece of work, on the wire between the SDK and the server. */
@Tag("verify")
class S3FaultsTest {
  private static final int PART = S3ObjectStore.MIN_PART_SIZE;
  private static final byte[] LARGE = new byte[PART + 1000];
  private static final S3Patience QUICK =
      new S3Patience(Duration.ofSeconds(20), Duration.ofSeconds(60), 5, Duration.ofMillis(10));

  private static final S3Rig RIG = new S3Rig();
  private static WireFaults wire;
  private static S3Client client;

  @BeforeAll
  static void start() throws IOException {
    for (int i = 0; i < LARGE.length; i++) {
      LARGE[i] = (byte) (i * 31 + i / 251);
    }
    RIG.store().build().put("standing", LARGE);
    wire = new WireFaults(RIG.port());
    client = RIG.client(wire.port());
  }

  @AfterAll
  static void stop() throws IOException {
    RIG.close();
    wire.close();
  }

  private static ObjectStore store(S3Patience patience) {
    return S3ObjectStore.builder(client, S3Rig.BUCKET, S3Rig.ACCOUNT, S3Encryption.bucketDefault())
        .patience(patience)
        .parts(PART, 2)
        .build();
  }

  private interface Work {
    void run(ObjectStore store, String prefix) throws IOException;
  }

  /** Operations on small objects, each with the only outcome that it can have when alone. */
  private static void small(ObjectStore store, String p) {
    String first = won(store.putIfAbsent(p + "a", new byte[] {1}));
    assertThat(store.putIfAbsent(p + "a", new byte[] {9})).isInstanceOf(WriteResult.Lost.class);
    String second = won(store.putIfMatch(p + "a", new byte[] {2}, first));
    assertThat(store.putIfMatch(p + "a", new byte[] {9}, first))
        .isInstanceOf(WriteResult.Lost.class);
    won(store.put(p + "b", new byte[] {3}));
    assertThat(store.head(p + "a").orElseThrow().etag()).isEqualTo(second);
    assertThat(store.get(p + "a").orElseThrow().content()).containsExactly(2);
    assertThat(store.list(p, null, 10))
        .extracting(ObjectInfo::key)
        .containsExactly(p + "a", p + "b");
    store.delete(p + "b");
    assertThat(store.head(p + "b")).isEmpty();
    store.deleteAllVersions(p + "a");
    assertThat(store.list(p, null, 10)).isEmpty();
  }

  private static void committed(ObjectStore store, String p) throws IOException {
    try (ObjectUpload upload = store.upload(p + "large")) {
      upload.stream().write(LARGE);
      won(upload.commit());
    }
    assertThat(store.range(p + "large", PART - 1, 2))
        .isEqualTo(Arrays.copyOfRange(LARGE, PART - 1, PART + 1));
    store.delete(p + "large");
  }

  private static void givenUp(ObjectStore store, String p) throws IOException {
    try (ObjectUpload upload = store.upload(p + "given-up")) {
      upload.stream().write(LARGE);
    }
    assertThat(store.head(p + "given-up")).isEmpty();
  }

  private static void read(ObjectStore store, String p) throws IOException {
    try (InputStream in = store.open("standing")) {
      assertThat(Arrays.equals(in.readAllBytes(), LARGE)).as(p).isTrue();
    }
  }

  private static String won(WriteResult result) {
    assertThat(result).isInstanceOf(WriteResult.Won.class);
    return ((WriteResult.Won) result).etag();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"BUSY", "LOST_BEFORE_EFFECT", "LOST_AFTER_EFFECT", "CUT_ANSWER", "SLOW"})
  void faultAtAnyRequestChangesNoOutcomeAndLeavesNothing(Fault fault) throws IOException {
    wire.slow(20);
    assertThat(everywhere(fault, S3FaultsTest::small, fault + "/small/")).isGreaterThan(11);
    assertThat(everywhere(fault, S3FaultsTest::committed, fault + "/large/")).isGreaterThan(5);
    assertThat(everywhere(fault, S3FaultsTest::givenUp, fault + "/given-up/")).isGreaterThan(3);
    assertThat(everywhere(fault, S3FaultsTest::read, fault + "/read/")).isEqualTo(1);
    List<MultipartUpload> left = RIG.blobs.listMultipartUploads(S3Rig.BUCKET);
    // An upload whose id was lost with the answer cannot be aborted; it has no parts.
    assertThat(left)
        .hasSizeBetween(
            fault == Fault.LOST_AFTER_EFFECT ? 2 : 0,
            fault == Fault.LOST_AFTER_EFFECT || fault == Fault.CUT_ANSWER ? 2 : 0);
    for (MultipartUpload upload : left) {
      assertThat(
              RIG.client
                  .listParts(
                      r -> r.bucket(S3Rig.BUCKET).key(upload.key()).uploadId(upload.uploadId()))
                  .parts())
          .isEmpty();
      RIG.client.abortMultipartUpload(
          r -> r.bucket(S3Rig.BUCKET).key(upload.key()).uploadId(upload.uploadId()));
    }
  }

  /** Does the work once for each of its requests, with the fault there. */
  private static long everywhere(Fault fault, Work work, String prefix) throws IOException {
    ObjectStore store = store(QUICK);
    wire.schedule(number -> Fault.NONE);
    work.run(store, prefix + "none/");
    long usual = wire.requests();
    for (long at = 1; at <= usual; at++) {
      long here = at;
      wire.schedule(number -> number == here ? fault : Fault.NONE);
      work.run(store, prefix + at + "/");
    }
    return usual;
  }

  @Test
  void callTimeoutEndsARequestThatIsTooSlowAndItsOutcomeIsFoundOut() throws IOException {
    ObjectStore store =
        store(
            new S3Patience(
                Duration.ofMillis(700), Duration.ofSeconds(30), 5, Duration.ofMillis(10)));
    store.head("timeout/warm");
    wire.slow(2000);
    wire.schedule(number -> number == 1 ? Fault.SLOW : Fault.NONE);
    assertThat(store.putIfAbsent("timeout/a", new byte[] {1})).isInstanceOf(WriteResult.Won.class);
    assertThat(wire.requests()).isEqualTo(3);
    assertThat(store.get("timeout/a").orElseThrow().content()).containsExactly(1);
  }

  @Test
  void storeThatNeverAnswersAWriteLeavesItUnknownAndAReadFailed() {
    ObjectStore store = store(QUICK);
    wire.schedule(number -> Fault.LOST_BEFORE_EFFECT);
    assertThat(store.putIfAbsent("silent/a", new byte[] {1}))
        .isInstanceOf(WriteResult.Unknown.class);
    assertThat(List.of(store.putIfMatch("silent/a", new byte[] {1}, "0123")))
        .hasOnlyElementsOfType(WriteResult.Unknown.class);
    wire.schedule(number -> Fault.NONE);
    assertThat(store.head("silent/a")).isEmpty();
  }
}
