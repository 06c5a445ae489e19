package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.aws.s3.testing.S3WireDouble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The server that applications' tests may have too, asked by the SDK alone. */
@Tag("verify")
class S3WireDoubleTest {
  private static final String README_LINES =
      """
      try (S3WireDouble s3 = S3WireDouble.start("acme-lake");
          S3Client client = s3.client().build()) {
        ObjectStore store =
            S3ObjectStore.builder(client, "acme-lake", "111122223333", S3Encryption.bucketDefault())
                .build();
        store.put("bronze/rows.csv", rows);
      }
      """;

  @Test
  void theReadmesLinesWork() throws Exception {
    byte[] rows = "id,amount\n".getBytes(StandardCharsets.UTF_8);
    assertThat(Files.readString(Path.of("README.md"))).contains(README_LINES);
    try (S3WireDouble s3 = S3WireDouble.start("acme-lake");
        S3Client client = s3.client().build()) {
      ObjectStore store =
          S3ObjectStore.builder(client, "acme-lake", "111122223333", S3Encryption.bucketDefault())
              .build();
      store.put("bronze/rows.csv", rows);
      assertThat(store.get("bronze/rows.csv").orElseThrow().content()).isEqualTo(rows);
      try (S3Client other = S3WireDouble.client(s3.endpoint()).build()) {
        assertThat(
                other
                    .getObjectAsBytes(b -> b.bucket("acme-lake").key("bronze/rows.csv"))
                    .asByteArray())
            .isEqualTo(rows);
      }
    }
  }

  @Test
  void conditionsAreKeptAndOtherBucketsDoNotExist() {
    try (S3WireDouble s3 = S3WireDouble.start("acme-lake");
        S3Client client = s3.client().build()) {
      RequestBody body = RequestBody.fromString("one");
      String etag =
          client.putObject(b -> b.bucket("acme-lake").key("k").ifNoneMatch("*"), body).eTag();
      assertStatus(
          412, () -> client.putObject(b -> b.bucket("acme-lake").key("k").ifNoneMatch("*"), body));
      client.putObject(
          b -> b.bucket("acme-lake").key("k").ifMatch(etag), RequestBody.fromString("two"));
      assertStatus(
          412, () -> client.putObject(b -> b.bucket("acme-lake").key("k").ifMatch(etag), body));
      assertStatus(
          404, () -> client.putObject(b -> b.bucket("acme-lake").key("no").ifMatch(etag), body));
      assertThat(client.getObjectAsBytes(b -> b.bucket("acme-lake").key("k")).asUtf8String())
          .isEqualTo("two");
      assertThatThrownBy(() -> client.listObjectsV2(b -> b.bucket("other")))
          .isInstanceOf(NoSuchBucketException.class);
    }
  }

  private static void assertStatus(int status, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class, refused -> assertThat(refused.statusCode()).isEqualTo(status));
  }
}
