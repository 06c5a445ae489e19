package io.strongroom.crypto.awskms;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyState;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.awskms.KmsCaller.Deadline;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/**
 * A key service on AWS KMS, in one or several Regions. Data keys are wrapped with provider id
 * {@code aws-kms} and the ARN of the key that KMS answered, so that KMS keyrings and master keys of
 * every official Encryption SDK unwrap them, and theirs are unwrapped here.
 *
 * <p>A {@link KeyId} is a key ARN, an alias ARN, or, in the first Region, a key id or an alias
 * name.
 *
 * <p>Guarantees: no data key is sent to KMS that does not name a trusted key (see {@link
 * AwsKmsTrust}); an answer for another key than the one that was asked for is refused, and so is an
 * alias that points at a key that is not trusted; every call carries its encryption context and the
 * grant tokens; a call is made again only after a TRANSIENT failure, or for a short while after a
 * denied one, and all within one total timeout. A data key under a multi-Region key is unwrapped in
 * its own Region first, and then in the other Regions that have a client and a trusted replica.
 *
 * <p>Safe for use by several threads. The clients stay the caller's and are never closed here.
 * Their own retries are the caller's choice too: with {@code maxAttempts(1)} only the retries of
 * this class happen, otherwise both multiply, still within the timeout of a call.
 *
 * <p>Key bytes are zeroed in the arrays that this class and the SDK's response hold; copies in the
 * SDK's parser and in TLS buffers are beyond it. Source: AWS KMS API reference; AWS Encryption SDK
 * Specification, AWS KMS keyring.
 */
public final class AwsKmsKeyService implements KeyService {
  /** The provider id of data keys that KMS wrapped. */
  public static final String PROVIDER_ID = "aws-kms";

  private final Map<String, KmsClient> clients;
  private final String firstRegion;
  private final AwsKmsTrust trust;
  private final List<String> grantTokens;
  private final KmsCaller caller;

  private AwsKmsKeyService(Builder builder) {
    this.clients = new LinkedHashMap<>(builder.clients);
    this.firstRegion = clients.keySet().iterator().next();
    this.trust = builder.trust;
    this.grantTokens = List.copyOf(builder.grantTokens);
    this.caller = new KmsCaller(builder.patience, !grantTokens.isEmpty());
  }

  /**
   * A builder of a key service.
   *
   * @param trust which keys may be used
   * @return not safe for use by several threads
   */
  public static Builder builder(AwsKmsTrust trust) {
    return new Builder(trust);
  }

  /** What was asked for: a name for KMS, where, and as an ARN if it is one. */
  private record Target(String name, String region, KmsClient client, Optional<KeyArn> arn) {}

  @Override
  public DataKey generateDataKey(KeyId key, EncryptionContext context) {
    Target target = target(key);
    GenerateDataKeyResponse answer =
        caller.call(
            caller.begin(),
            "GenerateDataKey",
            target.name(),
            within ->
                target
                    .client()
                    .generateDataKey(
                        r ->
                            r.keyId(target.name())
                                .keySpec(DataKeySpec.AES_256)
                                .encryptionContext(context.pairs())
                                .grantTokens(grantTokens)
                                .overrideConfiguration(within)));
    KeyArn answered = requireAnswer("GenerateDataKey", target, answer.keyId());
    return dataKey(
        "GenerateDataKey", answer.plaintext(), wrapped(answered, answer.ciphertextBlob()));
  }

