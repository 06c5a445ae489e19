package io.strongroom.crypto.testing.secrets;

import java.util.Objects;
import java.util.Optional;

/**
 * A call that {@link SecretsWireDouble} received with a valid signature. Never holds a value.
 *
 * @param action the operation, such as {@code GetSecretValue}
 * @param region the Region of the caller's signature
 * @param secret the secret as it was asked for; empty when the request names none
 * @param stage the stage that was asked for; empty when the request names none
 * @param outcome {@code OK}, the type of the error that was answered, or {@code cut} when the
 *     connection was cut
 */
public record SecretsCall(
    String action, String region, Optional<String> secret, Optional<String> stage, String outcome) {

  /** The outcome of a call that was answered without an error. */
  public static final String OK = "OK";

  /** The outcome of a call whose connection was cut. */
  public static final String CUT = "cut";

  /** Refuses null. */
  public SecretsCall {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(outcome, "outcome");
  }
}
