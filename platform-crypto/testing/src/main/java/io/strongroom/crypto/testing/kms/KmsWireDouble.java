package io.strongroom.crypto.testing.kms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.testing.internal.RequestSignature;
import io.strongroom.crypto.testing.internal.RequestSignature.Refused;
import io.strongroom.crypto.testing.internal.RequestSignature.Signed;
import io.strongroom.crypto.testing.kms.KmsActions.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that speaks the wire protocol of AWS KMS (JSON 1.1, {@code TrentService}),
 * so that the real AWS SDK and the official Encryption SDK can be tested without AWS.
 *
 * <p>What is real: Signature Version 4 is checked with the SDK's own signer; AES-256-GCM under a
 * random key for each generation of each key, with the encryption context authenticated, so that
 * ciphertexts of before a rotation still decrypt; ECDSA (P-256, P-384, P-521), Ed25519 and ML-DSA
 * signatures; key ids, key ARNs, alias names and alias ARNs; accounts and Regions, where the Region
 * is the one of the signature, so that one endpoint serves them all; replicas of multi-Region keys
 * with the same material under the same {@code mrk-} id; the errors' types as AWS names them; a log
 * of calls and faults on demand.
 *
 * <p>What it does not claim: key policies, grants and IAM are not evaluated (policies are stored,
 * grant tokens are logged, every access key may use every key that it can name); nothing is an HSM;
 * there are no quotas, no eventual consistency but by a fault, no paging, no temporary credentials,
 * no RSA, HMAC or key agreement keys, no imported material and no pre-hashed Ed25519; time does not
 * delete keys; properties of multi-Region keys other than the shared material are not kept in step.
 * Ciphertexts have another layout than those of KMS. Keys live in the heap and end with this
 * object.
 *
 * <p>Safe for use by several threads. Needs {@code software.amazon.awssdk:http-auth-aws} on the
 * class path, which the SDK's KMS client brings.
 */
public final class KmsWireDouble implements AutoCloseable {
  /** The account of {@link #accessKey()} and of the keys that the methods here make. */
  public static final String ACCOUNT = "111122223333";

  private static final String TARGET = "TrentService.";
  private static final int LONGEST_REQUEST = 1024 * 1024;

  private record Armed(KmsFault fault, AtomicInteger left) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(KmsWireDouble::daemon);
  private final KmsActions actions = new KmsActions();
  private final RequestSignature signatures = new RequestSignature("kms");
  private final Map<String, KmsAccessKey> accessKeys = new ConcurrentHashMap<>();
  private final KmsAccessKey accessKey;
  private final List<Armed> faults = new ArrayList<>();
  private final List<KmsCall> calls = new ArrayList<>();

  private KmsWireDouble(HttpServer server) {
    this.server = server;
    this.accessKey = addAccessKey(ACCOUNT);
  }

