package io.strongroom.pipeline;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a finished attempt of a partition did. Stored once; the first stored outcome of a partition
 * counts.
 *
 * <p>A step that judges no rows (one that copies a file, or sums) states zero for all four counts.
 * Immutable.
 *
 * @param files the files it stored
 * @param input rows judged
 * @param valid rows accepted
 * @param quarantined rows that wait in a quarantine dataset
 * @param condemned rows that get no further attempt
 * @param reasons count of rejected rows by the code of their primary reason
 * @param notes small facts for later steps of the run; never a value of a row
 */
public record PartitionOutcome(
    List<StagedFile> files,
    long input,
    long valid,
    long quarantined,
    long condemned,
    SortedMap<String, Long> reasons,
    SortedMap<String, String> notes) {

  /** Copies the collections. */
  public PartitionOutcome {
    files = List.copyOf(files);
    reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
  }

  /** The outcome of a partition that judges no rows. */
  public static PartitionOutcome of(List<StagedFile> files) {
    return new PartitionOutcome(files, 0, 0, 0, 0, new TreeMap<>(), new TreeMap<>());
  }

  /** The outcome of a partition that judged the rows of a tally. */
  public static PartitionOutcome of(List<StagedFile> files, RowTally tally) {
    return new PartitionOutcome(
        files,
        tally.input(),
        tally.valid(),
        tally.quarantined(),
        tally.condemned(),
        tally.reasons(),
        new TreeMap<>());
  }

  /** The same outcome with one more note. */
  public PartitionOutcome note(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(notes);
    more.put(name, value);
    return new PartitionOutcome(files, input, valid, quarantined, condemned, reasons, more);
  }

  /** As a JSON object. */
  public JsonObject toJson() {
    JsonObject.Builder reasonCounts = JsonObject.builder();
    reasons.forEach(reasonCounts::put);
    JsonObject.Builder noteTexts = JsonObject.builder();
    notes.forEach(noteTexts::put);
    List<JsonValue> staged = files.stream().map(file -> (JsonValue) file.toJson()).toList();
    return JsonObject.builder()
        .put("condemned", condemned)
        .put("files", new JsonArray(staged))
        .put("input", input)
        .put("notes", noteTexts.build())
        .put("quarantined", quarantined)
        .put("reasons", reasonCounts.build())
        .put("valid", valid)
        .build();
  }

  /**
   * From the JSON object that {@link #toJson} makes.
   *
   * @throws io.strongroom.base.JsonException when a member is missing or of another type
   */
  public static PartitionOutcome fromJson(JsonObject json) {
    SortedMap<String, Long> reasons = new TreeMap<>();
    JsonObject reasonCounts = json.object("reasons");
    for (String code : reasonCounts.members().keySet()) {
      reasons.put(code, reasonCounts.integer(code));
    }
    SortedMap<String, String> notes = new TreeMap<>();
    JsonObject noteTexts = json.object("notes");
    for (Map.Entry<String, JsonValue> note : noteTexts.members().entrySet()) {
      notes.put(note.getKey(), noteTexts.string(note.getKey()));
    }
    return new PartitionOutcome(
        json.objects("files").stream().map(StagedFile::fromJson).toList(),
        json.integer("input"),
        json.integer("valid"),
        json.integer("quarantined"),
        json.integer("condemned"),
        reasons,
        notes);
  }
}
