package io.strongroom.crypto.awskms;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import java.time.Duration;
import java.util.function.Function;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;

/** Makes calls within their time: what is TRANSIENT is tried again, everything else is not. */
final class KmsCaller {
  private final AwsKmsPatience patience;
  private final boolean grantTokens;
  private final IntervalFunction waits;

  KmsCaller(AwsKmsPatience patience, boolean grantTokens) {
    this.patience = patience;
    this.grantTokens = grantTokens;
    this.waits = IntervalFunction.ofExponentialRandomBackoff(patience.firstWait(), 2.0, 0.5);
  }

  /** The time that a use of a key has from now on. */
  Deadline begin() {
    return new Deadline(System.nanoTime() + patience.totalTimeout().toNanos());
  }

  /** A point in time. */
  record Deadline(long nanoTime) {

    Duration left() {
      return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** A share of the time that is left. */
    Deadline share(int among) {
      return new Deadline(System.nanoTime() + left().dividedBy(among).toNanos());
    }
  }

  <T> T call(
      Deadline deadline,
      String action,
      String key,
      Function<AwsRequestOverrideConfiguration, T> call) {
    long start = System.nanoTime();
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(patience.attempts())
            .intervalBiFunction(
                (attempt, result) -> Math.min(waits.apply(attempt), deadline.left().toMillis()))
            .retryOnException(failed -> worthwhile(failed, start, deadline))
            .failAfterMaxAttempts(false)
            .build();
    return Retry.of("aws-kms", config).executeSupplier(() -> attempt(deadline, action, key, call));
  }

  private <T> T attempt(
      Deadline deadline,
      String action,
      String key,
      Function<AwsRequestOverrideConfiguration, T> call) {
    Duration left = deadline.left();
    Duration timeout = left.compareTo(patience.callTimeout()) < 0 ? left : patience.callTimeout();
    if (timeout.toMillis() < 1) {
      timeout = Duration.ofMillis(1);
    }
    AwsRequestOverrideConfiguration within =
        AwsRequestOverrideConfiguration.builder().apiCallTimeout(timeout).build();
    try {
      return call.apply(within);
    } catch (SdkException failed) {
      throw KmsFailures.of(action, key, failed);
    }
  }

  private boolean worthwhile(Throwable thrown, long start, Deadline deadline) {
    if (!(thrown instanceof CryptoException failed)
        || failed.code() == CryptoErrorCode.KEY_CALL_INTERRUPTED
        || deadline.left().isZero()) {
      return false;
    }
    if (failed.code() == CryptoErrorCode.KEY_ACCESS_DENIED) {
      return !grantTokens && System.nanoTime() - start < patience.grantWait().toNanos();
    }
    return failed.category() == ErrorCategory.TRANSIENT;
  }
}
