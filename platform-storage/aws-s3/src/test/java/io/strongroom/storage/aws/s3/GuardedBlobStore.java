package io.strongroom.storage.aws.s3;

import io.strongroom.storage.aws.s3.testing.AtomicBlobStore;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Objects whose KMS keys must exist, with errors by wish and a record of what was asked. */
final class GuardedBlobStore extends AtomicBlobStore {
  private final Set<String> kmsKeys = ConcurrentHashMap.newKeySet();
  private final Map<String, List<S3Exception>> errors = new ConcurrentHashMap<>();
  private final List<PutObjectRequest> puts = Collections.synchronizedList(new ArrayList<>());
  private final List<CreateMultipartUploadRequest> uploads =
      Collections.synchronizedList(new ArrayList<>());

  private volatile int versionsOfAPage = 1000;
  private volatile Runnable beforePart = () -> {};
  private volatile Consumer<DeleteObjectRequest> afterDelete = request -> {};

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

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
    fail("PutObject");
    requireKey(request.ssekmsKeyId());
    puts.add(request);
    return super.putBlob(request, body);
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    fail("ListObjectsV2");
    return super.list(request);
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
    return super.completeMultipartUpload(upload, request);
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    fail("DeleteObject");
    DeleteObjectResponse answer = super.removeBlob(request);
    afterDelete.accept(request);
    return answer;
  }
}
