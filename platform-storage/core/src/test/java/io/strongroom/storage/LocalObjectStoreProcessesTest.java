package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local store between processes of their own, and after their death. */
@Tag("verify")
class LocalObjectStoreProcessesTest {
  private static final int PROCESSES = 4;
  private static final int ROUNDS = 100;

  @TempDir Path root;

  @Test
  void eightWritersInFourProcessesHaveOneWinnerEachAndLoseNoUpdate() throws Exception {
    ObjectStore store = new LocalObjectStore(root);
    for (int i = 0; i < RacingProcess.COUNTERS; i++) {
      store.put("counter-" + i, "0".getBytes(StandardCharsets.UTF_8));
    }
    List<ChildProcess> children = new ArrayList<>();
    Map<Integer, String> creators = new HashMap<>();
    Set<String> counts = new HashSet<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        children.add(
            ChildProcess.start(
                RacingProcess.class, root.toString(), "p" + i + "t", String.valueOf(ROUNDS)));
      }
      for (ChildProcess child : children) {
        assertThat(child.line()).isEqualTo("ready");
      }
      long start = System.currentTimeMillis() + 50;
      children.forEach(child -> child.tell(String.valueOf(start)));
      for (ChildProcess child : children) {
        for (String line : child.rest()) {
          String[] words = line.split(" ", -1);
          if (words[0].equals("create")) {
            assertThat(creators.put(Integer.valueOf(words[1]), words[2]))
                .as("another winner of round " + words[1])
                .isNull();
          } else {
            assertThat(counts.add(line)).as("first " + line).isTrue();
          }
        }
        assertThat(child.exitCode()).isZero();
      }
    } finally {
      children.forEach(ChildProcess::close);
    }
    assertThat(creators).hasSize(ROUNDS);
    creators.forEach(
        (round, winner) -> assertThat(text(store, "create/" + round)).isEqualTo(winner));
    int increments = PROCESSES * 2 * (ROUNDS / 10);
    for (int i = 0; i < RacingProcess.COUNTERS; i++) {
      assertThat(text(store, "counter-" + i)).isEqualTo(String.valueOf(increments));
    }
    assertThat(counts).hasSize(increments * RacingProcess.COUNTERS);
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  void killedWriterLeavesWholeObjectsAndEveryAcknowledgedOne() throws Exception {
    killWriters(8);
  }

  @Test
  @Tag("exhaustive")
  void aHundredKilledWritersLeaveWholeObjectsAndEveryAcknowledgedOne() throws Exception {
    killWriters(100);
  }

  private void killWriters(int kills) throws Exception {
    Random random = new Random();
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      try (ChildProcess child =
          ChildProcess.start(WritingProcess.class, root.toString(), "writer" + i)) {
        assertThat(child.line()).isEqualTo("ready");
        acknowledged.add(child.line());
        Thread.sleep(random.nextInt(100));
        child.kill();
        List<String> lines = child.rest();
        // The last line may have been cut.
        acknowledged.addAll(lines.subList(0, Math.max(0, lines.size() - 1)));
      }
    }
    ObjectStore store =
        new LocalObjectStore(
            root,
            () -> Instant.now().plus(LocalObjectStore.LEFTOVER_AGE).plus(Duration.ofHours(1)),
            Files::isWritable);
    List<ObjectInfo> found = store.list("", null, Integer.MAX_VALUE);
    for (ObjectInfo info : found) {
      assertThat(WritingProcess.isWhole(store.get(info.key()).orElseThrow().content()))
          .as(info.key())
          .isTrue();
    }
    assertThat(found.stream().map(ObjectInfo::key)).containsAll(acknowledged);
    assertThat(temporaryFiles()).as("leftovers of dead processes, 25 hours later").isEmpty();
  }

  @Test
  void processWithoutRoomForAnObjectGetsATypedErrorAndLeavesNothing() throws Exception {
    List<String> answers;
    try (ChildProcess child =
        ChildProcess.startLimited("ulimit -f 2048", FillingProcess.class, root)) {
      answers = child.rest();
      assertThat(child.exitCode()).isZero();
    }
    assertThat(answers).hasSize(3).allMatch(line -> line.startsWith("STORE_FULL 'a/"));
    assertThat(new LocalObjectStore(root).list("", null, 10)).isEmpty();
    assertThat(temporaryFiles()).isEmpty();
  }

  private List<Path> temporaryFiles() throws Exception {
    try (Stream<Path> files = Files.list(root.resolve(".strongroom/tmp"))) {
      return files.toList();
    }
  }

  private static String text(ObjectStore store, String key) {
    return new String(store.get(key).orElseThrow().content(), StandardCharsets.UTF_8);
  }
}
