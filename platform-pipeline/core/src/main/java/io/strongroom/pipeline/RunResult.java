package io.strongroom.pipeline;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How a run ended, when it did not fail. */
public sealed interface RunResult {
  /** The exit code of a main that ends with this result. */
  int exitCode();

  /** The run that this result is about. */
  RunId run();

  /** The content of a result file: ids, counts and reason, no value of a row. */
  JsonObject toJson();

  /**
   * The run is published.
   *
   * @param manifest what it produced
   * @param publication the step in the pipeline's history that made it visible
   * @param recovered true when an earlier process committed the run and this one only published it
   */
  record Completed(Manifest manifest, Publication publication, boolean recovered)
      implements RunResult {
    @Override
    public int exitCode() {
      return 0;
    }

    @Override
    public RunId run() {
      return manifest.run();
    }

    @Override
    public JsonObject toJson() {
      return JsonObject.builder()
          .put("result", "completed")
          .put("run", run().value())
          .put("recovered", recovered)
          .put("manifest", manifest.digest())
          .put("publication", publication.digest())
          .put("seq", publication.seq())
          .put("metrics", manifest.metrics())
          .build();
    }
  }

  /**
   * There was nothing to do: a run of this key is live.
   *
   * @param run the live run
   */
  record AlreadyLive(RunId run) implements RunResult {
    @Override
    public int exitCode() {
      return 0;
    }

    @Override
    public JsonObject toJson() {
      return JsonObject.builder().put("result", "already-live").put("run", run.value()).build();
    }
  }

  /**
   * The run is committed but not published: what it was validated against has changed since. A new
   * run of the key validates anew.
   *
   * @param run the run that is held
   * @param why the conflict
   */
  record Held(RunId run, String why) implements RunResult {
    @Override
    public int exitCode() {
      return 3;
    }

    @Override
    public JsonObject toJson() {
      return JsonObject.builder()
          .put("result", "held")
          .put("run", run.value())
          .put("why", why)
          .build();
    }
  }

  /**
   * The gate policy stopped the run; it is aborted and nothing of it is visible.
   *
   * @param run the aborted run
   * @param rule the rule of the policy that fired
   * @param why the numbers, in a sentence
   * @param reasons count of rejected rows by code
   */
  record BreakerOpen(RunId run, GateRule rule, String why, SortedMap<String, Long> reasons)
      implements RunResult {
    /** Copies the counts. */
    public BreakerOpen {
      reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    }

    @Override
    public int exitCode() {
      return 5;
    }

    @Override
    public JsonObject toJson() {
      JsonObject.Builder counts = JsonObject.builder();
      reasons.forEach(counts::put);
      return JsonObject.builder()
          .put("result", "breaker-open")
          .put("run", run.value())
          .put("rule", rule.id())
          .put("why", why)
          .put("reasons", counts.build())
          .build();
    }
  }
}
