package io.strongroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class ApiConfigTest {

  @Test
  void everySettingIsRead() {
    ConfigReader reader =
        ConfigReader.of(
            Map.of(
                "api.url", "https://lake.example/api",
                "api.timeout", "3s",
                "api.attempts", "2",
                "api.backoff", "50ms",
                "api.max-wait", "1m",
                "api.max-response", "64KiB"));
    ApiConfig config = ApiConfig.from(reader);
    reader.verify();
    assertThat(config)
        .isEqualTo(
            new ApiConfig(
                URI.create("https://lake.example/api"),
                Duration.ofSeconds(3),
                2,
                Duration.ofMillis(50),
                Duration.ofMinutes(1),
                65536));
  }

  @Test
  void onlyTheAddressHasNoDefault() {
    ConfigReader reader = ConfigReader.of(Map.of("api.url", "https://lake.example"));
    ApiConfig config = ApiConfig.from(reader);
    reader.verify();
    assertThat(config)
        .isEqualTo(ApiConfig.of(URI.create("https://lake.example")))
        .isEqualTo(
            new ApiConfig(
                URI.create("https://lake.example"),
                Duration.ofSeconds(10),
                4,
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                4 << 20));
  }

  @Test
  void everySettingOutOfItsRangeIsReportedAtOnce() {
    Map<String, String> values =
        new TreeMap<>(
            Map.of(
                "api.url", "ftp://lake.example",
                "api.timeout", "1h",
                "api.attempts", "0",
                "api.backoff", "0s",
                "api.max-wait", "11m",
                "api.max-response", "1023"));
    ConfigReader reader = ConfigReader.of(values);
    ApiConfig.from(reader);
    List<String> problems = catchThrowableOfType(ConfigException.class, reader::verify).problems();
    assertThat(problems).hasSize(6);
    for (String key : values.keySet()) {
      assertThat(problems).anyMatch(problem -> problem.startsWith(key + " "));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://lake.example",
        "http://localhost:8080/x",
        "http://127.0.0.1:1",
        "http://[::1]"
      })
  void httpsAndThisMachineAreAccepted(String url) {
    assertThat(ApiConfig.of(URI.create(url)).url()).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://lake.example",
        "http://localhost.lake.example",
        "https://user:secret@lake.example",
        "https://lake.example?x=1",
        "https://lake.example#x",
        "lake.example",
        "file:/etc/passwd"
      })
  void everythingElseIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiConfig.of(URI.create(url)))
        .withMessageStartingWith("api.url")
        .withMessageNotContaining("secret");
  }
}
