package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.aws.s3.WireFaults.Fault;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Conditional writes: what 409, 412 and 404 mean, and whose object stands there. */
@Tag("verify")
class S3WriteTest {
  private static final S3Rig RIG = new S3Rig();
  private static final byte[] LARGE = new byte[S3ObjectStore.MIN_PART_SIZE + 1];
  private static WireFaults wire;

  /** Over the wire that loses replies. */
  private static ObjectStore store;

  /** Somebody else, over a wire that does not. */
  private static ObjectStore other;

  @BeforeAll
  static void start() throws IOException {
    wire = new WireFaults(RIG.port());
    S3Client client = RIG.client(wire.port());
    store =
        S3ObjectStore.builder(client, S3Rig.BUCKET, S3Rig.ACCOUNT, S3Encryption.bucketDefault())
            .patience(S3Rig.HASTY)
            .parts(S3ObjectStore.MIN_PART_SIZE, 2)
            .build();
    other = RIG.store().build();
  }

  @AfterAll
  static void stop() throws IOException {
    RIG.close();
    wire.close();
  }

  @BeforeEach
  void quiet() {
    wire.schedule(number -> Fault.NONE);
    RIG.clearCalls();
  }

  private static WriteResult.Won won(WriteResult result) {
    assertThat(result).isInstanceOf(WriteResult.Won.class);
    return (WriteResult.Won) result;
  }

  private static void lost(WriteResult result) {
    assertThat(result).isInstanceOf(WriteResult.Lost.class);
  }

  private static void unknown(WriteResult result) {
    assertThat(result).isInstanceOf(WriteResult.Unknown.class);
  }

  private static void loseReplyOf(long request, Runnable meanwhile) {
    wire.schedule(
        number -> {
          if (number == request + 1) {
            meanwhile.run();
          }
          return number == request ? Fault.LOST_AFTER_EFFECT : Fault.NONE;
        });
  }

  @Test
  void refusalAfterALostReplyIsFoundOutToBeOnesOwnWrite() {
    loseReplyOf(1, () -> {});
    WriteResult.Won created = won(store.putIfAbsent("own/a", new byte[] {1}));
    assertThat(RIG.operations()).containsExactly("PutObject", "PutObject", "HeadObject");
    assertThat(other.get("own/a").orElseThrow().etag()).isEqualTo(created.etag());
    loseReplyOf(1, () -> {});
    WriteResult.Won replaced = won(store.putIfMatch("own/a", new byte[] {2}, created.etag()));
    assertThat(other.get("own/a").orElseThrow().etag()).isEqualTo(replaced.etag());
    assertThat(other.get("own/a").orElseThrow().content()).containsExactly(2);
  }

  @Test
  void refusalAfterALostRequestIsALossWhenAnotherWonTheSameRace() {
    wire.schedule(
        number -> {
          if (number == 2) {
            won(other.putIfAbsent("race/a", new byte[] {9}));
          }
          return number == 1 ? Fault.LOST_BEFORE_EFFECT : Fault.NONE;
        });
    lost(store.putIfAbsent("race/a", new byte[] {1}));
    String etag = other.head("race/a").orElseThrow().etag();
    wire.schedule(
        number -> {
          if (number == 2) {
            won(other.putIfMatch("race/a", new byte[] {8}, etag));
          }
          return number == 1 ? Fault.LOST_BEFORE_EFFECT : Fault.NONE;
        });
    lost(store.putIfMatch("race/a", new byte[] {1}, etag));
    assertThat(other.get("race/a").orElseThrow().content()).containsExactly(8);
  }

  @Test
  void ownWriteThatWasReplacedMeanwhileIsNotCalledALoss() {
    loseReplyOf(
        1,
        () ->
            won(
                other.putIfMatch(
                    "replaced/a", new byte[] {9}, other.head("replaced/a").orElseThrow().etag())));
    unknown(store.putIfAbsent("replaced/a", new byte[] {1}));
    String etag = other.head("replaced/a").orElseThrow().etag();
    loseReplyOf(
        1,
        () ->
            won(
                other.putIfMatch(
                    "replaced/a", new byte[] {8}, other.head("replaced/a").orElseThrow().etag())));
    unknown(store.putIfMatch("replaced/a", new byte[] {2}, etag));
  }

  @Test
  void ownWriteThatWasDeletedMeanwhileIsUnknown() {
    String etag = won(other.putIfAbsent("deleted/a", new byte[] {1})).etag();
    loseReplyOf(1, () -> other.delete("deleted/a"));
    unknown(store.putIfMatch("deleted/a", new byte[] {2}, etag));
    assertThat(other.head("deleted/a")).isEmpty();
  }