  /**
   * Starts a double without keys on a free port of the loopback interface.
   *
   * @return the running double, which the caller closes
   */
  public static KmsWireDouble start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      KmsWireDouble kms = new KmsWireDouble(server);
      server.setExecutor(kms.threads);
      server.createContext("/", kms::handle);
      server.start();
      return kms;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "kms-wire-double");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Where the double listens: the endpoint override of a client.
   *
   * @return an http URI on loopback
   */
  public URI endpoint() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  /**
   * The access key of {@link #ACCOUNT} that is accepted from the start.
   *
   * @return what a client signs with
   */
  public KmsAccessKey accessKey() {
    return accessKey;
  }

  /**
   * Accepts another access key.
   *
   * @param account the account of who signs with it, 12 digits
   * @return what a client signs with
   */
  public KmsAccessKey addAccessKey(String account) {
    byte[] secret = new byte[30];
    new SecureRandom().nextBytes(secret);
    KmsAccessKey added =
        new KmsAccessKey(
            "AKIADOUBLE%010d".formatted(accessKeys.size()),
            Base64.getEncoder().encodeToString(secret),
            account);
    accessKeys.put(added.accessKeyId(), added);
    return added;
  }

  /**
   * Makes a symmetric key.
   *
   * @param region such as {@code eu-central-1}
   * @return its key ARN
   */
  public String createKey(String region) {
    return create(region, JsonObject.builder());
  }

  /**
   * Makes the primary of a multi-Region symmetric key.
   *
   * @param region such as {@code eu-central-1}
   * @return its key ARN
   */
  public String createMultiRegionKey(String region) {
    return create(region, JsonObject.builder().put("MultiRegion", true));
  }

  /**
   * Makes a key that signs.
   *
   * @param region such as {@code eu-central-1}
   * @param keySpec such as {@code ECC_NIST_P256} or {@code ML_DSA_44}
   * @return its key ARN
   */
  public String createSigningKey(String region, String keySpec) {
    return create(
        region, JsonObject.builder().put("KeySpec", keySpec).put("KeyUsage", "SIGN_VERIFY"));
  }

  private String create(String region, JsonObject.Builder request) {
    return administer(region, "CreateKey", request).object("KeyMetadata").string("Arn");
  }

  /**
   * Makes a replica of a multi-Region key.
   *
   * @param keyArn the primary
   * @param region the replica's Region
   * @return the replica's key ARN
   */
  public String replicate(String keyArn, String region) {
    return administer(
            region(keyArn),
            "ReplicateKey",
            JsonObject.builder().put("KeyId", keyArn).put("ReplicaRegion", region))
        .object("ReplicaKeyMetadata")
        .string("Arn");
  }

  /**
   * Points an alias at a key; the alias is made when it is not there.
   *
   * @param name such as {@code alias/lake}
   * @param keyArn the key, in the Region that the alias shall be in
   * @return the alias ARN
   */
  public String alias(String name, String keyArn) {
    JsonObject.Builder request =
        JsonObject.builder().put("AliasName", name).put("TargetKeyId", keyArn);
    String arn = keyArn.substring(0, keyArn.indexOf(":key/") + 1) + name;
    try {
      administer(region(keyArn), "CreateAlias", request);
    } catch (KmsError there) {
      administer(region(keyArn), "UpdateAlias", request);
    }
    return arn;
  }

  /**
   * Gives a key a new generation, which encrypts from now on.
   *
   * @param keyArn the key
   */
  public void rotate(String keyArn) {
    change(keyArn, "RotateKeyOnDemand");
  }

  /**
   * Disables a key.
   *
   * @param keyArn the key
   */
  public void disable(String keyArn) {
    change(keyArn, "DisableKey");
  }

  /**
   * Enables a disabled key.
   *
   * @param keyArn the key
   */
  public void enable(String keyArn) {
    change(keyArn, "EnableKey");
  }

  /**
   * Schedules a key for deletion. It stays pending: time deletes nothing here.
   *
   * @param keyArn the key
   */
  public void scheduleDeletion(String keyArn) {
    change(keyArn, "ScheduleKeyDeletion");
  }

  /**
   * Destroys a key at once.
   *
   * @param keyArn the key
   */
  public void destroy(String keyArn) {
    actions.destroy(keyArn);
  }

  private void change(String keyArn, String action) {
    administer(region(keyArn), action, JsonObject.builder().put("KeyId", keyArn));
  }

  private JsonObject administer(String region, String action, JsonObject.Builder request) {
    return actions.answer(new Caller(ACCOUNT, region), action, request.build());
  }

  private static String region(String arn) {
    return arn.split(":", -1)[3];
  }

  /**
   * Lets something go wrong from now on, beside the faults that are there already. Of the faults
   * that fit a call, every delay is waited for, and the first of the others happens.
   *
   * @param fault what goes wrong
   */
  public void inject(KmsFault fault) {
    synchronized (faults) {
      faults.add(new Armed(fault, new AtomicInteger(fault.times().orElse(Integer.MAX_VALUE))));
    }
  }

  /** Forgets all faults. */
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
  public List<KmsCall> calls() {
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
      } catch (KmsError error) {
        answer(exchange, error);
      }
    }
  }

  private void serve(HttpExchange exchange, byte[] body) throws IOException {
    Signed signed = signed(exchange, body);
    String target =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target")).orElse("");
    if (!target.startsWith(TARGET) || !exchange.getRequestMethod().equals("POST")) {
      throw new KmsError("UnknownOperationException", 400, "");
    }
    String action = target.substring(TARGET.length());
    JsonObject request;
    try {
      request = JsonValue.parseObject(body);
    } catch (JsonException malformed) {
      throw new KmsError("SerializationException", 400, "");
    }
    KmsCall call = call(signed, action, request);
    KmsFault fault = fault(call);
    try {
      if (fault != null && fault.kind() == KmsFault.Kind.ERROR) {
        throw fault.error();
      }
      if (fault != null && fault.kind() == KmsFault.Kind.CUT_BEFORE) {
        log(call, KmsCall.CUT);
        return;
      }
      Caller caller = new Caller(accessKey(signed).account(), signed.region());
      JsonObject answer = actions.answer(caller, action, request);
      if (fault != null && fault.kind() == KmsFault.Kind.OTHER_KEY) {
        answer = naming(answer, fault.otherKey());
      }
      boolean cut = fault != null && fault.kind() == KmsFault.Kind.CUT_WITHIN;
      log(call, cut ? KmsCall.CUT : KmsCall.OK);
      answer(exchange, 200, answer.canonicalBytes(), cut);
    } catch (KmsError error) {
      log(call, error.type());
      throw error;
    } catch (JsonException | IllegalArgumentException malformed) {
      log(call, "ValidationException");
      throw KmsError.validation("The request is malformed.");
    }
  }

  private Signed signed(HttpExchange exchange, byte[] body) {
    try {
      return signatures.require(
          id -> Optional.ofNullable(accessKeys.get(id)).map(KmsAccessKey::secretAccessKey),
          exchange.getRequestHeaders(),
          body);
    } catch (Refused refused) {
      throw new KmsError(refused.type(), 400, String.valueOf(refused.getMessage()));
    }
  }

  private KmsAccessKey accessKey(Signed signed) {
    return Objects.requireNonNull(accessKeys.get(signed.accessKeyId()));
  }

  private static JsonObject naming(JsonObject answer, String otherKey) {
    JsonObject.Builder named = JsonObject.builder().put("KeyId", otherKey);
    answer.without("KeyId").members().forEach(named::put);
    return named.build();
  }

  private static KmsCall call(Signed signed, String action, JsonObject request) {
    boolean reEncrypt = action.equals("ReEncrypt");
    try {
      return new KmsCall(
          action,
          signed.region(),
          signed.accessKeyId(),
          request.optionalString(reEncrypt ? "DestinationKeyId" : "KeyId"),
          request.optionalString("SourceKeyId"),
          KmsActions.context(request, reEncrypt ? "SourceEncryptionContext" : "EncryptionContext"),
          KmsActions.grantTokens(request),
          KmsCall.OK);
    } catch (JsonException malformed) {
      throw new KmsError("SerializationException", 400, "");
    }
  }

  private void log(KmsCall call, String outcome) {
    synchronized (calls) {
      calls.add(
          new KmsCall(
              call.action(),
              call.region(),
              call.accessKeyId(),
              call.key(),
              call.sourceKey(),
              call.context(),
              call.grantTokens(),
              outcome));
    }
  }

  private @Nullable KmsFault fault(KmsCall call) {
    KmsFault first = null;
    List<KmsFault> delays = new ArrayList<>();
    synchronized (faults) {
      for (Armed armed : faults) {
        boolean delay = armed.fault().kind() == KmsFault.Kind.DELAY;
        if ((delay || first == null) && armed.fault().fits(call) && armed.left().get() > 0) {
          armed.left().decrementAndGet();
          if (delay) {
            delays.add(armed.fault());
          } else {
            first = armed.fault();
          }
        }
      }
    }
    for (KmsFault delay : delays) {
      try {
        Thread.sleep(delay.delay().toMillis());
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      }
    }
    return first;
  }

  private static void answer(HttpExchange exchange, KmsError error) throws IOException {
    answer(exchange, error.status(), error.body(), false);
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
    return "KmsWireDouble[" + endpoint() + "]";
  }
}
