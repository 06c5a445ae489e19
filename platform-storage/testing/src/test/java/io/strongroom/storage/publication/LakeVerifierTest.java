package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.SILVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.publication.Finding.Severity;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunKeys;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class LakeVerifierTest {
  private static final String CONTROL = TestRuns.PIPELINE.control();

  private final InMemoryObjectStore store = new InMemoryObjectStore(TestRuns.CLOCK);
  private final TestPipeline pipeline = new TestPipeline(store);
  private final KeyService keys =
      new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());

  @BeforeEach
  void publishTwoRuns() {
    publish("r-1", "2026-01");
    publish("r-2", "2026-02");
  }

  private void publish(String run, String month) {
    commit(run, month);
    assertThat(pipeline.promote(run)).isInstanceOf(PromotionResult.Published.class);
  }

  private void commit(String run, String month) {
    RunRequest request = TestRuns.request(run, month, pipeline.head(), Optional.empty());
    pipeline.runs.claim(request);
    List<DatasetSpec> specs = List.of(TestRuns.spec(SILVER), TestRuns.spec(CONDEMNED));
    List<DatasetOutput> outputs = new ArrayList<>();
    try (RunKeys made =
        RunKeys.create(
            store, request, specs, keys, KeyResolver.single(new KeyId("lake")), "bank")) {
      for (DatasetSpec spec : specs) {
        DatasetRef dataset = spec.ref();
        DataFile file = TestRuns.file(run, dataset, month);
        store.putIfAbsent(file.path(), TestRuns.content(run, month));
        outputs.add(
            new DatasetOutput(spec, made.keyId(dataset), made.commitment(dataset), List.of(file)));
      }
    }
    pipeline.runs.commit(TestRuns.draft(request, outputs.toArray(DatasetOutput[]::new)));
  }

  private List<Finding> verify() {
    return verify(keys);
  }

  private List<Finding> verify(@Nullable KeyService service) {
    return LakeVerifier.verify(
        store, TestRuns.PIPELINE, TestRuns.KEYRING, pipeline.intents, service);
  }

  private static List<String> errors(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .map(Finding::object)
        .distinct()
        .toList();
  }

  private List<String> published() {
    return store.list("", null, 1000).stream()
        .map(ObjectInfo::key)
        .filter(key -> !key.contains("/tries/") && !key.endsWith("/request.json"))
        .filter(key -> !key.startsWith("probe/"))
        .toList();
  }

  @Test
  void whatWasPublishedVerifies() {
    pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    new DerivedCopies(store).rebuild(pipeline.state());
    assertThat(verify()).isEmpty();
    assertThat(verify(null)).isEmpty();
  }

  @Test
  void everyChangedByteIsFoundAndNamed() {
    for (String key : published()) {
      byte[] content = store.get(key).orElseThrow().content();
      for (int i = 0; i < content.length; i += content.length < 100 ? 1 : 11) {
        byte[] changed = content.clone();
        changed[i] ^= (byte) (1 << (i % 7));
        store.put(key, changed);
        assertThat(errors(verify())).as("byte " + i + " of " + key).contains(key);
      }
      store.put(key, content);
    }
    assertThat(verify()).isEmpty();
  }

  @Test
  void everyObjectThatIsTooLargeToBeReadIsFoundAndNamed() {
    new DerivedCopies(store).rebuild(pipeline.state());
    for (String large : store.list(CONTROL, null, 1000).stream().map(ObjectInfo::key).toList()) {
      List<Finding> findings = verifyAsSeen(tooLarge(large));
      if (published().contains(large)) {
        assertThat(errors(findings)).as(large).contains(large);
      }
    }
    assertThat(verifyAsSeen(tooLarge(SILVER.path() + "/_LATEST.json"))).isEmpty();
  }

  private List<Finding> verifyAsSeen(ObjectStore seen) {
    return LakeVerifier.verify(seen, TestRuns.PIPELINE, TestRuns.KEYRING, pipeline.intents, keys);
  }

  /** The store, with an object of it replaced by one that cannot be read whole. */
  private ObjectStore tooLarge(String large) {
    return new ForwardingObjectStore(store) {
      @Override
      public Optional<StoredObject> get(String key) {
        if (key.equals(large)) {
          throw new StorageException(StorageErrorCode.OBJECT_TOO_LARGE, "object " + key);
        }
        return inner.get(key);
      }
    };
  }

  @Test
  void everyObjectThatIsCutShortOrDeletedIsFoundAndNamed() {
    new DerivedCopies(store).write(pipeline.state());
    for (String key : published()) {
      if (key.endsWith("_SUCCESS")
          || key.equals(SILVER.path() + "/_LATEST.json")
          || key.equals(CONDEMNED.path() + "/_LATEST.json")) {
        continue;
      }
      byte[] content = store.get(key).orElseThrow().content();
      store.put(key, java.util.Arrays.copyOf(content, content.length - 1));
      assertThat(errors(verify())).as(key + " cut short").contains(key);
      store.delete(key);
      assertThat(errors(verify())).as(key + " deleted").contains(key);
      store.put(key, content);
    }
  }

  @Test
  void aWhiteSpaceIsNoticed() {
    for (String key : published()) {
      if (key.endsWith(".json")) {
        byte[] content = store.get(key).orElseThrow().content();
        byte[] longer = java.util.Arrays.copyOf(content, content.length + 1);
        longer[content.length] = '\n';
        store.put(key, longer);
        assertThat(errors(verify())).as(key).contains(key);
        store.put(key, content);
      }
    }
  }

  @Test
  void aPointerSetBackIsFoundByWhatWasBuiltOnTheNewerOne() {
    byte[] newest = store.get(CONTROL + "_LATEST.json").orElseThrow().content();
    String first = pipeline.state().history().get(1).digest();
    store.put(CONTROL + "_LATEST.json", new LatestPointer(1, first).toBytes());
    // Nothing was built on it: a promotion cut off before its last step looks the same.
    assertThat(errors(verify())).isEmpty();
    assertThat(verify()).isNotEmpty();

    store.put(CONTROL + "_LATEST.json", newest);
    commit("r-3", "2026-03");
    store.put(CONTROL + "_LATEST.json", new LatestPointer(1, first).toBytes());
    assertThat(errors(verify())).containsExactly(CONTROL + "_LATEST.json");
  }

  @Test
  void theDeletedPointerOfTheFirstPublicationIsAtLeastAWarning() {
    InMemoryObjectStore small = new InMemoryObjectStore();
    TestPipeline first = new TestPipeline(small);
    first.publish("r-1", "1", TestRuns.spec(SILVER), "2026-01");
    small.delete(CONTROL + "_LATEST.json");
    assertThat(LakeVerifier.verify(small, TestRuns.PIPELINE, TestRuns.KEYRING, first.intents, null))
        .contains(
            new Finding(
                CONTROL + "_LATEST.json",
                "is missing: it was deleted, or the first promotion was cut off before its last"
                    + " step",
                Severity.WARNING));
  }

  @Test
  void aPublicationWithoutItsIntentIsAnError() {
    pipeline.intents.replace(1, pipeline.intents.intents().get(0));
    Publication head = pipeline.state().head().orElseThrow();
    assertThat(errors(verify()))
        .containsExactly(CONTROL + "publications/000000000002-" + head.digest() + ".json");
  }

  @Test
  void aPublicationThatChangesMoreThanItsRunIsAnErrorThoughItIsSigned() {
    Publication head = pipeline.state().head().orElseThrow();
    commit("r-3", "2026-03");
    pipeline.promote("r-3");
    Publication real = pipeline.state().head().orElseThrow();
    // The same promotion, which leaves out what r-2 wrote into one dataset.
    Publication first = pipeline.state().history().get(2);
    var generations = new java.util.TreeMap<>(real.generations());
    generations.put(SILVER.path(), first.generations().get(SILVER.path()));
    Publication forged =
        new Publication(
            real.seq(),
            "",
            real.kind(),
            real.run(),
            real.rollbackId(),
            generations,
            Optional.of(head.digest()),
            real.intentIndex(),
            real.intentLeafHash(),
            real.actor(),
            real.reason(),
            real.at(),
            real.rolledBackTo(),
            real.approvals(),
            real.plan(),
            real.floor());
    byte[] stored = forged.sign(TestRuns.PIPELINE, TestRuns.PUBLICATIONS);
    Publication parsed = Publication.parse(stored, TestRuns.PIPELINE, TestRuns.KEYRING);
    String key = CONTROL + "publications/000000000003-" + parsed.digest() + ".json";
    store.put(key, stored);
    store.put(CONTROL + "_LATEST.json", new LatestPointer(3, parsed.digest()).toBytes());
    assertThat(errors(verify())).containsExactly(key);
  }

  @Test
  void anApprovalThatAPublicationRestsOnIsMissedAndItsAlterationNoticed() {
    commit("r-3", "2026-03");
    Approval approval =
        new Approvals(store, TestRuns.PIPELINE, TestRuns.KEYRING)
            .decide(
                new RunId("r-3"),
                Approval.Decision.APPROVED,
                TestRuns.APPROVALS,
                "looked",
                TestRuns.CLOCK);
    pipeline.approving(new ApprovalRule(1, true)).promote(new RunId("r-3"), "releaser", "checked");
    assertThat(verify()).isEmpty();
    String key = CONTROL + "runs/r-3/approvals/" + approval.digest() + ".json";
    byte[] content = store.get(key).orElseThrow().content();
    store.delete(key);
    assertThat(errors(verify())).containsExactly(key);
    content[content.length / 2] ^= 1;
    store.put(key, content);
    assertThat(errors(verify())).containsExactly(key);
  }

  @Test
  void leftoversAreNoticesAndNoErrors() {
    commit("never-promoted", "2026-05");
    RunRequest open = TestRuns.request("unfinished", "x", pipeline.head(), Optional.empty());
    pipeline.runs.claim(open);
    RunRequest ended = TestRuns.request("ended", "x", pipeline.head(), Optional.empty());
    pipeline.runs.claim(ended);
    pipeline.runs.abort(ended, "operator", "stuck");
    store.put(SILVER.path() + "/month=2026-01/run_id=unfinished/part-0.parquet", new byte[3]);
    store.put(CONTROL + "generations/" + "0".repeat(64) + ".json", new byte[3]);
    FaultyObjectStore cutOff =
        new FaultyObjectStore(
            store,
            (number, operation, key) ->
                operation.isWrite() && key.endsWith("/_LATEST.json") ? Fault.REFUSED : Fault.NONE);
    assertThatThrownBy(
            () ->
                new TestPipeline(cutOff, pipeline.intents)
                    .publisher.promote(new RunId("never-promoted"), "a", "b"))
        .isInstanceOf(StorageException.class);
    List<Finding> findings = verify();
    assertThat(findings).allMatch(finding -> finding.severity() == Severity.NOTICE);
    assertThat(findings)
        .extracting(finding -> finding.object().replaceAll("[0-9a-f]{64}", "#"))
        .contains(
            CONTROL + "runs/never-promoted/manifest.json",
            CONTROL + "runs/unfinished/request.json",
            SILVER.path() + "/month=2026-01/run_id=unfinished/part-0.parquet",
            CONTROL + "generations/#.json",
            CONTROL + "publications/000000000003-#.json")
        .doesNotContain(CONTROL + "runs/ended/manifest.json");
  }

  @Test
  void whatIsNoLongerLiveIsAWarning() {
    pipeline.publisher.rollback("b-1", 1, "operator", "wrong");
    DataFile file = TestRuns.file("r-2", SILVER, "2026-02");
    store.delete(file.path());
    assertThat(verify())
        .extracting(Finding::object, Finding::severity)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(file.path(), Severity.WARNING));
  }

  @Test
  void keysThatCannotBeUnwrappedHereAreAWarning() {
    KeyService other = new RawAesKeyService("else", "where", new byte[32], new SecureRandom());
    assertThat(verify(other)).isNotEmpty();
    assertThat(verify(other))
        .allMatch(
            finding ->
                finding.severity() == Severity.WARNING && finding.object().endsWith("/keys.json"));
  }

  @Test
  void aStoreThatDoesNotAnswerIsNoFinding() {
    FaultyObjectStore refusing =
        new FaultyObjectStore(store, (number, operation, key) -> Fault.REFUSED);
    assertThatThrownBy(
            () ->
                LakeVerifier.verify(
                    refusing, TestRuns.PIPELINE, TestRuns.KEYRING, pipeline.intents, keys))
        .isInstanceOf(StorageException.class);
  }
}
