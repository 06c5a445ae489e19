package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.Layer;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.WriteResult;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** What is sent with the requests, and what the server made of it. */
@Tag("verify")
class S3RequestsTest {
  private static final S3Rig RIG = new S3Rig();
  private static final byte[] LARGE = new byte[S3ObjectStore.MIN_PART_SIZE + 1];

  @AfterAll
  static void stop() {
    RIG.close();
  }

  @BeforeEach
  void forget() {
    RIG.clearCalls();
    RIG.blobs.puts().clear();
    RIG.blobs.uploads().clear();
  }

  /** Every operation of the store, in ways that take every request it knows. */
  static void everything(ObjectStore store, String p) throws Exception {
    store.head(p + "missing");
    WriteResult.Won first = (WriteResult.Won) store.putIfAbsent(p + "a", new byte[1]);
    store.putIfMatch(p + "a", new byte[2], first.etag());
    store.put(p + "a", new byte[3]);
    try (ObjectUpload upload = store.upload(p + "large")) {
      upload.stream().write(LARGE);
      assertThat(upload.commit()).isInstanceOf(WriteResult.Won.class);
    }
    try (ObjectUpload upload = store.upload(p + "given-up")) {
      upload.stream().write(LARGE);
    }
    store.get(p + "a");
    store.range(p + "a", 0, 1);
    try (InputStream in = store.open(p + "a")) {
      in.readAllBytes();
    }
    store.list(p, null, 10);
    store.delete(p + "a");
    store.deleteAllVersions(p + "large");
  }

  @Test
  void everyRequestNamesTheOwnerOfTheBucket() throws Exception {
    everything(RIG.store(S3Rig.VERSIONED).build(), "owner/");
    assertThat(new TreeSet<>(RIG.operations()))
        .containsExactly(
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CreateMultipartUpload",
            "DeleteObject",
            "GetObject",
            "HeadBucket",
            "HeadObject",
            "ListObjectVersions",
            "ListObjectsV2",
            "PutObject",
            "UploadPart");
    assertThat(RIG.calls())
        .allSatisfy(
            call ->
                assertThat(call.request().getValueForField("ExpectedBucketOwner", String.class))
                    .as(call.operation())
                    .contains(S3Rig.ACCOUNT));
  }

