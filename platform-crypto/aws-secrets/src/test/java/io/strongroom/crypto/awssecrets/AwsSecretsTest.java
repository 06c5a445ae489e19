package io.strongroom.crypto.awssecrets;

import static io.strongroom.crypto.awssecrets.SecretsRig.AGE;
import static io.strongroom.crypto.awssecrets.SecretsRig.FRANKFURT;
import static io.strongroom.crypto.awssecrets.SecretsRig.NAME;
import static io.strongroom.crypto.awssecrets.SecretsRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.base.ConfigException;
import io.strongroom.base.Secret;
import io.strongroom.base.SecretReference;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SecretUnavailableException;
import io.strongroom.crypto.SnapshotGuard;
import io.strongroom.crypto.testing.secrets.SecretsCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** The client is the real one of the AWS SDK; Secrets Manager is a wire double. */
@Tag("verify")
class AwsSecretsTest {
  private static final int BURST = 300;

  private final SecretsRig rig = new SecretsRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private int calls() {
    return rig.store.calls().size();
  }

  @Test
  void aSecretIsFoundByItsNameItsArnAndItsArnWithoutTheSixCharacters() {
    try (AwsSecrets secrets = rig.secrets()) {
      assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
      assertThat(text(secrets.get(rig.arn))).isEqualTo("first-marker");
      assertThat(text(secrets.get(rig.arn.substring(0, rig.arn.length() - 7))))
          .isEqualTo("first-marker");
    }
    assertThat(rig.store.calls())
        .hasSize(3)
        .allSatisfy(
            call ->
                assertThat(call)
                    .extracting(SecretsCall::action, c -> c.stage().orElseThrow())
                    .containsExactly("GetSecretValue", "AWSCURRENT"));
  }

  @Test
  void eachStageHasItsOwnValueAndBytesStayBytes() {
    rig.store.rotate(rig.arn, "second");
    byte[] binary = {0, -1, 10, 13, 127};
    rig.client.putSecretValue(
        r ->
            r.secretId(NAME)
                .secretBinary(SdkBytes.fromByteArray(binary))
                .versionStages(AwsSecrets.PENDING));
    try (AwsSecrets secrets = rig.secrets();
        Secret pending = secrets.get(NAME, AwsSecrets.PENDING)) {
      assertThat(text(secrets.get(NAME))).isEqualTo("second");
      assertThat(text(secrets.get(NAME, AwsSecrets.PREVIOUS))).isEqualTo("first-marker");
      assertThat(pending.<byte[]>use(byte[]::clone)).isEqualTo(binary);
    }
  }

  @Test
  void aSecretIsRememberedToItsGreatestAgeAndNotAMomentLonger() {
    try (AwsSecrets secrets = rig.secrets()) {
      for (int i = 0; i < 100; i++) {
        assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
      }
      rig.store.rotate(rig.arn, "second");
      rig.now = rig.now.plus(AGE).minusMillis(1);
      assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
      assertThat(calls()).isEqualTo(1);
      rig.now = rig.now.plusMillis(1);
      assertThat(text(secrets.get(NAME))).isEqualTo("second");
      assertThat(calls()).isEqualTo(2);
      rig.now = rig.now.minusSeconds(1);
      assertThat(text(secrets.get(NAME))).isEqualTo("second");
      assertThat(calls()).as("the clock was set back").isEqualTo(3);
    }
  }

  @Test
  void aRefreshAsksAgainUnlessItWasAskedAMomentAgo() {
    try (AwsSecrets secrets = rig.secrets()) {
      assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
      rig.store.rotate(rig.arn, "second");
      assertThat(text(secrets.refresh(NAME))).isEqualTo("first-marker");
      rig.now = rig.now.plusSeconds(1);
      assertThat(text(secrets.refresh(NAME))).isEqualTo("second");
      assertThat(text(secrets.refresh(NAME))).isEqualTo("second");
      assertThat(text(secrets.get(NAME))).isEqualTo("second");
      assertThat(calls()).isEqualTo(2);
    }
  }

