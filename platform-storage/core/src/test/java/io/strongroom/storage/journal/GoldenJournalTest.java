package io.strongroom.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals of version 1, made from FORMAT.md by other code than ours, are read for ever. */
@Tag("verify")
class GoldenJournalTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/journal-v1");

  @TempDir Path root;

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] tag(int first) {
    byte[] tag = new byte[GroupFrame.TAG];
    for (int i = 0; i < tag.length; i++) {
      tag[i] = (byte) (first + i);
    }
    return tag;
  }

  private static byte[] repeated(char c, int times) {
    return text(String.valueOf(c).repeat(times));
  }

  private static byte[] zerosAndOnes() {
    byte[] bytes = new byte[18];
    for (int i = 1; i < bytes.length; i += 2) {
      bytes[i] = -1;
    }
    return bytes;
  }

  private Path copyOf(String name) throws IOException {
    Path target = root.resolve(name);
    try (Stream<Path> files = Files.walk(GOLDEN.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(GOLDEN.resolve(name).relativize(file).toString()));
      }
    }
    return target;
  }

  @Test
  void theGoldenFolderIsReadAndContinued() throws IOException {
    try (LocalJournal journal = LocalJournal.open(copyOf("local"), 4096)) {
      assertThat(journal.released()).isEqualTo(1);
      assertThat(journal.last()).isEqualTo(7);
      assertThat(journal.append(text("record 8"))).isEqualTo(8);
      assertThat(journal.read(0, 1).get(0).number()).isEqualTo(2);
      assertThat(
              Stream.of(journal.read(0, 99), journal.read(5, 99), journal.read(6, 99))
                  .flatMap(List::stream)
                  .map(JournalRecord::content))
          .usingElementComparator(Arrays::compare)
          .containsExactly(
              text("record 2"),
              new byte[0],
              zerosAndOnes(),
              repeated('x', 3000),
              repeated('y', 5000),
              text("record 7"),
              text("record 8"));
    }
  }

  @Test
  void theWriterMakesTheGoldenBytes() throws IOException {
    Path folder = root.resolve("written");
    try (LocalJournal journal =
        LocalJournal.open(folder, 4096, SegmentFile::synchronous, () -> tag(0))) {
      journal.append(text("record 1"));
    }
    byte[] golden = Files.readAllBytes(GOLDEN.resolve("local/00000000000000000001.seg"));
    byte[] second =
        GroupFrame.encode(tag(0), 2, List.of(text("record 2"), new byte[0], zerosAndOnes()));
    byte[] written = Files.readAllBytes(folder.resolve("00000000000000000001.seg"));
    System.arraycopy(second, 0, written, 128, second.length);
    Files.write(folder.resolve("00000000000000000001.seg"), written);
    try (LocalJournal journal = LocalJournal.open(folder, 4096)) {
      journal.append(repeated('x', 3000));
      journal.append(repeated('y', 5000));
      journal.append(text("record 7"));
      journal.release(1);
    }
    assertThat(Files.readAllBytes(folder.resolve("00000000000000000001.seg"))).isEqualTo(golden);
    for (String name : List.of("00000000000000000006.seg", "00000000000000000007.seg", "mark")) {
      assertThat(Files.readAllBytes(folder.resolve(name)))
          .isEqualTo(Files.readAllBytes(GOLDEN.resolve("local").resolve(name)));
    }
    assertThat(GroupFrame.encode(tag(16), 4, List.of(text("record 4"), new byte[0])))
        .isEqualTo(Files.readAllBytes(GOLDEN.resolve("stored/commits/00000000000000000003")));
  }

  @Test
  void theGoldenObjectsAreReadAndContinued() throws IOException {
    LocalObjectStore store = new LocalObjectStore(root);
    try (Stream<Path> files = Files.walk(GOLDEN.resolve("stored"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        store.put("j/" + GOLDEN.resolve("stored").relativize(file), Files.readAllBytes(file));
      }
    }
    try (StoredJournal journal = StoredJournal.open(store, "j")) {
      assertThat(journal.released()).isEqualTo(4);
      assertThat(journal.last()).isEqualTo(6);
      assertThat(journal.append(text("record 7"))).isEqualTo(7);
      assertThat(journal.read(0, 9).stream().map(JournalRecord::content))
          .usingElementComparator(Arrays::compare)
          .containsExactly(new byte[0], text("record 6"), text("record 7"));
      journal.release(6);
      assertThat(store.get("j/mark.json").orElseThrow().content())
          .isEqualTo(
              text(
                  "{\"commit\":4,\"end\":6,\"format\":\"strongroom-stored-journal-mark-v1\","
                      + "\"through\":6}"));
      assertThat(store.list("j/commits/", null, 9)).hasSize(1);
    }
  }
}
