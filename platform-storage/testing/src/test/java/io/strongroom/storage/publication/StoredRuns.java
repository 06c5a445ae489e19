package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.PIPELINE;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.InMemoryIntentLog;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pipeline whose runs have stored files and keys, and a clock that is set by hand. */
final class StoredRuns implements InstantSource {
  static final Instant START = Instant.parse("2026-01-21T02:00:00Z");
  static final RawAesKeyService KEYS =
      new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());

  private Instant now;
  private final KeyService keys;
  final InMemoryObjectStore store;
  final TestPipeline pipeline;

  StoredRuns() {
    this(KEYS);
  }

  /** A pipeline whose keys a service of its own makes. */
  StoredRuns(KeyService keys) {
    this(START, new InMemoryIntentLog(), keys);
  }

  private StoredRuns(Instant now, InMemoryIntentLog intents, KeyService keys) {
    this.now = now;
    this.keys = keys;
    this.store = new InMemoryObjectStore(this);
    this.pipeline = new TestPipeline(store, intents, this);
  }

  /** The same again, to be spoiled. */
  StoredRuns copy() {
    StoredRuns copy = new StoredRuns(now, pipeline.intents.copy(), keys);
    for (String key : keys()) {
      copy.store.put(key, store.get(key).orElseThrow().content());
    }
    return copy;
  }

  /** The same pipeline behind another store in front of this one. */
  TestPipeline through(ObjectStore front) {
    return new TestPipeline(front, pipeline.intents, this);
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Sets the clock to so many hours after the start. */
  StoredRuns at(long hours) {
    now = START.plus(Duration.ofHours(hours));
    return this;
  }

  Manifest commit(String run, List<DatasetSpec> specs, String... months) {
    RunRequest request = TestRuns.request(run, run, pipeline.head(), Optional.empty());
    pipeline.runs.claim(request);
    List<DatasetOutput> outputs = new ArrayList<>();
    try (RunKeys made =
        RunKeys.create(
            store, request, specs, keys, KeyResolver.single(new KeyId("lake")), "bank")) {
      for (DatasetSpec spec : specs) {
        List<DataFile> files = new ArrayList<>();
        for (String month : months) {
          DataFile file = TestRuns.file(run, spec.ref(), month);
          store.putIfAbsent(file.path(), TestRuns.content(run, month));
          files.add(file);
        }
        outputs.add(
            new DatasetOutput(spec, made.keyId(spec.ref()), made.commitment(spec.ref()), files));
      }
    }
    return pipeline.runs.commit(
        TestRuns.draft(request, now, outputs.toArray(DatasetOutput[]::new)));
  }

  Publication publish(String run, DatasetSpec spec, String... months) {
    return publish(run, List.of(spec), months);
  }

  Publication publish(String run, List<DatasetSpec> specs, String... months) {
    commit(run, specs, months);
    return TestPipeline.published(pipeline.promote(run));
  }

  List<String> keys() {
    return store.list("", null, 100_000).stream().map(ObjectInfo::key).toList();
  }

  /** The data files, without derived copies. */
  List<String> files() {
    return keys().stream().filter(key -> key.endsWith(".parquet")).toList();
  }

  /** The findings that are no notices. */
  List<Finding> problems() {
    return LakeVerifier.verify(store, PIPELINE, TestRuns.KEYRING, pipeline.intents, KEYS).stream()
        .filter(finding -> finding.severity() != Finding.Severity.NOTICE)
        .toList();
  }
}
