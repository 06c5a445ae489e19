package io.strongroom.pipeline;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.run.DataFile;

/**
 * A file that an attempt stored and that nobody can see yet.
 *
 * @param dataset the dataset it belongs to
 * @param file its path, size and digest
 */
public record StagedFile(DatasetRef dataset, DataFile file) {
  /** As a JSON object. */
  public JsonObject toJson() {
    return JsonObject.builder().put("dataset", dataset.path()).put("file", file.toJson()).build();
  }

  /** From the JSON object that {@link #toJson} makes. */
  public static StagedFile fromJson(JsonObject json) {
    return new StagedFile(
        DatasetRef.parse(json.string("dataset")), DataFile.fromJson(json.object("file")));
  }
}
