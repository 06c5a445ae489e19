package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeQuickStartTest {
  @TempDir Path folder;

  @Test
  void theQuickStartRuns() throws IOException {
    KeyService keys = new RawAesKeyService("test", "lake", new byte[32], new SecureRandom());
    byte[] rows = "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8);
    byte[] pointer = {1};
    byte[] next = {2};
    byte[] copy;
    // quick start
    ObjectStore store = new LocalObjectStore(folder);
    StoreProbe.proveConditionalWrites(store); // throws when the store ignores conditions

    EnvelopedObjects objects = new EnvelopedObjects(store, EnvelopeEncryptor.builder(keys).build());
    EncryptionContext context = EncryptionContext.of(Map.of("dataset", "payments"));
    try (ObjectUpload upload = objects.upload("bronze/rows.csv", new KeyId("lake"), context)) {
      upload.stream().write(rows);
      upload.commit(); // durable and visible, whole, or not at all
    }
    try (InputStream in = objects.open("bronze/rows.csv", context)) {
      copy = in.readAllBytes();
    }
    if (store.putIfAbsent("pointer", pointer) instanceof WriteResult.Won first) {
      store.putIfMatch("pointer", next, first.etag()); // Lost when somebody was faster
    }
    // end
    assertThat(copy).isEqualTo(rows);
    assertThat(store.get("pointer").orElseThrow().content()).isEqualTo(next);
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/storage/ReadmeQuickStartTest.java"));
    String code =
        source.substring(source.indexOf("// quick start\n") + 15, source.indexOf("    // end\n"));
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java\n") + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {4}", ""));
  }
}
