package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.aws.s3.WireFaults.Fault;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Each row of the README's table, for reading and for a conditional write. */
@Tag("verify")
class S3ErrorTableTest {
  private static final S3Rig RIG = new S3Rig();
  private static final S3Patience IMPATIENT =
      new S3Patience(Duration.ofMillis(600), Duration.ofSeconds(30), 2, Duration.ofMillis(10));
  private static WireFaults wire;
  private static S3Client wired;
  private static S3Client nowhere;
  private static S3Client withoutCredentials;

  @BeforeAll
  static void start() throws IOException {
    wire = new WireFaults(RIG.port());
    wired = RIG.client(wire.port());
    try (ServerSocket closed = new ServerSocket(0)) {
      nowhere = RIG.client(closed.getLocalPort());
    }
    AwsCredentialsProvider none =
        () -> {
          throw SdkClientException.create("no credentials");
        };
    withoutCredentials = S3Rig.builder(RIG.port(), S3Rig.SECRET).credentialsProvider(none).build();
    RIG.store().build().put("table/a", new byte[] {1});
  }

  @AfterAll
  static void stop() throws IOException {
    withoutCredentials.close();
    RIG.close();
    wire.close();
  }

  @AfterEach
  void calm() {
    RIG.blobs.forgetErrors();
    wire.schedule(number -> Fault.NONE);
    RIG.clearCalls();
  }

