package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.keyring;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.awskms.AwsKmsSigner;
import io.strongroom.crypto.awskms.KeyArn;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.PublicKeyEncodings;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.crypto.testing.kms.KmsCall;
import io.strongroom.crypto.testing.kms.KmsWireDouble;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** The keys are in a wire double of KMS, the client is the SDK's, the oracle is the JDK. */
@Tag("verify")
class KmsCheckpointTest {
  private static final String REGION = "eu-central-1";

  @ParameterizedTest
  @CsvSource({"ECC_NIST_EDWARDS25519, Ed25519, Ed25519", "ECC_NIST_P256, EC, SHA256withECDSA"})
  void keysInKmsSignCheckpointsThatOthersRead(String spec, String family, String jca)
      throws Exception {
    try (KmsWireDouble kms = KmsWireDouble.start();
        KmsClient client =
            KmsClient.builder()
                .endpointOverride(kms.endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                            kms.accessKey().accessKeyId(), kms.accessKey().secretAccessKey())))
                .build()) {
      AwsKmsSigner first = signer(kms, client, spec, KeyPurpose.CHECKPOINT);
      AwsKmsSigner second = signer(kms, client, "ML_DSA_44", KeyPurpose.COSIGNATURE);
      Keyring keyring =
          keyring(VerificationKey.of(first, "log"), VerificationKey.of(second, "log"));
      InMemoryObjectStore store = new InMemoryObjectStore();
      ObjectStoreAuditLog log =
          new ObjectStoreAuditLog(
              store, PREFIX, ORIGIN, CheckpointSigners.of(first, second), keyring);
      log.append(events(0, 10)); // A new log signs the empty tree first.
      log.checkpoint();
      kms.clearCalls();
      log.append(events(10, 300));
      Checkpoint checkpoint = log.checkpoint();
      log.checkpoint();
      // One of each key for the one checkpoint that was published.
      assertThat(kms.calls().stream().map(KmsCall::action)).containsExactly("Sign", "Sign");
      CheckpointPolicy policy = CheckpointPolicy.of(ORIGIN, keyring, 300);
      assertThat(AuditVerifier.verify(store, PREFIX, ORIGIN, keyring, policy).findings()).isEmpty();

      byte[] spki = PublicKeyEncodings.toSpki(first.algorithm(), first.publicKey());
      Signature verifier = Signature.getInstance(jca);
      verifier.initVerify(
          KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(spki)));
      verifier.update(CheckpointNote.text(checkpoint).getBytes(StandardCharsets.UTF_8));
      CheckpointNote.Line line = CheckpointNote.parse(checkpoint.note(), ORIGIN).lines().get(0);
      assertThat(verifier.verify(line.signature())).isTrue();
    }
  }

  private static AwsKmsSigner signer(
      KmsWireDouble kms, KmsClient client, String spec, KeyPurpose purpose) {
    KeyArn key = KeyArn.parse(kms.createSigningKey(REGION, spec)).orElseThrow();
    return AwsKmsSigner.builder(key, client).openUnlisted(purpose);
  }
}
