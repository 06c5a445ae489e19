package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.SIGNERS;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.aws.s3.S3Encryption;
import io.strongroom.storage.aws.s3.S3ObjectStore;
import io.strongroom.storage.aws.s3.S3Retention;
import io.strongroom.storage.aws.s3.testing.S3WireDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** What of a log stays for ever, and that S3 is told so. */
@Tag("verify")
class ObjectLockTest {
  private final Map<String, PutObjectRequest> puts = Collections.synchronizedMap(new TreeMap<>());

  private final class Recorder implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (context.request() instanceof PutObjectRequest put) {
        puts.put(put.key(), put);
      }
    }
  }

  @Test
  void s3IsToldToKeepWhatTheReadmeSaysAndNothingElse() {
    Instant before = Instant.now();
    try (S3WireDouble s3 = S3WireDouble.start("audit-bucket");
        S3Client client =
            s3.client()
                .overrideConfiguration(c -> c.addExecutionInterceptor(new Recorder()))
                .build()) {
      // readme
      S3Retention retention =
          S3Retention.bucketDefault()
              .with(
                  key ->
                      LogObjectKind.of("audit/", key)
                          .filter(LogObjectKind::isPermanent)
                          .isPresent(),
                  S3Retention.Mode.COMPLIANCE,
                  Duration.ofDays(10 * 365));
      S3ObjectStore store =
          S3ObjectStore.builder(
                  client, "audit-bucket", "111122223333", S3Encryption.bucketDefault())
              .retention(retention)
              .build();
      // end
      try (ObjectStoreAuditLog log =
          ObjectStoreAuditLog.builder(store, PREFIX, ORIGIN, SIGNERS, KEYRING).build()) {
        log.append(events(0, 600));
        log.submit(event(600));
        log.integrate();
      }
      assertThat(verify(store).clean()).isTrue();
    }
    List<String> locked =
        puts.values().stream()
            .filter(put -> put.objectLockMode() != null)
            .map(PutObjectRequest::key)
            .toList();
    assertThat(locked)
        .containsExactly(
            "audit/tile/0/000",
            "audit/tile/0/001",
            "audit/tile/entries/000",
            "audit/tile/entries/001");
    for (String key : locked) {
      assertThat(puts.get(key).objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
      assertThat(puts.get(key).objectLockRetainUntilDate())
          .isBetween(before.plus(Duration.ofDays(3650)), Instant.now().plus(Duration.ofDays(3650)));
    }
    assertThat(puts).hasSizeGreaterThan(2 * locked.size());
  }

  @Test
  void everyObjectOfALogHasAKind() {
    Set<LogObjectKind> seen = EnumSet.noneOf(LogObjectKind.class);
    var store = LogFixture.storeOf(700);
    try (ObjectStoreAuditLog log = LogFixture.log(store)) {
      log.submit(event(700));
      log.integrate();
      log.submit(event(701));
      for (ObjectInfo info : store.list("", null, 1_000)) {
        seen.add(LogObjectKind.of(PREFIX, info.key()).orElseThrow());
      }
    }
    assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.of(LogObjectKind.PRUNED_MARK)));
    assertThat(LogObjectKind.of(PREFIX, PREFIX + PrunedMark.NAME))
        .contains(LogObjectKind.PRUNED_MARK);
    assertThat(LogObjectKind.of(PREFIX, "other/tile/0/000")).isEmpty();
    assertThat(LogObjectKind.of(PREFIX, PREFIX + "tile/0/000.p/256")).isEmpty();
    assertThat(LogObjectKind.of(PREFIX, PREFIX + "settled/x")).isEmpty();
    assertThat(LogObjectKind.of("", "head")).contains(LogObjectKind.HEAD);
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/audit/ObjectLockTest.java"));
    String code =
        source.substring(source.indexOf("// readme\n") + 10, source.indexOf("      // end\n"));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + code.replaceAll("(?m)^ {6}", "") + "```\n");
  }
}
