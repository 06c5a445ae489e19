package io.strongroom.api;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.Locale;
import java.util.Optional;

/**
 * What a server says about a failure (RFC 9457, {@code application/problem+json}).
 *
 * @param status HTTP status of the answer
 * @param code the server's stable code, such as {@code API-104}
 * @param title what the status means; may be empty
 * @param detail what failed here; may be empty
 */
public record Problem(int status, String code, String title, String detail) {
  static final String MEDIA_TYPE = "application/problem+json";

  private static final int LONGEST = 500;

  /** The problem in an answer; empty when the answer holds none that can be read. */
  static Optional<Problem> of(TransportResponse response) {
    String type = response.header("content-type").orElse("").toLowerCase(Locale.ROOT);
    if (!type.split(";", 2)[0].strip().equals(MEDIA_TYPE)) {
      return Optional.empty();
    }
    try {
      JsonObject json = JsonValue.parseObject(response.body());
      return Optional.of(
          new Problem(
              response.status(), text(json, "code"), text(json, "title"), text(json, "detail")));
    } catch (JsonException unreadable) {
      return Optional.empty();
    }
  }

  private static String text(JsonObject json, String member) {
    String text = json.optionalString(member).orElse("").replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
