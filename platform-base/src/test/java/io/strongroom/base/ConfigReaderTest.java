package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ConfigReaderTest {
  private enum Color {
    DARK_RED,
    BLUE
  }

  private static List<String> problems(ConfigReader reader) {
    return catchThrowableOfType(ConfigException.class, reader::verify).problems();
  }

  @Test
  void everyKindOfValueIsRead() {
    ConfigReader reader =
        ConfigReader.of(
            Map.ofEntries(
                Map.entry("a.text", " x "),
                Map.entry("a.path", "/some/where"),
                Map.entry("a.integer", "-5"),
                Map.entry("a.flag", "true"),
                Map.entry("a.size", "128MiB"),
                Map.entry("a.bytes", "77"),
                Map.entry("a.duration", "90s"),
                Map.entry("a.iso", "PT15M"),
                Map.entry("a.choice", "dark-red"),
                Map.entry("a.secret", "${file:/run/secret}")));
    assertThat(reader.required("a.text")).isEqualTo("x");
    assertThat(reader.requiredPath("a.path")).isEqualTo(Path.of("/some/where"));
    assertThat(reader.integer("a.integer", 1, -10, 10)).isEqualTo(-5);
    assertThat(reader.flag("a.flag", false)).isTrue();
    assertThat(reader.size("a.size", 1)).isEqualTo(128L * 1024 * 1024);
    assertThat(reader.size("a.bytes", 1)).isEqualTo(77);
    assertThat(reader.duration("a.duration", Duration.ZERO)).isEqualTo(Duration.ofSeconds(90));
    assertThat(reader.duration("a.iso", Duration.ZERO)).isEqualTo(Duration.ofMinutes(15));
    assertThat(reader.choice("a.choice", Color.class, null)).isEqualTo(Color.DARK_RED);
    assertThat(reader.secret("a.secret")).contains(new SecretReference("${file:/run/secret}"));
    reader.verify();
  }

  @Test
  void whatIsMissingHasItsFallback() {
    ConfigReader reader = ConfigReader.of(Map.of());
    assertThat(reader.string("k1", "f")).isEqualTo("f");
    assertThat(reader.optional("k2")).isEmpty();
    assertThat(reader.path("k3", Path.of("f"))).isEqualTo(Path.of("f"));
    assertThat(reader.integer("k4", 4, 0, 9)).isEqualTo(4);
    assertThat(reader.flag("k5", true)).isTrue();
    assertThat(reader.size("k6", 6)).isEqualTo(6);
    assertThat(reader.duration("k7", Duration.ofDays(7))).isEqualTo(Duration.ofDays(7));
    assertThat(reader.choice("k8", Color.class, Color.BLUE)).isEqualTo(Color.BLUE);
    assertThat(reader.secret("k9")).isEmpty();
    reader.verify();
  }

  @Test
  void allProblemsAreReportedAtOnceWithoutAnyValue() {
    ConfigReader reader =
        ConfigReader.of(
            Map.ofEntries(
                Map.entry("b.integer", "marker"),
                Map.entry("b.range", "11"),
                Map.entry("b.flag", "marker"),
                Map.entry("b.size", "marker"),
                Map.entry("b.duration", "marker"),
                Map.entry("b.choice", "marker"),
                Map.entry("b.secret", "marker"),
                Map.entry("b.path", "marker\u0000"),
                Map.entry("b.empty", " "),
                Map.entry("b.reference", "${file:/marker}"),
                Map.entry("b.unknwon", "marker")));
    assertThat(reader.required("b.missing")).isNotEmpty();
    assertThat(reader.required("b.missing")).isNotEmpty();
    assertThat(reader.requiredPath("b.missing-path")).isNotNull();
    assertThat(reader.integer("b.integer", 3, 0, 10)).isEqualTo(3);
    assertThat(reader.integer("b.range", 3, 0, 10)).isEqualTo(3);
    assertThat(reader.flag("b.flag", true)).isTrue();
    assertThat(reader.size("b.size", 5)).isEqualTo(5);
    assertThat(reader.duration("b.duration", Duration.ZERO)).isZero();
    assertThat(reader.choice("b.choice", Color.class, null)).isEqualTo(Color.DARK_RED);
    assertThat(reader.choice("b.missing-choice", Color.class, null)).isEqualTo(Color.DARK_RED);
    assertThat(reader.secret("b.secret")).isEmpty();
    assertThat(reader.path("b.path", Path.of("p"))).isEqualTo(Path.of("p"));
    assertThat(reader.string("b.empty", "e")).isEqualTo("e");
    assertThat(reader.string("b.reference", "r")).isEqualTo("r");
    reader.string("b.unknown", "");
    reader.problem("b.integer", "is in conflict with b.range");
    assertThat(problems(reader))
        .containsExactly(
            "b.missing is missing",
            "b.missing-path is missing",
            "b.integer is not an integer from 0 to 10",
            "b.range is not an integer from 0 to 10",
            "b.flag is neither true nor false",
            "b.size is not a size such as 128MiB",
            "b.duration is not a duration such as 90s or PT15M",
            "b.choice is none of dark-red, blue",
            "b.missing-choice is missing",
            "b.secret is refused: a secret must be a reference such as ${file:/path}, never the"
                + " secret itself",
            "b.path is not a path",
            "b.empty has an empty value",
            "b.reference is not a secret and must not be a secret reference",
            "b.integer is in conflict with b.range",
            "b.unknwon is not a known setting (the nearest is b.unknown)");
    assertThatThrownBy(reader::verify)
        .hasMessageNotContaining("marker")
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> {
              assertThat(e.code()).isEqualTo(BaseErrorCode.CONFIGURATION_INVALID);
              assertThat(e.category()).isEqualTo(ErrorCategory.CONFIGURATION);
              assertThat(e.oneLine()).contains("b.missing is missing; ").contains("b.unknwon");
            });
  }

  @Test
  void argumentsWinOverTheEnvironmentAndThatOverTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("app.properties");
    Files.writeString(
        file, "one.a-b=file\ntwo=file\nthree = f\u00efle\n# comment\n", StandardCharsets.UTF_8);
    ConfigReader reader =
        ConfigReader.load(
            file,
            Map.of("ONE_A_B", "environment", "TWO", "environment", "THREE", " ", "PATH", "/bin"),
            List.of("one.a-b=argument", "--four=a=b"));
    assertThat(reader.required("one.a-b")).isEqualTo("argument");
    assertThat(reader.required("two")).isEqualTo("environment");
    assertThat(reader.required("three")).isEqualTo("f\u00efle");
    assertThat(reader.required("four")).isEqualTo("a=b");
    reader.verify();
  }

  @Test
  void malformedAndRepeatedArgumentsAreProblems(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("app.properties");
    Files.writeString(file, "twice=1\ntwice=2\n");
    ConfigReader reader =
        ConfigReader.load(
            file, Map.of(), List.of("marker", "--flag", "=x", "again=1", "--again=2"));
    reader.string("again", "");
    reader.string("twice", "");
    assertThat(problems(reader))
        .containsExactly(
            "argument 1 is not of the form key=value",
            "argument 2 is not of the form key=value",
            "argument 3 is not of the form key=value",
            "again is given twice among the arguments",
            "twice is given twice in " + file);
  }

  @Test
  void anUnreadableFileIsNamed(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.properties");
    Path latin = folder.resolve("latin.properties");
    Files.write(latin, new byte[] {'a', '=', (byte) 0xe4});
    Path escape = folder.resolve("escape.properties");
    Files.writeString(escape, "a=\\u12");
    for (Path file : List.of(missing, latin, escape)) {
      assertThatThrownBy(() -> ConfigReader.load(file, Map.of(), List.of()))
          .isInstanceOfSatisfying(
              ConfigException.class,
              e -> assertThat(e.code()).isEqualTo(BaseErrorCode.CONFIGURATION_FILE_UNREADABLE))
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aSettingMayReferToTheEnvironmentAndASecretMayNot() {
    ConfigReader reader =
        ConfigReader.load(
            null,
            Map.of("HOME_OF_DATA", "/data"),
            List.of("a=${env:HOME_OF_DATA}", "b=${env:NOT_THERE}", "c=${env:HOME_OF_DATA}"));
    assertThat(reader.requiredPath("a")).isEqualTo(Path.of("/data"));
    reader.required("b");
    assertThat(reader.secret("c")).isEmpty();
    assertThat(problems(reader))
        .containsExactly(
            "b refers to an environment variable that is not set",
            "c is refused: a secret must not come from an environment variable");
  }

  @Test
  void anEnginesOwnArgumentsCanBeIgnored() {
    ConfigReader reader =
        ConfigReader.load(null, Map.of(), List.of("--JOB_NAME=x", "--a=1", "--JOB_ID=y"))
            .ignoring(List.of("JOB_NAME", "JOB_ID"));
    assertThat(reader.required("a")).isEqualTo("1");
    reader.verify();
  }

  @Test
  void sizesAndDurationsHaveTheirUnits() {
    assertThat(size("0")).isZero();
    assertThat(size("3B")).isEqualTo(3);
    assertThat(size("3KiB")).isEqualTo(3L << 10);
    assertThat(size("3GiB")).isEqualTo(3L << 30);
    assertThat(size("3TiB")).isEqualTo(3L << 40);
    for (String wrong : List.of("-1", "1.5MiB", "1MB", "1mib", "8388608TiB", "1 MiB", "MiB")) {
      assertThat(size(wrong)).as(wrong).isEqualTo(-1);
    }
    assertThat(duration("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(duration("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(duration("2h")).isEqualTo(Duration.ofHours(2));
    assertThat(duration("2d")).isEqualTo(Duration.ofDays(2));
    assertThat(duration("PT0.5S")).isEqualTo(Duration.ofMillis(500));
    for (String wrong : List.of("90", "-1s", "-PT1S", "1 s", "1w")) {
      assertThat(duration(wrong)).as(wrong).isEqualTo(Duration.ofSeconds(-1));
    }
  }

  private static long size(String text) {
    return ConfigReader.of(Map.of("k", text)).size("k", -1);
  }

  private static Duration duration(String text) {
    return ConfigReader.of(Map.of("k", text)).duration("k", Duration.ofSeconds(-1));
  }
}
