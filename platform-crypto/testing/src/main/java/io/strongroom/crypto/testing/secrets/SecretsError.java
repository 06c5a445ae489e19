package io.strongroom.crypto.testing.secrets;

import io.strongroom.base.JsonValue.JsonObject;

/** An error that is answered. */
final class SecretsError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final int status;

  SecretsError(String type, int status, String message) {
    super(message, null, false, false);
    this.type = type;
    this.status = status;
  }

  static SecretsError notFound(String message) {
    return new SecretsError("ResourceNotFoundException", 400, message);
  }

  static SecretsError invalid(String message) {
    return new SecretsError("InvalidRequestException", 400, message);
  }

  static SecretsError parameter(String message) {
    return new SecretsError("InvalidParameterException", 400, message);
  }

  String type() {
    return type;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return JsonObject.builder()
        .put("__type", type)
        .put("Message", String.valueOf(getMessage()))
        .build()
        .canonicalBytes();
  }
}
