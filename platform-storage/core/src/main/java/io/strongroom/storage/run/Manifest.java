package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The complete, signed description of what a run produced in all its datasets. Storing it, which
 * succeeds once for a run, decides the run.
 *
 * @param run the try
 * @param key what it was for
 * @param status how it was decided
 * @param pipeline whose run it is
 * @param base digest of the publication that the run started from; empty when there was none
 * @param supersedes the live run that it declares to replace
 * @param inputs what it read; unmodifiable
 * @param datasets what it wrote, in the order of the datasets' paths; at least one when COMMITTED,
 *     none when ABORTED; unmodifiable
 * @param metrics what the pipeline counted
 * @param actor who decided; never empty
 * @param reason why; never empty
 * @param at when
 * @param digest hexadecimal SHA-256 of the stored bytes; empty in a draft
 */
public record Manifest(
    RunId run,
    RunKey key,
    Status status,
    PipelineRef pipeline,
    Optional<String> base,
    Optional<RunId> supersedes,
    List<InputFile> inputs,
    List<DatasetOutput> datasets,
    JsonObject metrics,
    String actor,
    String reason,
    Instant at,
    String digest) {

  /** How a run was decided. */
  public enum Status {
    /** Its outputs are complete and may be published. */
    COMMITTED,
    /** It will never be published. */
    ABORTED
  }

  /** The payload type under which manifests are signed. */
  public static final String PAYLOAD_TYPE = "application/vnd.strongroom.manifest.v1+json";

  private static final String FORMAT = "strongroom.manifest.v1";
  private static final Set<String> MEMBERS =
      Set.of(
          "format",
          "run",
          "key",
          "status",
          "pipeline",
          "inputs",
          "datasets",
          "metrics",
          "actor",
          "reason",
          "at");
  private static final Set<String> OPTIONAL = Set.of("base", "supersedes");

  /**
   * Checks the components and sorts the datasets.
   *
   * @throws IllegalArgumentException naming what is not acceptable
   */
  public Manifest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(at, "at");
    if (!key.pipeline().equals(pipeline.path())) {
      throw new IllegalArgumentException(
          "the key of run " + run + " is of another pipeline than " + pipeline);
    }
    base.ifPresent(publication -> ControlJson.requireDigest("base", publication));
    if (supersedes.isPresent() && supersedes.get().equals(run)) {
      throw new IllegalArgumentException("run " + run + " cannot supersede itself");
    }
    inputs = List.copyOf(inputs);
    datasets =
        datasets.stream()
            .sorted(Comparator.comparing(output -> output.spec().ref().path()))
            .toList();
    if (datasets.isEmpty() == (status == Status.COMMITTED)) {
      throw new IllegalArgumentException(
          "run " + run + ": a committed run has datasets, an aborted one has none");
    }
    Set<String> seen = new HashSet<>();
    for (DatasetOutput output : datasets) {
      if (!seen.add(output.spec().ref().path())) {
        throw new IllegalArgumentException(
            "dataset " + output.spec().ref().path() + " is named twice by run " + run);
      }
    }
    ControlJson.requireText("actor", actor);
    ControlJson.requireText("reason", reason);
    if (!digest.isEmpty()) {
      ControlJson.requireDigest("digest", digest);
    }
  }

  /**
   * A draft of the manifest that commits a run, for {@link RunStore#commit}.
   *
   * @param request the claimed run
   * @param inputs what it read
   * @param datasets what it wrote, at least one
   * @param metrics what the pipeline counted; never values of records
   * @param at when
   */
  public static Manifest committed(
      RunRequest request,
      List<InputFile> inputs,
      List<DatasetOutput> datasets,
      JsonObject metrics,
      Instant at) {
    return new Manifest(
        request.runId(),
        request.key(),
        Status.COMMITTED,
        request.pipeline(),
        request.base(),
        request.supersedes(),
        inputs,
        datasets,
        metrics,
        request.actor(),
        request.reason(),
        at,
        "");
  }

  static Manifest aborted(RunRequest request, String actor, String reason, Instant at) {
    return new Manifest(
        request.runId(),
        request.key(),
        Status.ABORTED,
        request.pipeline(),
        request.base(),
        request.supersedes(),
        List.of(),
        List.of(),
        JsonObject.builder().build(),
        actor,
        reason,
        at,
        "");
  }

  /** Whether the run was committed. */
  public boolean isCommitted() {
    return status == Status.COMMITTED;
  }

  /** What the run wrote into a dataset; empty when it did not write it. */
  public Optional<DatasetOutput> output(DatasetRef dataset) {
    return datasets.stream().filter(output -> output.spec().ref().equals(dataset)).findFirst();
  }

  /**
   * The manifest that decided a run, for who reads and signs none.
   *
   * @param store where the control objects are
   * @param pipeline whose run it is
   * @param run the run
   * @param keyring the keys to believe
   * @return empty when the run is not decided
   * @throws StorageException {@link StorageErrorCode#MANIFEST_INVALID} when it is damaged, forged
   *     or of another run
   */
  public static Optional<Manifest> read(
      ObjectStore store, PipelineRef pipeline, RunId run, Keyring keyring) {
    String key = new ControlPaths(pipeline).manifest(run);
    return ControlObjects.get(store, key, StorageErrorCode.MANIFEST_INVALID)
        .map(object -> parse(key, object.content(), pipeline, run, keyring));
  }

  static Manifest parse(
      String key, byte[] content, PipelineRef pipeline, RunId run, Keyring keyring) {
    Manifest manifest =
        ControlObjects.parse(
            key, content, StorageErrorCode.MANIFEST_INVALID, stored -> parse(stored, keyring));
    if (!manifest.run().equals(run) || !manifest.pipeline().equals(pipeline)) {
      throw new StorageException(
          StorageErrorCode.MANIFEST_INVALID, "object " + key + " is of another run or pipeline");
    }
    return manifest;
  }

  /**
   * Reads a stored manifest and believes it only when a manifest key of the keyring signed it.
   *
   * @param stored the stored bytes
   * @param keyring the keys to believe
   * @throws io.strongroom.crypto.SignatureInvalidException when the signature does not verify or
   *     the bytes are not canonical
   * @throws io.strongroom.base.JsonException when a member is missing or of another type
   * @throws IllegalArgumentException when a value is not acceptable
   */
  public static Manifest parse(byte[] stored, Keyring keyring) {
    return fromJson(
        SignedJson.verify(stored, PAYLOAD_TYPE, keyring, KeyPurpose.MANIFEST),
        ControlJson.sha256(stored));
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("run", run.value())
        .put("key", key.toJson())
        .put("status", status.name())
        .put("pipeline", pipeline.path())
        .putIfPresent("base", base)
        .putIfPresent("supersedes", supersedes.map(RunId::value))
        .putObjects("inputs", inputs.stream().map(InputFile::toJson).toList())
        .putObjects("datasets", datasets.stream().map(DatasetOutput::toJson).toList())
        .put("metrics", metrics)
        .put("actor", actor)
        .put("reason", reason)
        .put("at", at.toString())
        .build();
  }

  private static Manifest fromJson(JsonObject json, String digest) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new Manifest(
        new RunId(json.string("run")),
        RunKey.fromJson(json.object("key")),
        Status.valueOf(json.string("status")),
        PipelineRef.parse(json.string("pipeline")),
        json.optionalString("base"),
        json.optionalString("supersedes").map(RunId::new),
        json.objects("inputs").stream().map(InputFile::fromJson).toList(),
        json.objects("datasets").stream().map(DatasetOutput::fromJson).toList(),
        json.object("metrics"),
        json.string("actor"),
        json.string("reason"),
        ControlJson.instant(json, "at"),
        digest);
  }
}
