package io.strongroom.storage.aws.s3;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What every request to one bucket has in common. */
final class S3Requests {
  private final S3Client client;
  private final String bucket;
  private final String owner;
  private final S3Encryption encryption;
  private final S3Retention retention;
  private final S3Checksum checksum;
  private final S3Caller caller;

  /** A HEAD says 404 for a missing bucket, too: so the bucket is looked at once. */
  private volatile boolean bucketSeen;

  S3Requests(
      S3Client client,
      String bucket,
      String owner,
      S3Encryption encryption,
      S3Retention retention,
      S3Checksum checksum,
      S3Caller caller) {
    this.client = client;
    this.bucket = bucket;
    this.owner = owner;
    this.encryption = encryption;
    this.retention = retention;
    this.checksum = checksum;
    this.caller = caller;
  }

  S3Client client() {
    return client;
  }

  S3Caller caller() {
    return caller;
  }

  String bucket() {
    return bucket;
  }

  String owner() {
    return owner;
  }

  S3Checksum checksum() {
    return checksum;
  }

  /** The object that stands there; null when there is none. */
  @Nullable HeadObjectResponse head(String key) {
    return caller.call(
        "s3:HeadObject",
        key,
        within -> {
          try {
            HeadObjectResponse answer =
                client.headObject(
                    r ->
                        r.bucket(bucket)
                            .key(key)
                            .expectedBucketOwner(owner)
                            .overrideConfiguration(within));
            present(answer.contentLength(), "Content-Length");
            present(answer.eTag(), "ETag");
            present(answer.lastModified(), "Last-Modified");
            return answer;
          } catch (SdkException failed) {
            if (S3Failures.isMissing(failed)) {
              requireBucket(key, within, failed);
              return null;
            }
            throw failed;
          }
        });
  }

  private void requireBucket(
      String key, AwsRequestOverrideConfiguration within, SdkException missing) {
    if (bucketSeen) {
      return;
    }
    try {
      client.headBucket(
          r -> r.bucket(bucket).expectedBucketOwner(owner).overrideConfiguration(within));
    } catch (SdkException failed) {
      if (S3Failures.isMissing(failed)) {
        throw new StorageException(
            StorageErrorCode.STORE_MISSING,
            "s3:HeadObject of '" + key + "': there is no bucket " + bucket,
            missing);
      }
      throw failed;
    }
    bucketSeen = true;
  }

  GetObjectRequest.Builder get(String key, AwsRequestOverrideConfiguration within) {
    return GetObjectRequest.builder()
        .bucket(bucket)
        .key(key)
        .expectedBucketOwner(owner)
        .overrideConfiguration(within);
  }

  PutObjectRequest.Builder put(
      String key, WriteToken token, AwsRequestOverrideConfiguration within) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .expectedBucketOwner(owner)
            .checksumAlgorithm(checksum.algorithm())
            .metadata(token.metadata())
            .overrideConfiguration(within);
    encryption
        .keyFor(key)
        .ifPresent(
            kms ->
                request
                    .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                    .ssekmsKeyId(kms)
                    .bucketKeyEnabled(true));
    retention
        .lockOf(key, Instant.now())
        .ifPresent(
            lock ->
                request
                    .objectLockMode(ObjectLockMode.fromValue(lock.mode().name()))
                    .objectLockRetainUntilDate(lock.until()));
    return request;
  }

  CreateMultipartUploadRequest.Builder createUpload(
      String key, WriteToken token, AwsRequestOverrideConfiguration within) {
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket)
            .key(key)
            .expectedBucketOwner(owner)
            .checksumAlgorithm(checksum.algorithm())
            .metadata(token.metadata())
            .overrideConfiguration(within);
    encryption
        .keyFor(key)
        .ifPresent(
            kms ->
                request
                    .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                    .ssekmsKeyId(kms)
                    .bucketKeyEnabled(true));
    retention
        .lockOf(key, Instant.now())
        .ifPresent(
            lock ->
                request
                    .objectLockMode(ObjectLockMode.fromValue(lock.mode().name()))
                    .objectLockRetainUntilDate(lock.until()));
    return request;
  }

  /** A body that is read anew by every attempt, without a copy. */
  static RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        ContentStreamProvider.fromInputStreamSupplier(
            () -> new ByteArrayInputStream(bytes, 0, length)),
        length,
        "application/octet-stream");
  }

  /** What a failed read of an object with a certain tag means. */
  static RuntimeException sourceFailure(String key, RuntimeException thrown) {
    if (!(thrown instanceof SdkException failed)) {
      return thrown;
    }
    if (S3Failures.isMissing(failed)) {
      return new StorageException(
          StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist", failed);
    }
    if (S3Failures.isConditionFailed(failed)) {
      return new StorageException(
          StorageErrorCode.OBJECT_CHANGED,
          "object '" + key + "' was replaced while it was read",
          failed);
    }
    return failed;
  }

  /** An entity tag without the quotes of the wire. */
  static String tag(@Nullable String etag) {
    String tag = present(etag, "ETag");
    return tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"")
        ? tag.substring(1, tag.length() - 1)
        : tag;
  }

  /** What every answer has, unless it was cut where a line of its head ends. */
  static <T> T present(@Nullable T value, String what) {
    if (value == null) {
      throw SdkClientException.create("the answer was cut", new IOException("it has no " + what));
    }
    return value;
  }

  /** A HEAD tells whole seconds, so a listing does not tell more. */
  static ObjectInfo info(
      String key, @Nullable Long size, @Nullable String etag, @Nullable Instant modified) {
    return new ObjectInfo(
        key,
        present(size, "Content-Length"),
        tag(etag),
        present(modified, "Last-Modified").truncatedTo(ChronoUnit.SECONDS));
  }
}
