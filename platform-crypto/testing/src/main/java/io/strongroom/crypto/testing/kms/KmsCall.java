package io.strongroom.crypto.testing.kms;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A call that {@link KmsWireDouble} received with a valid signature. Never holds plaintext,
 * ciphertext or key material.
 *
 * @param action the operation, such as {@code GenerateDataKey}
 * @param region the Region of the caller's signature
 * @param accessKeyId who called
 * @param key the key as it was asked for; the destination of ReEncrypt; empty when the request
 *     names none
 * @param sourceKey the key that ReEncrypt was told to decrypt with; else empty
 * @param context the encryption context of the request; the source's one of ReEncrypt
 * @param grantTokens the grant tokens of the request
 * @param outcome {@code OK}, the type of the error that was answered, or {@code cut} when the
 *     connection was cut
 */
public record KmsCall(
    String action,
    String region,
    String accessKeyId,
    Optional<String> key,
    Optional<String> sourceKey,
    Map<String, String> context,
    List<String> grantTokens,
    String outcome) {

  /** The outcome of a call that was answered without an error. */
  public static final String OK = "OK";

  /** The outcome of a call whose connection was cut before or within its answer. */
  public static final String CUT = "cut";

  /** Copies the context and the grant tokens. */
  public KmsCall {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(accessKeyId, "accessKeyId");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(sourceKey, "sourceKey");
    context = Map.copyOf(context);
    grantTokens = List.copyOf(grantTokens);
    Objects.requireNonNull(outcome, "outcome");
  }
}
