package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;

/** The README's policies against the requests that are made. */
@Tag("verify")
class IamActionsTest {
  private static final S3Rig RIG = new S3Rig();
  private final ObjectStore store = RIG.store(S3Rig.VERSIONED).build();

  @AfterAll
  static void stop() {
    RIG.close();
  }

  private interface Use {
    void run() throws IOException;
  }

  /** The actions that IAM checks for the requests that were made. */
  private static Set<String> needed(Use use) throws IOException {
    RIG.clearCalls();
    use.run();
    Set<String> actions = new TreeSet<>();
    for (S3Rig.Call call : RIG.calls()) {
      actions.add(
          switch (call.operation()) {
            case "GetObject", "HeadObject" -> "s3:GetObject";
            case "HeadBucket", "ListObjectsV2" -> "s3:ListBucket";
            case "ListObjectVersions" -> "s3:ListBucketVersions";
            case "PutObject",
                "CreateMultipartUpload",
                "UploadPart",
                "UploadPartCopy",
                "CompleteMultipartUpload" ->
                "s3:PutObject";
            case "AbortMultipartUpload" -> "s3:AbortMultipartUpload";
            case "DeleteObject" ->
                ((DeleteObjectRequest) call.request()).versionId() == null
                    ? "s3:DeleteObject"
                    : "s3:DeleteObjectVersion";
            default -> call.operation();
          });
    }
    return actions;
  }

  private static Map<String, Set<String>> statements(String heading) throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int section = readme.indexOf(heading);
    assertThat(section).as(heading).isPositive();
    int start = readme.indexOf("```json\n", section) + 8;
    Map<String, Set<String>> statements = new TreeMap<>();
    JsonObject policy =
        JsonValue.parseObject(
            readme.substring(start, readme.indexOf("```", start)).getBytes(StandardCharsets.UTF_8));
    for (JsonObject statement : policy.objects("Statement")) {
      assertThat(statement.string("Effect")).isEqualTo("Allow");
      statements
          .computeIfAbsent(
              statement.string("Sid").replaceAll("(Objects|Bucket)$", ""), s -> new TreeSet<>())
          .addAll(statement.strings("Action"));
    }
    return statements;
  }

  @Test
  void theReadmeListsExactlyTheActionsThatAreCalled() throws IOException {
    store.put("iam/a", new byte[] {1});
    byte[] large = new byte[S3ObjectStore.MIN_PART_SIZE + 1];
    Set<String> read =
        needed(
            () -> {
              store.get("iam/a");
              store.head("iam/missing");
              store.range("iam/a", 0, 1);
              store.list("iam/", null, 10);
              try (InputStream in = store.open("iam/a")) {
                in.readAllBytes();
              }
            });
    Set<String> write =
        needed(
            () -> {
              store.putIfAbsent("iam/b", new byte[1]);
              store.put("iam/b", new byte[2]);
              try (ObjectUpload upload = store.upload("iam/large")) {
                upload.stream().write(large);
                upload.commit();
              }
              try (ObjectUpload upload = store.upload("iam/given-up")) {
                upload.stream().write(large);
              }
            });
    Set<String> delete = needed(() -> store.delete("iam/b"));
    Set<String> erase = needed(() -> store.deleteAllVersions("iam/a"));
    assertThat(statements("### IAM policy"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("Read", read, "Write", write, "Delete", delete, "Erase", erase));
  }
}
