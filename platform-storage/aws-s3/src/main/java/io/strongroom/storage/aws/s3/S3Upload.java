package io.strongroom.storage.aws.s3;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * An upload: an object of at most one part is one request, a larger one an upload of S3 whose parts
 * are sent while the next one is filled. At most so many parts are in memory.
 */
final class S3Upload implements ObjectUpload {
  private static final int FIRST_BUFFER = 64 * 1024;
  private static final int MAX_PARTS = 10_000;

  /** So that S3 copies a part within the timeout of a request; at most 5 GiB. */
  private static final long COPIED_PART = 256L * 1024 * 1024;

  private final S3Requests requests;
  private final Executor executor;
  private final String key;
  private final int partSize;
  private final int partsInMemory;
  private final WriteToken token = WriteToken.created();
  private final OutputStream stream = new Stream();

  /** One permit for each part in memory; the one that is filled has one, too. */
  private final Semaphore memory;

  private final ConcurrentLinkedQueue<byte[]> free = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<CompletedPart> sent = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  private byte[] part;
  private int filled;
  private int parts;
  private @Nullable String uploadId;

  /** Whether the part that is filled has its permit; while parts are awaited it has not. */
  private boolean holding = true;

  private boolean streamClosed;

  /** True while a write runs, so still true after one that threw. */
  private boolean broken;

  private boolean done;

  /** Whether S3 may still hold parts that nobody will complete. */
  private boolean leftovers;

  private volatile boolean stopped;

  S3Upload(S3Requests requests, Executor executor, String key, int partSize, int partsInMemory) {
    this.requests = requests;
    this.executor = executor;
    this.key = key;
    this.partSize = partSize;
    this.partsInMemory = partsInMemory;
    this.memory = new Semaphore(partsInMemory);
    this.memory.acquireUninterruptibly();
    this.part = new byte[Math.min(FIRST_BUFFER, partSize)];
  }

  @Override
  public OutputStream stream() {
    return stream;
  }

  @Override
  public WriteResult commit() {
    if (done || broken) {
      throw new IllegalStateException(
          "the upload of '" + key + "' " + (done ? "was committed or closed" : "failed before"));
    }
    done = true;
    if (uploadId == null) {
      return new S3Write(requests, key, token).put(part, filled);
    }
    String id = uploadId;
    if (filled > 0) {
      send(id);
    } else {
      yieldPart();
    }
    awaitParts();
    List<CompletedPart> all = new ArrayList<>(sent);
    all.sort(Comparator.comparing(CompletedPart::partNumber));
    WriteResult result =
        new S3Write(requests, key, token)
            .complete(
                within ->
                    requests
                        .client()
                        .completeMultipartUpload(
                            r ->
                                r.bucket(requests.bucket())
                                    .key(key)
                                    .uploadId(id)
                                    .expectedBucketOwner(requests.owner())
                                    .ifNoneMatch("*")
                                    .multipartUpload(u -> u.parts(all))
                                    .overrideConfiguration(within))
                        .eTag());
    // After an unknown outcome the request may still arrive; then its parts must be there.
    leftovers = result instanceof WriteResult.Lost;
    return result;
  }

