package io.strongroom.crypto.awskms.guice;

import com.google.inject.Key;
import com.google.inject.PrivateModule;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import io.strongroom.crypto.awskms.AwsKmsSigner;
import io.strongroom.crypto.awskms.KeyArn;
import io.strongroom.crypto.guice.For;
import io.strongroom.crypto.guice.ForPurpose;
import io.strongroom.crypto.guice.SecurityPortPermit;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Exposes, marked with {@link For}, a {@link Signer} on AWS KMS for each purpose that the settings
 * name a key for; the other purposes are free for other modules. Needs a binding of {@link
 * Keyring}, such as {@code KeyringModule}'s: a signer that the keyring does not list for its
 * purpose fails when it is first asked for.
 */
@SecurityPortPermit
public final class AwsKmsSigningModule extends PrivateModule {
  private final AwsKmsSigningConfig config;
  private final Function<String, KmsClient> clients;
  private final List<String> grantTokens;
  private final Map<String, KmsClient> made = new ConcurrentHashMap<>();

  /**
   * A module that makes its own clients, as {@link AwsKmsModule#AwsKmsModule(AwsKmsConfig)} does.
   *
   * @param config the settings
   */
  public AwsKmsSigningModule(AwsKmsSigningConfig config) {
    this(config, AwsKmsModule::client, List.of());
  }

  /**
   * A module over the application's own clients.
   *
   * @param config the settings
   * @param clients the client of a Region; asked once for each Region of a signing key, when a
   *     signer of it is first asked for; never closed here
   * @param grantTokens sent with every call
   */
  public AwsKmsSigningModule(
      AwsKmsSigningConfig config, Function<String, KmsClient> clients, List<String> grantTokens) {
    this.config = Objects.requireNonNull(config, "config");
    this.clients = Objects.requireNonNull(clients, "clients");
    this.grantTokens = List.copyOf(grantTokens);
  }

  @Override
  protected void configure() {
    requireBinding(Keyring.class);
    Provider<Keyring> keyring = getProvider(Keyring.class);
    config
        .keys()
        .forEach(
            (purpose, arn) -> {
              Key<Signer> key = Key.get(Signer.class, new ForPurpose(purpose));
              bind(key).toProvider(() -> open(purpose, arn, keyring.get())).in(Singleton.class);
              expose(key);
            });
  }

  private Signer open(KeyPurpose purpose, KeyArn arn, Keyring keyring) {
    return AwsKmsSigner.builder(arn, made.computeIfAbsent(arn.region(), clients))
        .patience(config.patience())
        .grantTokens(grantTokens)
        .open(purpose, keyring);
  }
}
