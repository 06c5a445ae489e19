package io.strongroom.pipeline;

import io.strongroom.base.ConfigReader;
import java.time.Duration;

/**
 * The settings of a runner.
 *
 * @param tenant whose data this is; stands in every encryption context, so never personal data
 * @param leaseTtl after this time without a sign of life a run counts as dead
 * @param threads partitions that run at the same time, 1 to 256
 * @param attempts how often a partition is tried when it fails with a TRANSIENT error, 1 to 20
 * @param retryDelay the wait before the second attempt; doubled for each further one
 * @param gates limits for pipelines that have none of their own; the application passes them on
 */
public record PipelineConfig(
    String tenant,
    Duration leaseTtl,
    int threads,
    int attempts,
    Duration retryDelay,
    GatePolicy gates) {

  /** Checks the ranges. */
  public PipelineConfig {
    if (tenant.isBlank()) {
      throw new IllegalArgumentException("pipeline.tenant is blank");
    }
    if (leaseTtl.isNegative() || leaseTtl.isZero()) {
      throw new IllegalArgumentException("pipeline.lease-ttl is not positive");
    }
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("pipeline.threads is outside 1 to 256");
    }
    if (attempts < 1 || attempts > 20) {
      throw new IllegalArgumentException("pipeline.attempts is outside 1 to 20");
    }
    if (retryDelay.isNegative()) {
      throw new IllegalArgumentException("pipeline.retry-delay is negative");
    }
  }

  /** The default settings of a tenant. */
  public static PipelineConfig of(String tenant) {
    return new PipelineConfig(
        tenant, Duration.ofSeconds(10), 4, 3, Duration.ofSeconds(1), GatePolicy.defaults());
  }

  /**
   * Reads {@code pipeline.tenant} (required), {@code pipeline.lease-ttl} (10s), {@code
   * pipeline.threads} (4), {@code pipeline.attempts} (3), {@code pipeline.retry-delay} (1s) and the
   * keys of {@link GatePolicy#from}. Problems are reported by the reader's {@code verify}.
   */
  public static PipelineConfig from(ConfigReader reader) {
    String tenant = reader.required("pipeline.tenant");
    Duration leaseTtl = reader.duration("pipeline.lease-ttl", Duration.ofSeconds(10));
    if (leaseTtl.isZero()) {
      reader.problem("pipeline.lease-ttl", "is not positive");
      leaseTtl = Duration.ofSeconds(10);
    }
    Duration retryDelay = reader.duration("pipeline.retry-delay", Duration.ofSeconds(1));
    return new PipelineConfig(
        tenant.isBlank() ? "missing" : tenant,
        leaseTtl,
        Math.toIntExact(reader.integer("pipeline.threads", 4, 1, 256)),
        Math.toIntExact(reader.integer("pipeline.attempts", 3, 1, 20)),
        retryDelay,
        GatePolicy.from(reader));
  }
}
