package io.strongroom.audit.evidence;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.Base64;

/**
 * Signed control objects as standard DSSE envelopes (DSSE 1.0, JSON form) and back. Nothing is lost
 * either way: the stored form is the canonical JSON of the payload with the signatures in it.
 */
final class Envelopes {
  private static final String SIGNATURES = "signatures";

  private Envelopes() {}

  static JsonObject envelope(String payloadType, byte[] stored) {
    JsonObject document = JsonValue.parseCanonicalObject(stored);
    byte[] payload = document.without(SIGNATURES).canonicalBytes();
    return JsonObject.builder()
        .put("payload", Base64.getEncoder().encodeToString(payload))
        .put("payloadType", payloadType)
        .putObjects(SIGNATURES, document.objects(SIGNATURES))
        .build();
  }

  /**
   * The stored form.
   *
   * @throws io.strongroom.base.JsonException when the payload is no canonical object
   * @throws IllegalArgumentException when it is not in its only base64 form, or has signatures
   */
  static byte[] stored(JsonObject envelope) {
    String base64 = envelope.string("payload");
    byte[] payload = Base64.getDecoder().decode(base64);
    JsonObject body = JsonValue.parseCanonicalObject(payload);
    if (!Base64.getEncoder().encodeToString(payload).equals(base64) || body.has(SIGNATURES)) {
      throw new IllegalArgumentException("the payload is malformed");
    }
    JsonObject.Builder stored = JsonObject.builder();
    body.members().forEach(stored::put);
    return stored.putObjects(SIGNATURES, envelope.objects(SIGNATURES)).build().canonicalBytes();
  }
}
