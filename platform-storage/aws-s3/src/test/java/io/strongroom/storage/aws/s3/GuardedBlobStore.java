package io.strongroom.storage.aws.s3;

import io.strongroom.storage.ObjectKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * What the in-process server lacks of S3: conditions and writes of one key are one step, KMS keys
 * must exist, and errors can be answered by wish.
 */
final class GuardedBlobStore extends ForwardingBlobStore {
  private final Map<String, Object> locks = new ConcurrentHashMap<>();
  private final Set<String> kmsKeys = ConcurrentHashMap.newKeySet();
  private final Map<String, List<S3Exception>> errors = new ConcurrentHashMap<>();
  private final List<PutObjectRequest> puts = Collections.synchronizedList(new ArrayList<>());
  private final List<CreateMultipartUploadRequest> uploads =
      Collections.synchronizedList(new ArrayList<>());

  private volatile int versionsOfAPage = 1000;
  private volatile Runnable beforePart = () -> {};
  private volatile Consumer<DeleteObjectRequest> afterDelete = request -> {};

  GuardedBlobStore(BlobStore inner) {
    super(inner);
  }

  void knowKmsKey(String arn) {
    kmsKeys.add(arn);
  }

  List<PutObjectRequest> puts() {
    return puts;
  }

  List<CreateMultipartUploadRequest> uploads() {
    return uploads;
  }

  void versionsOfAPage(int most) {
    versionsOfAPage = most;
  }

  @Override
  public ListObjectVersionsResponse listVersions(ListObjectVersionsRequest request) {
    return super.listVersions(request.toBuilder().maxKeys(versionsOfAPage).build());
  }

  void beforePart(Runnable work) {
    beforePart = work;
  }

  void afterDelete(Consumer<DeleteObjectRequest> work) {
    afterDelete = work;
  }

  void forgetErrors() {
    errors.clear();
  }

  /** In a list of errors: this call passes. */
  static S3Exception pass() {
    return error(0, "pass");
  }

  /** The next calls of an action are answered with these errors, and have no effect. */
  void answer(String action, S3Exception... with) {
    errors
        .computeIfAbsent(action, a -> Collections.synchronizedList(new ArrayList<>()))
        .addAll(List.of(with));
  }

  static S3Exception error(int status, String code) {
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

  private void fail(String action) {
    List<S3Exception> wanted = errors.get(action);
    if (wanted != null && !wanted.isEmpty()) {
      S3Exception next = wanted.remove(0);
      if (next.statusCode() != 0) {
        throw next;
      }
    }
  }

  private void requireKey(String kmsKey) {
    if (kmsKey != null && !kmsKeys.contains(kmsKey)) {
      throw error(400, "KMS.NotFoundException");
    }
  }

  private Object lock(String key) {
    return locks.computeIfAbsent(key, k -> new Object());
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
    fail("PutObject");
    requireKey(request.ssekmsKeyId());
    puts.add(request);
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

  /** In the order of S3, that of UTF-8; the server's own is that of UTF-16. */
  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    fail("ListObjectsV2");
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

  private static String unquoted(String etag) {
    return etag.replace("\"", "");
  }

  @Override
  public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
    fail("CreateMultipartUpload");
    requireKey(request.ssekmsKeyId());
    uploads.add(request);
    return super.initiateMultipartUpload(request);
  }

  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream body) {
    beforePart.run();
    fail("UploadPart");
    return super.uploadMultipartPart(upload, request, body);
  }

  @Override
  public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
    fail("GetObject");
    return super.getBlob(request);
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    fail("CompleteMultipartUpload");
    synchronized (lock(request.key())) {
      return super.completeMultipartUpload(upload, request);
    }
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    fail("DeleteObject");
    DeleteObjectResponse answer;
    synchronized (lock(request.key())) {
      answer = super.removeBlob(request);
    }
    afterDelete.accept(request);
    return answer;
  }
}
