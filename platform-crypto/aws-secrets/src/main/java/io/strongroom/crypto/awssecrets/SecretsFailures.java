package io.strongroom.crypto.awssecrets;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SecretUnavailableException;
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
final class SecretsFailures {
  private static final Map<String, CryptoErrorCode> CODES =
      Map.ofEntries(
          Map.entry("ResourceNotFoundException", CryptoErrorCode.SECRET_UNKNOWN),
          Map.entry("InvalidParameterException", CryptoErrorCode.SECRET_UNKNOWN),
          Map.entry("ValidationException", CryptoErrorCode.SECRET_UNKNOWN),
          Map.entry("AccessDeniedException", CryptoErrorCode.SECRET_ACCESS_DENIED),
          Map.entry("InvalidRequestException", CryptoErrorCode.SECRET_UNUSABLE),
          Map.entry("DecryptionFailure", CryptoErrorCode.SECRET_UNUSABLE),
          Map.entry("ThrottlingException", CryptoErrorCode.SECRET_STORE_UNREACHABLE),
          Map.entry("InternalServiceError", CryptoErrorCode.SECRET_STORE_UNREACHABLE));

  private SecretsFailures() {}

  /** The failure of a call; names the secret, and nothing that was answered. */
  static SecretUnavailableException of(String secret, SdkException failed) {
    CryptoErrorCode code = code(failed);
    return new SecretUnavailableException(
        code, "secretsmanager:GetSecretValue of " + secret + " " + says(code), failed);
  }

  private static String says(CryptoErrorCode code) {
    return switch (code) {
      case SECRET_UNKNOWN -> "is refused: there is no such secret or stage of it";
      case SECRET_ACCESS_DENIED -> "is denied to this caller, or kms:Decrypt with its key is";
      case SECRET_UNUSABLE -> "is refused: it is to be deleted, or its key does not decrypt it";
      case SECRET_STORE_UNREACHABLE -> "was not answered in time, throttled or interrupted";
      default -> "is refused: the caller is not accepted, or the client cannot call";
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
      return answered.statusCode() >= 500 || answered.isThrottlingException()
          ? CryptoErrorCode.SECRET_STORE_UNREACHABLE
          : CryptoErrorCode.SECRET_STORE_LOGIN_REFUSED;
    }
    boolean passing =
        failed instanceof ApiCallTimeoutException
            || failed instanceof ApiCallAttemptTimeoutException
            || failed instanceof AbortedException
            || causedByNetwork(failed);
    return passing
        ? CryptoErrorCode.SECRET_STORE_UNREACHABLE
        : CryptoErrorCode.SECRET_STORE_LOGIN_REFUSED;
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
