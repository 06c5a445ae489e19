package io.strongroom.api;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A request as it goes to the server.
 *
 * @param method HTTP method
 * @param uri absolute address with query
 * @param headers name to value; unmodifiable
 * @param timeout for the whole exchange, from connecting to the last byte of the answer
 * @param maxResponseBytes the longest body that is accepted
 */
public record TransportRequest(
    String method, URI uri, Map<String, String> headers, Duration timeout, int maxResponseBytes) {

  /** Copies the headers. */
  public TransportRequest {
    headers = Map.copyOf(headers);
  }
}
