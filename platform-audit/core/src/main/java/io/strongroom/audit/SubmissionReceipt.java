package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The proof that an event was taken: its entry is durable, and has an index or gets one from the
 * next writer of the log. {@link AuditLog#resolve} tells which.
 *
 * @param origin the log that it was submitted to
 * @param leafHash RFC 6962 leaf hash of the entry, 64 hexadecimal digits in lower case
 * @param index index of the entry where it had one at once
 */
public record SubmissionReceipt(String origin, String leafHash, OptionalLong index) {
  private static final Set<String> MEMBERS = Set.of("leaf", "origin", "v");
  private static final String INDEX = "index";

  /** Checks the components. */
  public SubmissionReceipt {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(index, "index");
    if (!leafHash.matches("[0-9a-f]{64}") || index.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "leafHash must be 64 hexadecimal digits in lower case, and index 0 or more");
    }
  }

  /** The receipt as one line of JSON, which {@link #parse} reads. */
  public String toJson() {
    JsonObject.Builder json =
        JsonObject.builder().put("v", 1).put("origin", origin).put("leaf", leafHash);
    if (index.isPresent()) {
      json.put(INDEX, index.getAsLong());
    }
    return new String(json.build().canonicalBytes(), StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws AuditException RECEIPT_REFUSED when it is something else
   */
  public static SubmissionReceipt parse(String json) {
    try {
      JsonObject read = JsonValue.parseCanonicalObject(json.getBytes(StandardCharsets.UTF_8));
      if (!read.without(INDEX).members().keySet().equals(MEMBERS) || read.integer("v") != 1) {
        throw new IllegalArgumentException("it is no receipt of version 1");
      }
      return new SubmissionReceipt(
          read.string("origin"),
          read.string("leaf"),
          read.has(INDEX) ? OptionalLong.of(read.integer(INDEX)) : OptionalLong.empty());
    } catch (JsonException | IllegalArgumentException malformed) {
      throw new AuditException(
          AuditErrorCode.RECEIPT_REFUSED,
          "the receipt is malformed: " + malformed.getMessage(),
          malformed);
    }
  }

  /** Refuses a receipt of another log. */
  void requireOrigin(String log) {
    if (!origin.equals(log)) {
      throw new AuditException(
          AuditErrorCode.RECEIPT_REFUSED, "the receipt is of another log than " + log);
    }
  }
}
