package io.strongroom.pipeline;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.publication.PromotionResult;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.Publisher;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.InputFile;
import io.strongroom.storage.run.LeaseState;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKey;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunLease;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.schema.SchemaHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One call of a runner, from the look at what is live to the publication. */
final class RunLife {
  private final RunServices services;
  private final Pipeline pipeline;
  private final RunSpec spec;
  private final RunKey key;
  private final RunStore runs;
  private final Publisher publisher;
  private final RunAudit audit;
  private final RunLog log;
  private final AfterPublication after;

  private long completedSeq = AfterPublication.UNKNOWN;

  RunLife(RunServices services, Pipeline pipeline, RunSpec spec) {
    this.services = services;
    this.pipeline = pipeline;
    this.spec = spec;
    this.key = key(pipeline, spec);
    this.runs =
        new RunStore(
            services.store(),
            pipeline.ref(),
            services.manifestSigner(),
            services.keyring(),
            services.clock());
    this.publisher =
        new Publisher(
            services.store(),
            pipeline.ref(),
            runs,
            services.intentLog(),
            services.publicationSigner(),
            services.keyring(),
            services.clock());
    this.audit = new RunAudit(services.auditLog(), pipeline.ref(), services.clock());
    this.log = new RunLog(pipeline.ref().path());
    this.after = new AfterPublication(services.copies(), audit);
  }

  RunResult run() {
    PublishedState published = published();
    makeUp(published);
    Optional<RunId> live = published.live(key);
    if (live.isPresent() && !spec.again()) {
      return alreadyLive(live.get());
    }
    Optional<RunResult> resumed = resume(published, live);
    if (resumed.isPresent()) {
      return resumed.get();
    }
    for (RunRequest request : runs.unfinished(key)) {
      Optional<RunResult> result = takeOver(request);
      if (result.isPresent()) {
        return result.get();
      }
    }
    // Others may have published while the leases were watched.
    published = published();
    makeUp(published);
    live = published.live(key);
    if (live.isPresent() && !spec.again()) {
      return alreadyLive(live.get());
    }
    return newRun(published, live);
  }

  private void makeUp(PublishedState state) {
    if (after.complete(state, completedSeq)) {
      log.log(RunEvent.PUBLICATION_MADE_UP, "publication", state.head().orElseThrow().digest());
    }
    completedSeq = state.head().map(Publication::seq).orElse(0L);
  }

  /** Publishes a run that an earlier process committed and left; empty when there is none. */
  private Optional<RunResult> resume(PublishedState published, Optional<RunId> live) {
    List<Manifest> committed =
        runs.committed(key).stream()
            .filter(manifest -> !live.equals(Optional.of(manifest.run())))
            .toList();
    if (committed.isEmpty()) {
      return Optional.empty();
    }
    Set<RunId> ofKey = committed.stream().map(Manifest::run).collect(Collectors.toSet());
    List<Publication> history = published.history();
    Optional<Publication> earlier =
        history.stream().filter(step -> promotes(step, ofKey)).findFirst();
    if (earlier.isPresent() && !spec.again()) {
      throw noLongerLive(earlier.get().run().orElseThrow(), earlier.get());
    }
    for (Manifest manifest : committed) {
      // A run of before a rollback, or made to replace another than the live one, stays as it is.
      boolean stillWanted =
          manifest.supersedes().equals(live)
              && history.stream().noneMatch(step -> promotes(step, Set.of(manifest.run())))
              && history.stream()
                  .takeWhile(step -> !Optional.of(step.digest()).equals(manifest.base()))
                  .noneMatch(
                      step -> step.kind() == Publication.Kind.ROLLBACK || promotes(step, ofKey));
      Optional<RunResult> result = stillWanted ? promoteEarlier(manifest) : Optional.empty();
      if (result.isPresent()) {
        return result;
      }
    }
    return Optional.empty();
  }

  private static boolean promotes(Publication publication, Set<RunId> runs) {
    return publication.run().filter(runs::contains).isPresent();
  }

  private static PipelineException noLongerLive(RunId run, Publication publication) {
    return new PipelineException(
        PipelineErrorCode.RUN_NO_LONGER_LIVE,
        "run "
            + run.value()
            + " of this key was published as number "
            + publication.seq()
            + " and has been rolled back or replaced since");
  }

