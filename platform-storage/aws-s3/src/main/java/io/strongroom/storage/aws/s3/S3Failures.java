package io.strongroom.storage.aws.s3;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws into the failures of this library. */
final class S3Failures {
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  private static final Map<String, StorageErrorCode> CODES =
      Map.ofEntries(
          Map.entry("AccessDenied", StorageErrorCode.STORE_ACCESS_DENIED),
          Map.entry("AllAccessDisabled", StorageErrorCode.STORE_ACCESS_DENIED),
          Map.entry("InvalidAccessKeyId", StorageErrorCode.STORE_LOGIN_REFUSED),
          Map.entry("SignatureDoesNotMatch", StorageErrorCode.STORE_LOGIN_REFUSED),
          Map.entry("RequestTimeTooSkewed", StorageErrorCode.STORE_LOGIN_REFUSED),
          Map.entry("ExpiredToken", StorageErrorCode.STORE_LOGIN_REFUSED),
          Map.entry("InvalidToken", StorageErrorCode.STORE_LOGIN_REFUSED),
          Map.entry("TokenRefreshRequired", StorageErrorCode.STORE_LOGIN_REFUSED),
          Map.entry("NoSuchBucket", StorageErrorCode.STORE_MISSING),
          Map.entry("PermanentRedirect", StorageErrorCode.STORE_MISSING),
          Map.entry("TemporaryRedirect", StorageErrorCode.STORE_MISSING),
          Map.entry("AuthorizationHeaderMalformed", StorageErrorCode.STORE_MISSING),
          Map.entry("IllegalLocationConstraintException", StorageErrorCode.STORE_MISSING),
          Map.entry("NoSuchUpload", StorageErrorCode.UPLOAD_OVERTAKEN),
          Map.entry("KMS.ThrottlingException", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("KMS.KMSInternalException", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("KMS.DependencyTimeoutException", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("SlowDown", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("ServiceUnavailable", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("InternalError", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("RequestTimeout", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("BadDigest", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("IncompleteBody", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("XAmzContentChecksumMismatch", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("XAmzContentSHA256Mismatch", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("OperationAborted", StorageErrorCode.STORE_UNAVAILABLE),
          Map.entry("ConditionalRequestConflict", StorageErrorCode.STORE_UNAVAILABLE));

  /** Of the HTTP client, which is the application's choice: so by name. */
  private static final Set<String> NOT_SENT =
      Set.of("ConnectTimeoutException", "ConnectionRequestTimeoutException");

  private S3Failures() {}

  /** The failure of a request; names the action, the bucket and the key, and no content. */
  static StorageException of(String action, String bucket, String key, SdkException failed) {
    StorageErrorCode code = code(failed);
    String message = action + " of '" + key + "' in bucket " + bucket + " " + says(code);
    if (code == StorageErrorCode.STORE_REQUEST_REFUSED
        && failed instanceof AwsServiceException answered) {
      message += ": " + answered.statusCode() + " " + nameOf(answered);
    }
    return new StorageException(code, message, failed);
  }

  /** What the SDK lets through when the body of an answer is cut, as its other failures. */
  static SdkException cut(UncheckedIOException failed) {
    return SdkClientException.create("the answer was cut", failed);
  }

  private static String says(StorageErrorCode code) {
    return switch (code) {
      case STORE_ACCESS_DENIED -> "is denied to this caller, or the bucket has another owner";
      case STORE_LOGIN_REFUSED -> "is refused: the caller is not accepted, or cannot call";
      case STORE_MISSING -> "is refused: there is no such bucket in that Region";
      case STORE_KEY_REFUSED -> "is refused: the KMS key cannot be used";
      case UPLOAD_OVERTAKEN -> "is refused: the upload has ended";
      case STORE_UNAVAILABLE -> "was not answered in time, throttled, cut or failed within S3";
      default -> "is refused by the store";
    };
  }

  private static StorageErrorCode code(SdkException failed) {
    if (failed instanceof AwsServiceException answered) {
      String name = nameOf(answered);
      StorageErrorCode known = CODES.get(name);
      if (known != null) {
        return known;
      }
      if (name.startsWith("KMS.")) {
        return StorageErrorCode.STORE_KEY_REFUSED;
      }
      return byStatus(answered);
    }
    if (failed instanceof ApiCallTimeoutException
        || failed instanceof ApiCallAttemptTimeoutException
        || failed instanceof AbortedException
        || causedByNetwork(failed)) {
      return StorageErrorCode.STORE_UNAVAILABLE;
    }
    return StorageErrorCode.STORE_LOGIN_REFUSED;
  }

  /** What answers a HEAD has no body, so no name. */
  private static StorageErrorCode byStatus(AwsServiceException answered) {
    int status = answered.statusCode();
    if (answered.isThrottlingException() || (status >= 500 && status != NOT_IMPLEMENTED)) {
      return StorageErrorCode.STORE_UNAVAILABLE;
    }
    return switch (status) {
      case 301, 307 -> StorageErrorCode.STORE_MISSING;
      case 401 -> StorageErrorCode.STORE_LOGIN_REFUSED;
      case 403 -> StorageErrorCode.STORE_ACCESS_DENIED;
      case CONFLICT -> StorageErrorCode.STORE_UNAVAILABLE;
      default -> StorageErrorCode.STORE_REQUEST_REFUSED;
    };
  }

  /** Whether the condition of a write did not hold. */
  static boolean isConditionFailed(SdkException failed) {
    return failed instanceof AwsServiceException answered
        && (answered.statusCode() == PRECONDITION_FAILED
            || nameOf(answered).equals("PreconditionFailed"));
  }

  /** Whether something else happened to the key meanwhile, so that S3 did not decide. */
  static boolean isConflict(SdkException failed) {
    return failed instanceof AwsServiceException answered
        && (answered.statusCode() == CONFLICT
            || nameOf(answered).equals("ConditionalRequestConflict"));
  }

  /** Whether an object is missing, and not the bucket. */
  static boolean isMissing(SdkException failed) {
    return failed instanceof AwsServiceException answered
        && answered.statusCode() == 404
        && !nameOf(answered).equals("NoSuchBucket")
        && !nameOf(answered).equals("NoSuchUpload");
  }

  /** Whether an upload that was begun is not known any more. */
  static boolean isUploadMissing(SdkException failed) {
    return failed instanceof AwsServiceException answered
        && nameOf(answered).equals("NoSuchUpload");
  }

  /** Whether a range starts behind the end. */
  static boolean isBeyondEnd(SdkException failed) {
    return failed instanceof AwsServiceException answered && answered.statusCode() == 416;
  }

  /** Whether a request that failed so may have had, or may still have, its effect. */
  static boolean mayHaveHappened(SdkException failed) {
    if (failed instanceof AwsServiceException answered) {
      return code(answered) == StorageErrorCode.STORE_UNAVAILABLE
          && (answered.statusCode() >= 500 || answered.statusCode() < 300);
    }
    return code(failed) == StorageErrorCode.STORE_UNAVAILABLE
        && !has(
            failed,
            cause ->
                cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || NOT_SENT.contains(cause.getClass().getSimpleName()));
  }

  private static String nameOf(AwsServiceException answered) {
    return Optional.ofNullable(answered.awsErrorDetails())
        .map(AwsErrorDetails::errorCode)
        .orElse("");
  }

  private static boolean causedByNetwork(Throwable failed) {
    return has(
        failed,
        cause ->
            cause instanceof IOException
                || cause instanceof UncheckedIOException
                // An answer that was cut, within its body or within a line of its head.
                || cause instanceof XMLStreamException
                || cause instanceof DateTimeException
                || cause instanceof NumberFormatException);
  }

  private static boolean has(Throwable failed, Predicate<Throwable> sought) {
    @Nullable Throwable cause = failed;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (sought.test(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
