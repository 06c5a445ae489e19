package io.strongroom.audit.guice;

import io.strongroom.base.ConfigReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of an audit log in a folder of its own.
 *
 * @param folder the folder, on a local POSIX file system; setting {@code audit.folder}, required
 * @param origin name of the log, which must never change; setting {@code audit.origin}, required
 * @param checkpointInterval the least time between two checkpoints, 0 to 1 hour; setting {@code
 *     audit.checkpoint-interval}, 0 when it is missing: as soon as there is something to sign
 */
public record LocalAuditConfig(Path folder, String origin, Duration checkpointInterval) {
  private static final String INTERVAL = "audit.checkpoint-interval";
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Checks that all are there. */
  public LocalAuditConfig {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(checkpointInterval, "checkpointInterval");
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static LocalAuditConfig from(ConfigReader reader) {
    Path folder = reader.requiredPath("audit.folder");
    String origin = reader.required("audit.origin");
    Duration interval = reader.duration(INTERVAL, Duration.ZERO);
    if (interval.isNegative() || interval.compareTo(LONGEST) > 0) {
      reader.problem(INTERVAL, "is not 0 to 1 hour");
    }
    return new LocalAuditConfig(folder, origin, interval);
  }
}