  @Test
  void objectOfAnotherToolAfterALostReplyIsUnknown() {
    wire.schedule(
        number -> {
          if (number == 2) {
            RIG.client.putObject(
                r -> r.bucket(S3Rig.BUCKET).key("tool/a"), RequestBody.fromString("x"));
          }
          return number == 1 ? Fault.LOST_BEFORE_EFFECT : Fault.NONE;
        });
    unknown(store.putIfAbsent("tool/a", new byte[] {1}));
  }

  @Test
  void plainRefusalIsALossWithoutReadingBack() {
    won(other.putIfAbsent("plain/a", new byte[] {1}));
    RIG.clearCalls();
    lost(store.putIfAbsent("plain/a", new byte[] {2}));
    lost(store.putIfMatch("plain/a", new byte[] {2}, "00000000"));
    lost(store.putIfMatch("plain/missing", new byte[] {2}, "00000000"));
    assertThat(RIG.operations()).containsExactly("PutObject", "PutObject", "PutObject");
  }

  @Test
  void conflictIsTriedAgainAndNotCalledALoss() {
    RIG.blobs.answer(
        "PutObject",
        GuardedBlobStore.error(409, "ConditionalRequestConflict"),
        GuardedBlobStore.error(409, "ConditionalRequestConflict"));
    won(store.putIfAbsent("conflict/a", new byte[] {1}));
    assertThat(RIG.operations()).containsExactly("PutObject", "PutObject", "PutObject");
  }

  @Test
  void conflictThatLastsIsAFailureWithoutEffect() {
    RIG.blobs.answer(
        "PutObject",
        Collections.nCopies(
                S3Rig.HASTY.attempts(), GuardedBlobStore.error(409, "ConditionalRequestConflict"))
            .toArray(S3Exception[]::new));
    assertThatThrownBy(() -> store.putIfAbsent("conflict/b", new byte[] {1}))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_UNAVAILABLE));
    assertThat(other.head("conflict/b")).isEmpty();
  }

  @Test
  void conflictOfAnUploadWantsANewOneUnlessTheKeyIsTaken() throws IOException {
    RIG.blobs.answer(
        "CompleteMultipartUpload", GuardedBlobStore.error(409, "ConditionalRequestConflict"));
    try (ObjectUpload upload = store.upload("conflict/large")) {
      upload.stream().write(LARGE);
      assertThatThrownBy(upload::commit)
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.UPLOAD_OVERTAKEN));
    }
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
    won(other.putIfAbsent("conflict/large", new byte[1]));
    RIG.blobs.answer(
        "CompleteMultipartUpload", GuardedBlobStore.error(409, "ConditionalRequestConflict"));
    try (ObjectUpload upload = store.upload("conflict/large")) {
      upload.stream().write(LARGE);
      lost(upload.commit());
    }
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
  }

  @Test
  void lostReplyOfACompletionIsFoundOut() throws IOException {
    for (Fault fault : List.of(Fault.LOST_AFTER_EFFECT, Fault.LOST_BEFORE_EFFECT)) {
      String key = "complete/" + fault;
      try (ObjectUpload upload = store.upload(key)) {
        upload.stream().write(LARGE);
        // Two parts are under way or done: the completion is the third request from now.
        long[] completion = {0};
        wire.schedule(
            number -> {
              if (RIG.operations().contains("CompleteMultipartUpload") && completion[0] == 0) {
                completion[0] = number;
                return fault;
              }
              return Fault.NONE;
            });
        RIG.clearCalls();
        won(upload.commit());
        assertThat(completion[0]).isPositive();
      }
      assertThat(other.head(key).orElseThrow().size()).isEqualTo(LARGE.length);
    }
    assertThat(RIG.blobs.listMultipartUploads(S3Rig.BUCKET)).isEmpty();
  }

  @Test
  void failureWithinS3IsTriedAgainByTheStoreAlone() {
    RIG.blobs.answer(
        "PutObject",
        GuardedBlobStore.error(503, "SlowDown"),
        GuardedBlobStore.error(500, "InternalError"));
    won(store.putIfAbsent("again/a", new byte[] {1}));
    assertThat(RIG.operations()).containsExactly("PutObject", "PutObject", "PutObject");
  }

  @Test
  void storeMakesAsManyAttemptsAsItIsSetToWhateverTheClientRetries() {
    wire.schedule(number -> Fault.BUSY);
    assertThatThrownBy(() -> store.head("attempts/a")).isInstanceOf(StorageException.class);
    assertThat(wire.requests()).isEqualTo(S3Rig.HASTY.attempts());
    wire.schedule(number -> Fault.BUSY);
    unknown(store.putIfAbsent("attempts/a", new byte[1]));
    assertThat(wire.requests()).isEqualTo(2L * S3Rig.HASTY.attempts());
  }
}
