package io.strongroom.crypto.awssecrets;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.strongroom.base.ErrorCategory;
import io.strongroom.crypto.CryptoException;
import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** Makes calls within their time: what is TRANSIENT is tried again, everything else is not. */
final class SecretsCaller {
  private final SecretsManagerClient client;
  private final AwsSecretsPatience patience;
  private final IntervalFunction waits;

  SecretsCaller(SecretsManagerClient client, AwsSecretsPatience patience) {
    this.client = client;
    this.patience = patience;
    this.waits = IntervalFunction.ofExponentialRandomBackoff(patience.firstWait(), 2.0, 0.5);
  }

  GetSecretValueResponse get(String secret, String stage) {
    long end = System.nanoTime() + patience.totalTimeout().toNanos();
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(patience.attempts())
            .intervalBiFunction((attempt, result) -> Math.min(waits.apply(attempt), left(end)))
            .retryOnException(failed -> worthwhile(failed, end))
            .failAfterMaxAttempts(false)
            .build();
    return Retry.of("aws-secrets", config).executeSupplier(() -> attempt(secret, stage, end));
  }

  /** Milliseconds, at least one. */
  private static long left(long end) {
    return Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
  }

  private GetSecretValueResponse attempt(String secret, String stage, long end) {
    Duration timeout =
        Duration.ofMillis(Math.min(left(end), Math.max(1, patience.callTimeout().toMillis())));
    AwsRequestOverrideConfiguration within =
        AwsRequestOverrideConfiguration.builder().apiCallTimeout(timeout).build();
    try {
      return client.getSecretValue(
          r -> r.secretId(secret).versionStage(stage).overrideConfiguration(within));
    } catch (SdkException failed) {
      throw SecretsFailures.of(secret, failed);
    }
  }

  private static boolean worthwhile(Throwable thrown, long end) {
    return thrown instanceof CryptoException failed
        && failed.category() == ErrorCategory.TRANSIENT
        && !Thread.currentThread().isInterrupted()
        && System.nanoTime() < end;
  }
}
