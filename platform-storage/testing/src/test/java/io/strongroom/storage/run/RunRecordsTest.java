package io.strongroom.storage.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RunRecordsTest {
  private static final String DIGEST = "0".repeat(64);

  @Test
  void recordsReadBackWhatTheyWrote() {
    DataFile file = TestRuns.file("r-1", TestRuns.SILVER, "2026-01");
    assertThat(DataFile.fromJson(file.toJson())).isEqualTo(file);
    InputFile input = new InputFile("in.csv", DIGEST, 10, 2);
    assertThat(InputFile.fromJson(input.toJson())).isEqualTo(input);
    RunKey key = TestRuns.key("2026-01-21");
    assertThat(RunKey.fromJson(key.toJson())).isEqualTo(key);
    DatasetOutput output =
        TestRuns.output("r-1", TestRuns.spec(TestRuns.CONDEMNED), "2026-01", "2026-02");
    assertThat(DatasetOutput.fromJson(output.toJson())).isEqualTo(output);
    assertThat(output.rows()).isEqualTo(6);
    RunRequest request = TestRuns.request("r-1", "w", Optional.of(DIGEST), Optional.of("r-0"));
    assertThat(RunRequest.parse(request.toJson().canonicalBytes())).isEqualTo(request);
  }

  @Test
  void aKeyIsNamedByTheDigestOfItsCanonicalForm() {
    String canonical =
        "{\"inputsDigest\":\""
            + TestRuns.key("w").inputsDigest()
            + "\",\"parametersDigest\":\""
            + TestRuns.key("w").parametersDigest()
            + "\",\"pipeline\":\"payments/transactions\",\"pipelineVersion\":\"1.0\","
            + "\"window\":\"w\"}";
    assertThat(TestRuns.key("w").id())
        .isEqualTo(ControlJson.sha256(canonical.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void anUnknownOrMissingMemberIsRefused() {
    JsonObject file = TestRuns.file("r-1", TestRuns.SILVER, "2026-01").toJson();
    JsonObject.Builder more = JsonObject.builder().put("extra", 1);
    file.members().forEach(more::put);
    assertThatThrownBy(() -> DataFile.fromJson(more.build()))
        .isInstanceOf(IllegalArgumentException.class);
    for (String member : file.members().keySet()) {
      if (!member.equals("footerSha256")) {
        assertThatThrownBy(() -> DataFile.fromJson(file.without(member)))
            .as(member)
            .isInstanceOfAny(IllegalArgumentException.class, JsonException.class);
      }
    }
  }

  @Test
  void aFileOutsideItsDatasetIsRefused() {
    DataFile file = TestRuns.file("r-1", TestRuns.CONDEMNED, "2026-01");
    assertThatThrownBy(
            () -> new DatasetOutput(TestRuns.spec(TestRuns.SILVER), "k", DIGEST, List.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.path());
  }

  @Test
  void aFileNamedTwiceIsRefused() {
    DataFile file = TestRuns.file("r-1", TestRuns.SILVER, "2026-01");
    assertThatThrownBy(
            () ->
                new DatasetOutput(TestRuns.spec(TestRuns.SILVER), "k", DIGEST, List.of(file, file)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void filesAndDatasetsAreKeptInOrder() {
    DataFile one = TestRuns.file("r-1", TestRuns.SILVER, "2026-01");
    DataFile two = TestRuns.file("r-1", TestRuns.SILVER, "2026-02");
    assertThat(
            new DatasetOutput(TestRuns.spec(TestRuns.SILVER), "k", DIGEST, List.of(two, one))
                .files())
        .containsExactly(one, two);
    Manifest manifest =
        TestRuns.draft(
            TestRuns.request("r-1", "w"),
            TestRuns.output("r-1", TestRuns.spec(TestRuns.SILVER), "2026-01"),
            TestRuns.output("r-1", TestRuns.spec(TestRuns.CONDEMNED), "2026-01"));
    assertThat(manifest.datasets())
        .extracting(output -> output.spec().ref())
        .containsExactly(TestRuns.CONDEMNED, TestRuns.SILVER);
  }

  @Test
  void aCommittedRunHasDatasetsAndNamesEachOnce() {
    RunRequest request = TestRuns.request("r-1", "w");
    DatasetOutput output = TestRuns.output("r-1", TestRuns.spec(TestRuns.SILVER), "2026-01");
    assertThatThrownBy(() -> TestRuns.draft(request)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TestRuns.draft(request, output, output))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> TestRuns.request("r-1", "w", Optional.empty(), Optional.of("r-1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TestRuns.request("r-1", "w", Optional.of("x"), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new InputFile("", DIGEST, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new InputFile("a", DIGEST, -1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new DataFile(
                    "a",
                    1,
                    1,
                    DIGEST.toUpperCase(java.util.Locale.ROOT) + "A",
                    Optional.empty(),
                    new TreeMap<>()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
