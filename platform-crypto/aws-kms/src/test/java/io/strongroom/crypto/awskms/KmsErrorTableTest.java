package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.testing.kms.KmsAccessKey;
import io.strongroom.crypto.testing.kms.KmsFault;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kms.KmsClient;

/** Each row of the README's table, for all three uses of keys. */
@Tag("verify")
class KmsErrorTableTest {
  private static final AwsKmsPatience SHORT =
      new AwsKmsPatience(
          Duration.ofMillis(700),
          Duration.ofMillis(2200),
          3,
          Duration.ofMillis(10),
          Duration.ofSeconds(2));

  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final KmsRig rig = new KmsRig();
  private final KmsWireDouble kms = rig.kms;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @AfterEach
  void stop() {
    rig.close();
  }

  /** What the caller sees of a row, in one direction. */
  private enum Outcome {
    SUCCEEDS("succeeds at the second try"),
    RETRIED("tries again, then fails"),
    FAILS("fails at once"),
    UNAFFECTED("does not depend on it"),
    CACHED("goes on to the end of the cached data key, then tries again, then fails");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }
  }

  /** The rows, in the order of the README. */
  enum Row {
    THROTTLED_ONCE(
        "throttled for a moment", null, Outcome.SUCCEEDS, Outcome.SUCCEEDS, Outcome.SUCCEEDS),
    THROTTLED(
        "throttled all the time",
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
        Outcome.RETRIED,
        Outcome.RETRIED,
        Outcome.RETRIED),
    INTERNAL_ERROR(
        "internal error of KMS, dependency timeout, key store unavailable",
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
        Outcome.RETRIED,
        Outcome.RETRIED,
        Outcome.RETRIED),
    TIMEOUT(
        "no answer within the timeout of a call",
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
        Outcome.RETRIED,
        Outcome.RETRIED,
        Outcome.RETRIED),
    CUT_ONCE(
        "connection cut once, before or within the answer",
        null,
        Outcome.SUCCEEDS,
        Outcome.SUCCEEDS,
        Outcome.SUCCEEDS),
    CUT(
        "connection cut every time",
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
        Outcome.RETRIED,
        Outcome.RETRIED,
        Outcome.RETRIED),
    DISABLED(
        "key disabled", CryptoErrorCode.KEY_DISABLED, Outcome.FAILS, Outcome.FAILS, Outcome.FAILS),
    PENDING_DELETION(
        "key pending deletion",
        CryptoErrorCode.KEY_STATE_REFUSES,
        Outcome.FAILS,
        Outcome.FAILS,
        Outcome.FAILS),
    ACCESS_DENIED(
        "access denied",
        CryptoErrorCode.KEY_ACCESS_DENIED,
        Outcome.RETRIED,
        Outcome.RETRIED,
        Outcome.RETRIED),
    ACCESS_DENIED_AFTER_GRANT(
        "access denied just after a grant",
        null,
        Outcome.SUCCEEDS,
        Outcome.SUCCEEDS,
        Outcome.SUCCEEDS),
    ACCESS_DENIED_WITH_TOKEN(
        "access denied in spite of a grant token",
        CryptoErrorCode.KEY_ACCESS_DENIED,
        Outcome.FAILS,
        Outcome.FAILS,
        Outcome.FAILS),
    INVALID_CIPHERTEXT(
        "wrapped key altered, or another context",
        CryptoErrorCode.DECRYPTION_FAILED,
        Outcome.UNAFFECTED,
        Outcome.FAILS,
        Outcome.UNAFFECTED),
    NOT_FOUND(
        "no such key", CryptoErrorCode.KEY_UNKNOWN, Outcome.FAILS, Outcome.FAILS, Outcome.FAILS),
    WRONG_KEY_ANSWERED(
        "answer for another key",
        CryptoErrorCode.KEY_ANSWER_WRONG,
        Outcome.FAILS,
        Outcome.FAILS,
        Outcome.FAILS),
    WRONG_KIND_OF_KEY(
        "key of another kind, request too large",
        CryptoErrorCode.KEY_UNSUITABLE,
        Outcome.FAILS,
        Outcome.FAILS,
        Outcome.FAILS),
    LOGIN_REFUSED(
        "signature, access key or clock refused",
        CryptoErrorCode.KEY_SERVICE_LOGIN_REFUSED,
        Outcome.FAILS,
        Outcome.FAILS,
        Outcome.FAILS),
    NO_CREDENTIALS(
        "no credentials in the process",
        CryptoErrorCode.KEY_SERVICE_LOGIN_REFUSED,
        Outcome.FAILS,
        Outcome.FAILS,
        Outcome.FAILS),
    OUTAGE_IN_MID_RUN(
        "outage in mid-run, behind a `CachingKeyService`",
        CryptoErrorCode.KEY_SERVICE_UNREACHABLE,
        Outcome.CACHED,
        Outcome.CACHED,
        Outcome.RETRIED);

    private final String what;
    private final CryptoErrorCode code;
    private final Outcome encrypt;
    private final Outcome decrypt;
    private final Outcome sign;

    Row(String what, CryptoErrorCode code, Outcome encrypt, Outcome decrypt, Outcome sign) {
      this.what = what;
      this.code = code;
      this.encrypt = encrypt;
      this.decrypt = decrypt;
      this.sign = sign;
    }

    String markdown() {
      String error = code == null ? "none" : "`" + code + "`, " + code.category();
      return "| %s | %s | %s | %s | %s |"
          .formatted(what, error, encrypt.words, decrypt.words, sign.words);
    }
  }

  /** Makes happen what the row says, to the key or to all calls. */
  private void arrange(Row row, String key) {
    switch (row) {
      case THROTTLED_ONCE -> kms.inject(KmsFault.throttled().times(1));
      case THROTTLED -> kms.inject(KmsFault.throttled());
      case OUTAGE_IN_MID_RUN -> kms.inject(KmsFault.cutBeforeAnswer());
      case INTERNAL_ERROR -> {
        kms.inject(KmsFault.internalError().times(1));
        kms.inject(KmsFault.error("DependencyTimeoutException", 500).times(1));
        kms.inject(KmsFault.error("KeyUnavailableException", 500));
      }
      case TIMEOUT -> kms.inject(KmsFault.delayed(Duration.ofSeconds(5)));
      case CUT_ONCE -> kms.inject(KmsFault.cutWithinAnswer().times(1));
      case CUT -> {
        kms.inject(KmsFault.cutWithinAnswer().times(1));
        kms.inject(KmsFault.cutBeforeAnswer());
      }
      case DISABLED -> kms.disable(key);
      case PENDING_DELETION -> kms.scheduleDeletion(key);
      case ACCESS_DENIED, ACCESS_DENIED_WITH_TOKEN -> kms.inject(KmsFault.accessDenied());
      case ACCESS_DENIED_AFTER_GRANT -> kms.inject(KmsFault.accessDenied().times(1));
      case INVALID_CIPHERTEXT ->
          kms.inject(KmsFault.error("InvalidCiphertextException", 400).on("Decrypt"));
      case NOT_FOUND -> kms.destroy(key);
      case WRONG_KEY_ANSWERED ->
          kms.inject(KmsFault.answeredForAnotherKey(kms.createKey(FRANKFURT)));
      case WRONG_KIND_OF_KEY -> kms.inject(KmsFault.error("InvalidKeyUsageException", 400));
      case LOGIN_REFUSED, NO_CREDENTIALS -> {
        // The client is what differs.
      }
    }
  }

  private KmsClient client(Row row) {
    return switch (row) {
      case LOGIN_REFUSED ->
          rig.client(
              FRANKFURT,
              new KmsAccessKey(kms.accessKey().accessKeyId(), "forged", KmsWireDouble.ACCOUNT));
      case NO_CREDENTIALS -> rig.clientWithoutCredentials();
      default -> rig.frankfurt;
    };
  }

  /**
   * Only where a timeout is waited for is it short, so that a busy machine does not make others.
   */
  private static AwsKmsPatience patience(Row row) {
    return row == Row.TIMEOUT ? SHORT : KmsRig.HASTY;
  }

  private static List<String> grantTokens(Row row) {
    return row == Row.ACCESS_DENIED_WITH_TOKEN ? List.of("token") : List.of();
  }

  private AwsKmsKeyService service(Row row) {
    return AwsKmsKeyService.builder(AwsKmsTrust.keys(List.of(KmsRig.arn(rig.key))))
        .patience(patience(row))
        .grantTokens(grantTokens(row))
        .client(FRANKFURT, client(row))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void encryptDoesWhatTheTableSays(Row row) {
    try (CachingKeyService cache = cache(service(row))) {
      EnvelopeEncryptor encryptor = encryptor(row, row.encrypt, cache);
      if (row.encrypt == Outcome.CACHED) {
        encryptor.encrypt(new byte[10], rig.keyId(), CONTEXT);
      }
      arrange(row, rig.key);
      assertOutcome(
          row, row.encrypt, rig.key, () -> encryptor.encrypt(new byte[10], rig.keyId(), CONTEXT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void decryptDoesWhatTheTableSays(Row row) {
    byte[] message =
        EnvelopeEncryptor.builder(rig.keyService())
            .build()
            .encrypt(new byte[10], rig.keyId(), CONTEXT);
    kms.clearCalls();
    try (CachingKeyService cache = cache(service(row))) {
      EnvelopeEncryptor encryptor = encryptor(row, row.decrypt, cache);
      if (row.decrypt == Outcome.CACHED) {
        encryptor.decrypt(message, CONTEXT);
      }
      arrange(row, rig.key);
      assertOutcome(row, row.decrypt, rig.key, () -> encryptor.decrypt(message, CONTEXT));
    }
  }

  private CachingKeyService cache(KeyService keys) {
    return CachingKeyService.builder(
            keys, DataKeyLimits.of(WINDOW, 1_000_000, 1L << 40).withRefreshAhead(Duration.ZERO))
        .clock(() -> now)
        .build();
  }

  private EnvelopeEncryptor encryptor(Row row, Outcome outcome, CachingKeyService cache) {
    return EnvelopeEncryptor.builder(outcome == Outcome.CACHED ? cache : service(row)).build();
  }

  @ParameterizedTest
  @EnumSource
  void signDoesWhatTheTableSays(Row row) {
    String key = kms.createSigningKey(FRANKFURT, "ECC_NIST_P256");
    AwsKmsSigner.Builder builder =
        AwsKmsSigner.builder(KmsRig.arn(key), client(row))
            .patience(patience(row))
            .grantTokens(grantTokens(row));
    if (row == Row.LOGIN_REFUSED || row == Row.NO_CREDENTIALS) {
      // Such a signer is not even opened.
      assertOutcome(row, row.sign, key, () -> builder.openUnlisted(KeyPurpose.MANIFEST));
      return;
    }
    AwsKmsSigner signer = builder.openUnlisted(KeyPurpose.MANIFEST);
    kms.clearCalls();
    arrange(row, key);
    assertOutcome(row, row.sign, key, () -> signer.sign(new byte[10]));
  }

  private void assertOutcome(Row row, Outcome outcome, String key, Runnable use) {
    if (outcome == Outcome.CACHED) {
      assertThat(kms.calls()).as("one call opened the window").hasSize(1);
      for (int i = 0; i < 100; i++) {
        use.run();
      }
      now = now.plus(WINDOW).minusMillis(1);
      use.run();
      assertThat(kms.calls()).as("no further call within the window").hasSize(1);
      now = now.plusMillis(1);
      kms.clearCalls();
      assertOutcome(row, Outcome.RETRIED, key, use);
      kms.clearFaults();
      use.run();
      return;
    }
    long start = System.nanoTime();
    Throwable thrown = catchThrowable(use::run);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    int calls = kms.calls().size();
    switch (outcome) {
      case UNAFFECTED, CACHED -> assertThat(thrown).isNull();
      case SUCCEEDS -> {
        assertThat(thrown).isNull();
        assertThat(calls).isEqualTo(2);
      }
      case FAILS, RETRIED -> {
        assertThat(thrown)
            .isInstanceOfSatisfying(
                CryptoException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(row.code);
                  assertThat(e.getMessage()).startsWith("kms:").contains(key);
                });
        if (row == Row.TIMEOUT) {
          // The double logs late calls late: the time alone tells of the retries.
          assertThat(took).isBetween(Duration.ofMillis(1400), Duration.ofMillis(8000));
        } else if (outcome == Outcome.RETRIED) {
          assertThat(calls).isEqualTo(3);
        } else {
          assertThat(calls).isLessThanOrEqualTo(1);
        }
      }
    }
  }

  @Test
  void theReadmeHasExactlyTheseRows() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String head = "| KMS | error | encrypt | decrypt | sign |\n|---|---|---|---|---|\n";
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
  void aDenialIsRepeatedForTheGrantsWaitAndNoLonger() {
    AwsKmsPatience brief =
        new AwsKmsPatience(
            Duration.ofSeconds(4),
            Duration.ofSeconds(20),
            100,
            Duration.ofMillis(10),
            Duration.ofMillis(200));
    kms.inject(KmsFault.accessDenied());
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                rig.trusting(rig.key).patience(brief).build().generateDataKey(rig.keyId(), CONTEXT))
        .isInstanceOf(KeyUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(kms.calls().size()).isBetween(2, 20);
  }

  @Test
  void allTriesTogetherEndWithTheTotalTimeout() {
    AwsKmsPatience brief =
        new AwsKmsPatience(
            Duration.ofMillis(500),
            Duration.ofMillis(1000),
            100,
            Duration.ofMillis(10),
            Duration.ZERO);
    kms.inject(KmsFault.throttled());
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                rig.trusting(rig.key).patience(brief).build().generateDataKey(rig.keyId(), CONTEXT))
        .isInstanceOf(KeyUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(500), Duration.ofMillis(4000));
  }

  @Test
  void anInterruptedThreadDoesNotWaitAndStaysInterrupted() {
    kms.inject(KmsFault.delayed(Duration.ofSeconds(5)));
    AwsKmsKeyService keys = rig.keyService();
    Thread.currentThread().interrupt();
    long start = System.nanoTime();
    Throwable thrown = catchThrowable(() -> keys.generateDataKey(rig.keyId(), CONTEXT));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(thrown)
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_CALL_INTERRUPTED));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void noFailureShowsAKeyAContextValueOrACredential() {
    EncryptionContext marked = EncryptionContext.of(Map.of("tenant", "planted-marker"));
    AwsKmsKeyService keys = rig.keyService();
    for (KmsFault fault :
        List.of(
            KmsFault.throttled(),
            KmsFault.accessDenied(),
            KmsFault.error("InvalidCiphertextException", 400),
            KmsFault.answeredForAnotherKey(kms.createKey(FRANKFURT)))) {
      kms.clearFaults();
      kms.inject(fault);
      Throwable thrown = catchThrowable(() -> keys.generateDataKey(rig.keyId(), marked));
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        assertThat(cause.toString())
            .doesNotContain("planted-marker")
            .doesNotContain(kms.accessKey().secretAccessKey());
      }
      assertThat(thrown).isInstanceOf(CryptoException.class);
    }
  }
}
