package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.SILVER;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryIntentLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A lake of many published runs in a folder, made once and continued where it was left. It is
 * written without forcing it to disk, which nobody measures, and read through the local store.
 */
final class LargeLake {
  private static final DatasetSpec SPEC =
      TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.PARTITION);

  private final Path folder;

  LargeLake(Path folder) {
    this.folder = folder;
  }

  LocalObjectStore store() {
    return new LocalObjectStore(folder.resolve("store"));
  }

  /** The log as it stands: read once, as a checkpoint's tiles would be. */
  InMemoryIntentLog intents() throws IOException {
    InMemoryIntentLog intents = new InMemoryIntentLog();
    Path log = folder.resolve("intents");
    if (Files.exists(log)) {
      for (String id : Files.readAllLines(log)) {
        intents.append(intent(id));
      }
    }
    return intents;
  }

  private static Intent intent(String id) {
    return new Intent(
        id,
        TestRuns.PIPELINE,
        "PROMOTE",
        Optional.empty(),
        Optional.empty(),
        "releaser",
        "checked",
        TestRuns.CLOCK.instant());
  }

  /** Publishes runs, one after the other, until there are so many or the time is over. */
  int grow(int runs, long seconds) throws IOException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    InMemoryIntentLog intents = intents();
    TestPipeline pipeline = new TestPipeline(new Unforced(store()), intents);
    int made = pipeline.state().head().map(head -> (int) head.seq()).orElse(0);
    while (made < runs && System.nanoTime() < end) {
      publish(pipeline, "r-" + made, Integer.toString(100 + made % 60));
      made++;
    }
    new DerivedCopies(pipeline.store).writeLatest(pipeline.state());
    Files.write(folder.resolve("intents"), intents.intents().stream().map(Intent::id).toList());
    return made;
  }

  private static void publish(TestPipeline pipeline, String run, String month) {
    RunRequest request = TestRuns.request(run, run, pipeline.head(), Optional.empty());
    pipeline.runs.claim(request);
    Manifest manifest;
    try (RunKeys keys =
        RunKeys.create(
            pipeline.store,
            request,
            List.of(SPEC),
            StoredRuns.KEYS,
            KeyResolver.single(new KeyId("lake")),
            "bank")) {
      pipeline.store.putIfAbsent(
          TestRuns.file(run, SILVER, month).path(), TestRuns.content(run, month));
      DatasetOutput output =
          new DatasetOutput(
              SPEC,
              keys.keyId(SILVER),
              keys.commitment(SILVER),
              List.of(TestRuns.file(run, SILVER, month)));
      manifest = pipeline.runs.commit(TestRuns.draft(request, output));
    }
    TestPipeline.published(pipeline.promote(manifest.run().value()));
    new DerivedCopies(pipeline.store).write(pipeline.state());
  }

  /** Writes files as the local store names them. */
  private final class Unforced extends ForwardingObjectStore {
    Unforced(LocalObjectStore store) {
      super(store);
    }

    @Override
    public WriteResult put(String key, byte[] content) {
      Path path = folder.resolve("store").resolve(key);
      try {
        Files.createDirectories(path.getParent());
        Files.write(path, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new WriteResult.Won(ControlJson.sha256(content));
    }

    @Override
    public WriteResult putIfAbsent(String key, byte[] content) {
      return Files.exists(folder.resolve("store").resolve(key))
          ? new WriteResult.Lost()
          : put(key, content);
    }

    @Override
    public WriteResult putIfMatch(String key, byte[] content, String etag) {
      return put(key, content);
    }
  }
}
