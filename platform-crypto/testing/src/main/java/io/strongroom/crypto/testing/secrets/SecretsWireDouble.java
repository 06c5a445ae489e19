package io.strongroom.crypto.testing.secrets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.testing.internal.RequestSignature;
import io.strongroom.crypto.testing.internal.RequestSignature.Refused;
import io.strongroom.crypto.testing.internal.RequestSignature.Signed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that speaks the wire protocol of AWS Secrets Manager (JSON 1.1), so that the
 * real AWS SDK can be tested without AWS.
 *
 * <p>What is real: Signature Version 4 is checked with the SDK's own signer; versions with the
 * stages {@code AWSCURRENT}, {@code AWSPREVIOUS} (which follows by itself) and {@code AWSPENDING}
 * (which a plain read does not see); idempotent request tokens; names, ARNs and ARNs without their
 * six characters; deletion with recovery; the limit of 64 KiB; the errors' types as AWS names them;
 * a log of calls and faults on demand. Regions are those of the signatures, so that one endpoint
 * serves them all.
 *
 * <p>What it does not claim: values lie in the heap in clear, no KMS key encrypts them; resource
 * policies and IAM are not evaluated; RotateSecret, which calls a function, is not served, and
 * neither are lists, batches, tags and replicas; time does not delete secrets.
 *
 * <p>Safe for use by several threads. Needs {@code software.amazon.awssdk:http-auth-aws} on the
 * class path, which the SDK's client brings.
 */
public final class SecretsWireDouble implements AutoCloseable {
  /** The account of every secret. */
  public static final String ACCOUNT = "111122223333";

  private static final String TARGET = "secretsmanager.";
  private static final String ACCESS_KEY_ID = "AKIADOUBLE0000000000";
  private static final int LONGEST_REQUEST = 1024 * 1024;

  /** Something that goes wrong with one call. */
  private record Fault(@Nullable SecretsError error, Duration delay, String otherSecret) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(SecretsWireDouble::daemon);
  private final SecretsActions actions = new SecretsActions();
  private final RequestSignature signatures = new RequestSignature("secretsmanager");
  private final String secretAccessKey;
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final List<SecretsCall> calls = new ArrayList<>();

  private SecretsWireDouble(HttpServer server) {
    this.server = server;
    byte[] drawn = new byte[30];
    new SecureRandom().nextBytes(drawn);
    this.secretAccessKey = Base64.getEncoder().encodeToString(drawn);
  }

