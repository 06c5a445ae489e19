package io.strongroom.storage.parquet;

import com.code_intelligence.jazzer.Jazzer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Coverage-guided fuzzing by Jazzer in a JVM of its own, always from the same random seed. */
public final class Fuzzing {
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in \\d+ second");
  private static final int GRACE_SECONDS = 120;

  private Fuzzing() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Jazzer.main(arguments);
  }

  /**
   * Fuzzes and gives the number of inputs that were tried.
   *
   * @throws AssertionError with all that the fuzzer printed, the input included, when one failed
   */
  public static long run(Class<?> target, List<byte[]> seeds, int seconds, Path folder)
      throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "-cp",
                absolute(System.getProperty("java.class.path")),
                Fuzzing.class.getName(),
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.strongroom.**",
                "--custom_hook_includes=io.strongroom.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_len=8192",
                "-seed=1",
                "-max_total_time=" + seconds,
                corpus.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(seconds + GRACE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(output, StandardCharsets.ISO_8859_1);
    Matcher done = DONE.matcher(printed);
    if (!ended || process.waitFor() != 0 || !done.find()) {
      throw new AssertionError("fuzzing " + target.getSimpleName() + ":\n" + printed);
    }
    return Long.parseLong(done.group(1));
  }

  private static String absolute(String classPath) {
    StringBuilder absolute = new StringBuilder();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      absolute
          .append(absolute.isEmpty() ? "" : File.pathSeparator)
          .append(Path.of(entry).toAbsolutePath());
    }
    return absolute.toString();
  }
}
