package io.strongroom.pipeline;

import io.strongroom.audit.AuditLog;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.publication.IntentLog;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What a runner works with. */
record RunServices(
    PipelineConfig config,
    ObjectStore store,
    KeyService keyService,
    KeyResolver keyResolver,
    Keyring keyring,
    Signer manifestSigner,
    Signer publicationSigner,
    AuditLog auditLog,
    IntentLog intentLog,
    InstantSource clock,
    SecureRandom random,
    Progress progress) {}
