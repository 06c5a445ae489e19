package io.strongroom.crypto.awssecrets;

import static io.strongroom.crypto.awssecrets.SecretsRig.AGE;
import static io.strongroom.crypto.awssecrets.SecretsRig.NAME;
import static io.strongroom.crypto.awssecrets.SecretsRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.testing.secrets.SecretsCall;
import io.strongroom.crypto.testing.secrets.SecretsWireDouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Each row of the README's table of secrets, and its policy. */
@Tag("verify")
class SecretsErrorTableTest {
  private final SecretsRig rig = new SecretsRig();
  private final SecretsWireDouble store = rig.store;

  @AfterEach
  void stop() {
    rig.close();
  }

  private enum Outcome {
    SUCCEEDS("succeeds at the second try"),
    RETRIED("tries again, then fails"),
    FAILS("fails at once"),
    REMEMBERED("goes on to the greatest age, then tries again, then fails");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }
  }

  /** The rows, in the order of the README. */
  enum Row {
    THROTTLED_ONCE("throttled for a moment", null, Outcome.SUCCEEDS),
    THROTTLED("throttled all the time", CryptoErrorCode.SECRET_STORE_UNREACHABLE, Outcome.RETRIED),
    INTERNAL_ERROR("internal error", CryptoErrorCode.SECRET_STORE_UNREACHABLE, Outcome.RETRIED),
    TIMEOUT(
        "no answer within the timeout of a call",
        CryptoErrorCode.SECRET_STORE_UNREACHABLE,
        Outcome.RETRIED),
    CUT_ONCE("connection cut once", null, Outcome.SUCCEEDS),
    CUT("connection cut every time", CryptoErrorCode.SECRET_STORE_UNREACHABLE, Outcome.RETRIED),
    ACCESS_DENIED(
        "access to the secret or its key denied",
        CryptoErrorCode.SECRET_ACCESS_DENIED,
        Outcome.FAILS),
    UNKNOWN("no such secret, or no such stage", CryptoErrorCode.SECRET_UNKNOWN, Outcome.FAILS),
    TO_BE_DELETED("scheduled for deletion", CryptoErrorCode.SECRET_UNUSABLE, Outcome.FAILS),
    NOT_DECRYPTED("its key does not decrypt it", CryptoErrorCode.SECRET_UNUSABLE, Outcome.FAILS),
    OTHER_SECRET("answer for another secret", CryptoErrorCode.SECRET_ANSWER_WRONG, Outcome.FAILS),
    LOGIN_REFUSED(
        "signature, access key or clock refused",
        CryptoErrorCode.SECRET_STORE_LOGIN_REFUSED,
        Outcome.FAILS),
    NO_CREDENTIALS(
        "no credentials in the process", CryptoErrorCode.SECRET_STORE_LOGIN_REFUSED, Outcome.FAILS),
    OUTAGE_IN_MID_RUN(
        "outage while the secret is remembered",
        CryptoErrorCode.SECRET_STORE_UNREACHABLE,
        Outcome.REMEMBERED);

    private final String what;
    private final CryptoErrorCode code;
    private final Outcome outcome;

    Row(String what, CryptoErrorCode code, Outcome outcome) {
      this.what = what;
      this.code = code;
      this.outcome = outcome;
    }

    String markdown() {
      String error = code == null ? "none" : "`" + code + "`, " + code.category();
      return "| %s | %s | %s |".formatted(what, error, outcome.words);
    }
  }

  private void arrange(Row row) {
    switch (row) {
      case THROTTLED_ONCE -> store.failNext("ThrottlingException", 400, 1);
      case THROTTLED -> store.failNext("ThrottlingException", 400, 3);
      case INTERNAL_ERROR -> store.failNext("InternalServiceError", 500, 3);
      case TIMEOUT -> store.delayNext(Duration.ofSeconds(5), 3);
      case CUT_ONCE -> store.cutNext(1);
      case CUT, OUTAGE_IN_MID_RUN -> store.cutNext(3);
      case ACCESS_DENIED -> store.failNext("AccessDeniedException", 400, 3);
      case UNKNOWN ->
          rig.client.deleteSecret(r -> r.secretId(NAME).forceDeleteWithoutRecovery(true));
      case TO_BE_DELETED -> store.delete(rig.arn);
      case NOT_DECRYPTED -> store.failNext("DecryptionFailure", 400, 3);
      case OTHER_SECRET -> store.answerNextAs("lake/other");
      case LOGIN_REFUSED, NO_CREDENTIALS -> {
        // The client is what differs.
      }
    }
  }

  private SecretsManagerClient client(Row row) {
    return switch (row) {
      case LOGIN_REFUSED -> rig.client("forged");
      case NO_CREDENTIALS -> rig.client(SystemPropertyCredentialsProvider.create());
      default -> rig.client;
    };
  }

  @ParameterizedTest
  @EnumSource
  void aReadDoesWhatTheTableSays(Row row) {
    AwsSecretsPatience patience = row == Row.TIMEOUT ? SecretsRig.HASTY : SecretsRig.PATIENT;
    try (AwsSecrets secrets = rig.secrets(client(row), patience)) {
      if (row.outcome == Outcome.REMEMBERED) {
        secrets.get(NAME).close();
        arrange(row);
        rig.now = rig.now.plus(AGE).minusMillis(1);
        assertThat(text(secrets.get(NAME))).isEqualTo("first-marker");
        assertThat(store.calls()).hasSize(1);
        rig.now = rig.now.plusMillis(1);
      } else {
        arrange(row);
      }
      store.clearCalls();
      long start = System.nanoTime();
      Throwable thrown = catchThrowable(() -> secrets.get(NAME).close());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      int calls = store.calls().size();
      if (row.outcome == Outcome.SUCCEEDS) {
        assertThat(thrown).isNull();
        assertThat(calls).isEqualTo(2);
        return;
      }
      assertThat(thrown)
          .isInstanceOfSatisfying(
              CryptoException.class,
              e -> {
                assertThat(e.code()).isEqualTo(row.code);
                assertThat(e.getMessage()).startsWith("secretsmanager:").contains(NAME);
              });
      if (row == Row.TIMEOUT) {
        // The double logs late calls late: the time alone tells of the retries.
        assertThat(took).isBetween(Duration.ofMillis(1400), Duration.ofMillis(8000));
      } else if (row.outcome == Outcome.FAILS) {
        assertThat(calls).isLessThanOrEqualTo(1);
      } else {
        assertThat(calls).isEqualTo(3);
      }
    }
  }

  @Test
  void theReadmeHasExactlyTheseRows() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String head = "| Secrets Manager | error | reading |\n|---|---|---|\n";
    int start = readme.indexOf(head) + head.length();
    assertThat(start).isGreaterThan(head.length());
    StringBuilder rows = new StringBuilder();
    for (Row row : Row.values()) {
      rows.append(row.markdown()).append('\n');
    }
    assertThat(readme.substring(start, readme.indexOf("\n\n", start) + 1))
        .isEqualTo(rows.toString());
  }

  @Test
  void thePolicyInTheReadmeAllowsTheCallThatIsMadeAndTheUseOfItsKey() throws IOException {
    try (AwsSecrets secrets = rig.secrets()) {
      secrets.get(NAME).close();
      secrets.get(NAME, AwsSecrets.CURRENT).close();
      secrets.refresh(NAME).close();
    }
    String readme = Files.readString(Path.of("../README.md"));
    int section = readme.indexOf("### IAM policy of secrets");
    int start = readme.indexOf("```json\n", section) + 8;
    assertThat(section).isPositive();
    List<JsonObject> statements =
        JsonValue.parseObject(
                readme
                    .substring(start, readme.indexOf("```", start))
                    .getBytes(StandardCharsets.UTF_8))
            .objects("Statement");
    assertThat(statements.get(0).strings("Action"))
        .isEqualTo(
            store.calls().stream()
                .map(SecretsCall::action)
                .distinct()
                .map(action -> "secretsmanager:" + action)
                .toList());
    assertThat(statements.get(1).strings("Action")).containsExactly("kms:Decrypt");
    assertThat(statements).hasSize(2);
  }
}
