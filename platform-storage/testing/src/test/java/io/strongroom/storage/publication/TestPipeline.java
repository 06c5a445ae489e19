package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CLOCK;
import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.MANIFESTS;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.PUBLICATIONS;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.RunStore;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.InMemoryIntentLog;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Runs and a publisher of one pipeline over a store. */
final class TestPipeline {
  final ObjectStore store;
  final InMemoryIntentLog intents;
  final RunStore runs;
  final Publisher publisher;
  final InstantSource clock;

  TestPipeline(ObjectStore store) {
    this(store, new InMemoryIntentLog());
  }

  TestPipeline(ObjectStore store, InMemoryIntentLog intents) {
    this(store, intents, CLOCK);
  }

  TestPipeline(ObjectStore store, InMemoryIntentLog intents, InstantSource clock) {
    this.store = store;
    this.intents = intents;
    this.clock = clock;
    this.runs = new RunStore(store, PIPELINE, MANIFESTS, KEYRING, clock);
    this.publisher = new Publisher(store, PIPELINE, runs, intents, PUBLICATIONS, KEYRING, clock);
  }

  Retention retention() {
    return new Retention(store, PIPELINE, KEYRING, intents, clock);
  }

  Deletions deletions() {
    return new Deletions(store, PIPELINE, KEYRING, intents, clock);
  }

  LegalHolds holds() {
    return new LegalHolds(store, PIPELINE, intents, clock);
  }

  Sweep sweep() {
    return new Sweep(store, runs, KEYRING, intents, clock);
  }

  /** A publisher that asks for approvals. */
  Publisher approving(ApprovalRule rule) {
    return new Publisher(
        store, PIPELINE, runs, intents, PUBLICATIONS, KEYRING, CLOCK, manifest -> rule);
  }

  PublishedState state() {
    return PublishedState.read(store, PIPELINE, KEYRING);
  }

  Optional<String> head() {
    return state().head().map(Publication::digest);
  }

  /** Claims and commits a run that starts from what is published now. */
  Manifest commit(
      String run, String window, Optional<String> supersedes, DatasetOutput... outputs) {
    RunRequest request = TestRuns.request(run, window, head(), supersedes);
    runs.claim(request);
    return runs.commit(TestRuns.draft(request, outputs));
  }

  Manifest commit(String run, String window, DatasetSpec spec, String... months) {
    return commit(run, window, Optional.empty(), TestRuns.output(run, spec, months));
  }

  PromotionResult promote(String run) {
    return publisher.promote(new RunId(run), "releaser", "checked");
  }

  /** Commits and promotes a run, which must succeed. */
  Publication publish(String run, String window, DatasetSpec spec, String... months) {
    commit(run, window, spec, months);
    return published(promote(run));
  }

  static Publication published(PromotionResult result) {
    if (result instanceof PromotionResult.Published published) {
      return published.publication();
    }
    throw new AssertionError("not published: " + result);
  }

  List<String> live(DatasetRef dataset) {
    return state().liveRuns(dataset).stream().map(manifest -> manifest.run().value()).toList();
  }
}