  @Override
  public void close() {
    done = true;
    stopped = true;
    free.clear();
    if (!leftovers || uploadId == null) {
      return;
    }
    leftovers = false;
    String id = uploadId;
    boolean interrupted = Thread.interrupted();
    try {
      // A part that arrives after the abort would stay.
      memory.acquireUninterruptibly(holding ? partsInMemory - 1 : partsInMemory);
      requests
          .caller()
          .call(
              "s3:AbortMultipartUpload",
              key,
              within ->
                  requests
                      .client()
                      .abortMultipartUpload(
                          r ->
                              r.bucket(requests.bucket())
                                  .key(key)
                                  .uploadId(id)
                                  .expectedBucketOwner(requests.owner())
                                  .overrideConfiguration(within)));
    } catch (StorageException e) {
      // What stays is invisible, and the bucket's lifecycle rule removes it.
      broken = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requireOpen() throws IOException {
    if (streamClosed || done || broken) {
      throw new IOException("the upload of '" + key + "' is closed or failed before");
    }
  }

  private void write(int b) throws IOException {
    requireOpen();
    broken = true;
    if (filled == partSize) {
      nextPart();
    }
    reserve(filled + 1);
    part[filled] = (byte) b;
    filled++;
    broken = false;
  }

  private void write(byte[] from, int offset, int length) throws IOException {
    requireOpen();
    broken = true;
    int at = offset;
    int left = length;
    while (left > 0) {
      if (filled == partSize) {
        nextPart();
      }
      int piece = Math.min(left, partSize - filled);
      reserve(filled + piece);
      System.arraycopy(from, at, part, filled, piece);
      filled += piece;
      at += piece;
      left -= piece;
    }
    broken = false;
  }

  private void reserve(int wanted) {
    if (wanted > part.length) {
      part = Arrays.copyOf(part, Math.min(partSize, Math.max(wanted, 2 * part.length)));
    }
  }

  private void nextPart() {
    if (uploadId == null) {
      uploadId = begin();
      leftovers = true;
    }
    send(uploadId);
    acquire(1);
    holding = true;
    throwFailure();
    byte[] used = free.poll();
    part = used == null ? new byte[partSize] : used;
    filled = 0;
  }

  /**
   * Ends the part that is filled, which must then be large enough to be one, and adds the bytes of
   * another object as parts that S3 copies by itself. Nothing can be written behind them.
   *
   * @throws StorageException {@link StorageErrorCode#OBJECT_CHANGED} when the object has another
   *     tag by now, {@link StorageErrorCode#OBJECT_MISSING} when it is gone
   */
  void copy(ObjectInfo source, long from) {
    broken = true;
    streamClosed = true;
    String id = uploadId == null ? begin() : uploadId;
    uploadId = id;
    leftovers = true;
    send(id);
    filled = 0;
    for (long at = from; at < source.size(); at += COPIED_PART) {
      parts++;
      sent.add(copyPart(id, parts, source, at, Math.min(source.size(), at + COPIED_PART) - 1));
    }
    broken = false;
  }

  private CompletedPart copyPart(String id, int number, ObjectInfo source, long first, long last) {
    return requests
        .caller()
        .call(
            "s3:UploadPartCopy",
            source.key(),
            within -> {
              try {
                CopyPartResult answer =
                    S3Requests.present(
                        requests
                            .client()
                            .uploadPartCopy(
                                r ->
                                    r.sourceBucket(requests.bucket())
                                        .sourceKey(source.key())
                                        .copySourceIfMatch("\"" + source.etag() + "\"")
                                        .copySourceRange("bytes=" + first + "-" + last)
                                        .expectedSourceBucketOwner(requests.owner())
                                        .destinationBucket(requests.bucket())
                                        .destinationKey(key)
                                        .uploadId(id)
                                        .partNumber(number)
                                        .expectedBucketOwner(requests.owner())
                                        .overrideConfiguration(within))
                            .copyPartResult(),
                        "result");
                return CompletedPart.builder()
                    .partNumber(number)
                    .eTag(S3Requests.present(answer.eTag(), "ETag"))
                    .checksumCRC32C(answer.checksumCRC32C())
                    .checksumSHA256(answer.checksumSHA256())
                    .build();
              } catch (SdkException failed) {
                throw S3Requests.sourceFailure(source.key(), failed);
              }
            });
  }

  private String begin() {
    return requests
        .caller()
        .call(
            "s3:CreateMultipartUpload",
            key,
            within ->
                S3Requests.present(
                    requests
                        .client()
                        .createMultipartUpload(requests.createUpload(key, token, within).build())
                        .uploadId(),
                    "upload id"));
  }

  /** Hands the filled part, and its permit, to a thread of its own. */
  private void send(String id) {
    if (parts == MAX_PARTS) {
      throw new StorageException(
          StorageErrorCode.OBJECT_TOO_LARGE,
          "the upload of '" + key + "' has more than " + MAX_PARTS + " parts; set larger ones");
    }
    parts++;
    int number = parts;
    byte[] bytes = part;
    int length = filled;
    holding = false;
    executor.execute(
        () -> {
          try {
            sent.add(sendPart(id, number, bytes, length));
            free.add(bytes);
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
          } finally {
            memory.release();
          }
        });
  }

  private CompletedPart sendPart(String id, int number, byte[] bytes, int length) {
    return requests
        .caller()
        .call(
            "s3:UploadPart",
            key,
            within -> {
              if (stopped || failure.get() != null) {
                throw new IllegalStateException("the upload was given up");
              }
              UploadPartResponse answer =
                  requests
                      .client()
                      .uploadPart(
                          UploadPartRequest.builder()
                              .bucket(requests.bucket())
                              .key(key)
                              .uploadId(id)
                              .partNumber(number)
                              .expectedBucketOwner(requests.owner())
                              .checksumAlgorithm(requests.checksum().algorithm())
                              .overrideConfiguration(within)
                              .build(),
                          S3Requests.body(bytes, length));
              return CompletedPart.builder()
                  .partNumber(number)
                  .eTag(S3Requests.present(answer.eTag(), "ETag"))
                  .checksumCRC32C(answer.checksumCRC32C())
                  .checksumSHA256(answer.checksumSHA256())
                  .build();
            });
  }

  /** Gives the permit of a part back that will not be filled. */
  private void yieldPart() {
    if (holding) {
      holding = false;
      memory.release();
    }
  }

  private void awaitParts() {
    acquire(partsInMemory);
    memory.release(partsInMemory);
    throwFailure();
  }

  private void acquire(int permits) {
    try {
      memory.acquire(permits);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "the upload of '" + key + "' was interrupted", e);
    }
  }

  private void throwFailure() {
    RuntimeException failed = failure.get();
    if (failed instanceof StorageException known) {
      throw new StorageException(
          (StorageErrorCode) known.code(), String.valueOf(known.getMessage()), known);
    }
    if (failed != null) {
      throw failed;
    }
  }

  private final class Stream extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      S3Upload.this.write(b);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      S3Upload.this.write(from, offset, length);
    }

    @Override
    public void close() {
      streamClosed = true;
    }
  }
}
