package io.strongroom.crypto.testing.kms;

import io.strongroom.base.JsonValue.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operations over the keys and aliases of all accounts and Regions. One call at a time. */
final class KmsActions {
  private static final Pattern ARN =
      Pattern.compile("arn:aws:kms:([a-z0-9-]+):([0-9]{12}):(key|alias)/(.+)");
  private static final Pattern ALIAS = Pattern.compile("alias/[a-zA-Z0-9/_-]{1,250}");
  private static final int LONGEST_PLAINTEXT = 4096;

  /** Where a caller stands. */
  record Caller(String account, String region) {}

  private final Map<String, KmsKey> keys = new LinkedHashMap<>();
  private final SortedMap<String, String> aliases = new TreeMap<>();
  private final Map<String, BiFunction<Caller, JsonObject, JsonObject>> actions = new TreeMap<>();

  KmsActions() {
    actions.put("CreateKey", this::createKey);
    actions.put("ReplicateKey", this::replicateKey);
    actions.put("DescribeKey", this::describeKey);
    actions.put("ListKeys", this::listKeys);
    actions.put("CreateAlias", this::createAlias);
    actions.put("UpdateAlias", this::updateAlias);
    actions.put("DeleteAlias", this::deleteAlias);
    actions.put("ListAliases", this::listAliases);
    actions.put("Encrypt", this::encrypt);
    actions.put("Decrypt", this::decrypt);
    actions.put("ReEncrypt", this::reEncrypt);
    actions.put("GenerateDataKey", this::generateDataKey);
    actions.put("GenerateDataKeyWithoutPlaintext", this::generateDataKeyWithoutPlaintext);
    actions.put("GenerateRandom", this::generateRandom);
    actions.put("Sign", this::sign);
    actions.put("Verify", this::verify);
    actions.put("GetPublicKey", this::getPublicKey);
    actions.put("EnableKey", this::enableKey);
    actions.put("DisableKey", this::disableKey);
    actions.put("ScheduleKeyDeletion", this::scheduleKeyDeletion);
    actions.put("CancelKeyDeletion", this::cancelKeyDeletion);
    actions.put("EnableKeyRotation", (caller, request) -> rotating(caller, request, true));
    actions.put("DisableKeyRotation", (caller, request) -> rotating(caller, request, false));
    actions.put("GetKeyRotationStatus", this::getKeyRotationStatus);
    actions.put("RotateKeyOnDemand", this::rotateKeyOnDemand);
    actions.put("ListKeyRotations", this::listKeyRotations);
    actions.put("GetKeyPolicy", this::getKeyPolicy);
    actions.put("PutKeyPolicy", this::putKeyPolicy);
    actions.put("TagResource", this::tagResource);
    actions.put("ListResourceTags", this::listResourceTags);
  }

  synchronized JsonObject answer(Caller caller, String action, JsonObject request) {
    BiFunction<Caller, JsonObject, JsonObject> operation = actions.get(action);
    if (operation == null) {
      throw new KmsError("UnknownOperationException", 400, "");
    }
    return operation.apply(caller, request);
  }

  /** Takes a key away at once, as if the time until its deletion had passed. */
  synchronized void destroy(String arn) {
    if (keys.remove(arn) == null) {
      throw new IllegalArgumentException("no such key");
    }
    aliases.values().removeIf(arn::equals);
  }

  // Keys

  private KmsKey key(Caller caller, JsonObject request) {
    return resolve(caller, request.string("KeyId"));
  }

  private KmsKey usable(Caller caller, String keyId, String usage) {
    KmsKey key = resolve(caller, keyId);
    key.requireUsable();
    key.requireUsage(usage);
    return key;
  }

  private KmsKey resolve(Caller caller, String keyId) {
    String arn;
    if (keyId.startsWith("arn:")) {
      Matcher parts = ARN.matcher(keyId);
      if (!parts.matches()) {
        throw new KmsError("InvalidArnException", 400, "Invalid arn");
      }
      if (!parts.group(1).equals(caller.region())) {
        throw KmsError.notFound("Invalid arn " + parts.group(1));
      }
      arn = keyId;
    } else {
      String resource = keyId.startsWith("alias/") ? keyId : "key/" + keyId;
      arn = arn(caller, resource);
    }
    if (arn.contains(":alias/")) {
      String target = aliases.get(arn);
      if (target == null) {
        throw KmsError.notFound("Alias " + arn + " is not found.");
      }
      arn = target;
    }
    KmsKey key = keys.get(arn);
    if (key == null) {
      throw KmsError.notFound("Key '" + arn + "' does not exist");
    }
    return key;
  }

