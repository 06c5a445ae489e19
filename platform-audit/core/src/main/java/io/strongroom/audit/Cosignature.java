package io.strongroom.audit;

import io.strongroom.crypto.signing.SigningAlgorithm;
import java.time.Instant;
import java.util.Objects;

/**
 * A verified cosignature of a checkpoint (C2SP tlog-cosignature).
 *
 * @param name name of the cosigner's key; the log's origin when the log cosigned itself
 * @param algorithm Ed25519 or ML-DSA-44
 * @param time when it was made, in whole seconds, as the cosigner says; 1970 when it says nothing
 */
public record Cosignature(String name, SigningAlgorithm algorithm, Instant time) {

  /** Checks that all are there. */
  public Cosignature {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(time, "time");
  }
}
