package io.strongroom.pipeline;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.PipelineRef;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The definition of a pipeline: the datasets that it alone writes, the steps that write them, in
 * order, and what a run must satisfy to be published.
 *
 * <p>Immutable; as thread-safe as its steps.
 *
 * @param ref domain and name
 * @param version the version of the code; part of every run key, so a new version makes a new run
 * @param datasets at least one, each once
 * @param steps at least one, run one after the other in this order; names are unique
 * @param gates limits on rejected rows
 */
public record Pipeline(
    PipelineRef ref,
    String version,
    List<DatasetSpec> datasets,
    List<Step> steps,
    GatePolicy gates) {
  private static final Pattern STEP_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /**
   * Checks the definition.
   *
   * @throws PipelineException PIPELINE_INVALID
   */
  public Pipeline {
    datasets = List.copyOf(datasets);
    steps = List.copyOf(steps);
    if (version.isBlank()) {
      throw invalid(ref, "its version is blank");
    }
    if (datasets.isEmpty()) {
      throw invalid(ref, "it writes no dataset");
    }
    Set<DatasetRef> refs = new HashSet<>();
    for (DatasetSpec dataset : datasets) {
      if (!refs.add(dataset.ref())) {
        throw invalid(ref, "dataset " + dataset.ref().path() + " stands twice");
      }
    }
    if (steps.isEmpty()) {
      throw invalid(ref, "it has no step");
    }
    Set<String> names = new HashSet<>();
    for (Step step : steps) {
      if (!STEP_NAME.matcher(step.name()).matches()) {
        throw invalid(ref, "step name '" + step.name() + "' does not match " + STEP_NAME);
      }
      if (!names.add(step.name())) {
        throw invalid(ref, "step name '" + step.name() + "' stands twice");
      }
    }
  }

  /** The definition of a dataset, or empty when this pipeline does not write it. */
  public Optional<DatasetSpec> dataset(DatasetRef dataset) {
    return datasets.stream().filter(spec -> spec.ref().equals(dataset)).findFirst();
  }

  private static PipelineException invalid(PipelineRef ref, String why) {
    return new PipelineException(
        PipelineErrorCode.PIPELINE_INVALID,
        "pipeline " + ref.domain() + "/" + ref.name() + ": " + why);
  }
}
