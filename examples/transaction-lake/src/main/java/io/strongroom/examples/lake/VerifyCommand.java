package io.strongroom.examples.lake;

import com.google.inject.Injector;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.AuditReport;
import io.strongroom.audit.AuditVerifier;
import io.strongroom.audit.guice.AuditConfig;
import io.strongroom.audit.query.OpenIntents;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.publication.Finding;
import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import io.strongroom.storage.publication.LakeVerifier;
import io.strongroom.storage.publication.PublishedState;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Checks everything that is published, and the audit log, and names each object that is wrong.
 * Changes nothing.
 */
final class VerifyCommand {
  private final Injector injector;
  private final VerifySettings settings;
  private final PrintStream out;
  private final SortedSet<String> wrong = new TreeSet<>();

  VerifyCommand(Injector injector, VerifySettings settings, PrintStream out) {
    this.injector = injector;
    this.settings = settings;
    this.out = out;
  }

  /** What the verification trusts: pinned by the configuration, not read from the store. */
  record VerifySettings(
      String rootDigest, String tokenKeyDigest, String rowHashKeyDigest, AuditConfig audit) {}

  /**
   * Verifies and prints what was found.
   *
   * @throws LakeException LAKE_DAMAGED when an object is wrong
   */
  void verify() {
    ObjectStore store = injector.getInstance(ObjectStore.class);
    record(store, LakeFolder.TOKEN_KEY, settings.tokenKeyDigest());
    record(store, LakeFolder.ROW_HASH_KEY, settings.rowHashKeyDigest());
    Optional<Keyring> keyring = keyring(store);
    if (keyring.isPresent()) {
      boolean auditIsClean = audit(store, keyring.get());
      pipeline(store, LakeDatasets.TRANSACTIONS, keyring.get(), auditIsClean);
      pipeline(store, LakeDatasets.BALANCES, keyring.get(), auditIsClean);
      if (auditIsClean) {
        intents();
      }
    } else {
      out.println("Without the keyring nothing else can be verified.");
    }
    if (!wrong.isEmpty()) {
      throw new LakeException(
          LakeErrorCode.LAKE_DAMAGED,
          wrong.size() + (wrong.size() == 1 ? " object is" : " objects are") + " wrong");
    }
    out.println("Everything is as it was signed.");
  }

  private void record(ObjectStore store, String key, String digest) {
    try {
      LakeKeys.pinned(store, key, digest);
    } catch (PlatformException refused) {
      wrong(key, refused.oneLine());
    }
  }

  private Optional<Keyring> keyring(ObjectStore store) {
    Optional<byte[]> stored = store.get(LakeFolder.KEYRING).map(StoredObject::content);
    if (stored.isEmpty()) {
      wrong(LakeFolder.KEYRING, "is missing");
      return Optional.empty();
    }
    try {
      return Optional.of(Keyring.parse(stored.get(), settings.rootDigest()));
    } catch (PlatformException refused) {
      wrong(LakeFolder.KEYRING, refused.oneLine());
      return Optional.empty();
    }
  }

  private void pipeline(
      ObjectStore store, PipelineRef pipeline, Keyring keyring, boolean auditIsClean) {
    out.println("Pipeline " + pipeline);
    List<Finding> findings =
        LakeVerifier.verify(
            store,
            pipeline,
            keyring,
            auditIsClean ? injector.getInstance(IntentLog.class) : new UnjudgedIntents(),
            injector.getInstance(KeyService.class));
    String pointer = pipeline.control() + "_LATEST.json";
    for (Finding finding : findings) {
      // A first promotion that was cut off leaves no pointer either; the audit log knows better.
      boolean harmless =
          finding.severity() == Finding.Severity.NOTICE
              || (finding.severity() == Finding.Severity.WARNING
                  && finding.object().equals(pointer));
      if (harmless) {
        tell("notice", finding.object(), finding.problem());
      } else {
        wrong(finding.object(), finding.problem());
      }
    }
    if (auditIsClean && !wrong.contains(pointer)) {
      promoted(store, pipeline, keyring, pointer);
    }
  }

  /** What was announced and has no outcome: a run that was cut off, or one that is at work. */
  private void intents() {
    OpenIntents.findings(injector.getInstance(AuditLog.class).entries(0), Instant.MAX)
        .forEach(open -> tell("notice", settings.audit().prefix() + open.object(), open.problem()));
  }

  /** Whatever the audit log says was promoted must be in the history that the pointer leads to. */
  private void promoted(ObjectStore store, PipelineRef pipeline, Keyring keyring, String pointer) {
    try {
      Set<String> history = new HashSet<>();
      PublishedState.read(store, pipeline, keyring)
          .history()
          .forEach(publication -> history.add(publication.digest()));
      injector
          .getInstance(AuditLog.class)
          .entries(0)
          .filter(entry -> entry.event().action().equals("RUN_PROMOTED"))
          .filter(entry -> entry.event().resource().equals(pipeline.path()))
          .filter(entry -> !history.contains(entry.event().attributes().get("publication")))
          .findFirst()
          .ifPresent(
              entry ->
                  wrong(
                      pointer, "does not lead to the publication of audit entry " + entry.index()));
    } catch (PlatformException damaged) {
      // What is damaged in the history has been named.
      tell("notice", pointer, "could not be compared with the audit log");
    }
  }

  /** Verifies the audit log; returns whether nothing is wrong with it. */
  private boolean audit(ObjectStore store, Keyring keyring) {
    AuditConfig audit = settings.audit();
    out.println("Audit log " + audit.origin());
    AuditReport report =
        AuditVerifier.verify(
            store,
            audit.prefix(),
            audit.origin(),
            keyring,
            audit.integrationTime(),
            injector.getInstance(InstantSource.class));
    // The log names its objects below its prefix.
    report
        .findings()
        .forEach(finding -> wrong(audit.prefix() + finding.object(), finding.problem()));
    report
        .notices()
        .forEach(notice -> tell("notice", audit.prefix() + notice.object(), notice.problem()));
    out.println("  " + report.entries() + " entries");
    return report.clean();
  }

  private void wrong(String object, String problem) {
    wrong.add(object);
    tell("WRONG", object, problem);
  }

  private void tell(String severity, String object, String problem) {
    out.println("  " + severity + " " + object + ": " + problem);
  }

  /** Stands in for an audit log that is damaged, which has been said: accuses no publication. */
  private static final class UnjudgedIntents implements IntentLog {
    @Override
    public IntentReceipt append(Intent intent) {
      throw new UnsupportedOperationException("A verification appends nothing");
    }

    @Override
    public Optional<IntentReceipt> find(String intentId) {
      return Optional.empty();
    }

    @Override
    public boolean holds(IntentReceipt receipt, String intentId) {
      return true;
    }
  }
}
