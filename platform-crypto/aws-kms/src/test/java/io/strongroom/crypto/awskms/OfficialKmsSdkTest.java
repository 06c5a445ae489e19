package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static io.strongroom.crypto.awskms.KmsRig.IRELAND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsDiscoveryKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsMrkKeyringInput;
import software.amazon.cryptography.materialproviders.model.DiscoveryFilter;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/** The oracle is the official AWS Encryption SDK for Java, with its keyrings and master keys. */
@Tag("verify")
class OfficialKmsSdkTest {
  private static final byte[] PLAINTEXT = new byte[20_000];
  private static final AwsCrypto SDK =
      AwsCrypto.builder()
          .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
          .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
          .build();
  private static final MaterialProviders PROVIDERS =
      MaterialProviders.builder()
          .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
          .build();

  private final KmsRig rig = new KmsRig();
  private final EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(rig.keyService()).build();

  @AfterEach
  void stop() {
    rig.close();
  }

  private IKeyring keyring() {
    return PROVIDERS.CreateAwsKmsKeyring(
        CreateAwsKmsKeyringInput.builder().kmsKeyId(rig.key).kmsClient(rig.frankfurt).build());
  }

  private KmsMasterKeyProvider masterKeys(String key) {
    return KmsMasterKeyProvider.builder()
        .defaultRegion(Region.of(FRANKFURT))
        .customRegionalClientSupplier(region -> rig.client(region.id()))
        .buildStrict(key);
  }

  @Test
  void anOfficialKeyringReadsWhatIsWrittenHere() {
    byte[] message = encryptor.encrypt(PLAINTEXT, rig.keyId(), CONTEXT);
    assertThat(SDK.decryptData(keyring(), message).getResult()).isEqualTo(PLAINTEXT);
    assertThat(SDK.decryptData(keyring(), message).getEncryptionContext())
        .isEqualTo(CONTEXT.pairs());
  }

  @Test
  void anOfficialDiscoveryKeyringReadsWhatIsWrittenHere() {
    byte[] message = encryptor.encrypt(PLAINTEXT, rig.keyId(), CONTEXT);
    IKeyring discovery =
        PROVIDERS.CreateAwsKmsDiscoveryKeyring(
            CreateAwsKmsDiscoveryKeyringInput.builder()
                .kmsClient(rig.frankfurt)
                .discoveryFilter(
                    DiscoveryFilter.builder()
                        .partition("aws")
                        .accountIds(List.of("111122223333"))
                        .build())
                .build());
    assertThat(SDK.decryptData(discovery, message).getResult()).isEqualTo(PLAINTEXT);
  }

  @Test
  void whatAnOfficialKeyringWritesIsReadHere() {
    byte[] message = SDK.encryptData(keyring(), PLAINTEXT, CONTEXT.pairs()).getResult();
    assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(PLAINTEXT);
    String other = rig.kms.createKey(FRANKFURT);
    EnvelopeEncryptor stranger = EnvelopeEncryptor.builder(rig.trusting(other).build()).build();
    assertThatThrownBy(() -> stranger.decrypt(message, CONTEXT)).isNotNull();
  }

  @Test
  void anOfficialMasterKeyReadsWhatIsWrittenHereAndTheOtherWayRound() {
    byte[] message = encryptor.encrypt(PLAINTEXT, rig.keyId(), CONTEXT);
    assertThat(SDK.decryptData(masterKeys(rig.key), message).getResult()).isEqualTo(PLAINTEXT);
    byte[] theirs = SDK.encryptData(masterKeys(rig.key), PLAINTEXT, CONTEXT.pairs()).getResult();
    assertThat(encryptor.decrypt(theirs, CONTEXT)).isEqualTo(PLAINTEXT);
  }

  @Test
  void replicasAreReadByTheOfficialMultiRegionKeyringAndTheOtherWayRound() {
    String primary = rig.kms.createMultiRegionKey(FRANKFURT);
    String replica = rig.kms.replicate(primary, IRELAND);
    KmsClient ireland = rig.client(IRELAND);
    IKeyring irish =
        PROVIDERS.CreateAwsKmsMrkKeyring(
            CreateAwsKmsMrkKeyringInput.builder().kmsKeyId(replica).kmsClient(ireland).build());
    EnvelopeEncryptor here = EnvelopeEncryptor.builder(rig.trusting(primary).build()).build();
    byte[] ours = here.encrypt(PLAINTEXT, new KeyId(primary), CONTEXT);
    assertThat(SDK.decryptData(irish, ours).getResult()).isEqualTo(PLAINTEXT);
    byte[] theirs = SDK.encryptData(irish, PLAINTEXT, CONTEXT.pairs()).getResult();
    assertThat(here.decrypt(theirs, CONTEXT)).isEqualTo(PLAINTEXT);
  }
}
