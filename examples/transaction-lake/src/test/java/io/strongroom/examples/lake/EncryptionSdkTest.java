package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.google.inject.Injector;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.Hkdf;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.publication.LiveFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Encryption SDK opens a bronze file with the key derived from the run's. */
@Tag("verify")
class EncryptionSdkTest {
  @TempDir Path folder;

  @Test
  void bronzeIsTheFileAsReceivedInAMessageThatTheOfficialSdkReads() throws IOException {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    LiveFile bronze = EndToEndTest.files(lake, LakeDatasets.BRONZE.ref()).get(0);
    String run = bronze.manifest().run().value();
    Path store = lake.folder().store();
    byte[] key =
        Hkdf.sha512(
            dataKey(lake.open(), store, run),
            run.getBytes(StandardCharsets.UTF_8),
            "strongroom/v1/object-wrapping".getBytes(StandardCharsets.UTF_8),
            32);

    JceMasterKey masterKey =
        JceMasterKey.getInstance(
            new SecretKeySpec(key, "AES"),
            "strongroom-run",
            run + "/bronze/payments/transactions/default",
            "AES/GCM/NoPadding");
    CryptoResult<byte[], JceMasterKey> result =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
            .build()
            .decryptData(masterKey, Files.readAllBytes(store.resolve(bronze.file().path())));

    assertThat(result.getResult()).isEqualTo(Files.readAllBytes(TestLake.SAMPLE));
    assertThat(result.getEncryptionContext())
        .containsAllEntriesOf(
            Map.of(
                "strongroom:v", "1",
                "strongroom:tenant", "local",
                "strongroom:domain", "payments",
                "strongroom:dataset", "transactions",
                "strongroom:layer", "bronze",
                "strongroom:run", run,
                "strongroom:purpose", "file"));
  }

  /** The run's data key of bronze, unwrapped from {@code keys.json} by hand. */
  private static byte[] dataKey(Injector injector, Path store, String run) throws IOException {
    JsonObject keys =
        JsonValue.parseObject(
            Files.readAllBytes(
                store.resolve("control/payments/transactions/runs/" + run + "/keys.json")));
    WrappedDataKey wrapped =
        keys.objects("keys").stream()
            .filter(one -> one.string("dataset").equals("bronze/payments/transactions"))
            .map(one -> WrappedDataKey.fromJson(one.object("wrapped")))
            .findFirst()
            .orElseThrow();
    EncryptionContext context =
        EncryptionContext.strongroom()
            .tenant("local")
            .domain("payments")
            .dataset("transactions")
            .layer("bronze")
            .run(run)
            .purpose("data-key")
            .build();
    try (DataKey dataKey = injector.getInstance(KeyService.class).unwrap(wrapped, context)) {
      return dataKey.plaintext();
    }
  }
}