  @Test
  void objectsOfALayerAreEncryptedWithItsKeyAndOthersWithTheUsualOne() throws Exception {
    S3Encryption encryption =
        S3Encryption.kms(S3Rig.KMS_KEY)
            .with(Layer.GOLD, S3Rig.OTHER_KMS_KEY)
            .with(Layer.CONDEMNED, S3Rig.OTHER_KMS_KEY);
    ObjectStore store =
        S3ObjectStore.builder(RIG.client, S3Rig.BUCKET, S3Rig.ACCOUNT, encryption)
            .parts(S3ObjectStore.MIN_PART_SIZE, 2)
            .build();
    Map<String, String> keys =
        Map.of(
            "bronze/d/n/file", S3Rig.KMS_KEY,
            "gold/d/n/file", S3Rig.OTHER_KMS_KEY,
            "golden/d/n/file", S3Rig.KMS_KEY,
            "quarantine/d/n/file", S3Rig.KMS_KEY,
            "quarantine/d/n/condemned/file", S3Rig.OTHER_KMS_KEY,
            "control/gold/p/_LATEST.json", S3Rig.KMS_KEY,
            "gold", S3Rig.KMS_KEY);
    for (Map.Entry<String, String> entry : keys.entrySet()) {
      String key = entry.getKey();
      if (key.equals("gold")) {
        // The server keeps objects in folders.
        key = "sub/gold";
      }
      store.putIfAbsent(key, new byte[1]);
      try (ObjectUpload upload = store.upload(key + "-large")) {
        upload.stream().write(LARGE);
        upload.commit();
      }
      for (String written : List.of(key, key + "-large")) {
        HeadObjectResponse there = RIG.blobs.blobMetadata(S3Rig.BUCKET, written);
        assertThat(there.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(there.ssekmsKeyId()).as(written).isEqualTo(entry.getValue());
      }
    }
    assertThat(requests(PutObjectRequest.class)).allMatch(PutObjectRequest::bucketKeyEnabled);
    assertThat(requests(CreateMultipartUploadRequest.class))
        .allMatch(CreateMultipartUploadRequest::bucketKeyEnabled);
  }

  @Test
  void theFirstRuleOfRetentionThatNamesAKeyHoldsAndNothingIsSaidOfOthers() throws Exception {
    Instant before = Instant.now();
    ObjectStore store =
        RIG.store()
            .retention(
                S3Retention.bucketDefault()
                    .with(
                        key -> key.startsWith("kept/for-long"),
                        S3Retention.Mode.COMPLIANCE,
                        Duration.ofDays(3650))
                    .with(
                        key -> key.startsWith("kept/"),
                        S3Retention.Mode.GOVERNANCE,
                        Duration.ofDays(1)))
            .build();
    for (String key : List.of("free/a", "kept/a", "kept/for-long/a")) {
      store.putIfAbsent(key, new byte[1]);
      try (ObjectUpload upload = store.upload(key + "-large")) {
        upload.stream().write(LARGE);
        upload.commit();
      }
    }
    assertThat(requests(PutObjectRequest.class))
        .extracting(PutObjectRequest::objectLockMode)
        .containsExactly(null, ObjectLockMode.GOVERNANCE, ObjectLockMode.COMPLIANCE);
    assertThat(requests(CreateMultipartUploadRequest.class))
        .extracting(CreateMultipartUploadRequest::objectLockMode)
        .containsExactly(null, ObjectLockMode.GOVERNANCE, ObjectLockMode.COMPLIANCE);
    assertThat(requests(PutObjectRequest.class).get(0).objectLockRetainUntilDate()).isNull();
    assertThat(requests(PutObjectRequest.class).get(1).objectLockRetainUntilDate())
        .isBetween(before.plus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(1)));
    assertThat(requests(CreateMultipartUploadRequest.class).get(2).objectLockRetainUntilDate())
        .isBetween(before.plus(Duration.ofDays(3650)), Instant.now().plus(Duration.ofDays(3650)));
  }

