package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Set;

/**
 * A file that a run read.
 *
 * @param name what the run calls it; never empty
 * @param sha256 hexadecimal SHA-256 of its bytes
 * @param bytes its length, 0 or more
 * @param rows its records, 0 or more
 */
public record InputFile(String name, String sha256, long bytes, long rows) {

  private static final Set<String> MEMBERS = Set.of("name", "sha256", "bytes", "rows");

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException naming the one that is not acceptable
   */
  public InputFile {
    ControlJson.requireText("name", name);
    ControlJson.requireDigest("sha256", sha256);
    ControlJson.requireCount("bytes", bytes);
    ControlJson.requireCount("rows", rows);
  }

  /** The members {@code name sha256 bytes rows}. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("name", name)
        .put("sha256", sha256)
        .put("bytes", bytes)
        .put("rows", rows)
        .build();
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws io.strongroom.base.JsonException naming a member that is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static InputFile fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    return new InputFile(
        json.string("name"), json.string("sha256"), json.integer("bytes"), json.integer("rows"));
  }
}
