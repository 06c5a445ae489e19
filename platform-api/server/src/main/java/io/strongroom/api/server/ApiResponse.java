package io.strongroom.api.server;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer for an HTTP shell to send.
 *
 * @param status HTTP status
 * @param headers name in lower case to value; unmodifiable; the shell adds the content length
 * @param body the whole body; copied in and out
 */
// The bytes are copied in and out and compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record ApiResponse(int status, Map<String, String> headers, byte[] body) {

  /** Copies the headers and the body. */
  public ApiResponse {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  /** The whole body; a copy. */
  @Override
  public byte[] body() {
    return body.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ApiResponse that
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
    return "ApiResponse[" + status + ", " + body.length + " bytes]";
  }
}