  private static String arn(Caller caller, String resource) {
    return "arn:aws:kms:" + caller.region() + ":" + caller.account() + ":" + resource;
  }

  private JsonObject createKey(Caller caller, JsonObject request) {
    String spec = request.optionalString("KeySpec").orElse("SYMMETRIC_DEFAULT");
    boolean multiRegion = flag(request, "MultiRegion");
    KmsKey key = KmsKey.create(caller.account(), caller.region(), spec, multiRegion);
    if (key.signing().isEmpty() && !spec.equals("SYMMETRIC_DEFAULT")) {
      throw KmsError.unsupported("KeySpec " + spec + " is not served here");
    }
    String usage = request.optionalString("KeyUsage").orElse("ENCRYPT_DECRYPT");
    if (!usage.equals(key.usage())) {
      throw KmsError.validation("KeyUsage " + usage + " is not compatible with KeySpec " + spec);
    }
    request.optionalString("Description").ifPresent(key::description);
    request.optionalString("Policy").ifPresent(key::policy);
    tag(key, request);
    keys.put(key.arn(), key);
    return JsonObject.builder().put("KeyMetadata", key.metadata()).build();
  }

  private JsonObject replicateKey(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    key.requireUsable();
    if (!key.multiRegion()) {
      throw KmsError.unsupported(key.arn() + " is not a multi-Region key.");
    }
    Caller there = new Caller(key.account(), request.string("ReplicaRegion"));
    if (keys.containsKey(arn(there, "key/" + key.id()))) {
      throw new KmsError("AlreadyExistsException", 400, "The replica exists.");
    }
    KmsKey replica = key.replicate(there.region());
    keys.put(replica.arn(), replica);
    return JsonObject.builder().put("ReplicaKeyMetadata", replica.metadata()).build();
  }

  private JsonObject describeKey(Caller caller, JsonObject request) {
    return JsonObject.builder().put("KeyMetadata", key(caller, request).metadata()).build();
  }

  private JsonObject listKeys(Caller caller, JsonObject request) {
    List<JsonObject> found = new ArrayList<>();
    for (KmsKey key : keys.values()) {
      if (key.account().equals(caller.account()) && key.region().equals(caller.region())) {
        found.add(JsonObject.builder().put("KeyId", key.id()).put("KeyArn", key.arn()).build());
      }
    }
    return JsonObject.builder().putObjects("Keys", found).put("Truncated", false).build();
  }

  private JsonObject enableKey(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    requireNotPending(key);
    key.state(KmsKey.State.ENABLED);
    return nothing();
  }

  private JsonObject disableKey(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    requireNotPending(key);
    key.state(KmsKey.State.DISABLED);
    return nothing();
  }

  private static void requireNotPending(KmsKey key) {
    if (key.state() == KmsKey.State.PENDING_DELETION) {
      key.requireUsable();
    }
  }

  private JsonObject scheduleKeyDeletion(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    requireNotPending(key);
    long days = !has(request, "PendingWindowInDays") ? 30 : request.integer("PendingWindowInDays");
    if (days < 7 || days > 30) {
      throw KmsError.validation("PendingWindowInDays must be between 7 and 30");
    }
    Instant when = key.scheduleDeletion(Duration.ofDays(days));
    return JsonObject.builder()
        .put("KeyId", key.arn())
        .put("DeletionDate", when.getEpochSecond())
        .put("KeyState", "PendingDeletion")
        .put("PendingWindowInDays", days)
        .build();
  }

  private JsonObject cancelKeyDeletion(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    if (key.state() != KmsKey.State.PENDING_DELETION) {
      throw new KmsError("KMSInvalidStateException", 400, key.arn() + " is not pending deletion.");
    }
    key.state(KmsKey.State.DISABLED);
    return JsonObject.builder().put("KeyId", key.arn()).build();
  }

