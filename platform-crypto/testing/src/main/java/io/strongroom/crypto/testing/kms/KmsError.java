package io.strongroom.crypto.testing.kms;

import io.strongroom.base.JsonValue.JsonObject;

/** An error that is answered. */
final class KmsError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final int status;

  KmsError(String type, int status, String message) {
    super(message, null, false, false);
    this.type = type;
    this.status = status;
  }

  static KmsError notFound(String message) {
    return new KmsError("NotFoundException", 400, message);
  }

  static KmsError validation(String message) {
    return new KmsError("ValidationException", 400, message);
  }

  static KmsError invalidCiphertext() {
    return new KmsError("InvalidCiphertextException", 400, "");
  }

  static KmsError unsupported(String message) {
    return new KmsError("UnsupportedOperationException", 400, message);
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
        .put("message", String.valueOf(getMessage()))
        .build()
        .canonicalBytes();
  }
}
