package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.run.internal.ControlPaths;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More runs than fit into one leaf, each promoted by itself. */
@Tag("exhaustive")
class LongHistoryTest {
  private static final int RUNS = 1030;
  private static final DatasetSpec SPEC = TestRuns.spec(SILVER);

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);
  private final RawAesKeyService keys =
      new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());

  @Test
  void aHistoryOfMoreThanOneLeafIsReadAndVerified() {
    for (int i = 0; i < RUNS; i++) {
      publish("r-" + i, "w-" + i);
    }
    assertThat(pipeline.state().liveRuns(SILVER))
        .extracting(manifest -> manifest.run().value())
        .hasSize(RUNS)
        .startsWith("r-0", "r-1")
        .endsWith("r-1029");
    assertThat(verify()).isEmpty();

    ControlPaths paths = new ControlPaths(TestRuns.PIPELINE);
    Publication head = pipeline.state().head().orElseThrow();
    Generation root =
        new Generations(store, paths).root(SILVER, head.generations().get(SILVER.path()));
    assertThat(root.leaves()).hasSize(2);
    for (Generation.LeafRef leaf : root.leaves()) {
      String key = paths.generation(leaf.digest());
      byte[] content = store.get(key).orElseThrow().content();
      byte[] changed = content.clone();
      changed[content.length / 2] ^= 1;
      store.put(key, changed);
      assertThat(verify())
          .filteredOn(finding -> finding.severity() == Severity.ERROR)
          .extracting(Finding::object)
          .containsOnly(key);
      store.put(key, content);
    }
  }

  private void publish(String run, String window) {
    RunRequest request = TestRuns.request(run, window, pipeline.head(), Optional.empty());
    pipeline.runs.claim(request);
    DataFile file = TestRuns.file(run, SILVER, window);
    store.putIfAbsent(file.path(), TestRuns.content(run, window));
    try (RunKeys made =
        RunKeys.create(
            store, request, List.of(SPEC), keys, KeyResolver.single(new KeyId("lake")), "bank")) {
      pipeline.runs.commit(
          TestRuns.draft(
              request,
              new DatasetOutput(SPEC, made.keyId(SILVER), made.commitment(SILVER), List.of(file))));
    }
    assertThat(pipeline.promote(run)).isInstanceOf(PromotionResult.Published.class);
  }

  private List<Finding> verify() {
    return LakeVerifier.verify(store, TestRuns.PIPELINE, TestRuns.KEYRING, pipeline.intents, keys);
  }
}
