package io.strongroom.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A transport over the JDK's {@link HttpClient}. Safe for use by several threads.
 *
 * <p>The time allowed is that of the whole exchange, the body included. An answer that grows over
 * the request's limit is given up at that point.
 */
public final class HttpTransport implements Transport {
  private final HttpClient client;

  /**
   * A transport over a client of the application, which keeps owning it.
   *
   * @param client must not follow redirects
   * @throws IllegalArgumentException when it follows redirects
   */
  public HttpTransport(HttpClient client) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the HTTP client must not follow redirects");
    }
    this.client = client;
  }

  /**
   * A transport over a client of its own.
   *
   * @param connectTimeout how long connecting may take
   */
  public static HttpTransport create(Duration connectTimeout) {
    return new HttpTransport(
        HttpClient.newBuilder()
            .connectTimeout(connectTimeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build());
  }

  @Override
  public TransportResponse send(TransportRequest request) throws IOException, InterruptedException {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(request.uri())
            .method(request.method(), HttpRequest.BodyPublishers.noBody())
            .timeout(request.timeout());
    request.headers().forEach(http::header);
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(http.build(), info -> new LimitedBody(request.maxResponseBytes()));
    try {
      HttpResponse<byte[]> response =
          exchange.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return new TransportResponse(
          response.statusCode(), response.headers().map(), response.body());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + request.timeout());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("the exchange failed", e.getCause());
    } finally {
      exchange.cancel(true);
    }
  }

  /** Collects a body up to a limit. The client calls its methods one after another. */
  private static final class LimitedBody implements BodySubscriber<byte[]> {
    private final int maxBytes;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private @Nullable Subscription subscription;

    LimitedBody(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
      subscription = newSubscription;
      newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      if (body.isDone()) {
        return;
      }
      for (ByteBuffer buffer : buffers) {
        if (buffer.remaining() > maxBytes - collected.size()) {
          if (subscription != null) {
            subscription.cancel();
          }
          body.completeExceptionally(new ResponseTooLargeException(maxBytes));
          return;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        collected.writeBytes(bytes);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(collected.toByteArray());
    }
  }
}
