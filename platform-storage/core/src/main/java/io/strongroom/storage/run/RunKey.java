package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Set;

/**
 * What a run is for. Two tries with equal keys read the same inputs with the same code for the same
 * business window; at most one of them is live.
 *
 * @param pipeline the path of the pipeline, {@code payments/transactions}
 * @param window the business window, for instance {@code 2026-01-21}; never empty
 * @param parametersDigest hexadecimal SHA-256 of the parameters
 * @param inputsDigest hexadecimal SHA-256 of the pinned inputs
 * @param pipelineVersion the version of the pipeline's code; never empty
 */
public record RunKey(
    String pipeline,
    String window,
    String parametersDigest,
    String inputsDigest,
    String pipelineVersion) {

  private static final Set<String> MEMBERS =
      Set.of("pipeline", "window", "parametersDigest", "inputsDigest", "pipelineVersion");

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException when one is empty or a digest is not one
   */
  public RunKey {
    ControlJson.requireText("pipeline", pipeline);
    ControlJson.requireText("window", window);
    ControlJson.requireDigest("parametersDigest", parametersDigest);
    ControlJson.requireDigest("inputsDigest", inputsDigest);
    ControlJson.requireText("pipelineVersion", pipelineVersion);
  }

  /** Hexadecimal SHA-256 of the canonical JSON of this key, 64 digits. */
  public String id() {
    return ControlJson.sha256(toJson().canonicalBytes());
  }

  /** The members {@code pipeline window parametersDigest inputsDigest pipelineVersion}. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("pipeline", pipeline)
        .put("window", window)
        .put("parametersDigest", parametersDigest)
        .put("inputsDigest", inputsDigest)
        .put("pipelineVersion", pipelineVersion)
        .build();
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws io.strongroom.base.JsonException naming a member that is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static RunKey fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    return new RunKey(
        json.string("pipeline"),
        json.string("window"),
        json.string("parametersDigest"),
        json.string("inputsDigest"),
        json.string("pipelineVersion"));
  }
}
