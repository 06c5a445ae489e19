package io.strongroom.pipeline;

import io.strongroom.audit.AuditLog;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.DerivedCopies;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.publication.SeenPublications;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** What a runner works with. */
record RunServices(
    PipelineConfig config,
    ObjectStore store,
    DerivedCopies copies,
    KeyService keyService,
    KeyResolver keyResolver,
    Keyring keyring,
    Signer manifestSigner,
    Signer publicationSigner,
    AuditLog auditLog,
    IntentLog intentLog,
    InstantSource clock,
    SecureRandom random,
    Progress progress,
    Duration watch,
    SeenPublications seen) {

  /** What a pipeline has published; never older than what this runner has seen. */
  PublishedState published(PipelineRef pipeline) {
    // One at a time: a read that began earlier and ends later would look like a step back.
    synchronized (seen) {
      return PublishedState.read(store, pipeline, keyring, seen);
    }
  }
}