  // Aliases

  private static String aliasName(JsonObject request) {
    String name = request.string("AliasName");
    if (!ALIAS.matcher(name).matches() || name.startsWith("alias/aws/")) {
      throw new KmsError("InvalidAliasNameException", 400, "Invalid alias name");
    }
    return name;
  }

  private JsonObject createAlias(Caller caller, JsonObject request) {
    String alias = arn(caller, aliasName(request));
    if (aliases.containsKey(alias)) {
      throw new KmsError(
          "AlreadyExistsException", 400, "An alias with the name " + alias + " already exists");
    }
    return point(caller, alias, request);
  }

  private JsonObject updateAlias(Caller caller, JsonObject request) {
    String alias = arn(caller, aliasName(request));
    if (!aliases.containsKey(alias)) {
      throw KmsError.notFound("Alias " + alias + " is not found.");
    }
    return point(caller, alias, request);
  }

  private JsonObject point(Caller caller, String alias, JsonObject request) {
    KmsKey target = resolve(caller, request.string("TargetKeyId"));
    requireNotPending(target);
    aliases.put(alias, target.arn());
    return nothing();
  }

  private JsonObject deleteAlias(Caller caller, JsonObject request) {
    String alias = arn(caller, aliasName(request));
    if (aliases.remove(alias) == null) {
      throw KmsError.notFound("Alias " + alias + " is not found.");
    }
    return nothing();
  }

  private JsonObject listAliases(Caller caller, JsonObject request) {
    List<JsonObject> found = new ArrayList<>();
    String prefix = arn(caller, "alias/");
    aliases.forEach(
        (alias, target) -> {
          if (alias.startsWith(prefix)) {
            found.add(
                JsonObject.builder()
                    .put("AliasArn", alias)
                    .put("AliasName", alias.substring(prefix.length() - "alias/".length()))
                    .put("TargetKeyId", target.substring(target.lastIndexOf('/') + 1))
                    .build());
          }
        });
    return JsonObject.builder().putObjects("Aliases", found).put("Truncated", false).build();
  }

  // Encryption

  private JsonObject encrypt(Caller caller, JsonObject request) {
    KmsKey key = usable(caller, request.string("KeyId"), "ENCRYPT_DECRYPT");
    byte[] plaintext = bytes(request, "Plaintext");
    if (plaintext.length < 1 || plaintext.length > LONGEST_PLAINTEXT) {
      throw KmsError.validation(
          "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member"
              + " must have length less than or equal to 4096");
    }
    requireNoDryRun(request);
    return JsonObject.builder()
        .put(
            "CiphertextBlob", base64(key.encrypt(plaintext, context(request, "EncryptionContext"))))
        .put("KeyId", key.arn())
        .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .build();
  }

  private JsonObject decrypt(Caller caller, JsonObject request) {
    byte[] blob = bytes(request, "CiphertextBlob");
    KmsKey key = holder(caller, blob, request.optionalString("KeyId"));
    byte[] plaintext = key.decrypt(blob, context(request, "EncryptionContext"));
    requireNoDryRun(request);
    return JsonObject.builder()
        .put("Plaintext", base64(plaintext))
        .put("KeyId", key.arn())
        .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .build();
  }

