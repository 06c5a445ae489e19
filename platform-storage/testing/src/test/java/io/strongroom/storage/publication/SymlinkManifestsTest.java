package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.Protection;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.publication.Finding.Kind;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.SimulatedCrash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists of live files for engines. */
@Tag("verify")
class SymlinkManifestsTest {
  private static final DatasetSpec READABLE =
      new DatasetSpec(
          new DatasetRef(Layer.GOLD, "payments", "balances"),
          DatasetMode.PARTITION_REPLACE,
          Protection.ENGINE_READABLE,
          ConflictRule.NONE,
          "v1");
  private static final DatasetSpec SEALED =
      TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.NONE);
  private static final String FOLDER = READABLE.ref().path() + "/_symlink_format_manifest/";

  private final StoredRuns lake = new StoredRuns();

  private static String location(String key) {
    return "s3://bank-lake/" + key;
  }

  private static DerivedCopies copies(StoredRuns lake) {
    return new DerivedCopies(lake.store).withSymlinks(SymlinkManifestsTest::location);
  }

  private static Fsck fsck(StoredRuns lake) {
    return new Fsck(lake.store, PIPELINE, KEYRING, lake.pipeline.intents, lake)
        .withSymlinks(SymlinkManifestsTest::location);
  }

  private static SortedMap<String, String> lists(StoredRuns lake) {
    SortedMap<String, String> lists = new TreeMap<>();
    for (String key : lake.keys()) {
      if (key.contains("_symlink")) {
        byte[] content = lake.store.get(key).orElseThrow().content();
        lists.put(key.substring(FOLDER.length()), new String(content, StandardCharsets.UTF_8));
      }
    }
    return lists;
  }

  private static String line(String run, String month) {
    return "s3://bank-lake/" + TestRuns.file(run, READABLE.ref(), month).path() + "\n";
  }

  private void publish(String run, String... months) {
    lake.publish(run, List.of(SEALED, READABLE), months);
  }

  @Test
  void thereIsOneOfEachPartitionAndItNamesTheLiveFilesAndNoOthers() {
    publish("r-1", "01", "02");
    copies(lake).write(lake.pipeline.state());
    assertThat(lists(lake))
        .containsExactly(
            Map.entry("month=01/manifest", line("r-1", "01")),
            Map.entry("month=02/manifest", line("r-1", "02")));
    publish("r-2", "02", "0 3/ü");
    copies(lake).write(lake.pipeline.state());
    assertThat(lists(lake))
        .containsEntry("month=01/manifest", line("r-1", "01"))
        .containsEntry("month=02/manifest", line("r-2", "02"))
        .containsEntry("month=0%203%2F%C3%BC/manifest", line("r-2", "0 3/ü"))
        .hasSize(3);
    lake.pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    copies(lake).write(lake.pipeline.state());
    assertThat(lists(lake)).hasSize(2).containsEntry("month=02/manifest", line("r-1", "02"));
    assertThat(fsck(lake).check(finding -> {})).isEqualTo(new Fsck.Report(0, 0, 0));
  }

  @Test
  void whatIsMissingOldOrStaleIsListedAndMended() {
    publish("r-1", "01", "02");
    copies(lake).write(lake.pipeline.state());
    lake.store.delete(FOLDER + "month=01/manifest");
    lake.store.put(FOLDER + "month=02/manifest", new byte[] {'x'});
    lake.store.put(FOLDER + "month=09/manifest", new byte[] {'x'});
    List<Finding> found = new ArrayList<>();
    fsck(lake).check(found::add);
    assertThat(found).allMatch(finding -> finding.kind() == Kind.DERIVED);
    assertThat(found)
        .extracting(Finding::object)
        .containsExactlyInAnyOrder(
            FOLDER + "month=01/manifest",
            FOLDER + "month=02/manifest",
            FOLDER + "month=09/manifest");
    assertThat(fsck(lake).repair(finding -> {})).isEqualTo(3);
    assertThat(lists(lake)).hasSize(2).containsEntry("month=01/manifest", line("r-1", "01"));
    assertThat(fsck(lake).repair(finding -> {})).isZero();
    assertThat(fsck(lake).check(finding -> {})).isEqualTo(new Fsck.Report(0, 0, 0));
  }

  @Test
  void aCrashAtEveryOperationIsListedAndMended() {
    publish("r-1", "01", "02");
    copies(lake).write(lake.pipeline.state());
    publish("r-2", "02", "03");
    lake.pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    publish("r-3", "01");
    int crashes = 0;
    for (When when : When.values()) {
      for (long at = 1; ; at++) {
        StoredRuns spoiled = lake.copy();
        CrashingObjectStore dying = new CrashingObjectStore(spoiled.store, at, when, () -> {});
        try {
          TestPipeline process = spoiled.through(dying);
          new DerivedCopies(process.store)
              .withSymlinks(SymlinkManifestsTest::location)
              .write(process.state());
          break;
        } catch (SimulatedCrash e) {
          crashes++;
        }
        List<Finding> found = new ArrayList<>();
        fsck(spoiled).check(found::add);
        assertThat(found)
            .allMatch(finding -> finding.severity() == Severity.NOTICE)
            .allMatch(finding -> finding.kind() == Kind.DERIVED);
        fsck(spoiled).repair(finding -> {});
        assertThat(fsck(spoiled).check(finding -> {})).isEqualTo(new Fsck.Report(0, 0, 0));
        assertThat(lists(spoiled))
            .hasSize(2)
            .containsEntry("month=01/manifest", line("r-3", "01"))
            .containsEntry("month=02/manifest", line("r-1", "02"));
      }
    }
    assertThat(crashes).isGreaterThan(20);
  }

  @Test
  void whoeverIsSlowerEndsWithTheNewerState() {
    publish("r-1", "01");
    boolean[] once = {true};
    ForwardingObjectStore slow =
        new ForwardingObjectStore(lake.store) {
          @Override
          public WriteResult put(String key, byte[] content) {
            if (key.contains("_symlink") && once[0]) {
              once[0] = false;
              publish("r-2", "01", "02");
              copies(lake).write(lake.pipeline.state());
            }
            return super.put(key, content);
          }
        };
    new DerivedCopies(slow)
        .withSymlinks(SymlinkManifestsTest::location)
        .write(lake.pipeline.state());
    assertThat(once[0]).isFalse();
    assertThat(lists(lake))
        .hasSize(2)
        .containsEntry("month=01/manifest", line("r-2", "01"))
        .containsEntry("month=02/manifest", line("r-2", "02"));
  }

  @Test
  void filesThatEnginesCannotReadAreNotListed() {
    publish("r-1", "01");
    copies(lake).write(lake.pipeline.state());
    assertThat(lake.keys())
        .noneMatch(key -> key.startsWith(SILVER.path()) && key.contains("_symlink"));
    DerivedCopies plain = new DerivedCopies(lake.store);
    plain.write(lake.pipeline.state());
    assertThat(lists(lake)).hasSize(1);
  }
}
