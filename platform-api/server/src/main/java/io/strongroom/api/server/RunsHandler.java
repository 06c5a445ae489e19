package io.strongroom.api.server;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the two calls about runs:
 *
 * <ul>
 *   <li>{@code GET /v1/pipelines/{domain}/{pipeline}/runs?after=&limit=}: the promotions, newest
 *       first, a page at a time;
 *   <li>{@code GET /v1/pipelines/{domain}/{pipeline}/runs/{runId}}: what a decided run is and
 *       wrote.
 * </ul>
 *
 * <p>Failures are answered as RFC 9457 problems with a member {@code code}. When the store does not
 * answer the status is 503 and {@code retry-after} says how long to wait; when an object does not
 * verify it is 500, with a code and without details, which stand in the log.
 */
public final class RunsHandler implements ApiHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RunsHandler.class);

  private static final Pattern CURSOR = Pattern.compile("[1-9][0-9]{0,15}");
  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,5}");
  private static final Set<String> LIST_PARAMETERS = Set.of("after", "limit");
  private static final int DEFAULT_LIMIT = 50;
  private static final String RETRY_SECONDS = "1";

  private final PublishedRuns runs;
  private final ApiServerConfig config;

  /**
   * A handler.
   *
   * @param runs where the runs come from
   * @param config its settings
   */
  public RunsHandler(PublishedRuns runs, ApiServerConfig config) {
    this.runs = Objects.requireNonNull(runs, "runs");
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  public ApiResponse handle(ApiRequest request) {
    try {
      return route(request);
    } catch (RefusedRequest refused) {
      return problem(refused.status, refused.code, refused.detail, refused.headers);
    } catch (PlatformException e) {
      LOG.atError()
          .addKeyValue("event", "api.failed")
          .addKeyValue("code", e.code().id())
          .setCause(e)
          .log("A request failed.");
      return e.category() == ErrorCategory.TRANSIENT
          ? problem(503, e.code(), "", Map.of("retry-after", RETRY_SECONDS))
          : problem(500, e.code(), "", Map.of());
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("event", "api.failed")
          .addKeyValue("code", ApiServerErrorCode.SERVER_FAILED.id())
          .setCause(e)
          .log("A request failed.");
      return problem(500, ApiServerErrorCode.SERVER_FAILED, "", Map.of());
    }
  }

  private ApiResponse route(ApiRequest request) {
    List<String> segments = List.of(request.path().split("/", -1));
    boolean list = segments.size() == 6;
    if ((!list && segments.size() != 7)
        || !segments.subList(0, 3).equals(List.of("", "v1", "pipelines"))
        || !segments.get(5).equals("runs")) {
      throw new RefusedRequest(404, ApiServerErrorCode.PATH_UNKNOWN, "", Map.of());
    }
    PipelineRef pipeline = pipeline(segments.get(3), segments.get(4));
    if (!request.method().equals("GET")) {
      throw new RefusedRequest(
          405, ApiServerErrorCode.METHOD_NOT_ALLOWED, "", Map.of("allow", "GET"));
    }
    Map<String, String> parameters = parameters(request.query(), list ? LIST_PARAMETERS : Set.of());
    return list ? list(pipeline, parameters) : show(pipeline, segments.get(6));
  }

  private static PipelineRef pipeline(String domain, String name) {
    try {
      return new PipelineRef(domain, name);
    } catch (IllegalArgumentException malformed) {
      throw new RefusedRequest(404, ApiServerErrorCode.PATH_UNKNOWN, "", Map.of());
    }
  }

  private static Map<String, String> parameters(String query, Set<String> known) {
    Map<String, String> parameters = new HashMap<>();
    if (query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name;
      String value;
      try {
        name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      } catch (IllegalArgumentException malformed) {
        throw invalid("the query is not percent-encoded");
      }
      if (!known.contains(name)) {
        throw invalid("this path takes no other parameters than " + new TreeSet<>(known));
      }
      if (parameters.put(name, value) != null) {
        throw invalid("parameter " + name + " is repeated");
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private ApiResponse list(PipelineRef pipeline, Map<String, String> parameters) {
    String after = parameters.getOrDefault("after", "");
    String limit = parameters.getOrDefault("limit", "");
    if (!after.isEmpty() && !CURSOR.matcher(after).matches()) {
      throw invalid("parameter after is not a cursor of this API");
    }
    if (!limit.isEmpty() && !LIMIT.matcher(limit).matches()) {
      throw invalid("parameter limit is not a number from 1");
    }
    PublishedRuns.Page page =
        runs.newest(
            pipeline,
            after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after),
            Math.min(
                limit.isEmpty() ? DEFAULT_LIMIT : Integer.parseInt(limit), config.pageLimit()));
    JsonObject.Builder json =
        JsonObject.builder()
            .putObjects(
                "runs",
                page.runs().stream()
                    .map(
                        promotion ->
                            JsonObject.builder()
                                .put("run", promotion.run().value())
                                .put("publication", promotion.seq())
                                .put("publishedAt", promotion.at().toString())
                                .build())
                    .toList());
    if (page.more()) {
      json.put("next", Long.toString(page.runs().get(page.runs().size() - 1).seq()));
    }
    return answer(200, "application/json", json.build(), Map.of());
  }

  private ApiResponse show(PipelineRef pipeline, String id) {
    RunId run;
    try {
      run = new RunId(id);
    } catch (IllegalArgumentException malformed) {
      throw unknownRun();
    }
    PublishedRuns.DecidedRun found = runs.find(pipeline, run).orElseThrow(RunsHandler::unknownRun);
    Manifest manifest = found.manifest();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("run", manifest.run().value())
            .put("pipeline", manifest.pipeline().path())
            .put("status", manifest.status().name().toLowerCase(Locale.ROOT))
            .put("live", found.live())
            .put("key", manifest.key().id())
            .put("window", manifest.key().window())
            .put("decidedAt", manifest.at().toString())
            .putObjects("datasets", manifest.datasets().stream().map(RunsHandler::dataset).toList())
            .put("metrics", manifest.metrics());
    found.seq().ifPresent(seq -> json.put("publication", seq));
    return answer(200, "application/json", json.build(), Map.of());
  }

  private static JsonObject dataset(DatasetOutput output) {
    return JsonObject.builder()
        .put("dataset", output.spec().ref().path())
        .put("rows", output.rows())
        .put("files", output.files().size())
        .put("bytes", output.files().stream().mapToLong(DataFile::bytes).sum())
        .build();
  }

  private static RefusedRequest unknownRun() {
    return new RefusedRequest(404, ApiServerErrorCode.RUN_UNKNOWN, "", Map.of());
  }

  private static RefusedRequest invalid(String detail) {
    return new RefusedRequest(400, ApiServerErrorCode.PARAMETER_INVALID, detail, Map.of());
  }

  private static ApiResponse problem(
      int status, ErrorCode code, String detail, Map<String, String> headers) {
    JsonObject json =
        JsonObject.builder()
            .put("type", "about:blank")
            .put("status", status)
            .put("title", title(status))
            .put("detail", detail.isEmpty() ? code.meaning() : code.meaning() + " " + detail)
            .put("code", code.id())
            .build();
    return answer(status, "application/problem+json", json, headers);
  }

  /** RFC 9457 section 4.2.1: the title of a problem without a type is that of the status. */
  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  private static ApiResponse answer(
      int status, String type, JsonObject body, Map<String, String> more) {
    Map<String, String> headers = new TreeMap<>(more);
    headers.put("content-type", type);
    headers.put("cache-control", "no-store");
    headers.put("x-content-type-options", "nosniff");
    return new ApiResponse(status, headers, body.canonicalBytes());
  }

  /** A request that is answered with a problem and is no failure of the server. */
  private static final class RefusedRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    final transient ErrorCode code;
    final String detail;
    final transient Map<String, String> headers;

    RefusedRequest(int status, ErrorCode code, String detail, Map<String, String> headers) {
      super(code.meaning(), null, false, false);
      this.status = status;
      this.code = code;
      this.detail = detail;
      this.headers = headers;
    }
  }
}