  private JsonObject reEncrypt(Caller caller, JsonObject request) {
    byte[] blob = bytes(request, "CiphertextBlob");
    KmsKey source = holder(caller, blob, request.optionalString("SourceKeyId"));
    KmsKey target = usable(caller, request.string("DestinationKeyId"), "ENCRYPT_DECRYPT");
    byte[] plaintext = source.decrypt(blob, context(request, "SourceEncryptionContext"));
    requireNoDryRun(request);
    return JsonObject.builder()
        .put(
            "CiphertextBlob",
            base64(target.encrypt(plaintext, context(request, "DestinationEncryptionContext"))))
        .put("SourceKeyId", source.arn())
        .put("KeyId", target.arn())
        .put("SourceEncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .put("DestinationEncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .build();
  }

  /** The key that decrypts a blob; a key that the request names must be it. */
  private KmsKey holder(Caller caller, byte[] blob, Optional<String> keyId) {
    String named = KmsKey.named(blob);
    if (keyId.isPresent()) {
      KmsKey key = usable(caller, keyId.get(), "ENCRYPT_DECRYPT");
      if (!named.equals(key.account() + "/" + key.id())) {
        throw new KmsError(
            "IncorrectKeyException",
            400,
            "The key ID in the request does not identify a CMK that can perform this operation.");
      }
      return key;
    }
    for (KmsKey key : keys.values()) {
      if (key.region().equals(caller.region()) && named.equals(key.account() + "/" + key.id())) {
        key.requireUsable();
        return key;
      }
    }
    throw KmsError.invalidCiphertext();
  }

  private JsonObject generateDataKey(Caller caller, JsonObject request) {
    KmsKey key = usable(caller, request.string("KeyId"), "ENCRYPT_DECRYPT");
    byte[] plaintext = KmsKey.random(dataKeyLength(request));
    requireNoDryRun(request);
    return JsonObject.builder()
        .put("Plaintext", base64(plaintext))
        .put(
            "CiphertextBlob", base64(key.encrypt(plaintext, context(request, "EncryptionContext"))))
        .put("KeyId", key.arn())
        .build();
  }

  private JsonObject generateDataKeyWithoutPlaintext(Caller caller, JsonObject request) {
    JsonObject whole = generateDataKey(caller, request);
    return JsonObject.builder()
        .put("CiphertextBlob", whole.string("CiphertextBlob"))
        .put("KeyId", whole.string("KeyId"))
        .build();
  }

  private static int dataKeyLength(JsonObject request) {
    Optional<String> spec = request.optionalString("KeySpec");
    boolean number = has(request, "NumberOfBytes");
    if (spec.isPresent() == number) {
      throw KmsError.validation("Please specify either number of bytes or key spec.");
    }
    if (number) {
      return numberOfBytes(request);
    }
    return switch (spec.get()) {
      case "AES_256" -> 32;
      case "AES_128" -> 16;
      default -> throw KmsError.validation("Value at 'keySpec' is not AES_256 or AES_128");
    };
  }

  private static int numberOfBytes(JsonObject request) {
    long bytes = request.integer("NumberOfBytes");
    if (bytes < 1 || bytes > 1024) {
      throw KmsError.validation("'numberOfBytes' must be between 1 and 1024");
    }
    return (int) bytes;
  }

  private JsonObject generateRandom(Caller caller, JsonObject request) {
    return JsonObject.builder()
        .put("Plaintext", base64(KmsKey.random(numberOfBytes(request))))
        .build();
  }

  // Signatures

  private JsonObject sign(Caller caller, JsonObject request) {
    KmsKey key = usable(caller, request.string("KeyId"), "SIGN_VERIFY");
    String algorithm = request.string("SigningAlgorithm");
    byte[] signature =
        key.signing()
            .orElseThrow()
            .sign(key.keyPair(), bytes(request, "Message"), messageType(request), algorithm);
    requireNoDryRun(request);
    return JsonObject.builder()
        .put("KeyId", key.arn())
        .put("Signature", base64(signature))
        .put("SigningAlgorithm", algorithm)
        .build();
  }

  private JsonObject verify(Caller caller, JsonObject request) {
    KmsKey key = usable(caller, request.string("KeyId"), "SIGN_VERIFY");
    String algorithm = request.string("SigningAlgorithm");
    boolean valid =
        key.signing()
            .orElseThrow()
            .verify(
                key.keyPair(),
                bytes(request, "Message"),
                messageType(request),
                algorithm,
                bytes(request, "Signature"));
    if (!valid) {
      throw new KmsError("KMSInvalidSignatureException", 400, "");
    }
    requireNoDryRun(request);
    return JsonObject.builder()
        .put("KeyId", key.arn())
        .put("SignatureValid", true)
        .put("SigningAlgorithm", algorithm)
        .build();
  }

  private static String messageType(JsonObject request) {
    return request.optionalString("MessageType").orElse("RAW");
  }

  private JsonObject getPublicKey(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    key.requireUsable();
    if (key.signing().isEmpty()) {
      throw KmsError.unsupported(key.arn() + " is not an asymmetric key.");
    }
    return JsonObject.builder()
        .put("KeyId", key.arn())
        .put("PublicKey", base64(key.keyPair().getPublic().getEncoded()))
        .put("KeySpec", key.spec())
        .put("CustomerMasterKeySpec", key.spec())
        .put("KeyUsage", key.usage())
        .putStrings("SigningAlgorithms", List.of(key.signing().get().algorithm()))
        .build();
  }

  // Rotation

  private KmsKey rotated(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    key.requireUsable();
    if (key.signing().isPresent()) {
      throw KmsError.unsupported(key.arn() + " cannot be rotated.");
    }
    return key;
  }

  private JsonObject rotating(Caller caller, JsonObject request, boolean on) {
    rotated(caller, request).rotating(on);
    return nothing();
  }

  private JsonObject getKeyRotationStatus(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    return JsonObject.builder()
        .put("KeyId", key.arn())
        .put("KeyRotationEnabled", key.rotating())
        .build();
  }

  private JsonObject rotateKeyOnDemand(Caller caller, JsonObject request) {
    KmsKey key = rotated(caller, request);
    key.rotate();
    return JsonObject.builder().put("KeyId", key.arn()).build();
  }

  private JsonObject listKeyRotations(Caller caller, JsonObject request) {
    KmsKey key = key(caller, request);
    List<JsonObject> rotations =
        key.rotations().stream()
            .map(
                when ->
                    JsonObject.builder()
                        .put("KeyId", key.arn())
                        .put("RotationDate", when.getEpochSecond())
                        .put("RotationType", "ON_DEMAND")
                        .build())
            .toList();
    return JsonObject.builder().putObjects("Rotations", rotations).put("Truncated", false).build();
  }

  // Policies and tags are kept and never evaluated.

  private JsonObject getKeyPolicy(Caller caller, JsonObject request) {
    return JsonObject.builder()
        .put("Policy", key(caller, request).policy())
        .put("PolicyName", "default")
        .build();
  }

  private JsonObject putKeyPolicy(Caller caller, JsonObject request) {
    key(caller, request).policy(request.string("Policy"));
    return nothing();
  }

  private JsonObject tagResource(Caller caller, JsonObject request) {
    tag(key(caller, request), request);
    return nothing();
  }

  private static void tag(KmsKey key, JsonObject request) {
    if (has(request, "Tags")) {
      for (JsonObject tag : request.objects("Tags")) {
        key.tags().put(tag.string("TagKey"), tag.string("TagValue"));
      }
    }
  }

  private JsonObject listResourceTags(Caller caller, JsonObject request) {
    List<JsonObject> tags =
        key(caller, request).tags().entrySet().stream()
            .map(
                tag ->
                    JsonObject.builder()
                        .put("TagKey", tag.getKey())
                        .put("TagValue", tag.getValue())
                        .build())
            .toList();
    return JsonObject.builder().putObjects("Tags", tags).put("Truncated", false).build();
  }

  // Members of requests

  private static JsonObject nothing() {
    return JsonObject.builder().build();
  }

  private static boolean flag(JsonObject request, String name) {
    return has(request, name) && request.flag(name);
  }

  private static void requireNoDryRun(JsonObject request) {
    if (flag(request, "DryRun")) {
      throw new KmsError(
          "DryRunOperationException",
          400,
          "The request would have succeeded, but the DryRun option is set.");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] bytes(JsonObject request, String name) {
    return Base64.getDecoder().decode(request.string(name));
  }

  static Map<String, String> context(JsonObject request, String name) {
    Map<String, String> context = new TreeMap<>();
    if (has(request, name)) {
      JsonObject pairs = request.object(name);
      pairs.members().keySet().forEach(key -> context.put(key, pairs.string(key)));
    }
    return context;
  }

  static List<String> grantTokens(JsonObject request) {
    return has(request, "GrantTokens") ? request.strings("GrantTokens") : List.of();
  }

  private static boolean has(JsonObject request, String name) {
    return request.members().containsKey(name);
  }
}
