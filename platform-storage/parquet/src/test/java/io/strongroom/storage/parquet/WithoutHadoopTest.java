package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process without any Hadoop jar writes and reads files. */
@Tag("verify")
class WithoutHadoopTest {

  /** What the child process does; prints nothing but the word that the test waits for. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      for (ParquetLayout layout : ParquetLayout.values()) {
        for (Codec codec : Codec.values()) {
          for (ParquetFileKeys keys : Arrays.asList(null, Samples.KEYS)) {
            Samples.Written file = Samples.file(2_000, keys, Samples.small(layout, codec, 900));
            try (ParquetRowReader in =
                new ParquetRowReader(
                    file.source(), Samples.SCHEMA, keys, file.facts().footerSha256())) {
              Samples.checkAll(in, 2_000);
            }
          }
        }
      }
      nested();
      try {
        Class.forName("org.apache.hadoop.conf.Configuration");
      } catch (ClassNotFoundException absent) {
        System.out.println("WROTE AND READ");
      }
    }
  }

  private static void nested() {
    ParquetSchema schema =
        ParquetSchema.parse(
            """
            {"type":"record","name":"t","fields":[{"name":"m","type":{"type":"map","values":
              {"type":"array","items":["null","long"]}}},{"name":"id","type":"int"}]}
            """);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, Samples.KEYS, ParquetLayout.SINGLE_PAGE, Codec.SNAPPY)) {
      out.setObject(0, Map.of("a", Arrays.asList(1L, null)));
      out.setInt(1, 7);
      out.endRow();
      out.finish();
    }
    try (ParquetRowReader in =
        new ParquetRowReader(BytesSource.of(sink.toByteArray()), schema, Samples.KEYS, null)) {
      if (!in.next() || in.getInt(1) != 7 || !in.getObject(0).toString().equals("{a=[1, null]}")) {
        throw new AssertionError("another map");
      }
    }
  }

  @Test
  void aProcessWithoutHadoopWritesAndReadsEveryKindOfFile() throws Exception {
    List<String> path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("hadoop-"))
            .toList();
    assertThat(path).isNotEmpty().noneMatch(entry -> entry.contains("/hadoop/"));

    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-cp",
                path.stream().collect(Collectors.joining(File.pathSeparator)),
                Child.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said.strip()).endsWith("WROTE AND READ");
    assertThat(child.exitValue()).isZero();
  }
}
