package io.strongroom.audit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A witness that is reached over HTTP: {@code add-checkpoint} of C2SP tlog-witness v1.0.0.
 *
 * <p>The witness learns the log's origin, size, root and signatures, and nothing of its entries.
 * Safe for use by several threads; the client stays the caller's.
 */
public final class HttpWitness implements Witness {
  private static final String SIZE = "text/x.tlog.size";
  private static final int MAX_ANSWER = 1 << 20;
  private static final int MAX_PROOF = 63;

  private final String name;
  private final URI addCheckpoint;
  private final HttpClient client;
  private final Duration timeout;

  /**
   * A witness.
   *
   * @param name what it is called in messages
   * @param submissionPrefix URL that {@code /add-checkpoint} is put behind
   * @param client makes the calls; should not follow redirects
   * @param timeout of one call
   */
  public HttpWitness(String name, URI submissionPrefix, HttpClient client, Duration timeout) {
    this.name = Objects.requireNonNull(name, "name");
    String prefix = submissionPrefix.toString();
    this.addCheckpoint =
        URI.create((prefix.endsWith("/") ? prefix : prefix + "/") + "add-checkpoint");
    this.client = Objects.requireNonNull(client, "client");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer addCheckpoint(long oldSize, List<byte[]> proof, Checkpoint checkpoint) {
    if (proof.size() > MAX_PROOF) {
      throw new IllegalArgumentException("a proof has at most " + MAX_PROOF + " hashes");
    }
    StringBuilder head = new StringBuilder("old " + oldSize + "\n");
    for (byte[] hash : proof) {
      head.append(Base64.getEncoder().encodeToString(hash)).append('\n');
    }
    byte[] before = head.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(addCheckpoint)
            .timeout(timeout)
            .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(before, checkpoint.note())))
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] answer = body.readNBytes(MAX_ANSWER + 1);
        if (answer.length > MAX_ANSWER) {
          throw failure(AuditErrorCode.WITNESS_REFUSED, "answered with too many bytes");
        }
        return read(response, new String(answer, StandardCharsets.UTF_8));
      }
    } catch (IOException unreachable) {
      throw new AuditException(
          AuditErrorCode.WITNESS_UNAVAILABLE,
          "witness " + name + " is out of reach: " + unreachable.getClass().getName(),
          unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AuditException(
          AuditErrorCode.WITNESS_UNAVAILABLE,
          "witness " + name + " was not waited for",
          interrupted);
    }
  }

  private Answer read(HttpResponse<InputStream> response, String body) {
    int status = response.statusCode();
    switch (status) {
      case 200 -> {
        return new Answer.Cosigned(body);
      }
      case 409 -> {
        boolean typed =
            response.headers().firstValue("Content-Type").filter(SIZE::equals).isPresent();
        if (!typed || !body.matches("(0|[1-9][0-9]{0,17})\n")) {
          throw failure(AuditErrorCode.WITNESS_REFUSED, "answered 409 without its size");
        }
        return new Answer.OtherSize(Long.parseLong(body.substring(0, body.length() - 1)));
      }
      case 422 ->
          throw failure(
              AuditErrorCode.WITNESS_CONFLICT,
              "says that the checkpoint does not continue what it cosigned");
      case 403 -> throw failure(AuditErrorCode.WITNESS_REFUSED, "does not know the key of the log");
      case 404 -> throw failure(AuditErrorCode.WITNESS_REFUSED, "does not know the log");
      default ->
          throw failure(
              status >= 500 || status == 429
                  ? AuditErrorCode.WITNESS_UNAVAILABLE
                  : AuditErrorCode.WITNESS_REFUSED,
              "answered " + status);
    }
  }

  private AuditException failure(AuditErrorCode code, String what) {
    return new AuditException(code, "witness " + name + " " + what);
  }

  @Override
  public String toString() {
    return "HttpWitness[" + name + " " + addCheckpoint + "]";
  }
}
