package io.strongroom.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.strongroom.base.ErrorCategory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class RunsClientTest {
  private static final String EMPTY_PAGE = "{\"runs\":[]}";
  private static final Instant NOW = Instant.parse("2026-01-21T12:00:00Z");

  private final ScriptedTransport transport = new ScriptedTransport();
  private final RunsClient client = client(4, Duration.ofMillis(1), Duration.ofSeconds(2));

  @Test
  void theRequestNamesPipelinePageAndLimits() {
    transport.answer(200, EMPTY_PAGE);
    RunPage page = client.runs("payments", "transactions", Optional.of("a b&c"), 7);
    assertThat(page.runs()).isEmpty();
    assertThat(page.next()).isEmpty();
    TransportRequest request = transport.requests.get(0);
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.uri())
        .hasToString(
            "https://lake.example/api/v1/pipelines/payments/transactions/runs"
                + "?limit=7&after=a+b%26c");
    assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(request.maxResponseBytes()).isEqualTo(4096);
  }

  @Test
  void membersThatThisClientDoesNotKnowAreIgnored() {
    transport.answer(
        200,
        "{\"runs\":[{\"run\":\"r\",\"publication\":3,\"publishedAt\":\"2026-01-21T12:00:00Z\","
            + "\"new\":1}],\"next\":\"3\",\"new\":{}}");
    assertThat(client.runs("payments", "transactions", Optional.empty(), 7))
        .isEqualTo(new RunPage(List.of(new PublishedRun("r", 3, NOW)), Optional.of("3")));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void busyServersAreAskedAgain(int status) {
    transport.answer(status, "").answer(status, "").answer(200, EMPTY_PAGE);
    assertThat(page()).isNotNull();
    assertThat(transport.requests).hasSize(3);
  }

  @Test
  void lostConnectionsAndTimeoutsAreTriedAgain() {
    transport
        .failure(new ConnectException("no"))
        .failure(new HttpTimeoutException("late"))
        .failure(new IOException("reset"))
        .answer(200, EMPTY_PAGE);
    assertThat(page()).isNotNull();
    assertThat(transport.requests).hasSize(4);
  }

  @Test
  void theLastAttemptsFailureIsTheCallers() {
    transport.answer(503, "").answer(503, "").answer(503, "").failure(new ConnectException("no"));
    assertThat(failure().code()).isEqualTo(ApiErrorCode.SERVER_UNREACHABLE);
    assertThat(transport.requests).hasSize(4);

    transport.failure(new ConnectException("no")).answer(503, "").answer(503, "").answer(503, "");
    ApiException busy = failure();
    assertThat(busy.code()).isEqualTo(ApiErrorCode.SERVER_BUSY);
    assertThat(busy.category()).isEqualTo(ErrorCategory.TRANSIENT);
  }

  @ParameterizedTest
  @CsvSource({
    "400, REQUEST_REFUSED",
    "401, NOT_ALLOWED",
    "403, NOT_ALLOWED",
    "404, NOT_FOUND",
    "405, REQUEST_REFUSED",
    "410, NOT_FOUND",
    "500, SERVER_FAILED",
    "501, SERVER_FAILED",
    "301, RESPONSE_MALFORMED",
    "204, RESPONSE_MALFORMED"
  })
  void otherAnswersAreNotTriedAgain(int status, ApiErrorCode code) {
    transport.answer(status, "");
    assertThat(failure().code()).isEqualTo(code);
    assertThat(transport.requests).hasSize(1);
  }

  @Test
  void whatTheServerSaysIsPassedOn() {
    transport.answer(
        404,
        Map.of("Content-Type", List.of("application/problem+json; charset=utf-8")),
        "{\"code\":\"API-104\",\"title\":\"Not Found\",\"detail\":\"No run\\nx.\","
            + "\"status\":404}");
    ApiException failure = failure();
    assertThat(failure.problem()).contains(new Problem(404, "API-104", "Not Found", "No run x."));
    assertThat(failure).hasMessageContaining("404").hasMessageContaining("API-104: No run x.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "[]", "{\"code\":1}"})
  void aProblemThatCannotBeReadIsNoProblem(String body) {
    transport.answer(404, Map.of("content-type", List.of("application/problem+json")), body);
    assertThat(failure().problem()).isEmpty();
    transport.answer(404, Map.of("content-type", List.of("text/html")), "{\"code\":\"x\"}");
    assertThat(failure().problem()).isEmpty();
  }

  @Test
  void theServersWaitIsKeptInSecondsAndAsADate() {
    RunsClient patient = client(2, Duration.ofMillis(1), Duration.ofSeconds(5));
    for (String wait : List.of("1", "Wed, 21 Jan 2026 12:00:01 GMT")) {
      transport.answer(503, Map.of("Retry-After", List.of(wait)), "").answer(200, EMPTY_PAGE);
      long before = System.nanoTime();
      patient.runs("payments", "transactions", Optional.empty(), 1);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .as(wait)
          .isBetween(Duration.ofMillis(950), Duration.ofSeconds(4));
    }
  }

  @Test
  void aDateInThePastAndAMalformedWaitDelayNothing() {
    for (String wait : List.of("Wed, 21 Jan 2026 11:00:00 GMT", "soon", "-1")) {
      transport.answer(503, Map.of("Retry-After", List.of(wait)), "").answer(200, EMPTY_PAGE);
      assertThat(page()).as(wait).isNotNull();
    }
  }

  @Test
  void aServerThatAsksForMoreThanTheLongestWaitIsNotAskedAgain() {
    transport.answer(429, Map.of("Retry-After", List.of("3")), "");
    ApiException failure = failure();
    assertThat(failure.code()).isEqualTo(ApiErrorCode.SERVER_BUSY);
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(3));
    assertThat(transport.requests).hasSize(1);
  }

  @Test
  void oneAttemptMeansOneRequest() {
    transport.answer(503, "");
    ApiException failure =
        catchThrowableOfType(
            ApiException.class,
            () ->
                client(1, Duration.ofMillis(1), Duration.ofSeconds(2))
                    .runs("payments", "transactions", Optional.empty(), 1));
    assertThat(failure.code()).isEqualTo(ApiErrorCode.SERVER_BUSY);
    assertThat(transport.requests).hasSize(1);
  }

  @Test
  void aRefusedCertificateIsNotTriedAgain() {
    transport.failure(new SSLHandshakeException("untrusted"));
    assertThat(failure().code()).isEqualTo(ApiErrorCode.TLS_REFUSED);
    assertThat(transport.requests).hasSize(1);
  }

  @Test
  void answersOverTheLimitAreRefusedWhateverTheTransportDoes() {
    transport.answer(200, "{\"runs\":[],\"x\":\"" + "y".repeat(4096) + "\"}");
    assertThat(failure().code()).isEqualTo(ApiErrorCode.RESPONSE_TOO_LARGE);
    transport.failure(new ResponseTooLargeException(4096));
    assertThat(failure().code()).isEqualTo(ApiErrorCode.RESPONSE_TOO_LARGE);
    assertThat(transport.requests).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"runs\":1}",
        "{\"runs\":[{}]}",
        "{\"runs\":[{\"run\":\"r\",\"publication\":1,\"publishedAt\":\"now\"}]}"
      })
  void answersThatAreNotOfThisApiAreRefused(String body) {
    transport.answer(200, body);
    assertThat(failure().code()).isEqualTo(ApiErrorCode.RESPONSE_MALFORMED);
  }

  @Test
  void anInterruptEndsTheCallAtOnceAndStays() {
    transport.failure(new InterruptedException());
    assertThat(failure().code()).isEqualTo(ApiErrorCode.INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(transport.requests).hasSize(1);
  }

  @Test
  void anInterruptDuringTheWaitEndsTheCallWithItsLastFailure() {
    transport.answer(503, Map.of("Retry-After", List.of("2")), "");
    Thread.currentThread().interrupt();
    long before = System.nanoTime();
    assertThat(failure().code()).isEqualTo(ApiErrorCode.SERVER_BUSY);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "a%2fb", "a?b", "ą", "a b"})
  void namesThatCouldLeaveThePathAreRefusedBeforeAnythingIsSent(String name) {
    for (int position = 0; position < 3; position++) {
      String domain = position == 0 ? name : "payments";
      String pipeline = position == 1 ? name : "transactions";
      String run = position == 2 ? name : "r-1";
      ApiException failure =
          catchThrowableOfType(ApiException.class, () -> client.run(domain, pipeline, run));
      assertThat(failure.code()).isEqualTo(ApiErrorCode.NAME_MALFORMED);
      assertThat(failure.category()).isEqualTo(ErrorCategory.INPUT);
    }
    assertThat(transport.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void limitsOutOfRangeAreRefused(int limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.runs("payments", "transactions", Optional.empty(), limit));
  }

  private RunPage page() {
    return client.runs("payments", "transactions", Optional.empty(), 1);
  }

  private ApiException failure() {
    return catchThrowableOfType(ApiException.class, this::page);
  }

  private RunsClient client(int attempts, Duration backoff, Duration maxWait) {
    return new RunsClient(
        new ApiConfig(
            URI.create("https://lake.example/api/"),
            Duration.ofSeconds(1),
            attempts,
            backoff,
            maxWait,
            4096),
        transport,
        InstantSource.fixed(NOW));
  }

  /** Gives prepared answers in order. */
  private static final class ScriptedTransport implements Transport {
    final List<TransportRequest> requests = new ArrayList<>();
    private final Deque<Object> script = new ArrayDeque<>();

    ScriptedTransport answer(int status, String body) {
      return answer(status, Map.of(), body);
    }

    ScriptedTransport answer(int status, Map<String, List<String>> headers, String body) {
      script.add(new TransportResponse(status, headers, body.getBytes(UTF_8)));
      return this;
    }

    ScriptedTransport failure(Exception failure) {
      script.add(failure);
      return this;
    }

    @Override
    public TransportResponse send(TransportRequest request)
        throws IOException, InterruptedException {
      requests.add(request);
      Object next = script.remove();
      if (next instanceof IOException failure) {
        throw failure;
      }
      if (next instanceof InterruptedException interrupt) {
        throw interrupt;
      }
      return (TransportResponse) next;
    }
  }
}
