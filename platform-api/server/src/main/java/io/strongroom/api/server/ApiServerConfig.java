package io.strongroom.api.server;

import io.strongroom.base.ConfigReader;

/**
 * Settings of the handlers.
 *
 * @param pageLimit most runs of one page, 1 to 1000; a request for more gets this many; setting
 *     {@code api.server.page-limit}, 100 when it is missing
 */
public record ApiServerConfig(int pageLimit) {
  private static final String PAGE_LIMIT = "api.server.page-limit";
  private static final int DEFAULT = 100;
  private static final int GREATEST = 1000;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException naming the setting that is out of its range
   */
  public ApiServerConfig {
    if (pageLimit < 1 || pageLimit > GREATEST) {
      throw new IllegalArgumentException(PAGE_LIMIT + " must be 1 to " + GREATEST);
    }
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static ApiServerConfig from(ConfigReader reader) {
    return new ApiServerConfig((int) reader.integer(PAGE_LIMIT, DEFAULT, 1, GREATEST));
  }
}
