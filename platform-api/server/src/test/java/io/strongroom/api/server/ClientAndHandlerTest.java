package io.strongroom.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.strongroom.api.ApiConfig;
import io.strongroom.api.ApiErrorCode;
import io.strongroom.api.ApiException;
import io.strongroom.api.DatasetSummary;
import io.strongroom.api.HttpTransport;
import io.strongroom.api.Problem;
import io.strongroom.api.PublishedRun;
import io.strongroom.api.RunPage;
import io.strongroom.api.RunSummary;
import io.strongroom.api.RunsClient;
import io.strongroom.api.Transport;
import io.strongroom.api.TransportResponse;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The two sides of the contract against each other, without a network and over one. */
@Tag("verify")
class ClientAndHandlerTest {
  private final SampleLake lake = new SampleLake(new InMemoryObjectStore());
  private final PublishedRuns stored = new StoredPublishedRuns(lake.store, lake.keyring);
  private final ApiHandler handler = new RunsHandler(stored, new ApiServerConfig(3));

  @Test
  void theClientReadsEveryPageInProcess() {
    publish(8);
    assertPages(new RunsClient(config(URI.create("https://lake.example")), inProcess(handler)));
  }

  @Test
  void theClientReadsEveryPageOverHttp() throws IOException {
    publish(8);
    try (LoopbackShell shell = new LoopbackShell(handler)) {
      assertPages(new RunsClient(config(shell.url()), HttpTransport.create(Duration.ofSeconds(5))));
    }
  }

  @Test
  void theClientReadsARunOverHttp() throws IOException {
    publish(2);
    lake.rollBackTo(1);
    lake.abort("r-x", "2026-02-01");
    try (LoopbackShell shell = new LoopbackShell(handler)) {
      RunsClient client =
          new RunsClient(config(shell.url()), HttpTransport.create(Duration.ofSeconds(5)));
      RunSummary first = client.run("payments", "transactions", "r-1");
      assertThat(first)
          .isEqualTo(
              new RunSummary(
                  "r-1",
                  "payments/transactions",
                  RunSummary.Status.COMMITTED,
                  true,
                  first.key(),
                  "2026-01-1",
                  SampleLake.NOW,
                  OptionalLong.of(1),
                  List.of(new DatasetSummary("silver/payments/transactions", 60, 2, 3000)),
                  JsonObject.builder().put("quarantined", 3).build()));
      assertThat(client.run("payments", "transactions", "r-2").live()).isFalse();
      RunSummary aborted = client.run("payments", "transactions", "r-x");
      assertThat(aborted.status()).isEqualTo(RunSummary.Status.ABORTED);
      assertThat(aborted.publication()).isEmpty();
      assertThat(aborted.datasets()).isEmpty();
    }
  }

  @Test
  void theServersProblemReachesTheCaller() throws IOException {
    try (LoopbackShell shell = new LoopbackShell(handler)) {
      RunsClient client =
          new RunsClient(config(shell.url()), HttpTransport.create(Duration.ofSeconds(5)));
      ApiException failure =
          catchThrowableOfType(
              ApiException.class, () -> client.run("payments", "transactions", "r-1"));
      assertThat(failure.code()).isEqualTo(ApiErrorCode.NOT_FOUND);
      assertThat(failure.problem())
          .contains(
              new Problem(
                  404, "API-104", "Not Found", "The pipeline has no decided run of this id."));
    }
  }

  @Test
  void aStoreThatAnswersAgainIsFoundByTheClientsNextAttempt() {
    publish(1);
    AtomicInteger calls = new AtomicInteger();
    PublishedRuns shaky =
        new PublishedRuns() {
          @Override
          public Page newest(PipelineRef pipeline, long before, int limit) {
            if (calls.incrementAndGet() == 1) {
              throw new StorageException(
                  StorageErrorCode.STORE_UNAVAILABLE, "the store does not answer", null);
            }
            return stored.newest(pipeline, before, limit);
          }

          @Override
          public Optional<DecidedRun> find(PipelineRef pipeline, RunId run) {
            return stored.find(pipeline, run);
          }
        };
    RunsClient client =
        new RunsClient(
            config(URI.create("https://lake.example")),
            inProcess(new RunsHandler(shaky, new ApiServerConfig(3))));
    assertThat(client.runs("payments", "transactions", Optional.empty(), 5).runs()).hasSize(1);
    assertThat(calls).hasValue(2);
  }

  @Test
  void anAlteredObjectIsAServerFailureThatIsNotTriedAgain() {
    publish(1);
    String key = SampleLake.PIPELINE.control() + "runs/r-1/manifest.json";
    byte[] content = lake.store.get(key).orElseThrow().content();
    content[content.length / 2] ^= 1;
    lake.store.put(key, content);
    AtomicInteger calls = new AtomicInteger();
    Transport counting =
        request -> {
          calls.incrementAndGet();
          return inProcess(handler).send(request);
        };
    RunsClient client = new RunsClient(config(URI.create("https://lake.example")), counting);
    ApiException failure =
        catchThrowableOfType(
            ApiException.class, () -> client.run("payments", "transactions", "r-1"));
    assertThat(failure.code()).isEqualTo(ApiErrorCode.SERVER_FAILED);
    assertThat(failure.problem().map(Problem::code)).contains("STO-024");
    assertThat(calls).hasValue(1);
  }

  private static void assertPages(RunsClient client) {
    List<String> runs = new ArrayList<>();
    Optional<String> after = Optional.empty();
    int pages = 0;
    do {
      RunPage page = client.runs("payments", "transactions", after, 5);
      page.runs().stream().map(PublishedRun::run).forEach(runs::add);
      after = page.next();
      pages++;
    } while (after.isPresent());
    assertThat(runs).containsExactly("r-8", "r-7", "r-6", "r-5", "r-4", "r-3", "r-2", "r-1");
    assertThat(pages).isEqualTo(3);
  }

  private void publish(int runs) {
    for (int i = 1; i <= runs; i++) {
      lake.publish("r-" + i, "2026-01-" + i);
    }
  }

  private static ApiConfig config(URI url) {
    return new ApiConfig(
        url, Duration.ofSeconds(10), 3, Duration.ofMillis(10), Duration.ofSeconds(5), 1024 * 1024);
  }

  private static Transport inProcess(ApiHandler handler) {
    return request -> {
      URI uri = request.uri();
      ApiResponse response =
          handler.handle(
              new ApiRequest(
                  request.method(),
                  uri.getRawPath(),
                  uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                  Map.of(),
                  new byte[0]));
      return new TransportResponse(
          response.status(),
          response.headers().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue()))),
          response.body());
    };
  }
}
