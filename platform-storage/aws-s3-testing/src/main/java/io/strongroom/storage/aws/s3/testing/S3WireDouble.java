package io.strongroom.storage.aws.s3.testing;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * A server on loopback that the real AWS SDK takes for Amazon S3, so that what stands on a bucket
 * can be tested without AWS, also from other processes. It is s3proxy with its objects in memory.
 *
 * <p>What is real: the wire protocol, Signature Version 4 is checked, conditional writes are
 * atomic, multipart uploads and versions. What it does not claim: policies, accounts, KMS keys and
 * Object Lock are not looked at, and nothing is durable.
 *
 * <p>Safe for use by several threads. The caller closes it, which ends the server and forgets the
 * objects.
 */
public final class S3WireDouble implements AutoCloseable {
  /** The Region that its clients name. */
  public static final String REGION = "eu-central-1";

  /** The access key that it knows. */
  public static final String ACCESS_KEY = "AKIATESTTESTTESTTEST";

  /** The secret of its access key. */
  public static final String SECRET = "a secret of tests";

  private static final int CONNECTIONS = 64;

  private final S3Proxy proxy;

  private S3WireDouble(S3Proxy proxy) {
    this.proxy = proxy;
  }

  /**
   * Starts a server with empty buckets on a free port of the loopback interface.
   *
   * @throws IllegalStateException when it cannot be started
   */
  public static S3WireDouble start(String... buckets) {
    AtomicBlobStore blobs = new AtomicBlobStore();
    for (String bucket : buckets) {
      blobs.createContainer(bucket);
    }
    return start(blobs);
  }

  /**
   * Starts a server of some objects, which stay the caller's.
   *
   * @throws IllegalStateException when it cannot be started
   */
  public static S3WireDouble start(BlobStore blobs) {
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(blobs)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET)
            .ignoreUnknownHeaders(true)
            .build();
    try {
      proxy.start();
    } catch (Exception failure) {
      throw new IllegalStateException("the server could not be started", failure);
    }
    return new S3WireDouble(proxy);
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  /** Settings of a client with its endpoint and its access key; who builds it closes it. */
  public S3ClientBuilder client() {
    return client(endpoint());
  }

  /** As {@link #client()}, for a process that knows no more than the endpoint. */
  public static S3ClientBuilder client(URI endpoint) {
    return S3Client.builder()
        .region(Region.of(REGION))
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET)))
        .httpClientBuilder(Apache5HttpClient.builder().maxConnections(CONNECTIONS));
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the server could not be stopped", failure);
    }
  }
}
