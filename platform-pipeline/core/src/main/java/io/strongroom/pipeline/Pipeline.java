package io.strongroom.pipeline;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.PipelineRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * @param forms schema and layout of the files of those datasets that have them; unmodifiable
 */
public record Pipeline(
    PipelineRef ref,
    String version,
    List<DatasetSpec> datasets,
    List<Step> steps,
    GatePolicy gates,
    Map<DatasetRef, DatasetForm> forms) {
  private static final Pattern STEP_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /**
   * A pipeline whose datasets have no form: nothing looks at their schemas.
   *
   * @param ref domain and name
   * @param version the version of the code
   * @param datasets at least one, each once
   * @param steps at least one; names are unique
   * @param gates limits on rejected rows
   * @throws PipelineException PIPELINE_INVALID
   */
  public Pipeline(
      PipelineRef ref,
      String version,
      List<DatasetSpec> datasets,
      List<Step> steps,
      GatePolicy gates) {
    this(ref, version, datasets, steps, gates, Map.of());
  }

  /**
   * Checks the definition.
   *
   * @throws PipelineException PIPELINE_INVALID
   * @throws io.strongroom.storage.StorageException {@link
   *     io.strongroom.storage.StorageErrorCode#SCHEMA_EXPOSES} when a schema lays open what its
   *     dataset must not
   */
  public Pipeline {
    forms = Map.copyOf(forms);
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
    for (Map.Entry<DatasetRef, DatasetForm> form : forms.entrySet()) {
      DatasetSpec spec =
          datasets.stream()
              .filter(dataset -> dataset.ref().equals(form.getKey()))
              .findFirst()
              .orElseThrow(() -> invalid(ref, "it does not write dataset " + form.getKey().path()));
      if (!form.getValue().schema().version().equals(spec.schemaVersion())) {
        throw invalid(
            ref, "the schema of dataset " + form.getKey().path() + " is of another version");
      }
      form.getValue().schema().requireAllowedIn(spec);
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

  /**
   * The same pipeline, whose files of a dataset have this form.
   *
   * @param dataset one of its datasets
   * @param form schema and layout
   * @throws PipelineException PIPELINE_INVALID when it does not write the dataset, or the schema is
   *     of another version than the dataset's
   */
  public Pipeline with(DatasetRef dataset, DatasetForm form) {
    Map<DatasetRef, DatasetForm> more = new HashMap<>(forms);
    more.put(dataset, form);
    return new Pipeline(ref, version, datasets, steps, gates, more);
  }

  private static PipelineException invalid(PipelineRef ref, String why) {
    return new PipelineException(
        PipelineErrorCode.PIPELINE_INVALID,
        "pipeline " + ref.domain() + "/" + ref.name() + ": " + why);
  }
}