  private List<Future<String>> burst(AwsSecrets secrets, ExecutorService threads) {
    CountDownLatch ready = new CountDownLatch(BURST);
    List<Future<String>> values = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      values.add(
          threads.submit(
              () -> {
                ready.countDown();
                ready.await();
                return text(secrets.get(NAME));
              }));
    }
    return values;
  }

  @Test
  void howeverManyThreadsAskOneCallIsMade() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(BURST);
    try (AwsSecrets secrets = rig.secrets()) {
      rig.store.delayNext(Duration.ofMillis(300), 1);
      for (Future<String> value : burst(secrets, threads)) {
        assertThat(value.get()).isEqualTo("first-marker");
      }
      assertThat(calls()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFailureIsGivenToThoseWhoWaitedForTheCallAndToNobodyLater() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(BURST);
    try (AwsSecrets secrets = rig.secrets(rig.client, SecretsRig.HASTY)) {
      rig.store.delayNext(Duration.ofSeconds(2), 3);
      for (Future<String> value : burst(secrets, threads)) {
        assertThatThrownBy(value::get)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(SecretUnavailableException.class);
      }
      assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsGivenOutIsTheCallersAndWhatIsRememberedEndsWithTheSecrets() {
    AwsSecrets secrets = rig.secrets();
    Secret mine = secrets.get(NAME);
    secrets.get(NAME).close();
    assertThat(mine.<Integer>use(bytes -> bytes.length)).isPositive();
    assertThat(secrets.held()).isEqualTo(1);
    secrets.close();
    secrets.close();
    assertThat(secrets.held()).isZero();
    assertThat(mine.<Integer>use(bytes -> bytes.length)).isPositive();
    mine.close();
    assertThatThrownBy(() -> secrets.get(NAME)).isInstanceOf(IllegalStateException.class);
    assertThat(calls()).isEqualTo(1);
  }

  @Test
  void whatEndedIsZeroedWhenAnotherSecretIsAskedFor() {
    rig.store.create(FRANKFURT, "other", "value");
    try (AwsSecrets secrets = rig.secrets()) {
      secrets.get(NAME).close();
      rig.now = rig.now.plus(AGE);
      secrets.get("other").close();
      assertThat(secrets.held()).isEqualTo(1);
      secrets.forget();
      assertThat(secrets.held()).isZero();
    }
  }

  @Test
  void aCheckpointFindsNoSecretAndNoneIsRememberedMeanwhile() {
    SnapshotGuard guard = new SnapshotGuard();
    try (AwsSecrets secrets =
        AwsSecrets.builder(rig.client, AGE).clock(() -> rig.now).snapshotGuard(guard).build()) {
      secrets.get(NAME).close();
      assertThat(secrets.held()).isEqualTo(1);
      guard.beforeCheckpoint();
      assertThat(secrets.held()).isZero();
      assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
      assertThat(secrets.held()).isZero();
      guard.afterRestore();
      secrets.get(NAME).close();
      assertThat(secrets.held()).isEqualTo(1);
    }
  }

  /** Answers every name with itself. */
  private static final class EverySecret implements SecretsManagerClient {
    private int calls;

    @Override
    public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
      calls++;
      return GetSecretValueResponse.builder()
          .arn("arn")
          .name(request.secretId())
          .versionStages(request.versionStage())
          .secretString(request.secretId())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  @Test
  void theLeastRecentlyUsedSecretGoesWhenThereAreTooMany() {
    EverySecret every = new EverySecret();
    try (AwsSecrets secrets = rig.secrets(every)) {
      for (int i = 0; i < AwsSecrets.MOST_SECRETS; i++) {
        secrets.get("secret-" + i).close();
      }
      secrets.get("secret-0").close();
      secrets.get("one-more").close();
      assertThat(secrets.held()).isEqualTo(AwsSecrets.MOST_SECRETS);
      int before = every.calls;
      secrets.get("secret-0").close();
      assertThat(every.calls).isEqualTo(before);
      secrets.get("secret-1").close();
      assertThat(every.calls).isEqualTo(before + 1);
    }
  }

  @Test
  void aReferenceToASecretIsResolvedHereAndOthersWhereTheyAre(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "of a file\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (AwsSecrets secrets = rig.secrets()) {
      assertThat(text(secrets.resolve(new SecretReference("${secret:" + rig.arn + "}"))))
          .isEqualTo("first-marker");
      assertThat(text(secrets.resolve(new SecretReference("${file:" + file + "}"))))
          .isEqualTo("of a file");
      SecretReference unknown = new SecretReference("${vault:lake}");
      assertThatThrownBy(() -> secrets.resolve(unknown)).isInstanceOf(ConfigException.class);
    }
  }

  @Test
  void noFailureAndNoTextShowsAValueOrACredential() {
    try (AwsSecrets secrets = rig.secrets()) {
      secrets.get(NAME).close();
      assertThat(secrets).hasToString("AwsSecrets[redacted]");
      assertThat(secrets.get(NAME)).hasToString("Secret[redacted]");
      rig.now = rig.now.plus(AGE);
      for (Runnable fault :
          List.<Runnable>of(
              () -> rig.store.answerNextAs("other"),
              () -> rig.store.failNext("InternalServiceError", 500, 3),
              () -> rig.store.failNext("AccessDeniedException", 400, 1),
              () -> rig.store.cutNext(3))) {
        fault.run();
        Throwable thrown = catchThrowable(() -> secrets.get(NAME));
        assertThat(thrown).isNotNull();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
          assertThat(cause.toString())
              .doesNotContain("first-marker")
              .doesNotContain(rig.store.secretAccessKey());
        }
      }
    }
  }

  @Test
  void anEmptySecretIsUnusable() {
    SecretsManagerClient empty =
        new SecretsManagerClient() {
          @Override
          public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
            return rig.client.getSecretValue(request).toBuilder().secretString(null).build();
          }

          @Override
          public String serviceName() {
            return SERVICE_NAME;
          }

          @Override
          public void close() {}
        };
    try (AwsSecrets secrets = rig.secrets(empty)) {
      assertThatThrownBy(() -> secrets.get(NAME))
          .isInstanceOfSatisfying(
              SecretUnavailableException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.SECRET_UNUSABLE));
    }
  }

  @Test
  void anInterruptedThreadDoesNotTryAgainAndStaysInterrupted() {
    AwsSecretsPatience patient =
        new AwsSecretsPatience(
            Duration.ofSeconds(30), Duration.ofSeconds(60), 3, Duration.ofMillis(10));
    try (AwsSecrets secrets = AwsSecrets.builder(rig.client, AGE).patience(patient).build()) {
      rig.store.delayNext(Duration.ofSeconds(60), 3);
      Thread.currentThread().interrupt();
      long start = System.nanoTime();
      Throwable thrown = catchThrowable(() -> secrets.get(NAME));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(thrown).isInstanceOf(SecretUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void whatCannotWorkIsRefusedBeforeAnyCall() {
    try (AwsSecrets secrets = rig.secrets()) {
      for (String name : List.of("", "a b", "a\n", "${secret:a}")) {
        assertThatIllegalArgumentException().isThrownBy(() -> secrets.get(name));
      }
      assertThatIllegalArgumentException().isThrownBy(() -> secrets.get(NAME, "no stage"));
    }
    for (Duration age : List.of(Duration.ofMillis(999), Duration.ofHours(25))) {
      assertThatIllegalArgumentException().isThrownBy(() -> AwsSecrets.builder(rig.client, age));
    }
    assertThat(calls()).isZero();
  }
}
