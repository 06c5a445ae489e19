package io.strongroom.audit.guice;

import io.strongroom.audit.AuditVerifier;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.base.ConfigReader;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of the audit log.
 *
 * @param origin name of the log, which must never change; setting {@code audit.origin}, required
 * @param prefix what the keys of the log's objects start with, ending with a slash; setting {@code
 *     audit.prefix}, {@value #DEFAULT_PREFIX} when it is missing
 * @param checkpointInterval how long after an append the published checkpoint covers it at the
 *     latest, 0 to 1 hour; setting {@code audit.checkpoint-interval}, 5 seconds when it is missing
 * @param integrationTime how long a submitted event may wait for its index before the verifier
 *     complains; setting {@code audit.integration-time}, 15 minutes when it is missing
 */
public record AuditConfig(
    String origin, String prefix, Duration checkpointInterval, Duration integrationTime) {

  /** Prefix where none is set. */
  public static final String DEFAULT_PREFIX = "audit/";

  private static final String ORIGIN = "audit.origin";
  private static final String PREFIX = "audit.prefix";

  private static final String INTERVAL = "audit.checkpoint-interval";
  private static final String INTEGRATION = "audit.integration-time";
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Checks that all are there. */
  public AuditConfig {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(checkpointInterval, "checkpointInterval");
    Objects.requireNonNull(integrationTime, "integrationTime");
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static AuditConfig from(ConfigReader reader) {
    String origin = reader.required(ORIGIN);
    String prefix = reader.string(PREFIX, DEFAULT_PREFIX);
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      reader.problem(PREFIX, "does not end with a slash");
    }
    Duration interval = reader.duration(INTERVAL, ObjectStoreAuditLog.DEFAULT_CHECKPOINT_INTERVAL);
    if (interval.isNegative() || interval.compareTo(LONGEST) > 0) {
      reader.problem(INTERVAL, "is not 0 to 1 hour");
    }
    Duration integration = reader.duration(INTEGRATION, AuditVerifier.DEFAULT_INTEGRATION_TIME);
    if (integration.isNegative() || integration.isZero()) {
      reader.problem(INTEGRATION, "is not more than 0");
    }
    return new AuditConfig(origin, prefix, interval, integration);
  }
}