  @Test
  void aPeriodOfRetentionIsMoreThanNothingAndNotForEver() {
    S3Retention retention = S3Retention.bucketDefault();
    for (Duration period :
        List.of(Duration.ZERO, Duration.ofDays(-1), Duration.ofDays(36_500).plusSeconds(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> retention.with(key -> true, S3Retention.Mode.GOVERNANCE, period));
    }
  }

  @Test
  void bucketsDefaultIsLeftAloneUnlessALayerHasAKey() {
    ObjectStore store =
        S3ObjectStore.builder(
                RIG.client,
                S3Rig.BUCKET,
                S3Rig.ACCOUNT,
                S3Encryption.bucketDefault().with(Layer.SILVER, S3Rig.KMS_KEY))
            .build();
    store.putIfAbsent("default/a", new byte[1]);
    store.putIfAbsent("silver/d/n/a", new byte[1]);
    assertThat(RIG.blobs.puts())
        .extracting(put -> Optional.ofNullable(put.ssekmsKeyId()).orElse("none"))
        .containsExactly("none", S3Rig.KMS_KEY);
  }

  @ParameterizedTest
  @EnumSource
  void everyWriteCarriesTheChecksumThatIsSet(S3Checksum checksum) throws Exception {
    ObjectStore store = RIG.store().checksum(checksum).build();
    everything(store, checksum + "/");
    ChecksumAlgorithm algorithm = checksum.algorithm();
    assertThat(requests(PutObjectRequest.class))
        .isNotEmpty()
        .allMatch(r -> r.checksumAlgorithm() == algorithm);
    assertThat(requests(CreateMultipartUploadRequest.class))
        .isNotEmpty()
        .allMatch(r -> r.checksumAlgorithm() == algorithm);
    assertThat(requests(UploadPartRequest.class))
        .isNotEmpty()
        .allMatch(r -> r.checksumAlgorithm() == algorithm);
  }

  @Test
  void checksumsThatS3AnswersForPartsGoIntoTheCompletion() throws Exception {
    ExecutionInterceptor answering =
        new ExecutionInterceptor() {
          @Override
          public SdkResponse modifyResponse(
              Context.ModifyResponse context, ExecutionAttributes attributes) {
            return context.response() instanceof UploadPartResponse part
                ? part.toBuilder().checksumCRC32C("AAAAAA==").checksumSHA256("c2hhMjU2").build()
                : context.response();
          }

          @Override
          public void beforeTransmission(
              Context.BeforeTransmission context, ExecutionAttributes attributes) {
            if (context.request() instanceof CompleteMultipartUploadRequest completion) {
              assertThat(completion.multipartUpload().parts())
                  .extracting(
                      CompletedPart::partNumber,
                      CompletedPart::checksumCRC32C,
                      CompletedPart::checksumSHA256)
                  .containsExactly(
                      Tuple.tuple(1, "AAAAAA==", "c2hhMjU2"),
                      Tuple.tuple(2, "AAAAAA==", "c2hhMjU2"));
              throw new IllegalStateException("seen");
            }
          }
        };
    try (S3Client client =
        S3Rig.builder(RIG.port(), S3Rig.SECRET)
            .overrideConfiguration(c -> c.addExecutionInterceptor(answering))
            .build()) {
      ObjectStore store =
          S3ObjectStore.builder(client, S3Rig.BUCKET, S3Rig.ACCOUNT, S3Encryption.bucketDefault())
              .parts(S3ObjectStore.MIN_PART_SIZE, 2)
              .build();
      try (ObjectUpload upload = store.upload("answered/a")) {
        upload.stream().write(LARGE);
        assertThatThrownBy(upload::commit).hasStackTraceContaining("seen");
      }
    }
  }

  @Test
  void everyConditionalRequestHasItsConditionAndNoOtherHasOne() throws Exception {
    everything(RIG.store().build(), "conditions/");
    assertThat(requests(PutObjectRequest.class))
        .extracting(r -> r.ifNoneMatch() != null, r -> r.ifMatch() != null)
        .containsExactly(
            Tuple.tuple(true, false), Tuple.tuple(false, true), Tuple.tuple(false, false));
    assertThat(requests(CompleteMultipartUploadRequest.class))
        .allMatch(r -> "*".equals(r.ifNoneMatch()) && r.ifMatch() == null);
  }

  private static <T> List<T> requests(Class<T> type) {
    return RIG.calls().stream()
        .map(S3Rig.Call::request)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  @Test
  void whatIsNoTagOfS3IsNeverSent() {
    ObjectStore store = RIG.store().build();
    for (String text : Set.of("", "*", "a b", "\"quoted\"", "a,b", "a\nb", "\u00e4")) {
      assertThat(store.putIfMatch("tags/a", new byte[1], text))
          .isInstanceOf(WriteResult.Lost.class);
    }
    assertThat(RIG.calls()).isEmpty();
  }

  @Test
  void namesOfOtherFormAreRefused() {
    assertThatThrownBy(
            () ->
                S3ObjectStore.builder(
                    RIG.client, "Bucket", S3Rig.ACCOUNT, S3Encryption.bucketDefault()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                S3ObjectStore.builder(RIG.client, "bucket", "12345", S3Encryption.bucketDefault()))
        .isInstanceOf(IllegalArgumentException.class);
    for (String arn :
        List.of("1234abcd", "alias/lake", "arn:aws:kms:eu-central-1:111122223333:alias/lake")) {
      assertThatThrownBy(() -> S3Encryption.kms(arn)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void illegalKeysOfOtherToolsAreNotListedAndDoNotEndAListing() {
    ObjectStore store = RIG.store().build();
    for (String key : List.of("mixed/a", "mixed/b", "mixed/c")) {
      store.put(key, new byte[1]);
    }
    RIG.client.putObject(r -> r.bucket(S3Rig.BUCKET).key("mixed/aa/"), RequestBody.empty());
    assertThat(store.list("mixed/", null, 2))
        .extracting(ObjectInfo::key)
        .containsExactly("mixed/a", "mixed/b");
    assertThat(store.list("mixed/", null, 10)).hasSize(3);
  }
}
