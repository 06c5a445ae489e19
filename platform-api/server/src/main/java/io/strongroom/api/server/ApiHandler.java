package io.strongroom.api.server;

/**
 * Answers requests of the API.
 *
 * <p>The shell before it has already decided who the caller is and that it may ask: a handler
 * answers everyone. Implementations are safe for use by several threads.
 */
public interface ApiHandler {

  /**
   * Answers a request.
   *
   * @param request what was asked
   * @return the answer, also for what fails; never throws an exception
   */
  ApiResponse handle(ApiRequest request);
}
