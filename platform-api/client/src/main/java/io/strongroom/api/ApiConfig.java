package io.strongroom.api;

import io.strongroom.base.ConfigReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the client.
 *
 * @param url address of the API without {@code /v1}; https, or http to this machine only; setting
 *     {@code api.url}, which must be there
 * @param timeout for one attempt, from connecting to the last byte, 1 ms to 10 min; {@code
 *     api.timeout}, 10 s
 * @param attempts most attempts of one call, 1 to 10; {@code api.attempts}, 4
 * @param backoff wait after the first attempt, doubled after each further one and shortened by up
 *     to half at random, 1 ms to 1 min; {@code api.backoff}, 200 ms
 * @param maxWait longest wait between two attempts, 1 ms to 10 min; a server that asks for more is
 *     not asked again; {@code api.max-wait}, 30 s
 * @param maxResponse longest body that is accepted, in bytes, 1 KiB to 64 MiB; {@code
 *     api.max-response}, 4 MiB
 */
public record ApiConfig(
    URI url, Duration timeout, int attempts, Duration backoff, Duration maxWait, int maxResponse) {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final int LEAST_RESPONSE = 1024;
  private static final int GREATEST_RESPONSE = 64 * 1024 * 1024;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final URI PLACEHOLDER = URI.create("https://unset.invalid");

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the setting that is out of its range
   */
  public ApiConfig {
    problemOf(url)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException("api.url " + problem);
            });
    require("api.timeout", inRange(timeout, TEN_MINUTES));
    require("api.attempts", attempts >= 1 && attempts <= 10);
    require("api.backoff", inRange(backoff, MINUTE));
    require("api.max-wait", inRange(maxWait, TEN_MINUTES));
    require("api.max-response", maxResponse >= LEAST_RESPONSE && maxResponse <= GREATEST_RESPONSE);
  }

  /**
   * An address with the default of everything else.
   *
   * @param url address of the API without {@code /v1}
   */
  public static ApiConfig of(URI url) {
    return new ApiConfig(
        url,
        Duration.ofSeconds(10),
        4,
        Duration.ofMillis(200),
        Duration.ofSeconds(30),
        4 * 1024 * 1024);
  }

  /** Reads the settings; the reader reports what is wrong. */
  public static ApiConfig from(ConfigReader reader) {
    ApiConfig defaults = of(url(reader));
    long maxResponse = reader.size("api.max-response", defaults.maxResponse);
    if (maxResponse < LEAST_RESPONSE || maxResponse > GREATEST_RESPONSE) {
      reader.problem("api.max-response", "is not between 1KiB and 64MiB");
      maxResponse = defaults.maxResponse;
    }
    return new ApiConfig(
        defaults.url,
        duration(reader, "api.timeout", defaults.timeout, TEN_MINUTES),
        (int) reader.integer("api.attempts", defaults.attempts, 1, 10),
        duration(reader, "api.backoff", defaults.backoff, MINUTE),
        duration(reader, "api.max-wait", defaults.maxWait, TEN_MINUTES),
        (int) maxResponse);
  }

  private static URI url(ConfigReader reader) {
    Optional<String> given = reader.optional("api.url");
    if (given.isEmpty()) {
      reader.required("api.url");
      return PLACEHOLDER;
    }
    try {
      URI url = new URI(given.get());
      Optional<String> problem = problemOf(url);
      problem.ifPresent(what -> reader.problem("api.url", what));
      return problem.isEmpty() ? url : PLACEHOLDER;
    } catch (URISyntaxException malformed) {
      reader.problem("api.url", "is not a URL");
      return PLACEHOLDER;
    }
  }

  private static Optional<String> problemOf(URI url) {
    String host = url.getHost();
    if (host == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      return Optional.of("is not a URL of scheme, host and path");
    }
    boolean secure =
        "https".equals(url.getScheme())
            || ("http".equals(url.getScheme()) && LOOPBACK.contains(host));
    return secure ? Optional.empty() : Optional.of("is not https, nor http to this machine");
  }

  private static Duration duration(
      ConfigReader reader, String key, Duration fallback, Duration greatest) {
    Duration duration = reader.duration(key, fallback);
    if (inRange(duration, greatest)) {
      return duration;
    }
    reader.problem(key, "is not between 1ms and " + greatest.toMinutes() + "m");
    return fallback;
  }

  private static boolean inRange(Duration duration, Duration greatest) {
    return duration.compareTo(MILLISECOND) >= 0 && duration.compareTo(greatest) <= 0;
  }

  private static void require(String key, boolean inRange) {
    if (!inRange) {
      throw new IllegalArgumentException(key + " is out of its range");
    }
  }
}
