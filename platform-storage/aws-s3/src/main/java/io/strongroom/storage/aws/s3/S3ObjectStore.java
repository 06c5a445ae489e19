package io.strongroom.storage.aws.s3;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectKeys;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * An object store in one bucket of Amazon S3, or of a service that speaks its protocol and keeps
 * its word about conditional writes.
 *
 * <p>Conditions are S3's own: {@code If-None-Match} and {@code If-Match} of PutObject and
 * CompleteMultipartUpload. The store repeats what may be repeated, and nobody else does: the SDK's
 * retries are off for its requests, whatever the client says. Each object it writes tells in its
 * metadata ({@code strongroom-write}) which call wrote it and under which condition. So a reply
 * that was lost is found out by reading back: {@link WriteResult.Unknown} is left only where S3
 * does not answer, or where somebody has replaced or deleted the object by then. Of a creation
 * whose reply was lost, {@link WriteResult.Lost} says that another creation stands there now.
 *
 * <p>Every request names the owner that the bucket must have, and every write is checked by S3
 * against a checksum. Entity tags are S3's, without their quotes. A stream from {@link #open} that
 * breaks is taken up again where it broke. Objects whose keys break the rules of {@link
 * ObjectKeys}, such as the folder marks of other tools, are not listed.
 *
 * <p>Thread-safe; needs no closing. Does not close the client. An upload holds at most its parts in
 * memory, as set, and aborts on closing what it began, and nothing else: what a dead process left
 * is removed by a lifecycle rule of the bucket.
 *
 * <p>Times are whole seconds, by the clock of S3.
 */
public final class S3ObjectStore implements ObjectStore {
  /** The smallest part that S3 takes, in bytes. */
  public static final int MIN_PART_SIZE = 5 * 1024 * 1024;

  /** The largest part that is held in memory, in bytes. */
  public static final int MAX_PART_SIZE = 512 * 1024 * 1024;

  /** The size of a part unless it is set, in bytes. */
  public static final int DEFAULT_PART_SIZE = 16 * 1024 * 1024;

  /** How many parts an upload holds in memory unless it is set. */
  public static final int DEFAULT_PARTS_IN_MEMORY = 4;

  private static final int PAGE = 1000;

  /** Below that, a copy by S3 would spare little. */
  private static final int COPIED_FROM = 2 * MIN_PART_SIZE;

  private static final Pattern OWNER = Pattern.compile("[0-9]{12}");
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private final S3Requests requests;
  private final int partSize;
  private final int partsInMemory;
  private final ThreadPoolExecutor senders;

  private S3ObjectStore(S3Requests requests, int partSize, int partsInMemory) {
    this.requests = requests;
    this.partSize = partSize;
    this.partsInMemory = partsInMemory;
    this.senders =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "s3-part");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a store.
   *
   * @param client the application's own; never closed here. Its Region, credentials, endpoint and
   *     HTTP client hold, its retries do not
   * @param bucket its name
   * @param owner the account, 12 digits, that the bucket must belong to
   * @param encryption what S3 encrypts with
   * @throws IllegalArgumentException when a name has another form
   */
  public static Builder builder(
      S3Client client, String bucket, String owner, S3Encryption encryption) {
    return new Builder(client, bucket, owner, encryption);
  }

  /** Whether a text has the form of a bucket's name. */
  public static boolean isBucketName(String text) {
    return BUCKET.matcher(text).matches();
  }

  /** Whether a text has the form of an account's number. */
  public static boolean isAccount(String text) {
    return OWNER.matcher(text).matches();
  }

  /** Settings of a store; belongs to one thread. */
  public static final class Builder {
    private final S3Client client;
    private final String bucket;
    private final String owner;
    private final S3Encryption encryption;
    private S3Retention retention = S3Retention.bucketDefault();
    private S3Patience patience = S3Patience.DEFAULT;
    private S3Checksum checksum = S3Checksum.CRC32C;
    private int partSize = DEFAULT_PART_SIZE;
    private int partsInMemory = DEFAULT_PARTS_IN_MEMORY;

    private Builder(S3Client client, String bucket, String owner, S3Encryption encryption) {
      this.client = Objects.requireNonNull(client, "client");
      this.bucket = bucket;
      this.owner = owner;
      this.encryption = Objects.requireNonNull(encryption, "encryption");
      if (!isBucketName(bucket)) {
        throw new IllegalArgumentException("'" + bucket + "' is no name of a bucket");
      }
      if (!isAccount(owner)) {
        throw new IllegalArgumentException("'" + owner + "' is no account of 12 digits");
      }
    }

