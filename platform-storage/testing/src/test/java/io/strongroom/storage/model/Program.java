package io.strongroom.storage.model;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import java.util.List;
import java.util.function.Function;

/**
 * What a process does from its start to its end, deterministic but for the replies it gets. A
 * process that is restarted begins anew and knows nothing.
 *
 * @param name names it
 * @param body does it, and returns what whoever started the process is told
 */
record Program(String name, Function<Bench, Object> body) {

  /** The run was ended by somebody else. */
  record Ended(String run) {}

  /** Claims a run, or goes on with it when it is claimed; commits and promotes it. */
  static Program run(Bench.Job job) {
    return new Program(
        "run " + job.run() + " of " + job.key(),
        bench -> {
          RunRequest request = claim(bench, job);
          Manifest manifest = bench.runs().commit(bench.draft(job, request));
          return manifest.isCommitted() ? promote(bench, manifest.run()) : new Ended(job.run());
        });
  }

  /**
   * Claims a run; ends the unfinished runs of its key; if one of them has committed, promotes that
   * one instead; else commits and promotes its own.
   */
  static Program takeover(Bench.Job job) {
    return new Program(
        "takeover " + job.run() + " of " + job.key(),
        bench -> {
          RunStore runs = bench.runs();
          RunRequest request = claim(bench, job);
          for (RunRequest other : runs.unfinished(request.key())) {
            if (!other.runId().equals(request.runId())
                && runs.abort(other, "actor", "taken over").isCommitted()) {
              return promote(bench, other.runId());
            }
          }
          for (Manifest other : runs.committed(request.key())) {
            if (!other.run().equals(request.runId())) {
              return promote(bench, other.run());
            }
          }
          Manifest manifest = runs.commit(bench.draft(job, request));
          return manifest.isCommitted() ? promote(bench, manifest.run()) : new Ended(job.run());
        });
  }

  /** Stores the outcome of a partition, and the plan, and goes by what stands. */
  static Program outcome(String run, String attempt) {
    return new Program(
        "attempt " + attempt,
        bench -> {
          JsonObject mine = JsonObject.builder().put("attempt", attempt).build();
          RunId id = new RunId(run);
          return List.of(
              bench.runs().plan(id, mine), bench.runs().outcome(id, "load", "part 1", mine));
        });
  }

  /** Makes the keys of a run, or opens those that are there. */
  static Program keys(Bench.Job job, int seed) {
    return new Program(
        "keys of " + job.run() + " by " + seed, bench -> bench.keyCommitments(job, seed));
  }

  /** Rolls back to a publication. */
  static Program rollback(String id, long toSeq) {
    return new Program(
        "rollback " + id + " to " + toSeq,
        bench -> bench.publisher().rollback(id, toSeq, "actor", "reason"));
  }

  private static RunRequest claim(Bench bench, Bench.Job job) {
    RunRequest request = bench.request(job);
    try {
      bench.runs().claim(request);
      return request;
    } catch (StorageException e) {
      if (e.code() != StorageErrorCode.RUN_ID_TAKEN) {
        throw e;
      }
      return bench.runs().request(new RunId(job.run())).orElseThrow();
    }
  }

  private static PromotionResult promote(Bench bench, RunId run) {
    return bench.publisher().promote(run, "actor", "reason");
  }
}
