package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.EnvelopedObjects;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The README's lines, on S3 as in a local folder. */
@Tag("verify")
class EnvelopedOnS3Test {
  private static final S3Rig RIG = new S3Rig();
  private static final byte[] MARK = "PLANTED-MARK".getBytes(StandardCharsets.UTF_8);
  private final KeyService keys =
      new RawAesKeyService("test", "lake", new byte[32], new SecureRandom());
  private final EncryptionContext context = EncryptionContext.of(Map.of("dataset", "payments"));
  @TempDir Path folder;

  @AfterAll
  static void stop() {
    RIG.close();
  }

  private static byte[] rows(int size) {
    byte[] rows = new byte[size];
    new Random(3).nextBytes(rows);
    System.arraycopy(MARK, 0, rows, size / 2, MARK.length);
    return rows;
  }

  private byte[] storeAndRead(ObjectStore store, byte[] rows) throws IOException {
    // lines
    EnvelopedObjects objects = new EnvelopedObjects(store, EnvelopeEncryptor.builder(keys).build());
    try (ObjectUpload upload = objects.upload("bronze/rows.csv", new KeyId("lake"), context)) {
      upload.stream().write(rows);
      upload.commit();
    }
    byte[] copy = objects.open("bronze/rows.csv", context).readAllBytes();
    // end
    return copy;
  }

  private static ObjectStore quickStart(S3Client client, String keyArn) {
    // start
    ObjectStore store =
        S3ObjectStore.builder(client, "acme-lake", "111122223333", S3Encryption.kms(keyArn))
            .build();
    // end
    return store;
  }

  @Test
  void theSameLinesStoreAndReadAnEncryptedObjectLocallyAndOnS3() throws IOException {
    RIG.blobs.createContainer("acme-lake");
    byte[] rows = rows(3_000_000);
    assertThat(storeAndRead(new LocalObjectStore(folder), rows)).isEqualTo(rows);
    ObjectStore store = quickStart(RIG.client, S3Rig.KMS_KEY);
    assertThat(storeAndRead(store, rows)).isEqualTo(rows);
    byte[] stored = store.open("bronze/rows.csv").readAllBytes();
    assertThat(stored).hasSizeGreaterThan(rows.length);
    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("PLANTED-MARK");
    assertThat(EnvelopeEncryptor.builder(keys).build().decrypt(stored, context)).isEqualTo(rows);
  }

  @Test
  void alteredByteInTheBucketIsNoticed() throws IOException {
    ObjectStore store = RIG.store().build();
    storeAndRead(store, rows(1000));
    byte[] stored = store.get("bronze/rows.csv").orElseThrow().content();
    stored[stored.length - 40] ^= 1;
    store.put("bronze/rows.csv", stored);
    EnvelopedObjects objects = new EnvelopedObjects(store, EnvelopeEncryptor.builder(keys).build());
    assertThatThrownBy(() -> objects.open("bronze/rows.csv", context).readAllBytes())
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void theReadmeShowsExactlyTheseLines() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/storage/aws/s3/EnvelopedOnS3Test.java"));
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains("```java\n" + between(source, "    // start\n") + "```");
    assertThat(readme).contains("```java\n" + between(source, "    // lines\n") + "```");
  }

  private static String between(String source, String start) {
    int from = source.indexOf(start) + start.length();
    return source.substring(from, source.indexOf("    // end\n", from)).replaceAll("(?m)^ {4}", "");
  }
}