  /**
   * Starts a double without secrets on a free port of the loopback interface.
   *
   * @return the running double, which the caller closes
   */
  public static SecretsWireDouble start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      SecretsWireDouble made = new SecretsWireDouble(server);
      server.setExecutor(made.threads);
      server.createContext("/", made::handle);
      server.start();
      return made;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "secrets-wire-double");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Where the double listens: the endpoint override of a client.
   *
   * @return an http URI on loopback
   */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /**
   * The one access key that is accepted.
   *
   * @return its id
   */
  public String accessKeyId() {
    return ACCESS_KEY_ID;
  }

  /**
   * What a client signs with. It opens nothing but the double.
   *
   * @return the secret of {@link #accessKeyId()}
   */
  public String secretAccessKey() {
    return secretAccessKey;
  }

  /**
   * Makes a secret of text.
   *
   * @param region such as {@code eu-central-1}
   * @param name its name
   * @param text its value
   * @return its ARN
   */
  public String create(String region, String name, String text) {
    return actions
        .answer(
            region,
            "CreateSecret",
            JsonObject.builder().put("Name", name).put("SecretString", text).build())
        .string("ARN");
  }

  /**
   * Gives a secret a new current version, as the end of a rotation does.
   *
   * @param arn the secret
   * @param text its new value
   */
  public void rotate(String arn, String text) {
    change(arn, "PutSecretValue", JsonObject.builder().put("SecretString", text));
  }

  /**
   * Schedules a secret for deletion.
   *
   * @param arn the secret
   */
  public void delete(String arn) {
    change(arn, "DeleteSecret", JsonObject.builder());
  }

  private void change(String arn, String action, JsonObject.Builder request) {
    actions.answer(arn.split(":", -1)[3], action, request.put("SecretId", arn).build());
  }

  /**
   * Lets the next calls fail, each with one error.
   *
   * @param type the error's type, such as {@code ThrottlingException}
   * @param status the HTTP status, 400 or 500
   * @param times how many calls
   */
  public void failNext(String type, int status, int times) {
    add(
        new Fault(
            new SecretsError(type, status, "A fault that a test asked for."), Duration.ZERO, ""),
        times);
  }

  /**
   * Answers the next calls late.
   *
   * @param delay how late
   * @param times how many calls
   */
  public void delayNext(Duration delay, int times) {
    add(new Fault(null, delay, ""), times);
  }

  /**
   * Cuts the connections of the next calls in the middle of their answers.
   *
   * @param times how many calls
   */
  public void cutNext(int times) {
    add(new Fault(null, Duration.ZERO, ""), times);
  }

  /**
   * Names another secret in the next answer.
   *
   * @param name the name and ARN that are answered
   */
  public void answerNextAs(String name) {
    add(new Fault(null, Duration.ZERO, name), 1);
  }

  private void add(Fault fault, int times) {
    synchronized (faults) {
      for (int i = 0; i < times; i++) {
        faults.add(fault);
      }
    }
  }

  /** Forgets the faults that have not happened yet. */
  public void clearFaults() {
    synchronized (faults) {
      faults.clear();
    }
  }

  /**
   * The calls with a valid signature so far, in the order of their ends. What the methods of this
   * class do is no call.
   *
   * @return a copy
   */
  public List<SecretsCall> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  /** Forgets the calls so far. */
  public void clearCalls() {
    synchronized (calls) {
      calls.clear();
    }
  }

  /** Stops listening and cuts open connections. May be called more than once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(LONGEST_REQUEST);
      try {
        serve(exchange, body);
      } catch (SecretsError error) {
        answer(exchange, error.status(), error.body(), false);
      } catch (Refused refused) {
        SecretsError error =
            new SecretsError(refused.type(), 400, String.valueOf(refused.getMessage()));
        answer(exchange, error.status(), error.body(), false);
      }
    }
  }

  private void serve(HttpExchange exchange, byte[] body) throws IOException {
    Signed signed =
        signatures.require(
            id -> id.equals(ACCESS_KEY_ID) ? Optional.of(secretAccessKey) : Optional.empty(),
            exchange.getRequestHeaders(),
            body);
    String target =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target")).orElse("");
    if (!target.startsWith(TARGET) || !exchange.getRequestMethod().equals("POST")) {
      throw new SecretsError("UnknownOperationException", 400, "");
    }
    String action = target.substring(TARGET.length());
    JsonObject request;
    try {
      request = JsonValue.parseObject(body);
    } catch (JsonException malformed) {
      throw new SecretsError("SerializationException", 400, "");
    }
    Fault fault = nextFault();
    try {
      if (fault != null && fault.error() != null) {
        throw fault.error();
      }
      JsonObject answer = actions.answer(signed.region(), action, request);
      boolean cut = false;
      if (fault != null) {
        if (!fault.otherSecret().isEmpty()) {
          answer = naming(answer, fault.otherSecret());
        }
        cut = fault.delay().isZero() && fault.otherSecret().isEmpty();
        sleep(fault.delay());
      }
      log(action, signed, request, cut ? SecretsCall.CUT : SecretsCall.OK);
      answer(exchange, 200, answer.canonicalBytes(), cut);
    } catch (SecretsError error) {
      log(action, signed, request, error.type());
      throw error;
    } catch (JsonException | IllegalArgumentException malformed) {
      log(action, signed, request, "InvalidParameterException");
      throw SecretsError.parameter("The request is malformed.");
    }
  }

  private static JsonObject naming(JsonObject answer, String other) {
    JsonObject.Builder named = JsonObject.builder().put("Name", other).put("ARN", other);
    answer.without("Name").without("ARN").members().forEach(named::put);
    return named.build();
  }

  private static void sleep(Duration delay) {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Fault nextFault() {
    synchronized (faults) {
      return faults.poll();
    }
  }

  private void log(String action, Signed signed, JsonObject request, String outcome) {
    synchronized (calls) {
      calls.add(
          new SecretsCall(
              action,
              signed.region(),
              request.optionalString("SecretId"),
              request.optionalString("VersionStage"),
              outcome));
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body, boolean cut)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.getResponseHeaders().set("x-amzn-RequestId", "double-" + System.nanoTime());
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(cut ? Arrays.copyOf(body, body.length / 2) : body);
    exchange.getResponseBody().flush();
  }

  @Override
  public String toString() {
    return "SecretsWireDouble[" + endpoint() + "]";
  }
}