  /** Publishes a run that an earlier process committed; empty when a new run is needed. */
  private Optional<RunResult> promoteEarlier(Manifest manifest) {
    RunId run = manifest.run();
    PromotionResult result =
        publisher.promote(run, spec.actor(), "recovered: the process that committed it is gone");
    if (result instanceof PromotionResult.Published published) {
      PublishedState now = published();
      if (now.live(key).equals(Optional.of(run))) {
        after.complete(now, completedSeq);
        log.log(RunEvent.RUN_RECOVERED, "run", run.value(), "seq", published.publication().seq());
        return Optional.of(new RunResult.Completed(manifest, published.publication(), true));
      }
      if (spec.again()) {
        return Optional.empty();
      }
      throw noLongerLive(run, published.publication());
    }
    if (result instanceof PromotionResult.Refused refused) {
      return spec.again() ? Optional.empty() : Optional.of(alreadyLive(refused.liveRun()));
    }
    held(run, result);
    return Optional.empty();
  }

  /** Ends a run that was claimed and not decided; empty when a new run is needed. */
  private Optional<RunResult> takeOver(RunRequest request) {
    RunId run = request.runId();
    services
        .progress()
        .step("run " + run.value() + " is undecided: watching for a sign of life of its process");
    if (runs.observe(run, services.watch()) == LeaseState.ALIVE) {
      throw new PipelineException(
          PipelineErrorCode.RUN_ACTIVE,
          "run " + run.value() + " of this key is at work in another process");
    }
    Manifest standing =
        runs.abort(request, spec.actor(), "its lease did not change for " + services.watch());
    if (standing.isCommitted()) {
      return promoteEarlier(standing);
    }
    audit.append(
        spec.actor(),
        RunAudit.ABORTED,
        RunAudit.SUCCESS,
        run,
        "taken over: its process is gone",
        RunAudit.abortAttributes("none"));
    log.log(RunEvent.RUN_TAKEN_OVER, "run", run.value());
    return Optional.empty();
  }

  /**
   * Registers schemas that no run has had yet: what breaks with the newest one ends this run before
   * it begins. An older schema that stands in the history is judged at the promotion.
   */
  private void registerSchemas() {
    SchemaHistory history = new SchemaHistory(services.store(), pipeline.ref());
    for (DatasetSpec dataset : pipeline.datasets()) {
      DatasetForm form = pipeline.forms().get(dataset.ref());
      if (form != null && history.find(dataset.ref(), form.schema().fingerprint()).isEmpty()) {
        history.register(
            dataset,
            form.schema(),
            spec.actor(),
            "version " + pipeline.version() + " of the pipeline writes it",
            services.clock().instant());
      }
    }
  }

  private RunResult newRun(PublishedState published, Optional<RunId> live) {
    registerSchemas();
    RunRequest request =
        new RunRequest(
            RunId.next(services.clock(), services.random()),
            pipeline.ref(),
            key,
            spec.parameters(),
            published.head().map(Publication::digest),
            live,
            spec.actor(),
            reason(),
            services.clock().instant());
    runs.claim(request);
    RunRecord record = new RunRecord(audit, request.runId(), spec.actor());
    Manifest manifest;
    try (RunLease lease = runs.lease(request.runId(), services.config().leaseTtl())) {
      auditStarted(request, record);
      try (RunKeys keys =
          RunKeys.create(
              services.store(),
              request,
              pipeline.datasets(),
              services.keyService(),
              services.keyResolver(),
              services.config().tenant())) {
        RunContext context = context(request, published, keys);
        Staged staged = stage(context, new RunControl(lease, pipeline.gates()), record);
        Optional<GateFinding> open =
            staged.findings().stream().filter(GateFinding::stops).findFirst();
        if (open.isPresent()) {
          return breakerOpen(request, record, open.get(), staged.totals().reasons());
        }
        record.staged();
        manifest = commit(context, staged);
      }
    } catch (RuntimeException e) {
      abortFailed(request, record, e);
      throw e;
    }
    return promote(manifest, request);
  }

