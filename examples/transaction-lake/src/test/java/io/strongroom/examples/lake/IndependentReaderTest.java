package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader in JavaScript, which shares no code with the libraries, agrees with them. */
@Tag("oracle")
class IndependentReaderTest {
  private static final Path READER = Path.of("reader", "read.mjs");

  @TempDir Path folder;

  @Test
  void theReaderIsAtMost150LinesLong() throws IOException {
    assertThat(Files.readAllLines(READER)).hasSizeLessThanOrEqualTo(150);
  }

  @Test
  void itFindsTheSameRunsFilesRowsAndBytesOfTwoFiles() throws Exception {
    TestLake lake = lakeOfTwoFiles();
    Answer answer = read(lake);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exitCode()).isZero();
    List<String> lines = answer.out().lines().toList();
    assertThat(lines).hasSize(2);
    agrees(lake, LakeDatasets.TRANSACTIONS, lines.get(0));
    agrees(lake, LakeDatasets.BALANCES, lines.get(1));
  }

  @Test
  void itNamesWhateverWasAlteredOnItsWay() throws Exception {
    TestLake lake = lakeOfTwoFiles();
    Path store = lake.folder().store();
    // What a later publication replaced is not on the way from the pointer to the files.
    Set<String> onTheWay = new HashSet<>(Set.of("control/keyring.json"));
    for (PipelineRef pipeline : List.of(LakeDatasets.TRANSACTIONS, LakeDatasets.BALANCES)) {
      PublishedState state = published(lake, pipeline);
      for (String generation : state.head().orElseThrow().generations().values()) {
        onTheWay.add(pipeline.control() + "generations/" + generation + ".json");
      }
      for (DatasetRef dataset : state.datasets()) {
        for (LiveFile file : state.liveFiles(dataset)) {
          onTheWay.add(file.file().path());
          onTheWay.add(pipeline.control() + "runs/" + file.manifest().run() + "/manifest.json");
        }
      }
    }
    List<Path> objects;
    try (Stream<Path> files = Files.walk(store)) {
      objects =
          files
              .filter(Files::isRegularFile)
              .filter(
                  file -> {
                    String key = store.relativize(file).toString();
                    return onTheWay.contains(key)
                        || key.matches("control/payments/.*/(_LATEST|[0-9]+-[0-9a-f]+)\\.json");
                  })
              .sorted()
              .toList();
    }
    List<String> unnoticed = new ArrayList<>();
    for (Path object : objects) {
      byte[] content = Files.readAllBytes(object);
      byte[] altered = content.clone();
      altered[altered.length / 2] ^= 1;
      Files.write(object, altered);
      Answer answer = read(lake);
      if (answer.exitCode() != 76 || !answer.err().contains(object.getFileName().toString())) {
        unnoticed.add(store.relativize(object) + ": " + answer);
      }
      Files.write(object, content);
    }
    assertThat(unnoticed).isEmpty();
    assertThat(objects).hasSizeGreaterThan(10);
    assertThat(read(lake).exitCode()).isZero();
  }

  private record Answer(int exitCode, String out, String err) {}

  private TestLake lakeOfTwoFiles() {
    TestLake lake = new TestLake(folder.resolve("lake"));
    lake.done();
    Path second = folder.resolve("second.csv");
    assertThat(lake.runExactly(List.of("generate", "500", "7", second.toString())).exitCode())
        .isZero();
    lake.done("run", second.toString());
    return lake;
  }

  private Answer read(TestLake lake) throws IOException, InterruptedException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(lake.folder().properties())) {
      properties.load(in);
    }
    Path out = folder.resolve("reader.out");
    Path err = folder.resolve("reader.err");
    Process process =
        new ProcessBuilder(
                "node",
                READER.toString(),
                lake.folder().store().toString(),
                properties.getProperty("crypto.keyring.root-digest"),
                LakeDatasets.TRANSACTIONS.toString(),
                LakeDatasets.BALANCES.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exitCode = process.waitFor();
    return new Answer(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private static PublishedState published(TestLake lake, PipelineRef pipeline) {
    return lake.open().getInstance(PublishedLake.class).read(pipeline);
  }

  private static void agrees(TestLake lake, PipelineRef pipeline, String line) {
    JsonObject found = JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8));
    PublishedState ours = published(lake, pipeline);
    assertThat(found.string("pipeline")).isEqualTo(pipeline.toString());
    assertThat(found.integer("seq")).isEqualTo(ours.head().orElseThrow().seq());
    JsonObject datasets = found.object("datasets");
    assertThat(datasets.members().keySet())
        .containsExactlyElementsOf(ours.datasets().stream().map(DatasetRef::path).toList());
    for (DatasetRef dataset : ours.datasets()) {
      JsonObject sums = datasets.object(dataset.path());
      List<LiveFile> files = ours.liveFiles(dataset);
      assertThat(sums.strings("runs"))
          .containsExactlyElementsOf(
              ours.liveRuns(dataset).stream().map(run -> run.run().value()).sorted().toList());
      assertThat(sums.integer("files")).isEqualTo(files.size());
      assertThat(sums.integer("rows"))
          .isEqualTo(files.stream().mapToLong(file -> file.file().rows()).sum());
      assertThat(sums.integer("bytes"))
          .isEqualTo(files.stream().mapToLong(file -> file.file().bytes()).sum());
    }
  }
}
