package com.example.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each artifact brings at run time is what the README says. */
@Tag("verify")
class WeightTableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "platform-storage",
        "platform-storage-parquet",
        "platform-storage-aws-s3",
        "platform-storage-testing",
        "platform-storage-aws-s3-testing"
      })
  void theReadmeTellsHowManyJarsAndMegabytesAnArtifactAdds(String artifact) throws IOException {
    String path = Files.readString(Path.of("../target/weights", artifact)).strip();
    List<Path> jars =
        Pattern.compile(File.pathSeparator).splitAsStream(path).map(Path::of).toList();
    double bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    double megabytes = bytes / 1e6;
    String row = "\\| `" + artifact + "` \\| ([0-9]+) \\| ([0-9.]+) \\|";
    Matcher told = Pattern.compile(row).matcher(Files.readString(Path.of("../../README.md")));
    assertTrue(
        told.find(),
        String.format(
            Locale.ROOT, "no row | `%s` | %d | %.1f |", artifact, jars.size(), megabytes));
    assertEquals(Integer.parseInt(told.group(1)), jars.size(), jars.toString());
    // Our own jars grow a little with every change.
    assertEquals(Double.parseDouble(told.group(2)), megabytes, 0.3);
    assertTrue(
        jars.stream().noneMatch(jar -> jar.toString().matches(".*/(hadoop|spark)-[^/]*")), path);
  }
}
