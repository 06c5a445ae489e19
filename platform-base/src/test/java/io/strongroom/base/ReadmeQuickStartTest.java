package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ReadmeQuickStartTest {

  @Test
  void theQuickStartRuns() {
    Map<String, String> environment = Map.of("REPORT_TIMEOUT", "90s");
    List<String> arguments = List.of("--report.folder=out");
    // quick start
    ConfigReader config = ConfigReader.load(null, environment, arguments);
    Path folder = config.requiredPath("report.folder");
    Duration timeout = config.duration("report.timeout", Duration.ofSeconds(30));
    long limit = config.size("report.limit", 1024 * 1024);
    config.verify(); // one exception names every missing, malformed and unknown setting

    JsonObject report =
        JsonObject.builder()
            .put("folder", folder.toString())
            .put("limit", limit)
            .put("timeout", timeout.toString())
            .build();
    byte[] canonical = report.canonicalBytes(); // RFC 8785: one form, so it can be signed
    JsonObject same = JsonValue.parseCanonicalObject(canonical);
    // end
    assertThat(same).isEqualTo(report);
    assertThat(new String(canonical, StandardCharsets.UTF_8))
        .isEqualTo("{\"folder\":\"out\",\"limit\":1048576,\"timeout\":\"PT1M30S\"}");
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/strongroom/base/ReadmeQuickStartTest.java"));
    String code =
        source.substring(source.indexOf("// quick start\n") + 15, source.indexOf("    // end\n"));
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("```java\n") + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {4}", ""));
  }
}
