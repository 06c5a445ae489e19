package io.strongroom.api;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it came from the server.
 *
 * @param status HTTP status
 * @param headers name to values; names in any case; unmodifiable
 * @param body the whole body; copied in and out
 */
// The bytes are copied in and out and compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record TransportResponse(int status, Map<String, List<String>> headers, byte[] body) {

  /** Copies the headers and the body. */
  public TransportResponse {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  /** The whole body; a copy. */
  @Override
  public byte[] body() {
    return body.clone();
  }

  /**
   * The first value of a header.
   *
   * @param name its name in any case
   */
  public Optional<String> header(String name) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .flatMap(header -> header.getValue().stream())
        .findFirst();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TransportResponse that
        && status == that.status
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return Objects.hash(status, headers, Arrays.hashCode(body));
  }

  @Override
  public String toString() {
    return "TransportResponse[" + status + ", " + body.length + " bytes]";
  }
}
