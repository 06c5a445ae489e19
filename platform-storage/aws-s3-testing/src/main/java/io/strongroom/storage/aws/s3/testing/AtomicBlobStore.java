package io.strongroom.storage.aws.s3.testing;

import io.strongroom.storage.ObjectKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * s3proxy's objects in memory with what they lack of S3: the condition and the write of one key are
 * one step, and listings are in the order of UTF-8. A body that is cut short leaves nothing.
 *
 * <p>Safe for use by several threads. To be extended by tests that answer errors by wish.
 */
public class AtomicBlobStore extends ForwardingBlobStore {
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  /** A store without buckets. */
  public AtomicBlobStore() {
    super(BlobStores.create("transient-nio2", new Properties()));
  }

  /** What S3 answers with this status and error code. */
  public static S3Exception error(int status, String code) {
    return (S3Exception)
        S3Exception.builder()
            .statusCode(status)
            .message(code)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode(code)
                    .errorMessage(code)
                    .sdkHttpResponse(SdkHttpResponse.builder().statusCode(status).build())
                    .build())
            .build();
  }

  private Object lock(String key) {
    return locks.computeIfAbsent(key, k -> new Object());
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
    byte[] bytes;
    try {
      bytes = body.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (lock(request.key())) {
      if (request.ifMatch() != null) {
        HeadObjectResponse there = blobMetadata(request.bucket(), request.key());
        if (there == null) {
          throw error(404, "NoSuchKey");
        }
        if (!unquoted(there.eTag()).equals(unquoted(request.ifMatch()))) {
          throw error(412, "PreconditionFailed");
        }
      }
      return super.putBlob(request, new ByteArrayInputStream(bytes));
    }
  }

  private static String unquoted(String etag) {
    return etag.replace("\"", "");
  }

  /** In the order of S3, that of UTF-8; that of s3proxy's store is that of UTF-16. */
  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    String after =
        request.continuationToken() != null ? request.continuationToken() : request.startAfter();
    int limit = request.maxKeys() == null ? 1000 : request.maxKeys();
    List<S3Object> all =
        new ArrayList<>(
            super.list(
                    ListObjectsV2Request.builder()
                        .bucket(request.bucket())
                        .prefix(request.prefix())
                        .build())
                .contents());
    all.sort((a, b) -> ObjectKeys.ORDER.compare(a.key(), b.key()));
    all.removeIf(o -> after != null && ObjectKeys.ORDER.compare(o.key(), after) <= 0);
    boolean more = all.size() > limit;
    List<S3Object> page = more ? all.subList(0, limit) : all;
    return ListObjectsV2Response.builder()
        .contents(page)
        .isTruncated(more)
        .nextContinuationToken(more ? page.get(limit - 1).key() : null)
        .build();
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    synchronized (lock(request.key())) {
      return super.completeMultipartUpload(upload, request);
    }
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    synchronized (lock(request.key())) {
      return super.removeBlob(request);
    }
  }
}