  @Override
  public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
    return wrap(caller.begin(), dataKey, target(key), context);
  }

  private WrappedDataKey wrap(
      Deadline deadline, DataKey dataKey, Target target, EncryptionContext context) {
    byte[] plaintext = dataKey.plaintext();
    try {
      EncryptResponse answer =
          caller.call(
              deadline,
              "Encrypt",
              target.name(),
              within ->
                  target
                      .client()
                      .encrypt(
                          r ->
                              r.keyId(target.name())
                                  .plaintext(SdkBytes.fromByteArrayUnsafe(plaintext))
                                  .encryptionContext(context.pairs())
                                  .grantTokens(grantTokens)
                                  .overrideConfiguration(within)));
      return wrapped(requireAnswer("Encrypt", target, answer.keyId()), answer.ciphertextBlob());
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  @Override
  public boolean canUnwrap(WrappedDataKey wrapped) {
    return named(wrapped).map(key -> !holders(key).isEmpty()).orElse(false);
  }

  @Override
  public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
    return unwrap(caller.begin(), wrapped, context);
  }

  private DataKey unwrap(Deadline deadline, WrappedDataKey wrapped, EncryptionContext context) {
    List<KeyArn> holders = requireHolders(wrapped);
    KeyUnavailableException first = null;
    for (int i = 0; i < holders.size(); i++) {
      try {
        return decrypt(deadline.share(holders.size() - i), wrapped, context, holders.get(i));
      } catch (KeyUnavailableException unavailable) {
        if (first == null) {
          first = unavailable;
        } else {
          first.addSuppressed(unavailable);
        }
      }
    }
    throw Objects.requireNonNull(first, "first");
  }

  private DataKey decrypt(
      Deadline deadline, WrappedDataKey wrapped, EncryptionContext context, KeyArn key) {
    Target target = target(key);
    DecryptResponse answer =
        caller.call(
            deadline,
            "Decrypt",
            target.name(),
            within ->
                target
                    .client()
                    .decrypt(
                        r ->
                            r.keyId(target.name())
                                .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(wrapped.ciphertext()))
                                .encryptionContext(context.pairs())
                                .grantTokens(grantTokens)
                                .overrideConfiguration(within)));
    requireAnswer("Decrypt", target, answer.keyId());
    return dataKey("Decrypt", answer.plaintext(), wrapped);
  }

  /**
   * Wraps a data key anew. In one Region this is a single ReEncrypt, and the data key stays within
   * KMS; when no trusted replica of the old key is in the new key's Region, it is unwrapped in one
   * Region and wrapped in the other, and passes through this process.
   */
  @Override
  public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId targetKey) {
    Target target = target(targetKey);
    Deadline deadline = caller.begin();
    Optional<KeyArn> source =
        requireHolders(wrapped).stream()
            .filter(holder -> holder.region().equals(target.region()))
            .findFirst();
    if (source.isEmpty()) {
      try (DataKey dataKey = unwrap(deadline, wrapped, context)) {
        return wrap(deadline, dataKey, target, context);
      }
    }
    Target from = target(source.get());
    ReEncryptResponse answer =
        caller.call(
            deadline,
            "ReEncrypt",
            from.name() + " to " + target.name(),
            within ->
                target
                    .client()
                    .reEncrypt(
                        r ->
                            r.ciphertextBlob(SdkBytes.fromByteArrayUnsafe(wrapped.ciphertext()))
                                .sourceKeyId(from.name())
                                .sourceEncryptionContext(context.pairs())
                                .destinationKeyId(target.name())
                                .destinationEncryptionContext(context.pairs())
                                .grantTokens(grantTokens)
                                .overrideConfiguration(within)));
    requireAnswer("ReEncrypt", from, answer.sourceKeyId());
    return wrapped(requireAnswer("ReEncrypt", target, answer.keyId()), answer.ciphertextBlob());
  }

  @Override
  public KeyDescription describe(KeyId key) {
    Target target = target(key);
    DescribeKeyResponse answer =
        caller.call(
            caller.begin(),
            "DescribeKey",
            target.name(),
            within ->
                target
                    .client()
                    .describeKey(
                        r ->
                            r.keyId(target.name())
                                .grantTokens(grantTokens)
                                .overrideConfiguration(within)));
    KeyMetadata metadata = answer.keyMetadata();
    KeyArn answered = requireAnswer("DescribeKey", target, metadata.arn());
    if (metadata.keySpec() != KeySpec.SYMMETRIC_DEFAULT) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNSUITABLE, "key " + answered + " is no symmetric encryption key");
    }
    return KeyDescription.unversioned(new KeyId(answered.toString()), PROVIDER_ID, state(metadata));
  }

  private static KeyState state(KeyMetadata metadata) {
    return switch (metadata.keyState()) {
      case ENABLED -> KeyState.ENABLED;
      case DISABLED -> KeyState.DISABLED;
      case PENDING_DELETION, PENDING_REPLICA_DELETION -> KeyState.PENDING_DELETION;
      default -> KeyState.UNAVAILABLE;
    };
  }

  private Target target(KeyId key) {
    Optional<KeyArn> arn = KeyArn.parse(key.value());
    if (arn.isPresent() && arn.get().isKey()) {
      requireTrusted(arn.get());
    }
    return arn.map(this::target)
        .orElseGet(
            () ->
                new Target(
                    key.value(),
                    firstRegion,
                    Objects.requireNonNull(clients.get(firstRegion)),
                    Optional.empty()));
  }

  private Target target(KeyArn arn) {
    KmsClient client = clients.get(arn.region());
    if (client == null) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN,
          "key "
              + arn
              + " lies in a Region without a client; there are clients for "
              + clients.keySet());
    }
    return new Target(arn.toString(), arn.region(), client, Optional.of(arn));
  }

  private void requireTrusted(KeyArn key) {
    if (!trust.allows(key)) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_NOT_TRUSTED, "key " + key + " is not one of the trusted keys");
    }
  }

  /** The key that KMS used, which must be what was asked for, and trusted. */
  private KeyArn requireAnswer(String action, Target asked, @Nullable String keyId) {
    KeyArn answered =
        Optional.ofNullable(keyId)
            .flatMap(KeyArn::parse)
            .filter(KeyArn::isKey)
            .filter(key -> fits(asked, key))
            .orElseThrow(
                () ->
                    new CryptoException(
                        CryptoErrorCode.KEY_ANSWER_WRONG,
                        "kms:"
                            + action
                            + " with key "
                            + asked.name()
                            + " was answered for another key"));
    requireTrusted(answered);
    return answered;
  }

  private static boolean fits(Target asked, KeyArn answered) {
    if (!answered.region().equals(asked.region())) {
      return false;
    }
    if (asked.arn().isPresent()) {
      KeyArn arn = asked.arn().get();
      return arn.isKey()
          ? arn.equals(answered)
          : arn.partition().equals(answered.partition())
              && arn.account().equals(answered.account());
    }
    return asked.name().startsWith("alias/") || answered.resource().equals("key/" + asked.name());
  }

  private static Optional<KeyArn> named(WrappedDataKey wrapped) {
    if (!wrapped.providerId().equals(PROVIDER_ID)) {
      return Optional.empty();
    }
    try {
      String info =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(wrapped.providerInfo()))
              .toString();
      return KeyArn.parse(info).filter(KeyArn::isKey);
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }

  /** The trusted keys that unwrap what a key wrapped, and can be called, in order of preference. */
  private List<KeyArn> holders(KeyArn key) {
    List<KeyArn> holders = new ArrayList<>();
    if (trust.allows(key) && clients.containsKey(key.region())) {
      holders.add(key);
    }
    if (key.isMultiRegion()) {
      for (String region : clients.keySet()) {
        KeyArn replica = key.in(region);
        if (!replica.equals(key) && trust.allows(replica)) {
          holders.add(replica);
        }
      }
    }
    return holders;
  }

  private List<KeyArn> requireHolders(WrappedDataKey wrapped) {
    Optional<KeyArn> key = named(wrapped);
    if (key.isEmpty()) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNKNOWN, "the data key was not wrapped by a key of KMS");
    }
    List<KeyArn> holders = holders(key.get());
    if (holders.isEmpty()) {
      requireTrusted(key.get());
      target(key.get());
    }
    return holders;
  }

  private static WrappedDataKey wrapped(KeyArn key, SdkBytes ciphertext) {
    return WrappedDataKey.of(
        PROVIDER_ID,
        key.toString().getBytes(StandardCharsets.UTF_8),
        ciphertext.asByteArrayUnsafe());
  }

  private static DataKey dataKey(String action, SdkBytes plaintext, WrappedDataKey wrapped) {
    byte[] bytes = plaintext.asByteArrayUnsafe();
    try {
      if (bytes.length != DataKey.LENGTH) {
        throw new CryptoException(
            CryptoErrorCode.KEY_ANSWER_WRONG,
            "kms:" + action + " was answered with a data key of another length");
      }
      return new DataKey(bytes, wrapped);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "AwsKmsKeyService" + clients.keySet();
  }

  /** Collects the settings of a key service. Not safe for use by several threads. */
  public static final class Builder {
    private final AwsKmsTrust trust;
    private final Map<String, KmsClient> clients = new LinkedHashMap<>();
    private List<String> grantTokens = List.of();
    private AwsKmsPatience patience = AwsKmsPatience.DEFAULT;

    private Builder(AwsKmsTrust trust) {
      this.trust = Objects.requireNonNull(trust, "trust");
    }

    /**
     * A client of one Region. The Region of the first one is where key ids and alias names without
     * an ARN are looked up.
     *
     * @param region such as {@code eu-central-1}
     * @param client calls that Region; not closed by the key service
     * @return this builder
     * @throws IllegalArgumentException when the Region has a client already
     */
    public Builder client(String region, KmsClient client) {
      Objects.requireNonNull(client, "client");
      if (clients.putIfAbsent(Objects.requireNonNull(region, "region"), client) != null) {
        throw new IllegalArgumentException("there is a client for " + region + " already");
      }
      return this;
    }

    /**
     * Grant tokens, which make a grant count before it is known everywhere.
     *
     * @param tokens sent with every call; none when not called
     * @return this builder
     */
    public Builder grantTokens(List<String> tokens) {
      this.grantTokens = List.copyOf(tokens);
      return this;
    }

    /**
     * Timeouts and retries.
     *
     * @param patience {@link AwsKmsPatience#DEFAULT} when not called
     * @return this builder
     */
    public Builder patience(AwsKmsPatience patience) {
      this.patience = Objects.requireNonNull(patience, "patience");
      return this;
    }

    /**
     * The key service.
     *
     * @return a new key service
     * @throws IllegalArgumentException when there is no client, or a trusted key that has neither a
     *     client in its Region nor, being multi-Region, could have a replica in another
     */
    public AwsKmsKeyService build() {
      if (clients.isEmpty()) {
        throw new IllegalArgumentException("there is no client");
      }
      for (KeyArn key : trust.keys()) {
        if (!key.isMultiRegion() && !clients.containsKey(key.region())) {
          throw new IllegalArgumentException("there is no client for the Region of " + key);
        }
      }
      return new AwsKmsKeyService(this);
    }
  }
}
