package io.strongroom.storage.publication;

import static io.strongroom.storage.run.TestRuns.CONDEMNED;
import static io.strongroom.storage.run.TestRuns.KEYRING;
import static io.strongroom.storage.run.TestRuns.PIPELINE;
import static io.strongroom.storage.run.TestRuns.SILVER;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.publication.Approval.Decision;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunLease;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.TestRuns;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A small lake with one of every control object, the same bytes every time: fixed keys, a fixed
 * clock, and random bytes that count.
 */
final class GoldenLake {
  static final DatasetSpec SPEC = TestRuns.spec(SILVER, DatasetMode.APPEND, ConflictRule.NONE);
  static final DatasetSpec REJECTED =
      TestRuns.spec(CONDEMNED, DatasetMode.APPEND, ConflictRule.NONE);

  private GoldenLake() {}

  static StoredRuns write() {
    StoredRuns lake =
        new StoredRuns(new RawAesKeyService("bank", "lake", new byte[32], new CountingRandom()));
    lake.store.put("control/keyring.json", TestRuns.STORED_KEYRING);
    RunId first = new RunId("r-1");
    lake.at(1).publish("r-1", List.of(SPEC, REJECTED), "01");
    lake.pipeline.runs.plan(first, JsonObject.builder().put("any", 1).build());
    lake.pipeline.runs.outcome(first, "load", "p", JsonObject.builder().put("any", true).build());
    try (RunLease lease = lake.pipeline.runs.lease(first, Duration.ofHours(1))) {
      lease.lost();
    }
    lake.at(2).publish("r-2", SPEC, "02");
    lake.at(3).commit("r-3", List.of(SPEC), "03");
    Approvals approvals = new Approvals(lake.store, PIPELINE, KEYRING);
    approvals.decide(new RunId("r-3"), Decision.APPROVED, TestRuns.APPROVALS, "looked", lake);
    lake.pipeline
        .approving(new ApprovalRule(1, true))
        .promote(new RunId("r-3"), "releaser", "approved");
    lake.at(4).pipeline.publisher.rollback("b-1", 2, "operator", "wrong");
    lake.at(5).pipeline.holds().place(hold("h-1", Optional.of(first), Map.of()));
    lake.pipeline.holds().place(hold("h-2", Optional.empty(), Map.of("month", "02")));
    lake.at(6).pipeline.holds().release("h-2", "counsel", "closed");
    RunRequest ended = TestRuns.request("r-4", "r-4", lake.pipeline.head(), Optional.of("r-2"));
    lake.pipeline.runs.claim(ended);
    lake.pipeline.runs.abort(ended, "operator", "stuck");
    lake.store.put(SILVER.path() + "/month=04/run_id=r-4/part-0.parquet", new byte[] {1});

    lake.at(2000);
    RetentionPolicy policy =
        RetentionPolicy.of(Duration.ofHours(1), Map.of(SILVER, Duration.ofDays(30)));
    for (int i = 0; i < 2; i++) {
      lake.at(2000 + 10L * i);
      DeletionPlan plan = lake.pipeline.retention().plan(policy, "operator", "yearly");
      approvals.decideOnPlan(plan.digest(), Decision.APPROVED, TestRuns.APPROVALS, "read", lake);
      TestPipeline.published(
          lake.pipeline.publisher.retire(
              plan.digest(), new ApprovalRule(1, true), "operator", "yearly"));
      lake.pipeline.deletions().execute(plan.digest(), "operator", "yearly");
    }
    DeletionPlan left =
        lake.pipeline.sweep().plan(List.of(SILVER), Duration.ofDays(1), "operator", "left");
    lake.pipeline.deletions().execute(left.digest(), "operator", "left");
    new DerivedCopies(lake.store).rebuild(lake.pipeline.state());
    return lake;
  }

  private static LegalHold hold(String id, Optional<RunId> run, Map<String, String> partition) {
    return new LegalHold(
        id,
        run,
        run.isPresent() ? Optional.empty() : Optional.of(SILVER),
        new TreeMap<>(partition),
        "counsel",
        "case 7",
        StoredRuns.START);
  }

  /** Every four bytes count on, so that no key and no nonce comes twice. */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int next;

    @Override
    public void nextBytes(byte[] bytes) {
      byte[] number = ByteBuffer.allocate(4).putInt(next++).array();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = number[i % number.length];
      }
    }
  }
}
