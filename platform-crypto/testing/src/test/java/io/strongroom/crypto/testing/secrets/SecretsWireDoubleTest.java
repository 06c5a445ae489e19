package io.strongroom.crypto.testing.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.InternalServiceErrorException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** The client is the real one of the AWS SDK. */
@Tag("verify")
class SecretsWireDoubleTest {
  private static final String TOKEN = "token-of-thirty-two-characters-1";
  private static final String OTHER_TOKEN = "token-of-thirty-two-characters-2";

  private final SecretsWireDouble store = SecretsWireDouble.start();
  private final List<SecretsManagerClient> clients = new ArrayList<>();
  private final SecretsManagerClient client = client("eu-central-1", store.secretAccessKey());

  @AfterEach
  void stop() {
    clients.forEach(SecretsManagerClient::close);
    store.close();
  }

  private SecretsManagerClient client(String region, String secretAccessKey) {
    SecretsManagerClient made =
        SecretsManagerClient.builder()
            .endpointOverride(store.endpoint())
            .region(Region.of(region))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(store.accessKeyId(), secretAccessKey)))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();
    clients.add(made);
    return made;
  }

  private String current() {
    return client.getSecretValue(r -> r.secretId("lake")).secretString();
  }

  private static void assertError(String type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SecretsManagerException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(type));
  }

  @Test
  void aNewVersionIsCurrentAndTheOneBeforeItPrevious() {
    client.createSecret(r -> r.name("lake").secretString("one").clientRequestToken(TOKEN));
    client.putSecretValue(
        r -> r.secretId("lake").secretString("two").clientRequestToken(OTHER_TOKEN));
    assertThat(current()).isEqualTo("two");
    assertThat(
            client
                .getSecretValue(r -> r.secretId("lake").versionStage("AWSPREVIOUS"))
                .secretString())
        .isEqualTo("one");
    assertThat(client.getSecretValue(r -> r.secretId("lake").versionId(TOKEN)).secretString())
        .isEqualTo("one");
    DescribeSecretResponse described = client.describeSecret(r -> r.secretId("lake"));
    assertThat(described.versionIdsToStages())
        .containsEntry(TOKEN, List.of("AWSPREVIOUS"))
        .containsEntry(OTHER_TOKEN, List.of("AWSCURRENT"));
  }

  @Test
  void aPendingVersionIsSeenByThoseAloneWhoAskForIt() {
    store.create("eu-central-1", "lake", "one");
    String before = client.getSecretValue(r -> r.secretId("lake")).versionId();
    client.putSecretValue(
        r ->
            r.secretId("lake")
                .secretBinary(SdkBytes.fromUtf8String("two"))
                .versionStages("AWSPENDING")
                .clientRequestToken(TOKEN));
    assertThat(current()).isEqualTo("one");
    client.updateSecretVersionStage(
        r ->
            r.secretId("lake")
                .versionStage("AWSCURRENT")
                .moveToVersionId(TOKEN)
                .removeFromVersionId(before));
    assertThat(client.getSecretValue(r -> r.secretId("lake")).secretBinary().asUtf8String())
        .isEqualTo("two");
    assertThatThrownBy(
            () ->
                client.updateSecretVersionStage(
                    r -> r.secretId("lake").versionStage("AWSCURRENT").moveToVersionId(before)))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void aTokenStandsForOneValue() {
    store.create("eu-central-1", "lake", "one");
    for (int i = 0; i < 2; i++) {
      client.putSecretValue(r -> r.secretId("lake").secretString("two").clientRequestToken(TOKEN));
    }
    assertThatThrownBy(
            () ->
                client.putSecretValue(
                    r -> r.secretId("lake").secretString("three").clientRequestToken(TOKEN)))
        .isInstanceOf(ResourceExistsException.class);
    assertThatThrownBy(() -> client.createSecret(r -> r.name("lake").secretString("x")))
        .isInstanceOf(ResourceExistsException.class);
    assertThat(current()).isEqualTo("two");
  }

  @Test
  void whatIsToBeDeletedAnswersNothingUntilItIsRestored() {
    String arn = store.create("eu-central-1", "lake", "one");
    store.delete(arn);
    assertThatThrownBy(this::current).isInstanceOf(InvalidRequestException.class);
    client.restoreSecret(r -> r.secretId(arn));
    assertThat(current()).isEqualTo("one");
    client.deleteSecret(r -> r.secretId("lake").forceDeleteWithoutRecovery(true));
    assertThatThrownBy(this::current).isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aSecretBelongsToTheRegionOfTheSignature() {
    String arn = store.create("eu-west-1", "lake", "one");
    assertThatThrownBy(this::current).isInstanceOf(ResourceNotFoundException.class);
    SecretsManagerClient ireland = client("eu-west-1", store.secretAccessKey());
    for (String id : List.of("lake", arn, arn.substring(0, arn.length() - 7))) {
      assertThat(ireland.getSecretValue(r -> r.secretId(id)).arn()).isEqualTo(arn);
    }
  }

  @Test
  void aWrongSecretAnUnknownOperationAndTooLongAValueAreRefused() {
    store.create("eu-central-1", "lake", "one");
    SecretsManagerClient forged = client("eu-central-1", "not the secret");
    assertError("InvalidSignatureException", () -> forged.getSecretValue(r -> r.secretId("lake")));
    assertError("UnknownOperationException", () -> client.listSecrets(r -> r.maxResults(1)));
    assertError(
        "ValidationException",
        () -> client.putSecretValue(r -> r.secretId("lake").secretString("x".repeat(65_537))));
    assertError("InvalidParameterException", () -> client.putSecretValue(r -> r.secretId("lake")));
    assertThatThrownBy(
            () -> client.getSecretValue(r -> r.secretId("lake").versionStage("AWSPENDING")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void faultsHappenAsOftenAsAskedForAndCallsAreLoggedWithoutValues() {
    store.create("eu-central-1", "lake", "planted-marker");
    store.failNext("InternalServiceError", 500, 1);
    assertThatThrownBy(this::current).isInstanceOf(InternalServiceErrorException.class);
    store.cutNext(1);
    assertThatThrownBy(this::current).isInstanceOf(SdkClientException.class);
    store.answerNextAs("other");
    assertThat(client.getSecretValue(r -> r.secretId("lake")).name()).isEqualTo("other");
    store.failNext("ThrottlingException", 400, 1);
    store.clearFaults();
    assertThat(current()).isEqualTo("planted-marker");
    assertThat(store.calls())
        .extracting(SecretsCall::outcome)
        .containsExactly("InternalServiceError", SecretsCall.CUT, SecretsCall.OK, SecretsCall.OK);
    assertThat(store.calls().toString()).doesNotContain("planted-marker");
    store.clearCalls();
    assertThat(store.calls()).isEmpty();
  }
}
