package io.strongroom.pipeline;

import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.InputFile;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the steps of one run see. Thread-safe. The runner owns it and closes the keys when the run
 * ends.
 */
public final class RunContext {
  static final String FILE_PURPOSE = "file";

  private final RunServices services;
  private final Pipeline pipeline;
  private final RunRequest request;
  private final List<InputFile> inputs;
  private final PublishedState published;
  private final RunKeys keys;
  private final Map<PipelineRef, PublishedState> others = new ConcurrentHashMap<>();
  private final Map<String, SortedMap<String, PartitionOutcome>> outcomes =
      new ConcurrentHashMap<>();

  RunContext(
      RunServices services,
      Pipeline pipeline,
      RunRequest request,
      List<InputFile> inputs,
      PublishedState published,
      RunKeys keys) {
    this.services = services;
    this.pipeline = pipeline;
    this.request = request;
    this.inputs = inputs;
    this.published = published;
    this.keys = keys;
  }

  /** The pipeline that runs. */
  public Pipeline pipeline() {
    return pipeline;
  }

  /** What claimed the run: run id, run key, parameters, base publication, actor. */
  public RunRequest request() {
    return request;
  }

  /** The inputs that were pinned by digest when the run was asked for. */
  public List<InputFile> inputs() {
    return inputs;
  }

  /** What this pipeline had published when the run began: the base of the run. */
  public PublishedState published() {
    return published;
  }

  /**
   * What another pipeline had published when this run first asked; the same answer for every
   * partition. The manifest names the publication that was read.
   */
  public PublishedState published(PipelineRef other) {
    if (other.equals(pipeline.ref())) {
      return published;
    }
    return others.computeIfAbsent(other, services::published);
  }

  /**
   * Runs that cease to be live when this one is published because it supersedes them. Whoever looks
   * for duplicates in published data leaves these out.
   */
  public Set<RunId> superseded() {
    return request.supersedes().map(Set::of).orElse(Set.of());
  }

  /** The keys of this run. */
  public RunKeys keys() {
    return keys;
  }

  /**
   * The keys of an earlier run, to read its files; the caller closes them.
   *
   * @throws io.strongroom.base.PlatformException INTEGRITY when the stored keys are not the ones
   *     that the manifest commits to
   */
  public RunKeys keysOf(Manifest manifest) {
    return RunKeys.open(services.store(), manifest, services.keyService());
  }

  /** The store. Files are written through the {@link PartitionContext}, not here. */
  public ObjectStore store() {
    return services.store();
  }

  /**
   * Opens a file that {@link PartitionContext#enveloped} wrote; the caller closes the stream.
   *
   * @param keys of the run that wrote it
   * @param dataset the dataset of the file
   * @param path its path
   */
  public InputStream openEnveloped(RunKeys keys, DatasetRef dataset, String path) {
    return openEnveloped(services.store(), keys, dataset, path);
  }

  /**
   * {@link #openEnveloped(RunKeys, DatasetRef, String)} outside of a run, for readers of what is
   * published.
   *
   * @param store where the file is
   * @param keys of the run that wrote it
   * @param dataset the dataset of the file
   * @param path its path
   */
  public static InputStream openEnveloped(
      ObjectStore store, RunKeys keys, DatasetRef dataset, String path) {
    return EnvelopeEncryptor.builder(keys.objectKeys(dataset))
        .build()
        .decrypting(store.open(path), keys.context(dataset, FILE_PURPOSE));
  }

  /** Outcomes of a finished step of this run, by partition; empty for a step not finished yet. */
  public SortedMap<String, PartitionOutcome> outcomes(String step) {
    return outcomes.getOrDefault(step, Collections.emptySortedMap());
  }

  /** Where progress is told. */
  public Progress progress() {
    return services.progress();
  }

  /** The time. */
  public InstantSource clock() {
    return services.clock();
  }

  void finished(String step, SortedMap<String, PartitionOutcome> all) {
    outcomes.put(step, Collections.unmodifiableSortedMap(new TreeMap<>(all)));
  }

  Map<PipelineRef, PublishedState> read() {
    return Map.copyOf(others);
  }
}
