package io.strongroom.storage.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Coverage-guided fuzzing of parsers by Jazzer, in a JVM of its own and always from the same random
 * seed. Jazzer ({@code com.code-intelligence:jazzer}) must be on the class path of the test; it is
 * not brought along.
 */
public final class CoverageGuidedFuzzing {
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in \\d+ second");
  private static final int GRACE_SECONDS = 120;

  private final Path folder;
  private final int longest;

  /**
   * Fuzzing with its files in a folder.
   *
   * @param folder exists, and is empty
   * @param longest the length of the longest inputs in bytes
   */
  public CoverageGuidedFuzzing(Path folder, int longest) {
    this.folder = Objects.requireNonNull(folder, "folder");
    this.longest = longest;
  }

  /**
   * Fuzzes for some time.
   *
   * @param target has a static method {@code fuzzerTestOneInput(byte[])} that throws when a rule is
   *     broken
   * @param seeds the inputs to begin with
   * @param seconds how long
   * @return how many inputs were tried
   * @throws AssertionError with all that the fuzzer printed, the input included, when one failed
   */
  public long run(Class<?> target, List<byte[]> seeds, int seconds)
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
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.strongroom.**",
                "--custom_hook_includes=io.strongroom.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_len=" + longest,
                "-seed=1",
                "-max_total_time=" + seconds,
                corpus.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(seconds + (long) GRACE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    int status = process.waitFor();
    String printed = Files.readString(output, StandardCharsets.ISO_8859_1);
    Matcher done = DONE.matcher(printed);
    if (!ended || status != 0 || !done.find()) {
      throw new AssertionError("fuzzing " + target.getSimpleName() + ":\n" + printed);
    }
    return Long.parseLong(done.group(1));
  }

  /**
   * An input like one to begin with, for a test that is too short for the fuzzer: one to three
   * bits, bytes or ends of it are changed.
   *
   * @param seed not changed
   */
  public static byte[] mutated(byte[] seed, Random random) {
    byte[] input = seed.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && input.length > 0; i++) {
      int at = random.nextInt(input.length);
      switch (random.nextInt(4)) {
        case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> input[at] = (byte) random.nextInt();
        case 2 -> input = Arrays.copyOf(input, at);
        default -> {
          byte[] longer = Arrays.copyOf(input, input.length + 1);
          System.arraycopy(input, at, longer, at + 1, input.length - at);
          input = longer;
        }
      }
    }
    return input;
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
