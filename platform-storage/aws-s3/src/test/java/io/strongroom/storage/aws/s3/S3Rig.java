package io.strongroom.storage.aws.s3;

import io.strongroom.storage.aws.s3.testing.S3WireDouble;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** An in-process server that the real SDK takes for S3, and clients of it. */
final class S3Rig implements AutoCloseable {
  static final String ACCOUNT = "111122223333";
  static final String BUCKET = "lake-bucket";
  static final String VERSIONED = "versioned-bucket";
  static final String SECRET = S3WireDouble.SECRET;
  static final String KMS_KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  static final String OTHER_KMS_KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";

  /** Few attempts, short waits. */
  static final S3Patience HASTY =
      new S3Patience(Duration.ofSeconds(20), Duration.ofSeconds(40), 4, Duration.ofMillis(10));

  /** One request as the SDK makes it. */
  record Call(String operation, SdkRequest request) {}

  final GuardedBlobStore blobs;
  final S3Client client;
  private final S3WireDouble server;
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
  private final List<S3Client> clients = new ArrayList<>();

  S3Rig() {
    blobs = new GuardedBlobStore();
    blobs.createContainer(BUCKET);
    blobs.createContainer(VERSIONED);
    blobs.putBucketVersioning(VERSIONED, BucketVersioningStatus.ENABLED);
    blobs.knowKmsKey(KMS_KEY);
    blobs.knowKmsKey(OTHER_KMS_KEY);
    server = S3WireDouble.start(blobs);
    client = client(port());
  }

  int port() {
    return server.endpoint().getPort();
  }

  /** A client with the SDK's own retries on, as applications have them. */
  S3Client client(int port) {
    S3Client made =
        builder(port, SECRET)
            .overrideConfiguration(c -> c.addExecutionInterceptor(new Recorder()))
            .build();
    clients.add(made);
    return made;
  }

  S3Client clientWithSecret(String secret) {
    S3Client made = builder(port(), secret).build();
    clients.add(made);
    return made;
  }

  static S3ClientBuilder builder(int port, String secret) {
    return S3WireDouble.client(URI.create("http://127.0.0.1:" + port))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(S3WireDouble.ACCESS_KEY, secret)));
  }

  private final class Recorder implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      calls.add(
          new Call(
              attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME), context.request()));
    }
  }

  S3ObjectStore.Builder store() {
    return store(BUCKET);
  }

  S3ObjectStore.Builder store(String bucket) {
    return S3ObjectStore.builder(client, bucket, ACCOUNT, S3Encryption.bucketDefault())
        .patience(HASTY)
        .parts(S3ObjectStore.MIN_PART_SIZE, 4);
  }

  /** What was sent, every attempt of it. */
  List<Call> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  List<String> operations() {
    return calls().stream().map(Call::operation).toList();
  }

  void clearCalls() {
    calls.clear();
  }

  @Override
  public void close() {
    clients.forEach(S3Client::close);
    server.close();
  }
}
