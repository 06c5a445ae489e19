package io.strongroom.storage.model;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.publication.Approval;
import io.strongroom.storage.publication.ApprovalRule;
import io.strongroom.storage.publication.DeletionPlan;
import io.strongroom.storage.publication.LegalHold;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.RetentionPolicy;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.SchemaField;
import io.strongroom.storage.schema.SchemaHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a process does from its start to its end, deterministic but for the replies it gets. A
 * process that is restarted begins anew and knows nothing.
 *
 * @param name names it
 * @param body does it, and returns what whoever started the process is told
 */
record Program(String name, Function<Bench, Object> body) {

  static final String HOLD = "hold of ";
  static final String LISTS = " and lists";

  /** A retirement was faster than a rollback. */
  record TooLate(long toSeq) {}

  /** Somebody else registered another schema first, with which this one breaks. */
  record Overtaken(String field) {}

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
        bench -> {
          try {
            return bench.publisher().rollback(id, toSeq, "actor", "reason");
          } catch (StorageException e) {
            if (e.code() != StorageErrorCode.PUBLICATION_REFUSED) {
              throw e;
            }
            return new TooLate(toSeq);
          }
        });
  }

  /** Claims and commits a run, and leaves it at that. */
  static Program commit(Bench.Job job) {
    return new Program(
        "commit of " + job.run(),
        bench -> bench.runs().commit(bench.draft(job, claim(bench, job))));
  }

  /** Claims a run and dies. */
  static Program claim(Bench.Job job) {
    return new Program("claim of " + job.run(), bench -> claim(bench, job));
  }

  /** Promotes a committed run. */
  static Program promote(String run) {
    return new Program("promotion of " + run, bench -> promote(bench, new RunId(run)));
  }

  /** Approves a committed run. */
  static Program approve(String run) {
    return new Program(
        "approval of " + run, bench -> bench.decide(run, Approval.Decision.APPROVED));
  }

  /** Plans what no publication but the newest names, retires and deletes it. */
  static Program retain(String actor) {
    return retention("retention by " + actor, actor, RetentionPolicy.of(Duration.ZERO, Map.of()));
  }

  /** Plans to take every live run out, and what no publication but the newest names, likewise. */
  static Program expire(String actor) {
    return retention("expiry by " + actor, actor, expiry());
  }

  private static RetentionPolicy expiry() {
    return RetentionPolicy.of(
        Duration.ZERO,
        Bench.DATASETS.stream()
            .collect(Collectors.toMap(dataset -> dataset, dataset -> Duration.ofDays(1))));
  }

  private static Program retention(String name, String actor, RetentionPolicy policy) {
    return new Program(
        name, bench -> retire(bench, bench.retention().plan(policy, actor, "old").digest(), actor));
  }

  /** Plans to take every live run out. */
  static Program plan() {
    return new Program("plan", bench -> bench.retention().plan(expiry(), "planner", "old"));
  }

  /** Retires and deletes what the first plan names that stands there. */
  static Program retireStanding() {
    return new Program(
        "retirement",
        bench -> {
          String deletions = Bench.PATHS.deletions();
          String first =
              bench.store().list(deletions, null, 1).stream()
                  .map(ObjectInfo::key)
                  .findFirst()
                  .orElseThrow();
          int from = deletions.length();
          return retire(bench, first.substring(from, first.indexOf('/', from)), "retirer");
        });
  }

  private static Object retire(Bench bench, String plan, String actor) {
    PromotionResult result = bench.publisher().retire(plan, ApprovalRule.NONE, actor, "old");
    return result instanceof PromotionResult.Published
        ? bench.deletions().execute(plan, actor, "old")
        : result;
  }

  /** Ends whatever run is not decided, and deletes what ended runs have left. */
  static Program sweep() {
    return new Program(
        "sweep",
        bench -> {
          Duration age = Duration.ofDays(1);
          bench.sweep().endDeadRuns(age, Duration.ofNanos(1), "actor", "dead");
          DeletionPlan plan = bench.sweep().plan(Bench.DATASETS, age, "actor", "left");
          return bench.deletions().execute(plan.digest(), "actor", "left");
        });
  }

  /** Places a legal hold on a run. */
  static Program hold(String run) {
    return new Program(
        HOLD + run,
        bench ->
            bench
                .holds()
                .place(
                    new LegalHold(
                        "h-1",
                        Optional.of(new RunId(run)),
                        Optional.empty(),
                        new TreeMap<>(),
                        "counsel",
                        "case 7",
                        Bench.CLOCK.instant())));
  }

  /** The same, and then the copies of what is published, lists of live files among them. */
  Program andLists() {
    return new Program(
        name + LISTS,
        bench -> {
          Object result = body.apply(bench);
          bench.copies().write(bench.state());
          return result;
        });
  }

  /** Registers one more field of a dataset. */
  static Program register(String field) {
    return new Program(
        "registration of " + field,
        bench -> {
          SchemaHistory history = bench.schemas();
          List<SchemaField> fields = new ArrayList<>();
          history
              .newest(Bench.SCHEMATIC.ref())
              .ifPresent(newest -> fields.addAll(newest.schema().fields()));
          if (fields.stream().noneMatch(known -> known.name().equals(field))) {
            fields.add(SchemaField.nullable(field, FieldType.Scalar.STRING, Classification.PUBLIC));
          }
          try {
            return history.register(
                Bench.SCHEMATIC,
                new DatasetSchema("v1", fields),
                "owner",
                "needed",
                Bench.CLOCK.instant());
          } catch (StorageException e) {
            if (e.code() != StorageErrorCode.SCHEMA_BREAKING) {
              throw e;
            }
            return new Overtaken(field);
          }
        });
  }

  /** Mends what can be written again. */
  static Program mend() {
    return new Program(
        "mending",
        bench -> {
          bench.fsck().repair(finding -> {});
          return "mended";
        });
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
