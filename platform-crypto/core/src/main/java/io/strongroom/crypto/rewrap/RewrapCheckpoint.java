package io.strongroom.crypto.rewrap;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a campaign is.
 *
 * @param after every record up to this one is dealt with
 * @param report what was done up to there
 */
record RewrapCheckpoint(Optional<String> after, RewrapReport report) {
  private static final String FORMAT = "strongroom-rewrap-v1";
  static final RewrapCheckpoint BEGINNING =
      new RewrapCheckpoint(Optional.empty(), RewrapReport.NOTHING);

  /** Where to go on; at the beginning when there is no file or the last pass was finished. */
  static RewrapCheckpoint read(Path file, RewrapPlan plan) {
    byte[] stored;
    try {
      stored = Files.readAllBytes(file);
    } catch (NoSuchFileException fresh) {
      return BEGINNING;
    } catch (IOException failure) {
      throw unusable(file, "cannot be read", failure);
    }
    try {
      JsonObject json = JsonValue.parseCanonicalObject(stored);
      if (!json.string("format").equals(FORMAT)) {
        throw new IllegalArgumentException("unknown format");
      }
      if (!json.string("campaign").equals(plan.digest())) {
        throw unusable(file, "belongs to another campaign", null);
      }
      RewrapCheckpoint read = new RewrapCheckpoint(json.optionalString("after"), report(json));
      return read.report.finished() ? BEGINNING : read;
    } catch (JsonException | IllegalArgumentException malformed) {
      throw unusable(file, "is malformed", malformed);
    }
  }

  private static RewrapReport report(JsonObject json) {
    return new RewrapReport(
        json.integer("rewrapped"),
        json.integer("done"),
        json.integer("notConcerned"),
        json.integer("vanished"),
        json.integer("failed"),
        json.integer("wrappedKeys"),
        json.objects("failures").stream()
            .map(failed -> new RewrapReport.Failure(failed.string("id"), failed.string("code")))
            .toList(),
        json.flag("finished"));
  }

  /** Is on the disk when this returns. */
  void write(Path file, RewrapPlan plan) {
    KeyRecordFolder.write(
        file,
        JsonObject.builder()
            .put("format", FORMAT)
            .put("campaign", plan.digest())
            .putIfPresent("after", after)
            .put("rewrapped", report.rewrapped())
            .put("done", report.done())
            .put("notConcerned", report.notConcerned())
            .put("vanished", report.vanished())
            .put("failed", report.failed())
            .put("wrappedKeys", report.wrappedKeys())
            .putObjects(
                "failures",
                report.failures().stream()
                    .map(
                        failed ->
                            JsonObject.builder()
                                .put("id", failed.id())
                                .put("code", failed.code())
                                .build())
                    .toList())
            .put("finished", report.finished())
            .build()
            .canonicalBytes());
  }

  private static CryptoException unusable(Path file, String problem, @Nullable Exception cause) {
    return new CryptoException(
        CryptoErrorCode.REWRAP_CHECKPOINT_UNUSABLE, "checkpoint " + file + " " + problem, cause);
  }
}
