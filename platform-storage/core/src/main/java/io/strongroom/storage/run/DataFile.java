package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file that a run wrote into a dataset.
 *
 * @param path its key in the object store, beneath the dataset's path
 * @param rows its records, 0 or more
 * @param bytes its length as stored, 0 or more
 * @param sha256 hexadecimal SHA-256 of its bytes as stored
 * @param footerSha256 hexadecimal SHA-256 of the footer, for formats that have one
 * @param partition name and value of each partition column; unmodifiable
 */
public record DataFile(
    String path,
    long rows,
    long bytes,
    String sha256,
    Optional<String> footerSha256,
    SortedMap<String, String> partition) {

  private static final Set<String> MEMBERS = Set.of("path", "rows", "bytes", "sha256", "partition");
  private static final Set<String> OPTIONAL = Set.of("footerSha256");

  /**
   * Checks the components and copies the partition.
   *
   * @throws IllegalArgumentException naming the component that is not acceptable
   */
  public DataFile {
    ControlJson.requireText("path", path);
    ControlJson.requireCount("rows", rows);
    ControlJson.requireCount("bytes", bytes);
    ControlJson.requireDigest("sha256", sha256);
    footerSha256.ifPresent(digest -> ControlJson.requireDigest("footerSha256", digest));
    partition = Collections.unmodifiableSortedMap(new TreeMap<>(partition));
  }

  /** The members {@code path rows bytes sha256 footerSha256? partition}. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("path", path)
        .put("rows", rows)
        .put("bytes", bytes)
        .put("sha256", sha256)
        .putIfPresent("footerSha256", footerSha256)
        .put("partition", ControlJson.strings(partition))
        .build();
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws io.strongroom.base.JsonException naming a member that is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static DataFile fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new DataFile(
        json.string("path"),
        json.integer("rows"),
        json.integer("bytes"),
        json.string("sha256"),
        json.optionalString("footerSha256"),
        ControlJson.strings(json.object("partition")));
  }
}