    /** Timeouts and retries; {@link S3Patience#DEFAULT} when it is not called. */
    public Builder patience(S3Patience given) {
      this.patience = Objects.requireNonNull(given, "patience");
      return this;
    }

    /** What S3 keeps from deletion; {@link S3Retention#bucketDefault()} when it is not called. */
    public Builder retention(S3Retention given) {
      this.retention = Objects.requireNonNull(given, "retention");
      return this;
    }

    /** The checksum of every write; CRC-32C when it is not called. */
    public Builder checksum(S3Checksum given) {
      this.checksum = Objects.requireNonNull(given, "checksum");
      return this;
    }

    /**
     * The parts of uploads; 16 MiB and 4 when it is not called. An upload holds at most {@code
     * size} times {@code inMemory} bytes, the part that is being filled included, and has at most
     * 10,000 parts.
     *
     * @param size bytes of a part, {@link #MIN_PART_SIZE} to {@link #MAX_PART_SIZE}
     * @param inMemory how many parts are in memory, 1 to 64: all of them may be on their way at
     *     once
     * @throws IllegalArgumentException when a number is out of range
     */
    public Builder parts(int size, int inMemory) {
      if (size < MIN_PART_SIZE || size > MAX_PART_SIZE) {
        throw new IllegalArgumentException("a part is not from 5 MiB to 512 MiB");
      }
      if (inMemory < 1 || inMemory > 64) {
        throw new IllegalArgumentException("the parts in memory are not from 1 to 64");
      }
      this.partSize = size;
      this.partsInMemory = inMemory;
      return this;
    }

    /** The store; nothing is asked of S3 yet. */
    public S3ObjectStore build() {
      return new S3ObjectStore(
          new S3Requests(
              client,
              bucket,
              owner,
              encryption,
              retention,
              checksum,
              new S3Caller(bucket, patience)),
          partSize,
          partsInMemory);
    }
  }

  @Override
  public Optional<StoredObject> get(String key) {
    ObjectKeys.require(key);
    return Optional.ofNullable(
        requests
            .caller()
            .call(
                "s3:GetObject",
                key,
                within -> {
                  try {
                    return requests
                        .client()
                        .getObject(
                            requests.get(key, within).build(),
                            (answer, in) -> whole(key, answer, in));
                  } catch (SdkException failed) {
                    if (S3Failures.isMissing(failed)) {
                      return null;
                    }
                    throw unwrapped(failed);
                  }
                }));
  }

  private static StoredObject whole(String key, GetObjectResponse answer, AbortableInputStream in)
      throws IOException {
    long size = S3Requests.present(answer.contentLength(), "Content-Length");
    if (size > MAX_WHOLE_OBJECT) {
      in.abort();
      throw tooLarge(key, size);
    }
    byte[] content = in.readNBytes((int) size);
    // The end must be seen: there the SDK compares the checksum.
    if (content.length != size || in.read() >= 0) {
      throw new IOException("the object ended at " + content.length + " of " + size + " bytes");
    }
    return new StoredObject(content, S3Requests.tag(answer.eTag()));
  }

  /** What was thrown while an answer was read comes out of the SDK as a cause of its own. */
  private static RuntimeException unwrapped(SdkException failed) {
    @Nullable Throwable cause = failed;
    for (int depth = 0; cause != null && depth < 5; depth++) {
      if (cause instanceof StorageException own) {
        return own;
      }
      cause = cause.getCause();
    }
    return failed;
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    HeadObjectResponse there = requests.head(ObjectKeys.require(key));
    return there == null
        ? Optional.empty()
        : Optional.of(
            S3Requests.info(key, there.contentLength(), there.eTag(), there.lastModified()));
  }

  @Override
  public InputStream open(String key) {
    ObjectKeys.require(key);
    return new S3ObjectStream(
        key, body(key, null, null), (position, etag) -> body(key, position, etag));
  }

  private ResponseInputStream<GetObjectResponse> body(
      String key, @Nullable Long position, @Nullable String etag) {
    return requests
        .caller()
        .call(
            "s3:GetObject",
            key,
            within -> {
              try {
                ResponseInputStream<GetObjectResponse> body =
                    requests
                        .client()
                        .getObject(
                            requests
                                .get(key, within)
                                .range(position == null ? null : "bytes=" + position + "-")
                                .ifMatch(etag == null ? null : "\"" + etag + "\"")
                                .build());
                if (body.response().contentLength() == null || body.response().eTag() == null) {
                  body.abort();
                }
                S3Requests.present(body.response().contentLength(), "Content-Length");
                S3Requests.present(body.response().eTag(), "ETag");
                return body;
              } catch (SdkException failed) {
                throw S3Requests.sourceFailure(key, failed);
              }
            });
  }

