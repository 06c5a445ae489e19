package io.strongroom.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.StoreOperation;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class StagedUploadTest {
  private static final String PATH = "silver/payments/rows/x";

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  private static StagedUpload plain(ObjectStore store) {
    return StagedUpload.plain(store, RowsPipeline.SILVER, PATH, Map.of("year", "2024"));
  }

  private ObjectStore commitsWith(Fault fault) {
    return new FaultyObjectStore(
        store,
        (number, operation, key) -> operation == StoreOperation.UPLOAD_COMMIT ? fault : Fault.NONE);
  }

  @Test
  void finishedFileIsDescribedAsItIsStored() throws IOException {
    StagedFile staged;
    try (StagedUpload upload = plain(store)) {
      upload.stream().write('r');
      upload.stream().write("ows".getBytes(UTF_8));
      staged = upload.finish(3, Optional.of("c".repeat(64)));
    }

    byte[] stored = store.get(PATH).orElseThrow().content();
    assertThat(stored).isEqualTo("rows".getBytes(UTF_8));
    assertThat(staged.dataset()).isEqualTo(RowsPipeline.SILVER);
    assertThat(staged.file().path()).isEqualTo(PATH);
    assertThat(staged.file().rows()).isEqualTo(3);
    assertThat(staged.file().bytes()).isEqualTo(4);
    assertThat(staged.file().sha256())
        .isEqualTo(HexFormat.of().formatHex(Sha256.digest().digest(stored)));
    assertThat(staged.file().footerSha256()).hasValue("c".repeat(64));
    assertThat(staged.file().partition()).isEqualTo(Map.of("year", "2024"));
  }

  @Test
  void fileThatIsNotFinishedLeavesNothing() throws IOException {
    try (StagedUpload upload = plain(store)) {
      upload.stream().write("rows".getBytes(UTF_8));
    }

    assertThat(store.list("", null, 10)).isEmpty();
  }

  @Test
  void fileWhoseEncryptionCannotBeginLeavesNothing(@TempDir Path folder) throws IOException {
    ObjectStore local = new LocalObjectStore(folder);
    IllegalStateException noKey = new IllegalStateException("no key");

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                StagedUpload.enveloped(
                    local,
                    RowsPipeline.SILVER,
                    PATH,
                    Map.of(),
                    sink -> {
                      throw noKey;
                    }))
        .isSameAs(noKey);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile))
          .allMatch(file -> file.getParent().endsWith("locks"));
    }
  }

  @Test
  void closingTheStreamDoesNotEndTheFile() throws IOException {
    try (StagedUpload upload = plain(store)) {
      try (Writer writer = new OutputStreamWriter(upload.stream(), UTF_8)) {
        writer.write("rows");
      }
      upload.stream().write(" more".getBytes(UTF_8));
      upload.finish(1);
    }

    assertThat(store.get(PATH).orElseThrow().content()).isEqualTo("rows more".getBytes(UTF_8));
  }

  @Test
  void lostReplyIsSettledByReadingTheFileBack() throws IOException {
    try (StagedUpload upload = plain(commitsWith(Fault.LOST_AFTER_EFFECT))) {
      upload.stream().write("rows".getBytes(UTF_8));

      assertThat(upload.finish(1).file().bytes()).isEqualTo(4);
    }
  }

  @Test
  void fileThatDidNotArriveIsNotConfirmed() throws IOException {
    try (StagedUpload upload = plain(commitsWith(Fault.LOST_BEFORE_EFFECT))) {
      upload.stream().write("rows".getBytes(UTF_8));

      assertThatExceptionOfType(PipelineException.class)
          .isThrownBy(() -> upload.finish(1))
          .withMessageContaining(PATH)
          .matches(e -> e.code() == PipelineErrorCode.FILE_UNCONFIRMED)
          .matches(e -> e.category().exitCode() == 75);
    }
  }

  @Test
  void anotherFileUnderTheNameIsNotTakenForThisOne() throws IOException {
    try (StagedUpload upload = plain(store)) {
      upload.stream().write("rows".getBytes(UTF_8));
      store.put(PATH, "rowz".getBytes(UTF_8));

      assertThatExceptionOfType(PipelineException.class)
          .isThrownBy(() -> upload.finish(1))
          .matches(e -> e.code() == PipelineErrorCode.FILE_UNCONFIRMED);
    }
    assertThat(store.get(PATH).orElseThrow().content()).isEqualTo("rowz".getBytes(UTF_8));
  }
}
