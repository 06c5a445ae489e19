package io.strongroom.crypto.testing.secrets;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.testing.secrets.StoredSecret.Value;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** The operations over the secrets of all Regions. One call at a time. */
final class SecretsActions {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}");
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LONGEST = 65_536;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, StoredSecret> secrets = new LinkedHashMap<>();
  private final Map<String, BiFunction<String, JsonObject, JsonObject>> actions = new TreeMap<>();

  SecretsActions() {
    actions.put("CreateSecret", this::create);
    actions.put("PutSecretValue", this::put);
    actions.put("GetSecretValue", this::get);
    actions.put("UpdateSecretVersionStage", this::updateStage);
    actions.put("DescribeSecret", this::describe);
    actions.put("DeleteSecret", this::delete);
    actions.put("RestoreSecret", this::restore);
  }

  synchronized JsonObject answer(String region, String action, JsonObject request) {
    BiFunction<String, JsonObject, JsonObject> operation = actions.get(action);
    if (operation == null) {
      throw new SecretsError("UnknownOperationException", 400, "");
    }
    return operation.apply(region, request);
  }

  private static String prefix(String region) {
    return "arn:aws:secretsmanager:" + region + ":" + SecretsWireDouble.ACCOUNT + ":secret:";
  }

  /** By name, by ARN, or by ARN without its six characters. */
  private StoredSecret find(String region, JsonObject request) {
    String id = request.string("SecretId");
    return secrets.values().stream()
        .filter(secret -> secret.arn.startsWith(prefix(region)))
        .filter(
            secret ->
                secret.name.equals(id)
                    || secret.arn.equals(id)
                    || secret.arn.substring(0, secret.arn.length() - 7).equals(id))
        .findFirst()
        .orElseThrow(
            () -> SecretsError.notFound("Secrets Manager can't find the specified secret."));
  }

  private JsonObject create(String region, JsonObject request) {
    String name = request.string("Name");
    if (!NAME.matcher(name).matches()) {
      throw new SecretsError("ValidationException", 400, "Invalid name.");
    }
    boolean taken =
        secrets.values().stream()
            .anyMatch(secret -> secret.name.equals(name) && secret.arn.startsWith(prefix(region)));
    if (taken) {
      throw new SecretsError("ResourceExistsException", 400, "The secret exists already.");
    }
    StringBuilder arn = new StringBuilder(prefix(region)).append(name).append('-');
    for (int i = 0; i < 6; i++) {
      arn.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    StoredSecret secret = new StoredSecret(arn.toString(), name);
    String token = token(request);
    value(request)
        .ifPresent(
            value -> {
              secret.add(token, value);
              secret.stage(StoredSecret.CURRENT, token);
            });
    secrets.put(secret.arn, secret);
    return named(secret).put("VersionId", token).build();
  }

  private JsonObject put(String region, JsonObject request) {
    StoredSecret secret = find(region, request);
    secret.requireUsable();
    String token = token(request);
    Value value =
        value(request)
            .orElseThrow(
                () -> SecretsError.parameter("Either SecretString or SecretBinary is needed."));
    secret.add(token, value);
    List<String> stages =
        request.has("VersionStages")
            ? request.strings("VersionStages")
            : List.of(StoredSecret.CURRENT);
    stages.forEach(stage -> secret.stage(stage, token));
    return named(secret).put("VersionId", token).putStrings("VersionStages", stages).build();
  }

  private JsonObject get(String region, JsonObject request) {
    StoredSecret secret = find(region, request);
    secret.requireUsable();
    Optional<String> version = request.optionalString("VersionId");
    String stage = request.optionalString("VersionStage").orElse(StoredSecret.CURRENT);
    String token =
        version
            .or(() -> secret.version(stage))
            .filter(secret.versions::containsKey)
            .orElseThrow(
                () ->
                    SecretsError.notFound(
                        "Secrets Manager can't find the specified secret value."));
    Value value = Objects.requireNonNull(secret.versions.get(token));
    return named(secret)
        .put("VersionId", token)
        .put(value.binary() ? "SecretBinary" : "SecretString", value.content())
        .putStrings(
            "VersionStages",
            secret.stages.entrySet().stream()
                .filter(entry -> entry.getValue().equals(token))
                .map(Map.Entry::getKey)
                .toList())
        .put("CreatedDate", secret.created.getEpochSecond())
        .build();
  }

  private JsonObject updateStage(String region, JsonObject request) {
    StoredSecret secret = find(region, request);
    secret.requireUsable();
    String stage = request.string("VersionStage");
    Optional<String> target = request.optionalString("MoveToVersionId");
    if (!secret.version(stage).equals(request.optionalString("RemoveFromVersionId"))) {
      throw SecretsError.parameter("The stage is at another version.");
    }
    if (target.isPresent()) {
      if (!secret.versions.containsKey(target.get())) {
        throw SecretsError.notFound("Secrets Manager can't find the specified secret version.");
      }
      secret.stage(stage, target.get());
    } else {
      secret.stages.remove(stage);
    }
    return named(secret).build();
  }

  private JsonObject describe(String region, JsonObject request) {
    StoredSecret secret = find(region, request);
    JsonObject.Builder versions = JsonObject.builder();
    for (String token : secret.versions.keySet()) {
      versions.putStrings(
          token,
          secret.stages.entrySet().stream()
              .filter(entry -> entry.getValue().equals(token))
              .map(Map.Entry::getKey)
              .toList());
    }
    return named(secret).put("VersionIdsToStages", versions.build()).build();
  }

  private JsonObject delete(String region, JsonObject request) {
    StoredSecret secret = find(region, request);
    Instant when = Instant.now().plus(Duration.ofDays(30));
    if (request.has("ForceDeleteWithoutRecovery") && request.flag("ForceDeleteWithoutRecovery")) {
      secrets.remove(secret.arn);
    } else {
      secret.deleted = when;
    }
    return named(secret).put("DeletionDate", when.getEpochSecond()).build();
  }

  private JsonObject restore(String region, JsonObject request) {
    StoredSecret secret = find(region, request);
    secret.deleted = null;
    return named(secret).build();
  }

  private static JsonObject.Builder named(StoredSecret secret) {
    return JsonObject.builder().put("ARN", secret.arn).put("Name", secret.name);
  }

  private static String token(JsonObject request) {
    return request
        .optionalString("ClientRequestToken")
        .orElseGet(() -> UUID.randomUUID().toString());
  }

  private static Optional<Value> value(JsonObject request) {
    Optional<String> text = request.optionalString("SecretString");
    Optional<String> binary = request.optionalString("SecretBinary");
    if (text.isPresent() && binary.isPresent()) {
      throw SecretsError.parameter("You can't specify both a binary secret value and a string.");
    }
    int length =
        text.map(value -> value.getBytes(StandardCharsets.UTF_8).length)
            .or(() -> binary.map(value -> Base64.getDecoder().decode(value).length))
            .orElse(0);
    if (length > LONGEST) {
      throw new SecretsError("ValidationException", 400, "The value is longer than 65536 bytes.");
    }
    return text.map(value -> new Value(false, value))
        .or(() -> binary.map(value -> new Value(true, value)));
  }
}
