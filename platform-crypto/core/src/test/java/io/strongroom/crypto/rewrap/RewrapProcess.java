package io.strongroom.crypto.rewrap;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.LocalKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A process that re-wraps the records of a folder and leaves a byte in a file for each call. */
final class RewrapProcess {
  static final int THREADS = 8;
  static final KeyId OLD = new KeyId("old");
  static final KeyId NEW = new KeyId("new");

  private RewrapProcess() {}

  /** Key file, records, checkpoint, file of calls. */
  public static void main(String[] arguments) throws IOException {
    try (KeyRecordFolder records = KeyRecordFolder.open(Path.of(arguments[1]));
        FileChannel calls =
            FileChannel.open(
                Path.of(arguments[3]), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      LoggedKeys keys = new LoggedKeys(LocalKeyFile.open(Path.of(arguments[0])));
      keys.before =
          number -> {
            try {
              calls.write(ByteBuffer.allocate(1));
            } catch (IOException failure) {
              throw new UncheckedIOException(failure);
            }
          };
      RewrapReport report =
          RewrapCampaign.builder(keys, records, new RewrapPlan(2, Set.of(OLD.value()), NEW))
              .parallelism(THREADS)
              .build()
              .run(Path.of(arguments[2]));
      System.out.println(
          "finished rewrapped=%d done=%d failed=%d"
              .formatted(report.rewrapped(), report.done(), report.failed()));
    }
  }

  /** The keys of a file but one. */
  static LocalKeyFile without(KeyId key, Path file, Path fewer) throws IOException {
    String json = Files.readString(file, StandardCharsets.UTF_8);
    Files.copy(file, fewer);
    Files.setPosixFilePermissions(fewer, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        fewer,
        json.replaceAll("\\{\"id\":\"" + key.value() + "\"[^}]*},?", "").replace(",]", "]"),
        StandardCharsets.UTF_8);
    LocalKeyFile opened = LocalKeyFile.open(fewer);
    assertThatThrownBy(() -> opened.describe(key)).isInstanceOf(KeyUnavailableException.class);
    return opened;
  }
}