  /** What the steps did and what the gates say of it. */
  private record Staged(
      Map<String, SortedMap<String, PartitionOutcome>> outcomes,
      PartitionOutcome totals,
      List<GateFinding> findings) {}

  private Staged stage(RunContext context, RunControl control, RunRecord record) {
    StepExecution execution = new StepExecution(services, runs, context, control, record, log);
    String run = context.request().runId().value();
    Map<String, List<String>> plan = execution.plan();
    log.log(
        RunEvent.RUN_PLANNED,
        "run",
        run,
        "partitions",
        plan.values().stream().mapToInt(List::size).sum());
    Map<String, SortedMap<String, PartitionOutcome>> outcomes;
    try {
      outcomes = execution.run(plan);
    } catch (PipelineException e) {
      Optional<GateFinding> open = pipeline.gates().tooManyOfOneCode(control.rejectedSoFar());
      if (e.code() != PipelineErrorCode.BREAKER_OPENED || open.isEmpty()) {
        throw e;
      }
      PartitionOutcome soFar =
          new PartitionOutcome(List.of(), 0, 0, 0, 0, control.rejectedSoFar(), new TreeMap<>());
      return new Staged(Map.of(), soFar, List.of(open.get()));
    }
    PartitionOutcome totals = Totals.of(outcomes);
    Totals.reconcile(outcomes, totals);
    List<GateFinding> findings = pipeline.gates().evaluate(totals);
    findings.stream()
        .filter(finding -> !finding.stops())
        .forEach(finding -> log.log(RunEvent.GATE_WARNED, "run", run, "rule", finding.rule().id()));
    control.check();
    return new Staged(outcomes, totals, findings);
  }

  private RunResult breakerOpen(
      RunRequest request, RunRecord record, GateFinding open, SortedMap<String, Long> reasons) {
    RunId run = request.runId();
    runs.abort(request, spec.actor(), "breaker open: " + open.why());
    record.aborted("breaker open: " + open.why(), open.rule().id());
    log.log(RunEvent.BREAKER_OPENED, "run", run.value(), "rule", open.rule().id());
    return new RunResult.BreakerOpen(run, open.rule(), open.why(), reasons);
  }

  private Manifest commit(RunContext context, Staged staged) {
    RunRequest request = context.request();
    List<DatasetOutput> outputs = new ArrayList<>();
    for (DatasetSpec dataset : pipeline.datasets()) {
      List<DataFile> files =
          staged.totals().files().stream()
              .filter(file -> file.dataset().equals(dataset.ref()))
              .map(StagedFile::file)
              .toList();
      DatasetOutput output =
          new DatasetOutput(
              dataset,
              context.keys().keyId(dataset.ref()),
              context.keys().commitment(dataset.ref()),
              context.keys().classCommitments(dataset.ref()),
              files);
      DatasetForm form = pipeline.forms().get(dataset.ref());
      outputs.add(form == null ? output : form.of(output));
    }
    Instant now = services.clock().instant();
    Manifest standing =
        runs.commit(
            Manifest.committed(
                request, context.inputs(), outputs, metrics(context, staged, now), now));
    if (!standing.isCommitted()) {
      throw new PipelineException(
          PipelineErrorCode.RUN_TAKEN_OVER, "run " + request.runId().value());
    }
    log.log(RunEvent.RUN_COMMITTED, "run", request.runId().value(), "manifest", standing.digest());
    return standing;
  }

  private JsonObject metrics(RunContext context, Staged staged, Instant now) {
    JsonObject.Builder steps = JsonObject.builder();
    staged
        .outcomes()
        .forEach(
            (step, outcomes) -> steps.put(step, Totals.toJson(Totals.of(Map.of(step, outcomes)))));
    JsonObject.Builder reads = JsonObject.builder();
    context
        .read()
        .forEach(
            (other, state) ->
                reads.put(other.path(), state.head().map(Publication::digest).orElse("")));
    return JsonObject.builder()
        .put("durationMillis", Duration.between(context.request().requestedAt(), now).toMillis())
        .putObjects("gates", staged.findings().stream().map(GateFinding::toJson).toList())
        .put("reads", reads.build())
        .put("steps", steps.build())
        .put("totals", Totals.toJson(staged.totals()))
        .build();
  }

