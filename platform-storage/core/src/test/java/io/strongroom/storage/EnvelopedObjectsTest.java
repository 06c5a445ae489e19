package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.DecryptionFailedException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class EnvelopedObjectsTest {
  private static final KeyId KEY = new KeyId("lake");
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("dataset", "a"));
  private static final EncryptionContext OTHER = EncryptionContext.of(Map.of("dataset", "b"));

  @TempDir Path root;
  private final RawAesKeyService keys =
      new RawAesKeyService("test", "lake", new byte[32], new SecureRandom());

  private EnvelopedObjects objects(ObjectStore store) {
    return new EnvelopedObjects(store, EnvelopeEncryptor.builder(keys).build());
  }

  @Test
  void objectIsReadBackUnderItsContextOnly() throws IOException {
    ObjectStore store = new LocalObjectStore(root);
    EnvelopedObjects objects = objects(store);
    byte[] plaintext = "account 4711".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    try (ObjectUpload upload = objects.upload("a/b", KEY, CONTEXT)) {
      upload.stream().write(plaintext, 0, 50_000);
      upload.stream().write(plaintext[50_000]);
      upload.stream().write(plaintext, 50_001, plaintext.length - 50_001);
      upload.stream().close();
      assertThat(upload.commit()).isInstanceOf(WriteResult.Won.class);
    }
    try (InputStream in = objects.open("a/b", CONTEXT)) {
      assertThat(in.readAllBytes()).isEqualTo(plaintext);
    }
    byte[] stored = store.get("a/b").orElseThrow().content();
    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("4711");
    try (InputStream in = objects.open("a/b", OTHER)) {
      assertThatThrownBy(in::readAllBytes).isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void objectThatWasCutShortOrChangedIsRefused() throws IOException {
    ObjectStore store = new LocalObjectStore(root);
    EnvelopedObjects objects = objects(store);
    try (ObjectUpload upload = objects.upload("a", KEY, CONTEXT)) {
      upload.stream().write(new byte[100_000]);
      upload.commit();
    }
    byte[] stored = store.get("a").orElseThrow().content();
    store.put("cut", Arrays.copyOf(stored, stored.length - 20_000));
    stored[stored.length / 2] ^= 1;
    store.put("changed", stored);
    for (String key : new String[] {"cut", "changed"}) {
      try (InputStream in = objects.open(key, CONTEXT)) {
        assertThatThrownBy(in::readAllBytes).isInstanceOf(DecryptionFailedException.class);
      }
    }
  }

  @Test
  void withoutCommitNothingIsVisible() throws IOException {
    ObjectStore store = new LocalObjectStore(root);
    try (ObjectUpload upload = objects(store).upload("a", KEY, CONTEXT)) {
      upload.stream().write(new byte[100_000]);
    }
    assertThat(store.list("", null, 10)).isEmpty();
  }

  @Test
  void commitOntoATakenKeyLosesAndASecondCommitIsRefused() throws IOException {
    ObjectStore store = new LocalObjectStore(root);
    store.putIfAbsent("a", new byte[] {1});
    try (ObjectUpload upload = objects(store).upload("a", KEY, CONTEXT)) {
      upload.stream().write(2);
      assertThat(upload.commit()).isInstanceOf(WriteResult.Lost.class);
      assertThatThrownBy(upload::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'a'");
      assertThatThrownBy(() -> upload.stream().write(3)).isInstanceOf(IOException.class);
    }
    assertThat(store.get("a").orElseThrow().content()).containsExactly(1);
  }

  @Test
  void wrongWrappingKeyLeavesNoUploadBehind() throws IOException {
    ObjectStore store = new LocalObjectStore(root);
    assertThatThrownBy(() -> objects(store).upload("a", new KeyId("other"), CONTEXT))
        .isInstanceOf(io.strongroom.crypto.KeyUnavailableException.class);
    assertThat(root.resolve(".strongroom/tmp")).isEmptyDirectory();
  }

  @Test
  void anObjectLargerThanTheHeapIsWrittenAndRead() throws Exception {
    try (ChildProcess child = ChildProcess.startSmall(EnvelopingProcess.class, root.toString())) {
      assertThat(child.rest()).containsExactly("read back 67108864 bytes, more than heap");
      assertThat(child.exitCode()).isZero();
    }
  }
}
