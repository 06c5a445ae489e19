package io.strongroom.pipeline;

import static io.strongroom.pipeline.RowsPipeline.GOLD;
import static io.strongroom.pipeline.RowsPipeline.REF;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists of live files for engines follow every publication, where a runner is asked for them. */
@Tag("verify")
class EngineListsTest {
  private static final String LIST =
      GOLD.path() + "/_symlink_format_manifest/as_of_month=2024-01/manifest";
  private static final Pipeline PIPELINE =
      new Pipeline(
          REF,
          "1",
          List.of(
              new DatasetSpec(
                  GOLD,
                  DatasetMode.PARTITION_REPLACE,
                  Protection.ENGINE_READABLE,
                  ConflictRule.NONE,
                  "v1")),
          List.of(new One()),
          GatePolicy.unlimited());

  private final TestLake.Keys keys = new TestLake.Keys();
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final TestLake lake = new TestLake(keys, store);
  private final RunSpec spec = RowsPipeline.small().spec();

  /** Writes one file. */
  private static final class One implements Step {
    @Override
    public String name() {
      return "one";
    }

    @Override
    public List<String> partitions(RunContext run) {
      return List.of("all");
    }

    @Override
    public PartitionOutcome run(PartitionContext context) {
      return PartitionOutcome.of(
          List.of(
              RowsPipeline.write(context, GOLD, Map.of("as_of_month", "2024-01"), List.of("1"))));
    }
  }

  private static String location(String key) {
    return "s3://bank/" + key;
  }

  private static PipelineRunner listing(TestLake lake) {
    return lake.builder(1).symlinks(EngineListsTest::location).build();
  }

  private void assertListed() {
    String path = lake.published(REF).liveFiles(GOLD).get(0).file().path();
    assertThat(new String(store.get(LIST).orElseThrow().content(), UTF_8))
        .isEqualTo(location(path) + "\n");
  }

  @Test
  void aRunnerThatIsAskedListsWhatIsLiveAndOneThatIsNotDoesNot() {
    lake.runner().run(PIPELINE, spec);
    assertThat(store.get(LIST)).isEmpty();
    listing(lake).run(PIPELINE, spec.again("listed"));
    assertListed();
    listing(lake).run(PIPELINE, spec.again("and once more"));
    assertListed();
  }

  @Test
  void listsThatACrashTookAreWrittenByTheNextRun() {
    ForwardingObjectStore dying =
        new ForwardingObjectStore(store) {
          @Override
          public WriteResult put(String key, byte[] content) {
            if (key.equals(LIST)) {
              throw new IllegalStateException("killed");
            }
            return super.put(key, content);
          }
        };
    assertThatThrownBy(() -> listing(new TestLake(keys, dying)).run(PIPELINE, spec))
        .hasMessage("killed");
    assertThat(lake.published(REF).liveFiles(GOLD)).hasSize(1);
    assertThat(listing(lake).run(PIPELINE, spec)).isInstanceOf(RunResult.AlreadyLive.class);
    assertListed();
  }
}
