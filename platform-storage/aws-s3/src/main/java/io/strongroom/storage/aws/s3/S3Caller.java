package io.strongroom.storage.aws.s3;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.strongroom.base.ErrorCategory;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Function;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes requests within their time: what is TRANSIENT is tried again, everything else is not. The
 * SDK's own retries are off, whatever the client says, so that nobody else repeats a write.
 */
final class S3Caller {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final SdkPlugin NO_RETRIES =
      config ->
          config.overrideConfiguration(
              config.overrideConfiguration().toBuilder()
                  .retryStrategy(AwsRetryStrategy.doNotRetry())
                  .build());

  private final String bucket;
  private final S3Patience patience;
  private final IntervalFunction waits;

  S3Caller(String bucket, S3Patience patience) {
    this.bucket = bucket;
    this.patience = patience;
    this.waits =
        IntervalFunction.ofExponentialRandomBackoff(patience.firstWait(), 2.0, 0.5, LONGEST_WAIT);
  }

  /**
   * Makes a request until it is answered.
   *
   * @param request takes what goes with every request; a {@link StorageException} of it counts as
   *     any other
   * @throws StorageException when it is not answered in time, or refused
   */
  <T> T call(String action, String key, Function<AwsRequestOverrideConfiguration, T> request) {
    long end = System.nanoTime() + patience.totalTimeout().toNanos();
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(patience.attempts())
            .intervalBiFunction((attempt, result) -> Math.min(waits.apply(attempt), left(end)))
            .retryOnException(failed -> worthwhile(failed, end))
            .failAfterMaxAttempts(false)
            .build();
    return Retry.of("aws-s3", config).executeSupplier(() -> attempt(action, key, end, request));
  }

  /** Milliseconds, at least one. */
  private static long left(long end) {
    return Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
  }

  private <T> T attempt(
      String action, String key, long end, Function<AwsRequestOverrideConfiguration, T> request) {
    Duration timeout =
        Duration.ofMillis(Math.min(left(end), Math.max(1, patience.callTimeout().toMillis())));
    try {
      return request.apply(
          AwsRequestOverrideConfiguration.builder()
              .apiCallTimeout(timeout)
              .addPlugin(NO_RETRIES)
              .build());
    } catch (SdkException failed) {
      throw S3Failures.of(action, bucket, key, failed);
    } catch (UncheckedIOException failed) {
      throw S3Failures.of(action, bucket, key, S3Failures.cut(failed));
    }
  }

  private static boolean worthwhile(Throwable thrown, long end) {
    return thrown instanceof StorageException failed
        && failed.category() == ErrorCategory.TRANSIENT
        && failed.code() != StorageErrorCode.UPLOAD_OVERTAKEN
        && !Thread.currentThread().isInterrupted()
        && System.nanoTime() < end;
  }
}