  private RunResult promote(Manifest manifest, RunRequest request) {
    RunId run = manifest.run();
    services.progress().step("publishing run " + run.value());
    PromotionResult result = publisher.promote(run, request.actor(), request.reason());
    if (result instanceof PromotionResult.Published published) {
      after.complete(published(), completedSeq);
      log.log(RunEvent.RUN_PROMOTED, "run", run.value(), "seq", published.publication().seq());
      return new RunResult.Completed(manifest, published.publication(), false);
    }
    String why = held(run, result);
    return result instanceof PromotionResult.Refused refused
        ? alreadyLive(refused.liveRun())
        : new RunResult.Held(run, why);
  }

  private String held(RunId run, PromotionResult result) {
    String why;
    if (result instanceof PromotionResult.Held held) {
      why = held.why();
    } else if (result instanceof PromotionResult.Refused refused) {
      why = "run " + refused.liveRun().value() + " of the same key is live";
    } else {
      throw new IllegalStateException("a promotion ended as " + result.getClass().getSimpleName());
    }
    audit.append(spec.actor(), RunAudit.HELD, RunAudit.DENIED, run, why, new TreeMap<>());
    log.log(RunEvent.RUN_HELD, "run", run.value());
    return why;
  }

  private RunResult alreadyLive(RunId run) {
    log.log(RunEvent.RUN_ALREADY_LIVE, "run", run.value(), "key", key.id());
    return new RunResult.AlreadyLive(run);
  }

  /** Leaves an aborted run behind, or, when the commit won after all, a run to be published. */
  private void abortFailed(RunRequest request, RunRecord record, RuntimeException failure) {
    RunId run = request.runId();
    String code =
        failure instanceof PlatformException known
            ? known.code().id() + " " + known.code().name()
            : failure.getClass().getName();
    log.log(RunEvent.RUN_FAILED, "run", run.value(), "code", code);
    if (failure instanceof PipelineException known
        && known.code() == PipelineErrorCode.RUN_TAKEN_OVER) {
      return;
    }
    // An interrupted thread must still be able to leave the run in order.
    boolean interrupted = Thread.interrupted();
    try {
      if (!runs.abort(request, spec.actor(), "failed: " + code).isCommitted()) {
        record.aborted("failed: " + code, code);
        log.log(RunEvent.RUN_ABORTED, "run", run.value());
      }
    } catch (RuntimeException second) {
      failure.addSuppressed(second);
      log.log(RunEvent.ABORT_FAILED, "run", run.value());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void auditStarted(RunRequest request, RunRecord record) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put("key", key.id());
    attributes.put("version", pipeline.version());
    request.supersedes().ifPresent(run -> attributes.put("supersedes", run.value()));
    record.started(request.reason(), attributes);
    log.log(RunEvent.RUN_STARTED, "run", request.runId().value(), "key", key.id());
    services.progress().step("run " + request.runId().value());
  }

  private RunContext context(RunRequest request, PublishedState published, RunKeys keys) {
    return new RunContext(services, pipeline, request, spec.inputs(), published, keys);
  }

  private PublishedState published() {
    return services.published(pipeline.ref());
  }

  private String reason() {
    return spec.reason().filter(text -> !text.isBlank()).orElse("run of window " + spec.window());
  }

  static RunKey key(Pipeline pipeline, RunSpec spec) {
    JsonObject.Builder parameters = JsonObject.builder();
    spec.parameters().forEach(parameters::put);
    List<JsonObject> inputs =
        spec.inputs().stream()
            .sorted(Comparator.comparing(InputFile::name))
            .map(
                input ->
                    JsonObject.builder()
                        .put("bytes", input.bytes())
                        .put("name", input.name())
                        .put("sha256", input.sha256())
                        .build())
            .toList();
    return new RunKey(
        pipeline.ref().path(),
        spec.window(),
        sha256(parameters.build()),
        sha256(JsonArray.of(inputs)),
        pipeline.version());
  }

  private static String sha256(JsonValue value) {
    return HexFormat.of().formatHex(Sha256.digest().digest(value.canonicalBytes()));
  }
}
