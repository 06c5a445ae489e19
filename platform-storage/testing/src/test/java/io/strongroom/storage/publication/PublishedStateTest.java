package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.SILVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import io.strongroom.storage.testing.StoreOperation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class PublishedStateTest {
  private static final DatasetSpec APPEND = TestRuns.spec(SILVER);
  private static final String LATEST = TestRuns.PIPELINE.control() + "_LATEST.json";

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);
  private final SeenPublications seen = new SeenPublications();

  private PublishedState read() {
    return PublishedState.read(store, TestRuns.PIPELINE, TestRuns.KEYRING, seen);
  }

  @Test
  void readersGetObjectsByNameAndDoNothingElse() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    FaultyObjectStore onlyGet =
        new FaultyObjectStore(
            store,
            (number, operation, key) ->
                operation == StoreOperation.GET ? Fault.NONE : Fault.REFUSED);
    PublishedState state = PublishedState.read(onlyGet, TestRuns.PIPELINE, TestRuns.KEYRING);
    assertThat(state.liveRuns(SILVER)).hasSize(1);
    assertThat(state.liveFiles(SILVER)).hasSize(1);
    assertThat(state.live(TestRuns.key("1"))).contains(new RunId("r-1"));
    assertThat(state.history()).hasSize(1);
  }

  @Test
  void aStateStaysAsItWasWhenMoreIsPublished() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    PublishedState state = read();
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    assertThat(state.liveRuns(SILVER)).hasSize(1);
    assertThat(state.history()).hasSize(1);
    assertThat(read().liveRuns(SILVER)).hasSize(2);
  }

  @Test
  void nothingPublishedIsAnEmptyState() {
    assertThat(read().head()).isEmpty();
    assertThat(read().liveRuns(SILVER)).isEmpty();
    assertThat(read().liveFiles(SILVER)).isEmpty();
    assertThat(read().history()).isEmpty();
    assertThat(read().live(TestRuns.key("1"))).isEmpty();
    assertThat(read().pipeline()).isEqualTo(TestRuns.PIPELINE);
  }

  @Test
  void aPointerThatWentBackIsRefusedByWhoHasSeenMore() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    byte[] old = store.get(LATEST).orElseThrow().content();
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    assertThat(read().liveRuns(SILVER)).hasSize(2);
    store.put(LATEST, old);
    assertWentBack();
    store.delete(LATEST);
    assertWentBack();
    assertThat(pipeline.state().head()).isEmpty();
  }

  @Test
  void anotherPublicationOfTheSameNumberIsRefusedByWhoHasSeenTheFirst() {
    Publication publication = pipeline.publish("r-1", "1", APPEND, "2026-01");
    seen.note(TestRuns.PIPELINE, 1, "0".repeat(64));
    assertWentBack();
    SeenPublications other = new SeenPublications();
    other.note(TestRuns.PIPELINE, 1, publication.digest());
    assertThat(PublishedState.read(store, TestRuns.PIPELINE, TestRuns.KEYRING, other).head())
        .contains(publication);
  }

  private void assertWentBack() {
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.POINTER_WENT_BACK));
  }

  @Test
  void aPointerToAPublicationOfAnotherNumberIsRefused() {
    Publication first = pipeline.publish("r-1", "1", APPEND, "2026-01");
    String control = TestRuns.PIPELINE.control() + "publications/";
    store.put(
        control + "000000000002-" + first.digest() + ".json",
        store.get(control + "000000000001-" + first.digest() + ".json").orElseThrow().content());
    store.put(LATEST, new LatestPointer(2, first.digest()).toBytes());
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.PUBLICATION_INVALID))
        .hasMessageContaining("000000000002-");
  }

  @Test
  void derivedCopiesTellEnginesAndPeopleWhereToLook() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    Publication second = pipeline.publish("r-2", "2", APPEND, "2026-02", "2026-03");
    DerivedCopies copies = new DerivedCopies(store);
    copies.write(pipeline.state());
    String latest = SILVER.path() + "/_LATEST.json";
    assertThat(new String(store.get(latest).orElseThrow().content(), UTF_8))
        .contains("\"seq\":2")
        .contains(second.digest());
    assertThat(store.head(SILVER.path() + "/month=2026-02/run_id=r-2/_SUCCESS")).isPresent();
    assertThat(store.head(SILVER.path() + "/month=2026-03/run_id=r-2/_SUCCESS")).isPresent();
    assertThat(store.head(SILVER.path() + "/month=2026-01/run_id=r-1/_SUCCESS")).isEmpty();
    copies.rebuild(pipeline.state());
    assertThat(store.head(SILVER.path() + "/month=2026-01/run_id=r-1/_SUCCESS")).isPresent();

    PublishedState old = pipeline.state();
    pipeline.publish("r-3", "3", APPEND, "2026-04");
    copies.write(pipeline.state());
    copies.write(old);
    assertThat(new String(store.get(latest).orElseThrow().content(), UTF_8)).contains("\"seq\":3");
  }

  @Test
  void aForgedCopyWithAGreatNumberDoesNotStayForEver() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    DerivedCopies copies = new DerivedCopies(store);
    copies.write(pipeline.state());
    String latest = SILVER.path() + "/_LATEST.json";
    byte[] right = store.get(latest).orElseThrow().content();
    for (String forged :
        List.of(
            "{\"publication\":\"" + "0".repeat(64) + "\",\"seq\":9007199254740991}",
            "{\"publication\":\"../../x\",\"seq\":2}",
            "{\"seq\":2}",
            "no JSON")) {
      store.put(latest, forged.getBytes(UTF_8));
      copies.rebuild(pipeline.state());
      assertThat(store.get(latest).orElseThrow().content()).as(forged).isEqualTo(right);
    }
  }

  @Test
  void anOlderCopyNeverReplacesANewerOneThatIsWrittenAtTheSameTime() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    PublishedState old = pipeline.state();
    pipeline.publish("r-2", "2", APPEND, "2026-02");
    String latest = SILVER.path() + "/_LATEST.json";
    ForwardingObjectStore slow =
        new ForwardingObjectStore(store) {
          @Override
          public Optional<StoredObject> get(String key) {
            Optional<StoredObject> before = inner.get(key);
            if (before.isEmpty() && key.equals(latest)) {
              new DerivedCopies(inner).write(pipeline.state());
            }
            return before;
          }
        };
    new DerivedCopies(slow).write(old);
    assertThat(new String(store.get(latest).orElseThrow().content(), UTF_8)).contains("\"seq\":2");
  }

  @Test
  void aManifestIsLookedUpByItsRunWhetherPublishedOrNot() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    pipeline.commit("r-2", "2", APPEND, "2026-02");
    PublishedState state = pipeline.state();
    assertThat(state.manifest(new RunId("r-1")))
        .isEqualTo(pipeline.runs.manifest(new RunId("r-1")))
        .isPresent();
    assertThat(state.manifest(new RunId("r-2")))
        .isEqualTo(pipeline.runs.manifest(new RunId("r-2")))
        .isPresent();
    assertThat(state.manifest(new RunId("r-3"))).isEmpty();
  }

  @Test
  void aSignedManifestThatIsNotThePublishedOneIsRefused() {
    pipeline.publish("r-1", "1", APPEND, "2026-01");
    String key = TestRuns.PIPELINE.control() + "runs/r-1/manifest.json";
    store.delete(key);
    pipeline.runs.commit(
        TestRuns.draft(
            pipeline.runs.request(new RunId("r-1")).orElseThrow(),
            TestRuns.output("r-1", APPEND, "2026-02")));
    assertThatThrownBy(() -> pipeline.state().manifest(new RunId("r-1")))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.MANIFEST_INVALID))
        .hasMessageContaining(key);
  }
}
