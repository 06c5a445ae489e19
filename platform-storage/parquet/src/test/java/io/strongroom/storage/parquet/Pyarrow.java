package io.strongroom.storage.parquet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Python that has pyarrow, and the script that it runs. */
final class Pyarrow {
  private static final Path SCRIPT = Path.of("src/test/python/pyarrow_oracle.py").toAbsolutePath();

  private Pyarrow() {}

  /** Runs the script; anything but success is an error that says what it printed. */
  static void run(Path folder, String... arguments) throws IOException, InterruptedException {
    String python = System.getProperty("strongroom.python", "");
    if (python.isBlank()) {
      throw new AssertionError("-Dstrongroom.python must name a Python with pyarrow; see .ci/run");
    }
    List<String> command = new ArrayList<>(List.of(python, SCRIPT.toString()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("pyarrow.out");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    if (!ended || process.waitFor() != 0) {
      throw new AssertionError("pyarrow: " + Files.readString(output, StandardCharsets.UTF_8));
    }
  }
}