  /** What the caller sees of a row. */
  private enum Outcome {
    SUCCEEDS("succeeds when tried again"),
    RETRIED("tries again, then fails"),
    UNKNOWN("tries again, reads back, then `Unknown`"),
    FAILS("fails at once"),
    LOST("`Lost` at once"),
    UNAFFECTED("does not depend on it");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }
  }

  /** The rows, in the order of the README. */
  enum Row {
    BUSY_ONCE(
        "503 `SlowDown` or 500 `InternalError` for a moment",
        null,
        Outcome.SUCCEEDS,
        Outcome.SUCCEEDS),
    BUSY(
        "503 `SlowDown` or 500 `InternalError` all the time",
        StorageErrorCode.STORE_UNAVAILABLE,
        Outcome.RETRIED,
        Outcome.UNKNOWN),
    TIMEOUT(
        "no answer within the timeout of a request",
        StorageErrorCode.STORE_UNAVAILABLE,
        Outcome.RETRIED,
        Outcome.UNKNOWN),
    CUT(
        "connection cut every time",
        StorageErrorCode.STORE_UNAVAILABLE,
        Outcome.RETRIED,
        Outcome.UNKNOWN),
    REFUSED(
        "no connection at all",
        StorageErrorCode.STORE_UNAVAILABLE,
        Outcome.RETRIED,
        Outcome.RETRIED),
    DAMAGED_ONCE(
        "400 `BadDigest`: bytes damaged on their way", null, Outcome.UNAFFECTED, Outcome.SUCCEEDS),
    CONFLICT_ONCE(
        "409 `ConditionalRequestConflict`: the key changed meanwhile",
        null,
        Outcome.UNAFFECTED,
        Outcome.SUCCEEDS),
    TAKEN(
        "412 `PreconditionFailed`: another object stands there",
        null,
        Outcome.UNAFFECTED,
        Outcome.LOST),
    GONE(
        "404 `NoSuchKey` on If-Match: no object stands there",
        null,
        Outcome.UNAFFECTED,
        Outcome.LOST),
    DENIED(
        "403 `AccessDenied`, or another owner of the bucket",
        StorageErrorCode.STORE_ACCESS_DENIED,
        Outcome.FAILS,
        Outcome.FAILS),
    LOGIN(
        "signature, access key, session or clock refused",
        StorageErrorCode.STORE_LOGIN_REFUSED,
        Outcome.FAILS,
        Outcome.FAILS),
    NO_CREDENTIALS(
        "no credentials in the process",
        StorageErrorCode.STORE_LOGIN_REFUSED,
        Outcome.FAILS,
        Outcome.FAILS),
    NO_BUCKET("404 `NoSuchBucket`", StorageErrorCode.STORE_MISSING, Outcome.FAILS, Outcome.FAILS),
    OTHER_REGION(
        "301 `PermanentRedirect`: bucket of another Region",
        StorageErrorCode.STORE_MISSING,
        Outcome.FAILS,
        Outcome.FAILS),
    KMS_KEY(
        "400 `KMS.NotFoundException` and other `KMS.` codes",
        StorageErrorCode.STORE_KEY_REFUSED,
        Outcome.FAILS,
        Outcome.FAILS),
    NOT_IMPLEMENTED(
        "501 `NotImplemented` and any other refusal",
        StorageErrorCode.STORE_REQUEST_REFUSED,
        Outcome.FAILS,
        Outcome.FAILS);

    private final String what;
    private final StorageErrorCode code;
    private final Outcome read;
    private final Outcome write;

    Row(String what, StorageErrorCode code, Outcome read, Outcome write) {
      this.what = what;
      this.code = code;
      this.read = read;
      this.write = write;
    }

    String markdown() {
      String error = code == null ? "none" : "`" + code + "`, " + code.category();
      return "| %s | %s | %s | %s |".formatted(what, error, read.words, write.words);
    }
  }

  /** The answers that the server gives in turn to reads and to writes; none where it need not. */
  private static List<S3Exception> answers(Row row) {
    return switch (row) {
      case BUSY_ONCE ->
          List.of(
              GuardedBlobStore.error(503, "SlowDown"),
              GuardedBlobStore.error(500, "InternalError"));
      case BUSY ->
          Stream.concat(
                  Stream.of(GuardedBlobStore.error(500, "InternalError")),
                  Collections.nCopies(20, GuardedBlobStore.error(503, "SlowDown")).stream())
              .toList();
      case DAMAGED_ONCE -> List.of(GuardedBlobStore.error(400, "BadDigest"));
      case CONFLICT_ONCE -> List.of(GuardedBlobStore.error(409, "ConditionalRequestConflict"));
      case DENIED -> List.of(GuardedBlobStore.error(403, "AccessDenied"));
      case LOGIN -> List.of(GuardedBlobStore.error(400, "ExpiredToken"));
      case OTHER_REGION -> List.of(GuardedBlobStore.error(301, "PermanentRedirect"));
      case KMS_KEY -> List.of(GuardedBlobStore.error(400, "KMS.DisabledException"));
      case NOT_IMPLEMENTED -> List.of(GuardedBlobStore.error(501, "NotImplemented"));
      case TIMEOUT, CUT, REFUSED, TAKEN, GONE, NO_CREDENTIALS, NO_BUCKET -> List.of();
    };
  }

  private static void arrange(Row row) {
    S3Exception[] answers = answers(row).toArray(S3Exception[]::new);
    RIG.blobs.answer("GetObject", answers);
    RIG.blobs.answer("PutObject", answers);
    if (row == Row.TIMEOUT) {
      wire.slow(1500);
      wire.schedule(number -> Fault.SLOW);
    } else if (row == Row.CUT) {
      wire.schedule(number -> Fault.LOST_BEFORE_EFFECT);
    }
  }

  private static ObjectStore store(Row row) {
    S3Client client =
        switch (row) {
          case TIMEOUT, CUT -> wired;
          case REFUSED -> nowhere;
          case NO_CREDENTIALS -> withoutCredentials;
          default -> RIG.client;
        };
    return S3ObjectStore.builder(
            client,
            row == Row.NO_BUCKET ? "missing-bucket" : S3Rig.BUCKET,
            S3Rig.ACCOUNT,
            S3Encryption.bucketDefault())
        .patience(row == Row.TIMEOUT ? IMPATIENT : S3Rig.HASTY)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void readingDoesWhatTheTableSays(Row row) {
    arrange(row);
    ObjectStore store = store(row);
    if (row.read == Outcome.UNAFFECTED) {
      RIG.blobs.forgetErrors();
    }
    Throwable thrown =
        catchThrowable(
            () -> assertThat(store.get("table/a").orElseThrow().content()).containsExactly(1));
    check(row, row.read, thrown, "table/a", "GetObject");
  }

  @ParameterizedTest
  @EnumSource
  void conditionalWriteDoesWhatTheTableSays(Row row) {
    String key = "table/" + row;
    if (row == Row.TAKEN) {
      RIG.store().build().put(key, new byte[] {9});
    }
    arrange(row);
    RIG.clearCalls();
    WriteResult[] result = new WriteResult[1];
    Throwable thrown =
        catchThrowable(
            () ->
                result[0] =
                    row == Row.GONE
                        ? store(row).putIfMatch(key, new byte[] {1}, "0123")
                        : store(row).putIfAbsent(key, new byte[] {1}));
    check(row, row.write, thrown, key, "PutObject");
    if (thrown == null) {
      assertThat(result[0])
          .isInstanceOf(
              switch (row.write) {
                case LOST -> WriteResult.Lost.class;
                case UNKNOWN -> WriteResult.Unknown.class;
                default -> WriteResult.Won.class;
              });
    }
    if (result[0] instanceof WriteResult.Unknown unknown) {
      assertThat(unknown.cause())
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(row.code));
    }
  }

  private static void check(
      Row row, Outcome outcome, Throwable thrown, String key, String operation) {
    long attempts = RIG.operations().stream().filter(operation::equals).count();
    if (outcome == Outcome.FAILS || outcome == Outcome.RETRIED) {
      assertThat(thrown)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(row.code))
          .hasMessageContaining(key);
    } else {
      assertThat(thrown).isNull();
    }
    switch (outcome) {
      case FAILS, LOST, UNAFFECTED ->
          assertThat(attempts).isEqualTo(row == Row.NO_CREDENTIALS ? 0 : 1);
      case SUCCEEDS -> assertThat(attempts).isEqualTo(1 + answers(row).size());
      case RETRIED, UNKNOWN ->
          assertThat(attempts)
              .isEqualTo(row == Row.TIMEOUT ? IMPATIENT.attempts() : S3Rig.HASTY.attempts());
    }
  }

  @Test
  void missingBucketIsNotTakenForAMissingObject() {
    assertThat(catchThrowable(() -> store(Row.NO_BUCKET).head("table/a")))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_MISSING));
  }

  @Test
  void wrongSecretIsALoginRefused() {
    ObjectStore store =
        S3ObjectStore.builder(
                RIG.clientWithSecret("forged"),
                S3Rig.BUCKET,
                S3Rig.ACCOUNT,
                S3Encryption.bucketDefault())
            .build();
    assertThat(catchThrowable(() -> store.get("table/a")))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_LOGIN_REFUSED));
  }

  @Test
  void unknownKmsKeyIsToldApartAndNothingIsWritten() {
    ObjectStore store =
        S3ObjectStore.builder(
                RIG.client,
                S3Rig.BUCKET,
                S3Rig.ACCOUNT,
                S3Encryption.kms("arn:aws:kms:eu-central-1:111122223333:key/unknown"))
            .build();
    assertThat(catchThrowable(() -> store.putIfAbsent("table/kms", new byte[1])))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.STORE_KEY_REFUSED));
    assertThat(store.head("table/kms")).isEmpty();
  }

  @Test
  void theReadmeHasExactlyTheseRows() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("| S3 | error |");
    List<String> rows =
        readme.substring(start).lines().takeWhile(line -> line.startsWith("|")).skip(2).toList();
    assertThat(rows).isEqualTo(Stream.of(Row.values()).map(Row::markdown).toList());
  }
}
