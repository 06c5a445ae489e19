package io.strongroom.api.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class RunsHandlerTest {
  private static final String RUNS = "/v1/pipelines/payments/transactions/runs";

  private final SampleLake lake = new SampleLake(new InMemoryObjectStore());
  private final ApiHandler handler =
      new RunsHandler(new StoredPublishedRuns(lake.store, lake.keyring), new ApiServerConfig(2));

  @BeforeEach
  void publishThreeRuns() {
    lake.publish("r-1", "2026-01-19");
    lake.publish("r-2", "2026-01-20");
    lake.publish("r-3", "2026-01-21");
  }

  @Test
  void theListIsNewestFirstAndTheCursorLeadsThroughIt() {
    assertThat(json(get(RUNS, "limit=2")))
        .isEqualTo(
            "{\"next\":\"2\",\"runs\":["
                + "{\"publication\":3,\"publishedAt\":\"2026-01-21T12:00:00Z\",\"run\":\"r-3\"},"
                + "{\"publication\":2,\"publishedAt\":\"2026-01-21T12:00:00Z\",\"run\":\"r-2\"}]}");
    assertThat(json(get(RUNS, "after=2&limit=2")))
        .isEqualTo(
            "{\"runs\":[{\"publication\":1,\"publishedAt\":\"2026-01-21T12:00:00Z\","
                + "\"run\":\"r-1\"}]}");
    assertThat(json(get(RUNS, "after=1"))).isEqualTo("{\"runs\":[]}");
  }

  @Test
  void aLimitAboveTheServersIsTheServers() {
    assertThat(JsonValue.parseObject(get(RUNS, "limit=500").body()).objects("runs")).hasSize(2);
    assertThat(JsonValue.parseObject(get(RUNS, "").body()).objects("runs")).hasSize(2);
  }

  @Test
  void pagesStayConsistentWhileOthersPublish() {
    JsonObject first = JsonValue.parseObject(get(RUNS, "limit=2").body());
    lake.publish("r-4", "2026-01-22");
    assertThat(json(get(RUNS, "after=" + first.string("next"))))
        .contains("r-1")
        .doesNotContain("r-3");
    assertThat(json(get(RUNS, "limit=1"))).contains("r-4");
  }

  @Test
  void aPipelineThatHasPublishedNothingHasAnEmptyList() {
    assertThat(json(get("/v1/pipelines/payments/other/runs", ""))).isEqualTo("{\"runs\":[]}");
  }

  @Test
  void aPublishedRunIsShownWithWhatItWrote() {
    JsonObject run = JsonValue.parseObject(get(RUNS + "/r-2", "").body());
    assertThat(run.without("key").canonicalBytes())
        .asString(UTF_8)
        .isEqualTo(
            "{\"datasets\":[{\"bytes\":3000,\"dataset\":\"silver/payments/transactions\","
                + "\"files\":2,\"rows\":60}],\"decidedAt\":\"2026-01-21T12:00:00Z\","
                + "\"live\":true,\"metrics\":{\"quarantined\":3},"
                + "\"pipeline\":\"payments/transactions\",\"publication\":2,\"run\":\"r-2\","
                + "\"status\":\"committed\",\"window\":\"2026-01-20\"}");
    assertThat(run.string("key")).matches("[0-9a-f]{64}");
  }

  @Test
  void aRolledBackRunIsPublishedAndNotLive() {
    lake.rollBackTo(2);
    JsonObject run = JsonValue.parseObject(get(RUNS + "/r-3", "").body());
    assertThat(run.flag("live")).isFalse();
    assertThat(run.integer("publication")).isEqualTo(3);
    assertThat(JsonValue.parseObject(get(RUNS + "/r-2", "").body()).flag("live")).isTrue();
    assertThat(json(get(RUNS, ""))).contains("r-3");
  }

  @Test
  void committedAndAbortedRunsThatWereNotPublishedAreShownAsSuch() {
    lake.commit("r-4", "2026-01-22");
    lake.abort("r-5", "2026-01-23");
    JsonObject committed = JsonValue.parseObject(get(RUNS + "/r-4", "").body());
    assertThat(committed.string("status")).isEqualTo("committed");
    assertThat(committed.has("publication")).isFalse();
    assertThat(committed.flag("live")).isFalse();
    JsonObject aborted = JsonValue.parseObject(get(RUNS + "/r-5", "").body());
    assertThat(aborted.string("status")).isEqualTo("aborted");
    assertThat(aborted.objects("datasets")).isEmpty();
    assertThat(json(get(RUNS, "limit=2"))).doesNotContain("r-4").doesNotContain("r-5");
  }

  @Test
  void runsThatAreNotThereOrNotDecidedAreUnknown() {
    lake.claim("r-9", "2026-01-29");
    for (String run : new String[] {"/r-9", "/r-77", "/..", "/%2e%2e", "/a b", "/"}) {
      assertProblem(get(RUNS + run, ""), 404, "Not Found", "API-104");
    }
    assertProblem(get("/v1/pipelines/payments/other/runs/r-1", ""), 404, "Not Found", "API-104");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/v1/pipelines",
        "/v2/pipelines/payments/transactions/runs",
        "/v1/pipelines/payments/runs",
        "/v1/pipelines/payments/transactions/run",
        "/v1/pipelines/payments/transactions/runs/r-1/more",
        "/v1/pipelines/Payments/transactions/runs",
        "/v1/pipelines/../transactions/runs",
        "/v1/pipelines//transactions/runs",
        "//v1/pipelines/payments/transactions/runs",
        "/v1/pipelines/payments/trans%61ctions/runs"
      })
  void otherPathsAreUnknown(String path) {
    assertProblem(get(path, ""), 404, "Not Found", "API-101");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get"})
  void otherMethodsAreNotAllowed(String method) {
    ApiResponse response = handler.handle(new ApiRequest(method, RUNS, "", Map.of(), new byte[0]));
    assertProblem(response, 405, "Method Not Allowed", "API-102");
    assertThat(response.headers()).containsEntry("allow", "GET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=1&limit=1",
        "limit=9999999",
        "after=0",
        "after=x",
        "after=99999999999999999999",
        "sort=asc",
        "&",
        "limit=%zz",
        "LIMIT=1"
      })
  void wrongParametersAreNamedAndNotRepeatedBack(String query) {
    ApiResponse response = get(RUNS, query);
    assertProblem(response, 400, "Bad Request", "API-103");
    assertThat(JsonValue.parseObject(response.body()).string("detail"))
        .doesNotContain("9999999", "%zz", "sort");
  }

  @Test
  void aRunTakesNoParameters() {
    assertProblem(get(RUNS + "/r-1", "limit=1"), 400, "Bad Request", "API-103");
  }

  @Test
  void answersAreNotCachedAndNotSniffed() {
    for (ApiResponse response : new ApiResponse[] {get(RUNS, ""), get("/", "")}) {
      assertThat(response.headers())
          .containsEntry("cache-control", "no-store")
          .containsEntry("x-content-type-options", "nosniff");
    }
    assertThat(get(RUNS, "").headers()).containsEntry("content-type", "application/json");
  }

  @Test
  void aStoreThatDoesNotAnswerIsAReasonToComeBack() {
    ApiResponse response =
        failing(
            () ->
                new StorageException(
                    StorageErrorCode.STORE_UNAVAILABLE, "object secret/key does not answer", null));
    assertProblem(response, 503, "Service Unavailable", "STO-001");
    assertThat(response.headers()).containsEntry("retry-after", "1");
    assertThat(json(response)).doesNotContain("secret");
  }

  @Test
  void whatDoesNotVerifyAndOurOwnMistakesAreServerErrorsWithoutDetails() {
    ApiResponse forged =
        failing(
            () ->
                new StorageException(
                    StorageErrorCode.MANIFEST_INVALID, "object secret/key is forged", null));
    assertProblem(forged, 500, "Internal Server Error", "STO-024");
    assertThat(json(forged)).doesNotContain("secret");
    ApiResponse mistake = failing(() -> new IllegalStateException("secret"));
    assertProblem(mistake, 500, "Internal Server Error", "API-105");
    assertThat(json(mistake)).doesNotContain("secret");
  }

  private ApiResponse get(String path, String query) {
    return handler.handle(new ApiRequest("GET", path, query, Map.of(), new byte[0]));
  }

  private static String json(ApiResponse response) {
    return new String(response.body(), UTF_8);
  }

  private static void assertProblem(ApiResponse response, int status, String title, String code) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
    JsonObject problem = JsonValue.parseCanonicalObject(response.body());
    assertThat(problem.integer("status")).isEqualTo(status);
    assertThat(problem.string("type")).isEqualTo("about:blank");
    assertThat(problem.string("title")).isEqualTo(title);
    assertThat(problem.string("code")).isEqualTo(code);
    assertThat(problem.string("detail")).isNotEmpty();
  }

  private static ApiResponse failing(Supplier<RuntimeException> failure) {
    PublishedRuns runs =
        new PublishedRuns() {
          @Override
          public Page newest(PipelineRef pipeline, long before, int limit) {
            throw failure.get();
          }

          @Override
          public Optional<DecidedRun> find(PipelineRef pipeline, RunId run) {
            throw failure.get();
          }
        };
    return new RunsHandler(runs, new ApiServerConfig(10))
        .handle(new ApiRequest("GET", RUNS, "", Map.of(), new byte[0]));
  }
}
