package io.strongroom.api;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks what pipelines have published. Blocking; safe for use by several threads.
 *
 * <p>A call is tried again, at most {@link ApiConfig#attempts()} times in all, when the server
 * cannot be reached, does not answer in time or answers 429, 502, 503 or 504. The wait before the
 * next attempt is the server's {@code Retry-After}, else one that doubles each time; it is never
 * longer than {@link ApiConfig#maxWait()}. Every call only reads, so trying again changes nothing.
 *
 * <p>Every method throws {@link ApiException} when there is no usable answer in the end. A thread
 * that is interrupted stays interrupted and gets one at once.
 */
public final class RunsClient {
  /** The most runs that one page may have. */
  public static final int MAX_LIMIT = 1000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Map<String, String> HEADERS = Map.of("accept", "application/json");

  private final ApiConfig config;
  private final Transport transport;
  private final InstantSource clock;
  private final Retry retry;

  /**
   * A client.
   *
   * @param config its settings
   * @param transport carries the requests
   */
  public RunsClient(ApiConfig config, Transport transport) {
    this(config, transport, InstantSource.system());
  }

  /**
   * A client with a clock of the application.
   *
   * @param config its settings
   * @param transport carries the requests
   * @param clock tells how far away a {@code Retry-After} date is
   */
  public RunsClient(ApiConfig config, Transport transport, InstantSource clock) {
    this.config = Objects.requireNonNull(config, "config");
    this.transport = Objects.requireNonNull(transport, "transport");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.retry =
        Retry.of(
            "strongroom-api",
            RetryConfig.<TransportResponse>custom()
                .maxAttempts(config.attempts())
                .retryOnException(this::worthAnotherAttempt)
                .intervalBiFunction(
                    (attempt, outcome) ->
                        wait(attempt, outcome.isLeft() ? outcome.getLeft() : null).toMillis())
                .build());
  }

  /**
   * A page of the runs that a pipeline has published, newest first. Empty when it has published
   * nothing.
   *
   * @param domain the pipeline's domain
   * @param pipeline the pipeline's name
   * @param after {@link RunPage#next()} of the page before; empty for the first page
   * @param limit most runs of the page, 1 to {@value #MAX_LIMIT}; the server may give fewer
   * @throws IllegalArgumentException when the limit is out of range
   */
  public RunPage runs(String domain, String pipeline, Optional<String> after, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", not " + limit);
    }
    String query =
        "?limit="
            + limit
            + after
                .map(cursor -> "&after=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                .orElse("");
    return get(path(domain, pipeline), query, RunsClient::page);
  }

  /**
   * A run that was decided, published or not.
   *
   * @param domain the pipeline's domain
   * @param pipeline the pipeline's name
   * @param run id of the run
   * @throws ApiException {@link ApiErrorCode#NOT_FOUND} when there is no such run or it is not yet
   *     decided
   */
  public RunSummary run(String domain, String pipeline, String run) {
    return get(path(domain, pipeline) + "/" + name("run", run), "", RunsClient::summary);
  }

  private static String path(String domain, String pipeline) {
    return "/v1/pipelines/" + name("domain", domain) + "/" + name("pipeline", pipeline) + "/runs";
  }

  private static String name(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new ApiException(
          ApiErrorCode.NAME_MALFORMED, "the name of the " + what + " is malformed", null);
    }
    return name;
  }

  private <T> T get(String path, String query, Function<JsonObject, T> reader) {
    String base = config.url().toString();
    String prefix = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    TransportRequest request =
        new TransportRequest(
            "GET",
            URI.create(prefix + path + query),
            HEADERS,
            config.timeout(),
            config.maxResponse());
    String what = "GET " + path;
    TransportResponse response = retry.executeSupplier(() -> attempt(what, request));
    try {
      return reader.apply(JsonValue.parseObject(response.body()));
    } catch (JsonException | IllegalArgumentException | DateTimeException e) {
      throw new ApiException(
          ApiErrorCode.RESPONSE_MALFORMED, what + " was answered with something else", e);
    }
  }

  private TransportResponse attempt(String what, TransportRequest request) {
    TransportResponse response;
    try {
      response = transport.send(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ApiErrorCode.INTERRUPTED, what + " was interrupted", e);
    } catch (ResponseTooLargeException e) {
      throw tooLarge(what, e);
    } catch (SSLException e) {
      throw new ApiException(ApiErrorCode.TLS_REFUSED, what + " found no secure connection", e);
    } catch (IOException e) {
      throw new ApiException(ApiErrorCode.SERVER_UNREACHABLE, what + " got no answer", e);
    }
    if (response.status() != 200) {
      throw refused(what, response);
    }
    if (response.body().length > request.maxResponseBytes()) {
      throw tooLarge(what, null);
    }
    return response;
  }

  private ApiException tooLarge(String what, @Nullable Throwable cause) {
    return new ApiException(
        ApiErrorCode.RESPONSE_TOO_LARGE,
        what + " was answered with more than " + config.maxResponse() + " bytes",
        cause);
  }

  private ApiException refused(String what, TransportResponse response) {
    int status = response.status();
    ApiErrorCode code =
        switch (status) {
          case 401, 403 -> ApiErrorCode.NOT_ALLOWED;
          case 404, 410 -> ApiErrorCode.NOT_FOUND;
          case 429, 502, 503, 504 -> ApiErrorCode.SERVER_BUSY;
          default ->
              status >= 500
                  ? ApiErrorCode.SERVER_FAILED
                  : status >= 400 ? ApiErrorCode.REQUEST_REFUSED : ApiErrorCode.RESPONSE_MALFORMED;
        };
    Optional<Problem> problem = Problem.of(response);
    String said = problem.map(p -> " (" + p.code() + ": " + p.detail() + ")").orElse("");
    return new ApiException(
        code,
        what + " was answered with status " + status + said,
        null,
        problem.orElse(null),
        retryAfter(response).orElse(null));
  }

  /** RFC 9110 section 10.2.3: a number of seconds or a date. */
  private Optional<Duration> retryAfter(TransportResponse response) {
    Optional<String> header = response.header("retry-after").map(String::strip);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    if (SECONDS.matcher(header.get()).matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
    }
    try {
      Instant date =
          ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration until = Duration.between(clock.instant(), date);
      return Optional.of(until.isNegative() ? Duration.ZERO : until);
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private boolean worthAnotherAttempt(Throwable failure) {
    return failure instanceof ApiException e
        && (e.code() == ApiErrorCode.SERVER_UNREACHABLE || e.code() == ApiErrorCode.SERVER_BUSY)
        && e.retryAfter().orElse(Duration.ZERO).compareTo(config.maxWait()) <= 0;
  }

  private Duration wait(int attempt, @Nullable Throwable failure) {
    if (failure instanceof ApiException e && e.retryAfter().isPresent()) {
      return e.retryAfter().get();
    }
    Duration doubled = config.backoff().multipliedBy(1L << (attempt - 1));
    Duration bounded = doubled.compareTo(config.maxWait()) < 0 ? doubled : config.maxWait();
    long most = Math.max(1, bounded.toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong((most + 1) / 2, most + 1));
  }

  private static RunPage page(JsonObject json) {
    return new RunPage(
        json.objects("runs").stream()
            .map(
                run ->
                    new PublishedRun(
                        run.string("run"),
                        run.integer("publication"),
                        Instant.parse(run.string("publishedAt"))))
            .toList(),
        json.optionalString("next"));
  }

  private static RunSummary summary(JsonObject json) {
    return new RunSummary(
        json.string("run"),
        json.string("pipeline"),
        RunSummary.Status.valueOf(json.string("status").toUpperCase(Locale.ROOT)),
        json.flag("live"),
        json.string("key"),
        json.string("window"),
        Instant.parse(json.string("decidedAt")),
        json.has("publication")
            ? OptionalLong.of(json.integer("publication"))
            : OptionalLong.empty(),
        json.objects("datasets").stream()
            .map(
                dataset ->
                    new DatasetSummary(
                        dataset.string("dataset"),
                        dataset.integer("rows"),
                        dataset.integer("files"),
                        dataset.integer("bytes")))
            .toList(),
        json.object("metrics"));
  }
}
