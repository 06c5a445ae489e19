package io.strongroom.api.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** The JDK's HTTP server before a handler, on a free port of this machine. */
final class LoopbackShell implements AutoCloseable {
  private final HttpServer server;

  LoopbackShell(ApiHandler handler) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, handler));
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, ApiHandler handler) throws IOException {
    URI uri = exchange.getRequestURI();
    ApiResponse response =
        handler.handle(
            new ApiRequest(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                exchange.getRequestHeaders(),
                exchange.getRequestBody().readAllBytes()));
    response.headers().forEach(exchange.getResponseHeaders()::add);
    byte[] body = response.body();
    exchange.sendResponseHeaders(response.status(), body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
