package io.strongroom.api.server;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as an HTTP shell received it.
 *
 * @param method HTTP method, in capitals
 * @param path path of the request line, still percent-encoded, without the query
 * @param query query of the request line, still percent-encoded, without the question mark; empty
 *     when there is none
 * @param headers name to values; names in any case; unmodifiable
 * @param body the whole body; copied in and out
 */
// The bytes are copied in and out and compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record ApiRequest(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

  /** Copies the headers and the body. */
  public ApiRequest {
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
    return other instanceof ApiRequest that
        && method.equals(that.method)
        && path.equals(that.path)
        && query.equals(that.query)
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return Objects.hash(method, path, query, headers, Arrays.hashCode(body));
  }

  @Override
  public String toString() {
    return "ApiRequest[" + method + ", " + body.length + " bytes]";
  }
}