  @Override
  public byte[] range(String key, long offset, int length) {
    ObjectKeys.require(key);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset " + offset + " or length " + length + " is negative");
    }
    if (length == 0) {
      if (requests.head(key) == null) {
        throw missing(key);
      }
      return new byte[0];
    }
    return range(key, offset, length, null);
  }

  private byte[] range(String key, long offset, int length, @Nullable String etag) {
    long last = Math.addExact(Math.min(offset, Long.MAX_VALUE - length), length - 1);
    return requests
        .caller()
        .call(
            "s3:GetObject",
            key,
            within -> {
              try {
                return requests
                    .client()
                    .getObject(
                        requests
                            .get(key, within)
                            .range("bytes=" + offset + "-" + last)
                            .ifMatch(etag == null ? null : "\"" + etag + "\"")
                            .build(),
                        (answer, in) -> part(key, length, answer, in));
              } catch (SdkException failed) {
                if (S3Failures.isBeyondEnd(failed)) {
                  return new byte[0];
                }
                throw S3Requests.sourceFailure(key, unwrapped(failed));
              }
            });
  }

  private static byte[] part(
      String key, int length, GetObjectResponse answer, AbortableInputStream in)
      throws IOException {
    long size = S3Requests.present(answer.contentLength(), "Content-Length");
    if (size > length) {
      in.abort();
      throw new StorageException(
          StorageErrorCode.STORE_REQUEST_REFUSED,
          "s3:GetObject of '" + key + "': the store does not give ranges");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != size) {
      throw new IOException("the range ended at " + bytes.length + " of " + size + " bytes");
    }
    return bytes;
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    return write(key, content, WriteToken.created());
  }

  @Override
  public WriteResult putIfMatch(String key, byte[] content, String etag) {
    Objects.requireNonNull(etag, "etag");
    if (!WriteToken.isTag(etag)) {
      requireWhole(ObjectKeys.require(key), content.length);
      return new WriteResult.Lost();
    }
    return write(key, content, WriteToken.replacing(etag));
  }

  @Override
  public WriteResult put(String key, byte[] content) {
    return write(key, content, WriteToken.put());
  }

  private WriteResult write(String key, byte[] content, WriteToken token) {
    requireWhole(ObjectKeys.require(key), content.length);
    return new S3Write(requests, key, token).put(content, content.length);
  }

  @Override
  public ObjectUpload upload(String key) {
    return new S3Upload(requests, senders, ObjectKeys.require(key), partSize, partsInMemory);
  }

  @Override
  public int uploadPartSize() {
    return partSize;
  }

  /**
   * {@inheritDoc}
   *
   * <p>From 10 MiB on S3 copies all but the first 5 MiB by itself; below, the bytes pass through
   * this process.
   */
  @Override
  public WriteResult copyBehind(String key, byte[] start, ObjectInfo source, long from) {
    ObjectKeys.require(key);
    ObjectKeys.require(source.key());
    if (from < 0 || from > source.size()) {
      throw new IllegalArgumentException(
          "offset " + from + " is not within the " + source.size() + " bytes of the object");
    }
    if (source.size() - from < COPIED_FROM || start.length > partSize) {
      return ObjectStore.super.copyBehind(key, start, source, from);
    }
    // The first part must be as large as a part is at least.
    int read = Math.max(0, MIN_PART_SIZE - start.length);
    try (S3Upload upload = new S3Upload(requests, senders, key, partSize, partsInMemory)) {
      upload.stream().write(start);
      if (read > 0) {
        upload.stream().write(range(source.key(), from, read, source.etag()));
      }
      upload.copy(source, from + read);
      return upload.commit();
    } catch (IOException e) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "'" + source.key() + "' cannot be copied", e);
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String after, int limit) {
    ObjectKeys.requirePrefix(prefix);
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is less than 1");
    }
    List<ObjectInfo> found = new ArrayList<>();
    if (!mayStartAKey(prefix)) {
      return List.of();
    }
    String next = null;
    do {
      ListObjectsV2Response page = page(prefix, after, next, Math.min(PAGE, limit - found.size()));
      for (S3Object object : page.contents()) {
        if (isKey(object.key())) {
          found.add(
              S3Requests.info(object.key(), object.size(), object.eTag(), object.lastModified()));
        }
      }
      next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (next != null && found.size() < limit);
    return List.copyOf(found);
  }

  private ListObjectsV2Response page(
      String prefix, @Nullable String after, @Nullable String next, int size) {
    return requests
        .caller()
        .call(
            "s3:ListObjectsV2",
            prefix,
            within ->
                requests
                    .client()
                    .listObjectsV2(
                        r ->
                            r.bucket(requests.bucket())
                                .expectedBucketOwner(requests.owner())
                                .prefix(prefix.isEmpty() ? null : prefix)
                                .startAfter(
                                    next != null || after == null || after.isEmpty() ? null : after)
                                .continuationToken(next)
                                .maxKeys(size)
                                .encodingType(EncodingType.URL)
                                .overrideConfiguration(within)));
  }

  private static boolean mayStartAKey(String prefix) {
    int slash = prefix.lastIndexOf('/');
    return slash < 0 || isKey(prefix.substring(0, slash));
  }

  private static boolean isKey(String text) {
    try {
      ObjectKeys.require(text);
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  @Override
  public void delete(String key) {
    ObjectKeys.require(key);
    delete(key, null);
  }

  private void delete(String key, @Nullable String version) {
    requests
        .caller()
        .call(
            version == null ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
            key,
            within ->
                requests
                    .client()
                    .deleteObject(
                        r ->
                            r.bucket(requests.bucket())
                                .key(key)
                                .versionId(version)
                                .expectedBucketOwner(requests.owner())
                                .overrideConfiguration(within)));
  }

  /** The versions of one key, newest first, and its marks of deletion. */
  private record Past(List<ObjectVersion> versions, List<DeleteMarkerEntry> marks) {}

  @Override
  public int deleteAllVersions(String key) {
    ObjectKeys.require(key);
    Past before = past(key);
    if (before.versions().stream().anyMatch(v -> Boolean.TRUE.equals(v.isLatest()))) {
      // A mark on top: no reader sees the versions below it, in whatever order they go.
      delete(key, null);
    }
    Past rest = past(key);
    rest.versions().forEach(version -> delete(key, version.versionId()));
    rest.marks().forEach(mark -> delete(key, mark.versionId()));
    return before.versions().size();
  }

  private Past past(String key) {
    Past found = new Past(new ArrayList<>(), new ArrayList<>());
    String keyMarker = null;
    String versionMarker = null;
    boolean more = true;
    while (more) {
      String fromKey = keyMarker;
      String fromVersion = versionMarker;
      ListObjectVersionsResponse page =
          requests
              .caller()
              .call(
                  "s3:ListObjectVersions",
                  key,
                  within -> versions(key, fromKey, fromVersion, within));
      page.versions().stream().filter(v -> v.key().equals(key)).forEach(found.versions()::add);
      page.deleteMarkers().stream().filter(m -> m.key().equals(key)).forEach(found.marks()::add);
      keyMarker = page.nextKeyMarker();
      versionMarker = page.nextVersionIdMarker();
      // Keys come in order: once another one was reached, that was all.
      more = Boolean.TRUE.equals(page.isTruncated()) && key.equals(keyMarker);
    }
    return found;
  }

  private ListObjectVersionsResponse versions(
      String key,
      @Nullable String fromKey,
      @Nullable String fromVersion,
      AwsRequestOverrideConfiguration within) {
    return requests
        .client()
        .listObjectVersions(
            r ->
                r.bucket(requests.bucket())
                    .expectedBucketOwner(requests.owner())
                    .prefix(key)
                    .keyMarker(fromKey)
                    .versionIdMarker(fromVersion)
                    .encodingType(EncodingType.URL)
                    .overrideConfiguration(within));
  }

  private static void requireWhole(String key, long size) {
    if (size > MAX_WHOLE_OBJECT) {
      throw tooLarge(key, size);
    }
  }

  private static StorageException tooLarge(String key, long size) {
    return new StorageException(
        StorageErrorCode.OBJECT_TOO_LARGE,
        "object '" + key + "' has " + size + " bytes, more than " + MAX_WHOLE_OBJECT);
  }

  private static StorageException missing(String key) {
    return new StorageException(
        StorageErrorCode.OBJECT_MISSING, "object '" + key + "' does not exist");
  }
}
