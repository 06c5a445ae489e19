package io.strongroom.crypto.awskms;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.KeyUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws into the failures of this library. */
final class KmsFailures {
  private static final Map<String, CryptoErrorCode> CODES =
      Map.ofEntries(
          Map.entry("AccessDeniedException", CryptoErrorCode.KEY_ACCESS_DENIED),
          Map.entry("DisabledException", CryptoErrorCode.KEY_DISABLED),
          Map.entry("KMSInvalidStateException", CryptoErrorCode.KEY_STATE_REFUSES),
          Map.entry("NotFoundException", CryptoErrorCode.KEY_UNKNOWN),
          Map.entry("InvalidArnException", CryptoErrorCode.KEY_UNKNOWN),
          Map.entry("InvalidKeyUsageException", CryptoErrorCode.KEY_UNSUITABLE),
          Map.entry("ValidationException", CryptoErrorCode.KEY_UNSUITABLE),
          Map.entry("UnsupportedOperationException", CryptoErrorCode.KEY_UNSUITABLE),
          Map.entry("InvalidGrantTokenException", CryptoErrorCode.KEY_ACCESS_DENIED),
          Map.entry("ThrottlingException", CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
          Map.entry("LimitExceededException", CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
          Map.entry("RequestLimitExceeded", CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
          Map.entry("KMSInternalException", CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
          Map.entry("DependencyTimeoutException", CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
          Map.entry("KeyUnavailableException", CryptoErrorCode.KEY_SERVICE_UNREACHABLE),
          Map.entry("InvalidCiphertextException", CryptoErrorCode.DECRYPTION_FAILED),
          Map.entry("IncorrectKeyException", CryptoErrorCode.DECRYPTION_FAILED));

  private KmsFailures() {}

  /** The failure of a call; names the action and the key, and nothing that was sent or answered. */
  static CryptoException of(String action, String key, SdkException failed) {
    CryptoErrorCode code = code(failed);
    String message = "kms:" + action + " with key " + key + " " + says(code);
    if (code == CryptoErrorCode.DECRYPTION_FAILED) {
      return new DecryptionFailedException(code, message, failed);
    }
    return new KeyUnavailableException(code, message, failed);
  }

  private static String says(CryptoErrorCode code) {
    return switch (code) {
      case KEY_ACCESS_DENIED -> "is denied to this caller";
      case KEY_DISABLED -> "is refused: the key is disabled";
      case KEY_STATE_REFUSES -> "is refused: the key's state does not allow it";
      case KEY_UNKNOWN -> "is refused: there is no such key in that Region and account";
      case KEY_UNSUITABLE -> "is refused: the key or the size of the request does not fit";
      case KEY_CALL_INTERRUPTED -> "was interrupted";
      case KEY_SERVICE_UNREACHABLE -> "was not answered in time, throttled or failed within KMS";
      case DECRYPTION_FAILED -> "is refused: the wrapped key is not authentic in this context";
      default -> "is refused: KMS does not accept the caller, or the client cannot call it";
    };
  }

  private static CryptoErrorCode code(SdkException failed) {
    if (failed instanceof AwsServiceException answered) {
      String name =
          Optional.ofNullable(answered.awsErrorDetails())
              .map(AwsErrorDetails::errorCode)
              .orElse("");
      CryptoErrorCode known = CODES.get(name);
      if (known != null) {
        return known;
      }
      boolean passing = answered.statusCode() >= 500 || answered.isThrottlingException();
      return passing
          ? CryptoErrorCode.KEY_SERVICE_UNREACHABLE
          : CryptoErrorCode.KEY_SERVICE_LOGIN_REFUSED;
    }
    if (failed instanceof ApiCallTimeoutException
        || failed instanceof ApiCallAttemptTimeoutException) {
      return CryptoErrorCode.KEY_SERVICE_UNREACHABLE;
    }
    if (failed instanceof AbortedException) {
      return CryptoErrorCode.KEY_CALL_INTERRUPTED;
    }
    return causedByNetwork(failed)
        ? CryptoErrorCode.KEY_SERVICE_UNREACHABLE
        : CryptoErrorCode.KEY_SERVICE_LOGIN_REFUSED;
  }

  private static boolean causedByNetwork(Throwable failed) {
    @Nullable Throwable cause = failed;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof IOException || cause instanceof UncheckedIOException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
