package io.strongroom.api;

import java.io.IOException;

/**
 * The port to whatever carries requests to the server. An application puts its own in front of
 * {@link HttpTransport} to add credentials, or in its place to test without a network.
 *
 * <p>Implementations are safe for use by several threads, never follow redirects and never try
 * again by themselves.
 */
public interface Transport {

  /**
   * Sends a request and reads the whole answer.
   *
   * @param request what to send
   * @return the answer, whatever its status
   * @throws ResponseTooLargeException when the body is longer than {@link
   *     TransportRequest#maxResponseBytes()}; no more than that of it was kept in memory
   * @throws IOException when there is no whole answer within {@link TransportRequest#timeout()}
   * @throws InterruptedException when the thread was interrupted; the exchange was given up
   */
  TransportResponse send(TransportRequest request) throws IOException, InterruptedException;
}
