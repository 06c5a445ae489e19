package io.strongroom.audit.guice;

import io.strongroom.base.ConfigReader;
import java.util.Objects;

/**
 * Settings of the audit log.
 *
 * @param origin name of the log, which must never change; setting {@code audit.origin}, required
 * @param prefix what the keys of the log's objects start with, ending with a slash; setting {@code
 *     audit.prefix}, {@value #DEFAULT_PREFIX} when it is missing
 */
public record AuditConfig(String origin, String prefix) {

  /** Prefix where none is set. */
  public static final String DEFAULT_PREFIX = "audit/";

  private static final String ORIGIN = "audit.origin";
  private static final String PREFIX = "audit.prefix";

  /** Checks that both are there. */
  public AuditConfig {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(prefix, "prefix");
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static AuditConfig from(ConfigReader reader) {
    String origin = reader.required(ORIGIN);
    String prefix = reader.string(PREFIX, DEFAULT_PREFIX);
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      reader.problem(PREFIX, "does not end with a slash");
    }
    return new AuditConfig(origin, prefix);
  }
}
