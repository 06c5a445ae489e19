package io.strongroom.crypto.awskms;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.testing.kms.KmsAccessKey;
import io.strongroom.crypto.testing.kms.KmsCall;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** A wire double of KMS, real clients of it, and a key in Frankfurt. */
final class KmsRig implements AutoCloseable {
  static final String FRANKFURT = "eu-central-1";
  static final String IRELAND = "eu-west-1";
  static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("tenant", "acme", "dataset", "transactions"));

  /** Waits so little that failing for good takes about a tenth of a second. */
  static final AwsKmsPatience HASTY =
      new AwsKmsPatience(
          Duration.ofSeconds(4),
          Duration.ofSeconds(20),
          3,
          Duration.ofMillis(10),
          Duration.ofSeconds(10));

  private final List<KmsClient> clients = new ArrayList<>();
  final KmsWireDouble kms = KmsWireDouble.start();
  final KmsClient frankfurt = client(FRANKFURT);
  final String key = kms.createKey(FRANKFURT);

  KmsClient client(String region) {
    return client(region, kms.accessKey());
  }

  KmsClient client(String region, KmsAccessKey accessKey) {
    return client(
        region,
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(accessKey.accessKeyId(), accessKey.secretAccessKey())));
  }

  /** A client that finds no credentials, as a process without a role. */
  KmsClient clientWithoutCredentials() {
    return client(FRANKFURT, SystemPropertyCredentialsProvider.create());
  }

  private KmsClient client(String region, AwsCredentialsProvider credentials) {
    KmsClient made =
        KmsClient.builder()
            .endpointOverride(kms.endpoint())
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();
    clients.add(made);
    return made;
  }

  AwsKmsKeyService.Builder trusting(String... keys) {
    return AwsKmsKeyService.builder(AwsKmsTrust.keys(Arrays.stream(keys).map(KmsRig::arn).toList()))
        .patience(HASTY)
        .client(FRANKFURT, frankfurt);
  }

  AwsKmsKeyService keyService() {
    return trusting(key).build();
  }

  KeyId keyId() {
    return new KeyId(key);
  }

  static KeyArn arn(String text) {
    return KeyArn.parse(text).orElseThrow();
  }

  List<String> actions() {
    return kms.calls().stream().map(KmsCall::action).toList();
  }

  @Override
  public void close() {
    clients.forEach(KmsClient::close);
    kms.close();
  }
}
