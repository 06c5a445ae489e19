package io.strongroom.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class HttpTransportTest {
  private final Transport transport = HttpTransport.create(Duration.ofSeconds(5));
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void statusHeadersAndBodyComeThrough() throws Exception {
    on(
        "/x",
        exchange -> {
          exchange.getResponseHeaders().add("X-Seen", exchange.getRequestHeaders().getFirst("a"));
          answer(exchange, 418, "teapot " + exchange.getRequestURI());
        });
    TransportResponse response = transport.send(request("/x?y=1", 1024, Duration.ofSeconds(5)));
    assertThat(response.status()).isEqualTo(418);
    assertThat(response.header("x-SEEN")).contains("b");
    assertThat(new String(response.body(), UTF_8)).isEqualTo("teapot /x?y=1");
  }

  @Test
  void aBodyOfExactlyTheLimitIsReadAndOneByteMoreIsGivenUp() throws Exception {
    on("/body", exchange -> answer(exchange, 200, "z".repeat(5000)));
    assertThat(transport.send(request("/body", 5000, Duration.ofSeconds(5))).body()).hasSize(5000);
    assertThatThrownBy(() -> transport.send(request("/body", 4999, Duration.ofSeconds(5))))
        .isInstanceOf(ResponseTooLargeException.class);
  }

  @Test
  void anEndlessBodyIsGivenUpAtTheLimit() {
    on(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[8192];
          try (OutputStream out = exchange.getResponseBody()) {
            while (end.getCount() > 0) {
              out.write(block);
            }
          }
        });
    assertThatThrownBy(() -> transport.send(request("/endless", 65536, Duration.ofSeconds(20))))
        .isInstanceOf(ResponseTooLargeException.class);
  }

  @Test
  void aBodyThatStopsHalfWayRunsIntoTheTimeout() {
    on(
        "/half",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(new byte[50]);
          exchange.getResponseBody().flush();
          await();
        });
    long before = System.nanoTime();
    assertThatThrownBy(() -> transport.send(request("/half", 1024, Duration.ofMillis(300))))
        .isInstanceOf(IOException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void redirectsAreReturnedAndNotFollowed() throws Exception {
    on(
        "/from",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/to");
          answer(exchange, 302, "");
        });
    assertThat(transport.send(request("/from", 1024, Duration.ofSeconds(5))).status())
        .isEqualTo(302);
    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    assertThatIllegalArgumentException().isThrownBy(() -> new HttpTransport(following));
  }

  @Test
  void aClosedPortIsAnIoException() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    TransportRequest request =
        new TransportRequest(
            "GET",
            URI.create("http://127.0.0.1:" + port + "/"),
            Map.of(),
            Duration.ofSeconds(5),
            1024);
    assertThatThrownBy(() -> transport.send(request)).isInstanceOf(IOException.class);
  }

  @Test
  void anInterruptedThreadDoesNotWait() {
    on("/slow", exchange -> await());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> transport.send(request("/slow", 1024, Duration.ofSeconds(20))))
        .isInstanceOf(InterruptedException.class);
  }

  private void on(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private TransportRequest request(String target, int maxBytes, Duration timeout) {
    return new TransportRequest(
        "GET",
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + target),
        Map.of("a", "b"),
        timeout,
        maxBytes);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
